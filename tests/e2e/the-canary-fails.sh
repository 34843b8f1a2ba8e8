. "$E2E/helpers.sh"

take canary.lua
jobjam run canary.lua
status_is 1
out_has "stale_start"
out_has "BROKEN"
