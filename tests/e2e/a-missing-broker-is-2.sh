. "$E2E/helpers.sh"

take quiet.lua
jobjam run quiet.lua --broker no-such-broker
status_is 2
err_has "no-such-broker"
jobjam run quiet.lua --broker ./quiet.lua
status_is 2
no_process_left
not_there out/quiet
