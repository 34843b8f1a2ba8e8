. "$E2E/helpers.sh"

# A sanitizer makes calls of its own, and is not confined.
case $JOBJAM in */asan/*) echo "# left out: no confinement under a sanitizer"; exit 0 ;; esac
one_print
firmware_build planted.c mine -DPLANT_SOCKET
jobjam run print.lua --firmware ./mine.so
status_is 4
err_has "the firmware of printer/001 is gone (forbidden in step): it calls dup"
events=$(latest print)/events.ndjson
whole_lines "$events"
file_has "$events" '"how":"forbidden"'
file_has "$events" '"kind":"firmware.reset","who":"printer/001","boots":true'
[ "$(grep -c '"kind":"firmware.crashed","who":"printer/002"' "$events")" -ge 1 ] || fail "the other machine is not there"
file_has "$events" '"t":10800000000000' # the run reached its end
jobjam verify print.lua --firmware ./mine.so
out_has identical
no_process_left
