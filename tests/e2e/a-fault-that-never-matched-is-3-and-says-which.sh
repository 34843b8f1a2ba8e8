. "$E2E/helpers.sh"

scenario blank.lua <<'LUA'
scenario { name = "blank", start = "2023-08-14T15:00:00Z", length = "1h" }
printers { { count = 1, model = "x1c", timezone = "UTC" } }
cloud { build = "2023-07" }
at("2023-08-14T15:10:00Z", function() net.link "cloud/command-z":drop { type = "PUBACK" } end)
expect.never "duplicate_start"
LUA
jobjam run blank.lua
status_is 3
out_has "drop"
out_has "command-z"
