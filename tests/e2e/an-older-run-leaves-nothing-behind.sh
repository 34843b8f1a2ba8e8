. "$E2E/helpers.sh"

take quiet.lua
jobjam run quiet.lua
dir=$(latest quiet)
echo old >"$dir/trace-event.json"
echo old >"$dir/report.md.a1B2c3"
echo old >"$dir/broker-plant-2.log"
echo mine >"$dir/notes.txt"
jobjam run quiet.lua
status_is 0
not_there "$dir/trace-event.json" "$dir/report.md.a1B2c3" "$dir/broker-plant-2.log"
there "$dir/notes.txt"
