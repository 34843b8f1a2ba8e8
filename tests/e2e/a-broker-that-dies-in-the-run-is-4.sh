. "$E2E/helpers.sh"

take quiet.lua
jobjam run quiet.lua --broker "$BROKERS/dies"
status_is 4
err_has "exit status 3"
dir=$(latest quiet)
there "$dir/verdict.json"
whole_lines "$dir/events.ndjson"
file_has "$dir/broker.log" "that was too much"
no_process_left
