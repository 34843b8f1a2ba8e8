. "$E2E/helpers.sh"

# From the scenario's folder, wherever one stands.
mkdir -p story/files
cp "$E2E/../gcode/bambu.gcode.3mf" "$E2E/../gcode/cura.gcode" story/files/
cat >story/sliced.lua <<'LUA'
scenario { name = "sliced", start = "2023-08-14T15:00:00Z", length = "6h", seed = 1 }
local fleet = printers { { count = 2, model = "x1c", timezone = "UTC" }, firmware = "stock-2023-07" }
cloud { build = "2023-07" }
local block = job { gcode = "files/bambu.gcode.3mf", name = "block" }
local again = job { gcode = "files/cura.gcode" }
assert(again.name == "cura" and again.layers == 20 and block.stated_for == 110)
assert(block.nozzle == 215 and block.width > 19 and block.reckoned_for > 90)
local people = owners { of = fleet }
people:send_jobs { job = block, between = { "16:00", "16:10" } }
people:send_jobs { job = again, between = { "18:00", "18:10" } }
expect.never "harm"
expect.sometimes "backlog" { at_least = 99 }
LUA
jobjam run story/sliced.lua --trace full
status_is 3
file_has out/sliced/latest/events.ndjson '"job":"block"'
file_has out/sliced/latest/events.ndjson '"job":"cura"'
# What stays on the plate is as high as the file says, and weighs as much.
grep '"plate.occupied"' out/sliced/latest/events.ndjson | grep -q '"height_mm":4,"grams":0.4' ||
	fail "the object is not that of the file"
# The first print ends 110 s after printing began.
from=$(grep '"motion.stage"' out/sliced/latest/events.ndjson | grep '"printer/001"' |
	grep -m1 '"printing"' | sed 's/.*"t":\([0-9]*\).*/\1/')
to=$(grep '"firmware.ended"' out/sliced/latest/events.ndjson | grep -m1 '"printer/001"' |
	sed 's/.*"t":\([0-9]*\).*/\1/')
[ $(((to - from) / 1000000000)) -eq 110 ] || fail "it printed for $(((to - from) / 1000000000)) s"
file_has out/sliced/latest/events.ndjson '"impact.printer"'
