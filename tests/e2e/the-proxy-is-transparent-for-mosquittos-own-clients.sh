# shellcheck shell=sh
. "$E2E/helpers.sh"

live_broker
tapped_proxy
to="-h 127.0.0.1 -p $tap_port"

for v in 311 5; do
	# Retained before anybody listens; a will; every QoS; unsubscribed from one of two.
	# shellcheck disable=SC2086
	{
		mosquitto_pub $to -V mqttv$v -i "keep-$v" -t "r/$v" -m kept -r -q 1 || fail "retain: $?"
		mosquitto_sub $to -V mqttv$v -i "sub-$v" -c -t '#' -U "other/$v" -q 2 -C 6 >"heard-$v" &
		sub=$!
		wait_for sh -c "'$JOBJAM' ctl control links | grep -q 'client/sub-$v  attached'"
		wait_for sh -c "grep -q kept clients/*.down"
		mosquitto_pub $to -V mqttv$v -i "zero-$v" -t "t/$v" -m zero -q 0 || fail "QoS 0: $?"
		mosquitto_pub $to -V mqttv$v -i "one-$v" -t "t/$v" -m one -q 1 || fail "QoS 1: $?"
		mosquitto_pub $to -V mqttv$v -i "two-$v" -t "t/$v" -m two -q 2 || fail "QoS 2: $?"
		mosquitto_sub $to -V mqttv$v -i "dies-$v" -t nothing --will-topic "w/$v" --will-payload died \
			--will-qos 1 >/dev/null &
		dies=$!
		wait_for sh -c "'$JOBJAM' ctl control links | grep -q 'client/dies-$v  attached'"
		kill -9 $dies
		wait $dies 2>/dev/null
		wait_for sh -c "'$JOBJAM' ctl control links | grep -q 'client/dies-$v  away'"
		mosquitto_pub $to -V mqttv$v -i "keep-$v" -t "r/$v" -n -r -q 1 || fail "retain: $?"
		wait $sub || fail "mosquitto_sub says $?"
	}
	grep -qx died "heard-$v" || fail "the will was not heard: $(cat "heard-$v")"
done

# What those tools never send: a PINGREQ so soon, and an AUTH (5.0), which the broker refuses.
"$BROKERS/peer" "$tap_port" hello pings hear 4 say c000 hear 2 say e000 end >/dev/null || fail "no pong"
"$BROKERS/peer" "$tap_port" say 101100044d5154540502000000000461757468 say f000 end >/dev/null ||
	fail "no end after AUTH"
# The broker's own DISCONNECT (5.0): a QoS 1 PUBLISH without a packet identifier.
"$BROKERS/peer" "$tap_port" say 101100044d515454050200000000046c6f7374 hear 14 say 3206000174000000 \
	hear 3 end >refused || fail "no DISCONNECT: $(cat refused)"
grep -qx e00182 refused || fail "heard $(cat refused)"

types_are '1 3 4 5 6 7 8 10 12 14 15' '2 3 4 5 6 7 9 11 13 14'
proxy_ends
status_is 0
same_at_both_ends
