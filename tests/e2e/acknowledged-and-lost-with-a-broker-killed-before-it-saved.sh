. "$E2E/helpers.sh"

# The broker has said PUBACK for each start. Killed before its autosave it has lost them, and
# neither service nor owner is told; ended in good order it has not.
cp "$E2E/../../scenarios/acknowledged-then-lost.lua" .
run_dir=$(latest acknowledged-then-lost)

jobjam verify acknowledged-then-lost.lua
status_is 0
out_has "identical"

jobjam run acknowledged-then-lost.lua
status_is 0
out_has "REPRODUCED"
out_has "lost_job"
# That somebody asked for its death is no trouble of the run, and stands behind what follows.
file_has "$run_dir/events.ndjson" '"status":"signal 9","asked":true'
file_has "$run_dir/events.ndjson" '"fault":"restart","number":1,"matched":1,"affected":1'
[ "$(grep -c '"kind":"guest.started"' "$run_dir/events.ndjson")" -eq 2 ] || fail "no second life"
jobjam why "$run_dir" cloud/command-a
status_is 0

jobjam run acknowledged-then-lost.lua --set crash=stop
status_is 0
out_has "Held: lost_job"
file_has "$(latest acknowledged-then-lost)/broker.log" "Saving in-memory database"
no_process_left
