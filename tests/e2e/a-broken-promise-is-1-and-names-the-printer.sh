. "$E2E/helpers.sh"

take late.lua
jobjam run late.lua
status_is 1
out_has "stale_start"
out_has "printer/00"
out_has "jobjam run late.lua --seed 1"
