. "$E2E/helpers.sh"

head='scenario { name = "idle", start = "2023-08-14T15:00:00Z", length = "1h" }
printers { { count = 1, model = "x1c", timezone = "UTC" } }
cloud { build = "2023-07" }'
scenario none.lua <<LUA
$head
LUA
jobjam run none.lua
status_is 3
out_has "NOTHING JUDGED"
out_has "nothing was promised"
# Nobody prints, so that no start can be stale.
scenario never.lua <<LUA
$head
expect.never "stale_start" { older_than = "10m" }
expect.never "duplicate_start"
LUA
jobjam run never.lua
status_is 3
out_has "NOTHING JUDGED"
out_has "nothing came up that any of the promises could be judged by"
# A function of the scenario looks at every event.
scenario own.lua <<LUA
$head
expect.never(function(e) return e.kind == "firmware.start" end, "a start")
LUA
jobjam run own.lua
status_is 0
