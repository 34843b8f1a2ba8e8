# shellcheck shell=sh
. "$E2E/helpers.sh"

live_broker
live_proxy --record events.ndjson
mosquitto_sub --unix proxy.sock -i sub -t 'a/#' -q 2 -v -C 3 >heard &
sub=$!
wait_for grep -q SUBACK events.ndjson
for qos in 0 1 2; do
	mosquitto_pub --unix proxy.sock -i "pub$qos" -V "mqttv$([ $qos = 1 ] && echo 5 || echo 311)" \
		-t "a/$qos" -m "message $qos" -q $qos || fail "mosquitto_pub says $?"
done
wait "$sub" || fail "mosquitto_sub says $?"
printf 'a/0 message 0\na/1 message 1\na/2 message 2\n' | cmp -s - heard || fail "heard: $(cat heard)"

run "$JOBJAM" ctl control links
status_is 0
out_has 'client/pub1  away'
run "$JOBJAM" ctl control stats
out_has 'connections 0 open'

proxy_ends
status_is 0
out_has 'passed: 4 connections'
not_there proxy.sock control
whole_lines events.ndjson
tail -1 events.ndjson | grep -q '"end":"RECORDED","status":0' || fail "no end line"
no_process_left
