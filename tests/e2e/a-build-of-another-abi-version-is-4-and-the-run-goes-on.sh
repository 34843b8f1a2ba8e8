. "$E2E/helpers.sh"

one_print
firmware_build planted.c mine -DPLANT_ABI
jobjam run print.lua --firmware ./mine.so
status_is 4
err_has "the firmware of printer/001 is gone (unfit): it speaks version 7.0"
events=$(latest print)/events.ndjson
whole_lines "$events"
file_has "$events" '"how":"unfit"'
out_has "SUBJECT DIED"
file_has "$events" '"t":10800000000000'
# As a build of ours it would be refused before anything runs.
jobjam run print.lua --firmware ./mine.so --set printers.isolation=inside
status_is 2
err_has "version 7.0"
no_process_left
