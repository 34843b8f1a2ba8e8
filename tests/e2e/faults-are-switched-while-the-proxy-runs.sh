# shellcheck shell=sh
. "$E2E/helpers.sh"

live_broker
live_proxy --record events.ndjson
ctl() {
	jobjam ctl control "$@"
}
publish() { # ID TEXT, until it is acknowledged
	timeout 60 mosquitto_pub --unix proxy.sock -i "$1" -t a -m "$2" -q 1 2>/dev/null
}
mosquitto_sub --unix proxy.sock -i sub -t a -q 1 >heard &
sub=$!
# shellcheck disable=SC2064
trap "kill $broker_pid $proxy_pid $sub 2>/dev/null" EXIT
wait_for grep -q '"who":"link/client/sub","type":"SUBACK"' events.ndjson

ctl faults
status_is 0
out_has 'no fault is armed'

# The broker's acknowledgement is kept from one client alone.
ctl arm 'client/unlucky*' drop type=PUBACK
status_is 0
out_has 'armed as number 1'
mosquitto_pub --unix proxy.sock -i unlucky-1 -t a -m lost -q 1 2>/dev/null &
unlucky=$!
receipt '1  drop .*affected 1,'
kill "$unlucky" || fail "unlucky-1 had its acknowledgement"
publish lucky kept || fail "lucky had none"
ctl faults
out_has '1  drop  client/unlucky*  armed: matched 1, affected 1, 4 bytes'
ctl lift 1
out_has 'lifted: matched 1, affected 1'
publish unlucky-2 after || fail "unlucky-2 had no acknowledgement after the fault was lifted"
ctl faults
out_has 'no fault is armed'

# Held, released in order, and what comes later is held again.
ctl arm client/sub hold type=PUBLISH dir=down
publish p one && publish p two || fail "publishing: $?"
receipt "2  hold .*affected 2,"
printf 'lost\nkept\nafter\n' | cmp -s - heard || fail "heard $(cat heard)"
ctl release 2
status_is 0
wait_for grep -q two heard
publish p three || fail "publishing: $?"
receipt "2  hold .*affected 3,"
ctl lift all
wait_for grep -q three heard
printf 'lost\nkept\nafter\none\ntwo\nthree\n' | cmp -s - heard || fail "heard $(cat heard)"

# What is said wrongly teaches, and changes nothing.
ctl arm client/sub dorp
status_is 2
err_has 'unknown fault "dorp"; did you mean "drop"?'
ctl arm client/sub drop tpye=PUBLISH
status_is 2
err_has 'unknown setting of drop "tpye"; did you mean "type"?'
ctl arm client/sub latency delay=soon
status_is 2
err_has 'delay'
ctl arm client/sub
status_is 2
err_has 'it is written: arm LINK FAULT [NAME=VALUE...]'
ctl lift 99
status_is 2
err_has 'no fault has the number "99"'
ctl fautls
status_is 2
err_has 'unknown command "fautls"; did you mean "faults"?'
jobjam ctl nobody faults
status_is 2
err_has 'no proxy answers at nobody'
[ "$(stat -c %a control)" = 600 ] || fail "the control socket is open to others"

ctl stop
status_is 0
status=0
wait "$proxy_pid" || status=$?
cp proxy.out output
status_is 0
out_has 'receipt 1: drop on client/unlucky*: matched 1, affected 1, 4 bytes'
out_has 'receipt 2: hold on client/sub: matched 3, affected 3'
# The record says the same, and causes can be asked for.
grep -q '"kind":"fault.receipt","who":"link/client/sub","fault":"hold","number":2,"matched":3,"affected":3' events.ndjson ||
	fail "no receipt in the record"
id=$(sed -n 's/^{"id":\([0-9]*\),.*"kind":"mqtt.deliver","who":"link\/client\/sub".*/\1/p' events.ndjson | sed -n 4p)
jobjam why events.ndjson "$id"
status_is 0
out_has 'fault hold acts on client/sub: held'
