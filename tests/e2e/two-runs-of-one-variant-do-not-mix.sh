. "$E2E/helpers.sh"

take long.lua
own_broker
begin "$JOBJAM" run long.lua --broker ./own-broker
wait_for grep -qs '"kind":"job.accepted"' out/long/latest/events.ndjson
first=$pid
jobjam run long.lua --broker ./own-broker
status_is 2
err_has "another run is writing there"
kill -9 "$first"
wait "$first" 2>/dev/null
no_process_left
