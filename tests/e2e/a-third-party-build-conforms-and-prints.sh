. "$E2E/helpers.sh"

firmware_build third-party.c third-party
jobjam firmware check ./third-party.so
status_is 0
out_has "17 of 17 hold"
out_lacks FAILED

one_print
jobjam run print.lua --firmware ./third-party.so
status_is 0
events=$(latest print)/events.ndjson
file_has "$events" '"firmware":"third-party"'
[ "$(grep -c '"kind":"firmware.ended".*"how":"finished"' "$events")" -ge 1 ] || fail "nothing was printed"
jobjam verify print.lua --firmware ./third-party.so
status_is 0
out_has identical
no_process_left
