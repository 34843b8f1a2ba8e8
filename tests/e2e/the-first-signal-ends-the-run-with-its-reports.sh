. "$E2E/helpers.sh"

take long.lua
own_broker
begin "$JOBJAM" run long.lua --broker ./own-broker
wait_for grep -qs '"kind":"job.accepted"' out/long/latest/events.ndjson
kill -TERM "$pid"
ends
status_is 130
no_process_left
dir=$(latest long)
there "$dir/verdict.json" "$dir/report.md"
whole_lines "$dir/events.ndjson"
tail -n 1 "$dir/events.ndjson" | grep -qF '"status":130' || fail "the last line does not say so"
