. "$E2E/helpers.sh"

# Two copies of one broker tell one story.
own_broker
jobjam run broker-backlog --quiet --broker mosquitto --broker ./own-broker --same
status_is 0
out_has "broker-backlog: the first: mosquitto, the other: ./own-broker"
out_has "  the same story, "
out_has "  no difference in harm"
[ "$(ls -d out/broker-backlog/*+broker-* | wc -l)" -eq 2 ] || fail "each broker has its own directory"

# One that keeps little for those who are away does not.
cat >forgetful.sh <<'SH'
#!/bin/sh
echo "max_queued_messages 1" >>"$1"
exec mosquitto -c "$1"
SH
chmod +x forgetful.sh
jobjam run broker-backlog --quiet --broker mosquitto --broker "exec:./forgetful.sh {conf}"
out_has "  the stories part after "
out_has "    the first: 2023-08-1"
out_has "    the other: 2023-08-1"
out_has "  what differs in harm:"
grep -q '^    stale_start.*: the first [0-9]*, the other [0-9]*$' output || fail "no count of stale starts"

# Each is judged by itself, so both are fine; a difference is a failure only if asked.
status_is 0
jobjam run broker-backlog --quiet --broker mosquitto --broker "exec:./forgetful.sh {conf}" --same
status_is 1

# The status is that of the worst.
jobjam run broker-backlog --quiet --broker mosquitto --broker "$BROKERS/exits"
status_is 4
out_has "cannot be compared: the other did not come to a verdict"
take quiet.lua
jobjam verify quiet.lua --broker mosquitto --broker ./own-broker
status_is 2
err_has "only jobjam run takes several brokers"
no_process_left
