. "$E2E/helpers.sh"

scenario bad.lua <<'LUA'
scenario { name = "bad", start = "2023-08-14T15:00:00Z", length = "1h" }


printers { { cuont = 2, model = "x1c", timezone = "UTC" } }
LUA
jobjam run bad.lua
status_is 2
err_has "bad.lua:4"
err_has '"count"'
