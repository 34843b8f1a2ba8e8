. "$E2E/helpers.sh"

scenario never.lua <<'LUA'
scenario { name = "never", start = "2023-08-14T15:00:00Z", length = "1h" }
printers { { count = 1, model = "x1c", timezone = "UTC" } }
cloud { build = "2023-07" }
expect.sometimes "backlog" { at_least = 5 }
LUA
jobjam run never.lua
status_is 3
out_has "backlog"
