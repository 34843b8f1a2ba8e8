. "$E2E/helpers.sh"

scenario bad.lua <<'LUA'
scenario { name = "bad", start = "2023-08-14T15:00:00Z", length = "1h" }
printers { { count = 1, model = "x1c", timezone = "UTC" } }
cloud { build = "2023-07" }
local t = {}
for i = 1, 1e9 do t[i] = ("x"):rep(1000) .. i end
LUA
jobjam run bad.lua
status_is 2
err_has "bad.lua:5"
err_has "memory"
scenario bad.lua <<'LUA'
scenario { name = "bad", start = "2023-08-14T15:00:00Z", length = "1h" }
printers { { count = 1, model = "x1c", timezone = "UTC" } }
cloud { build = "2023-07" }
local s = "x"
while true do s = s .. s end
LUA
jobjam run bad.lua
status_is 2
err_has "memory"
