. "$E2E/helpers.sh"

# A sanitizer makes calls of its own, and is not confined.
case $JOBJAM in */asan/*) echo "# left out: no confinement under a sanitizer"; exit 0 ;; esac
one_print
firmware_build planted.c mine -DPLANT_EARLY
jobjam run print.lua --firmware ./mine.so
status_is 4
events=$(latest print)/events.ndjson
whole_lines "$events"
file_has "$events" '"how":"unfit","detail":"it calls kill while it is loaded"'
file_has "$events" '"t":10800000000000' # the run reached its end
jobjam firmware check ./mine.so
status_is 1
out_has "FAILED  loads"
out_has "calls kill while it is loaded"
no_process_left
