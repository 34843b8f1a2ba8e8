. "$E2E/helpers.sh"

take quiet.lua
jobjam run quiet.lua --broker "$BROKERS/exits"
status_is 4
err_has "exit status 3"
err_has "the listener is not to my taste"
no_process_left
