# shellcheck shell=sh
. "$E2E/helpers.sh"

# Between mosquitto's own clients and a real broker, with a recording relay at either end: late,
# in pieces and gathered up, every byte arrives; the receipt counts what the relays recorded.
live_broker
scenario late.lua <<'LUA'
net.link "*":slice { size = 5, gap = "100us" }
net.link "*":coalesce { every = "5ms" }
net.link "*":latency { delay = "1ms" }
LUA
tapped_proxy late.lua --record events.ndjson
mosquitto_sub -p "$tap_port" -h 127.0.0.1 -i sub -t 'a/#' -q 2 -C 60 >heard &
sub=$!
wait_for grep -q '"who":"link/client/sub","type":"SUBACK"' events.ndjson
for qos in 0 1 2; do
	seq 20 | mosquitto_pub -p "$tap_port" -h 127.0.0.1 -i "pub-$qos" -t a/b -q $qos -l || fail "mosquitto_pub says $?"
done
wait "$sub" || fail "mosquitto_sub says $?"
for qos in 0 1 2; do seq 20; done | cmp -s - heard || fail "heard $(wc -l <heard) lines, not 1 to 20 three times"
wait_for grep -q '"who":"link/client/sub","type":"DISCONNECT"' events.ndjson
proxy_ends
status_is 0
same_at_both_ends
recorded=$(cat clients/*.up clients/*.down | wc -c)
out_has "latency on *: matched"
grep -q "latency on \*:.*$recorded bytes" output || fail "the relays recorded $recorded bytes"
