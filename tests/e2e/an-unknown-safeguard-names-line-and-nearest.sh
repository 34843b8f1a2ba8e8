. "$E2E/helpers.sh"

scenario bad.lua <<'LUA'
scenario { name = "bad", start = "2023-08-14T15:00:00Z", length = "1h" }
printers { { count = 1, model = "x1c", timezone = "UTC" } }
cloud { build = "2023-07" }
owners { of = "*", safeguards = { honest_progres = true } }
LUA
jobjam run bad.lua
status_is 2
err_has "bad.lua:4"
err_has "honest_progress"
take quiet.lua
jobjam run quiet.lua --set cloud.probe_before_conected=true
status_is 2
err_has "probe_before_connected"
