. "$E2E/helpers.sh"

take quiet.lua
jobjam run quiet.lua --broker "$BROKERS/spins"
status_is 4
err_has "come to rest"
no_process_left
