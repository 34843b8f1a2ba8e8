. "$E2E/helpers.sh"

take quiet.lua
jobjam run quiet.lua --broker "$BROKERS/static"
status_is 2
err_has "static"
no_process_left
