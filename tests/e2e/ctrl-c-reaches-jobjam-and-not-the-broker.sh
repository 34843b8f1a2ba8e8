. "$E2E/helpers.sh"

take long.lua
own_broker
# A group of its own, as a terminal gives to what it runs; Ctrl-C goes to the whole group.
begin setsid "$JOBJAM" run long.lua --broker ./own-broker
wait_for grep -qs '"kind":"job.accepted"' out/long/latest/events.ndjson
kill -INT "-$pid"
ends
status_is 130
no_process_left
file_has "$(latest long)/events.ndjson" '"kind":"guest.ended"'
! grep -q '"kind":"guest.ended".*"asked":false' "$(latest long)/events.ndjson" ||
	fail "the broker got the signal too"
