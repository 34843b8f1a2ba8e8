. "$E2E/helpers.sh"

one_print
firmware_build planted.c mine -DPLANT_SYMBOL
jobjam run print.lua --firmware ./mine.so
status_is 4
err_has "the firmware of printer/001 is gone (unfit): it is no firmware build"
events=$(latest print)/events.ndjson
whole_lines "$events"
file_has "$events" '"how":"unfit"'
file_has "$events" '"t":10800000000000'
no_process_left
