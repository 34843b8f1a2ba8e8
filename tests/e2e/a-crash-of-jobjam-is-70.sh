. "$E2E/helpers.sh"

take long.lua
own_broker
begin "$JOBJAM" run long.lua --broker ./own-broker
wait_for grep -qs '"kind":"job.accepted"' out/long/latest/events.ndjson
for process in $(processes); do
	case $(readlink "/proc/$process/exe") in
	*/jobjam) [ "$process" = "$pid" ] || kill -SEGV "$process" ;;
	esac
done
ends
status_is 70
err_has "a fault of jobjam"
no_process_left
