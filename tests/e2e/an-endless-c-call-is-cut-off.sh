. "$E2E/helpers.sh"

scenario bad.lua <<'LUA'
scenario { name = "bad", start = "2023-08-14T15:00:00Z", length = "1h" }
printers { { count = 1, model = "x1c", timezone = "UTC" } }
cloud { build = "2023-07" }
local s = ("a"):rep(200000)
s:find((".-"):rep(30) .. "b")
LUA
jobjam run bad.lua --watchdog 2s
status_is 2
err_has "bad.lua"
no_process_left
