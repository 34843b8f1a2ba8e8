. "$E2E/helpers.sh"

one_print
firmware_build planted.c mine -DPLANT_OUTSIDE
jobjam run print.lua --firmware ./mine.so
status_is 4
# In a build with sanitizers these meet the signal first, and end the process by themselves.
detail=SIGSEGV
case $JOBJAM in */asan/jobjam) detail="it ended by itself" ;; esac
err_has "the firmware of printer/001 is gone (crashed in step): $detail"
events=$(latest print)/events.ndjson
whole_lines "$events"
file_has "$events" "\"how\":\"crashed\",\"detail\":\"$detail\",\"call\":\"step\""
file_has "$events" '"kind":"firmware.reset","who":"printer/001","boots":true'
[ "$(grep -c '"kind":"firmware.crashed","who":"printer/002"' "$events")" -ge 1 ] || fail "the other machine is not there"
file_has "$events" '"t":10800000000000' # the run reached its end
jobjam verify print.lua --firmware ./mine.so
out_has identical
no_process_left
