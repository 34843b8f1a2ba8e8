. "$E2E/helpers.sh"

take evening.lua
run sh -c 'ulimit -f 4; exec "$0" run evening.lua' "$JOBJAM"
status_is 74
err_has "events.ndjson"
dir=$(latest evening)
whole_lines "$dir/events.ndjson"
not_there "$dir"/*.??????
no_process_left
