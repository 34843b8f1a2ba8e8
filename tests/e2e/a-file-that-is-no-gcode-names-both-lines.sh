. "$E2E/helpers.sh"

printf 'M104 S200\nG28\nG1 X1.2.3\n' >broken.gcode
head -c 4000 "$E2E/../gcode/prusa.gcode" >cut.gcode
scenario bad.lua <<'LUA'
scenario { name = "bad", start = "2023-08-14T15:00:00Z", length = "1h" }
printers { { count = 1, model = "x1c", timezone = "UTC" } }
cloud { build = "2023-07" }
job { gcode = param("file", "broken.gcode") }
LUA
jobjam check bad.lua
status_is 2
err_has "bad.lua:4"
err_has "broken.gcode:3"
jobjam check bad.lua --set file=cut.gcode
status_is 2
err_has "ends too early"
jobjam check bad.lua --set file=none.gcode
status_is 2
err_has "none.gcode"
jobjam check bad.lua --set file=/dev/zero
status_is 2
err_has "no ordinary file"
jobjam check bad.lua --set file="$JOBJAM"
status_is 2
err_has "no text"
