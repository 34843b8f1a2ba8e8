. "$E2E/helpers.sh"

take long.lua
own_broker
begin "$JOBJAM" run long.lua --broker ./own-broker
wait_for grep -qs '"kind":"job.accepted"' out/long/latest/events.ndjson
[ "$(processes | wc -l)" -ge 3 ] || fail "jobjam, its run and its broker should be there"
kill -9 "$pid"
ends
no_process_left
# To the last whole line: only what was being written may be torn.
events=$(latest long)/events.ndjson
sed '$d' "$events" >whole
whole_lines whole
not_there "$(latest long)/verdict.json"
