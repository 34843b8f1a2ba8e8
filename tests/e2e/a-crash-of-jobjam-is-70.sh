. "$E2E/helpers.sh"

# Nobody prints, so that what the signal meets is jobjam's own code, and no firmware.
take long.lua
sed '/send_jobs/d' long.lua >idle.lua
own_broker
begin "$JOBJAM" run idle.lua --broker ./own-broker
wait_for grep -qs '"kind":"people.sleep"' out/long/latest/events.ndjson
for process in $(processes); do
	case $(readlink "/proc/$process/exe") in
	*/jobjam) [ "$process" = "$pid" ] || kill -SEGV "$process" ;;
	esac
done
ends
status_is 70
err_has "a fault of jobjam"
no_process_left
