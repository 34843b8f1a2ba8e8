. "$E2E/helpers.sh"

take long.lua
own_broker
begin "$JOBJAM" run long.lua --broker ./own-broker
wait_for grep -qs '"kind":"job.accepted"' out/long/latest/events.ndjson
# A run that does not listen: stopped, as if it hung.
for process in $(processes); do
	[ "$process" = "$pid" ] || kill -STOP "$process"
done
kill -INT "$pid"
wait_for grep -q '^ShdPnd:[[:space:]]*0*$' "/proc/$pid/status" # heard, not merged with the next
kill -INT "$pid"
ends
status_is 130
no_process_left
