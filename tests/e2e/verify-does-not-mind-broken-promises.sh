. "$E2E/helpers.sh"

take late.lua
jobjam verify late.lua
status_is 0
out_has "late: identical"
