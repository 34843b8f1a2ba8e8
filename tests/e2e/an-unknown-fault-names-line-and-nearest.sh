. "$E2E/helpers.sh"

scenario bad.lua <<'LUA'
scenario { name = "bad", start = "2023-08-14T15:00:00Z", length = "1h" }
printers { { count = 1, model = "x1c", timezone = "UTC" } }
cloud { build = "2023-07" }
at("2023-08-14T15:10:00Z", function()
  net.link "printer/001":latncy { delay = "1s" }
end)
LUA
jobjam run bad.lua
status_is 2
err_has "bad.lua:5"
err_has "latency"
