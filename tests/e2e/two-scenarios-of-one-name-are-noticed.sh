. "$E2E/helpers.sh"

take quiet.lua
cp quiet.lua again.lua
jobjam run quiet.lua again.lua
status_is 2
err_has "the same name"
