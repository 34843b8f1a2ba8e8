. "$E2E/helpers.sh"

take quiet.lua late.lua
scenario broken.lua <<'LUA'
scenario { nmae = "broken" }
LUA
jobjam list quiet.lua late.lua
status_is 0
out_has "Two printers, one service, nobody prints."
jobjam list --json .
status_is 2
out_has '"name":"quiet"'
out_has '"error":"'
err_has "broken.lua:1"
