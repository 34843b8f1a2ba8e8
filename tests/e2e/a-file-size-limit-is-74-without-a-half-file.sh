. "$E2E/helpers.sh"

take evening.lua
run sh -c 'ulimit -f 16; exec "$0" run evening.lua' "$JOBJAM"
status_is 74
err_has "events.ndjson"
dir=$(latest evening)
whole_lines "$dir/events.ndjson"
no_half_file "$dir"
no_process_left
