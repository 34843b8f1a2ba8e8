. "$E2E/helpers.sh"

take evening.lua
jobjam run evening.lua
dir=$(latest evening)
size=$(wc -c <"$dir/events.ndjson")
head -c $((size - 40)) "$dir/events.ndjson" >torn
cp torn "$dir/events.ndjson"
jobjam why "$dir" printer/001
status_is 0
err_has "torn"
