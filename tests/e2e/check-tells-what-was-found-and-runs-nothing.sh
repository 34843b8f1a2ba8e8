. "$E2E/helpers.sh"

take late.lua
jobjam check late.lua
status_is 0
out_has "late.lua: ok"
out_has "2 x1c in Europe/Berlin with stock-2023-07"
out_has "2023-08-14T15:30:00Z (after 30m)"
out_has "never stale_start"
not_there out/late
scenario bad.lua <<'LUA'
scenario { name = "bad", start = "2023-08-14T15:00:00Z", length = "1h" }
printers { { count = 1, model = "x1z", timezone = "UTC" } }
LUA
jobjam check late.lua bad.lua
status_is 2
err_has "bad.lua:2"
