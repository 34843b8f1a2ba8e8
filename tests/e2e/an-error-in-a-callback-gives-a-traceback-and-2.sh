. "$E2E/helpers.sh"

scenario bad.lua <<'LUA'
scenario { name = "bad", start = "2023-08-14T15:00:00Z", length = "1h" }
printers { { count = 1, model = "x1c", timezone = "UTC" } }
cloud { build = "2023-07" }
local function deep() error("the roof is on fire") end
at("2023-08-14T15:10:00Z", function() deep() end)
LUA
jobjam run bad.lua
status_is 2
err_has "bad.lua:4: the roof is on fire"
err_has "traceback"
err_has "bad.lua:5"
there out/bad/latest/verdict.json
whole_lines out/bad/latest/events.ndjson
