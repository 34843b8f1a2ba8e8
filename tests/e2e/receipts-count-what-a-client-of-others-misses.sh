# shellcheck shell=sh
. "$E2E/helpers.sh"

# Each part of a matcher on a topic of its own; what mosquitto_sub does not hear is counted
# outside our codec, and is what the receipt says.
scenario live.lua <<'LUA'
local function lose(topic, parts)
  parts.dir, parts.type, parts.topic = "down", "PUBLISH", "t/" .. topic
  net.link "client/sub*":drop(parts)
end
lose("every", { every = 3 })
lose("nth", { nth = 5 })
lose("first", { first = 2, per = "link" })
lose("times", { json = "n>50", times = 7 })
lose("json", { json = "who.name=even" })
lose("absent", { json = "!who.name" })
lose("luck", { probability = 0.3 })
lose("size", { min_size = 60 })
lose("retain", { retain = true })
lose("fresh", { retain = false })
lose("expiry", { property = "message_expiry<=60" })
lose("user", { property = "user:job=7" })
lose("when", { when = function(packet) return packet:json "n" % 10 == 0 end })
LUA
live_broker
live_proxy --record events.ndjson live.lua
# Two subscribers, both lose; the second is there for per = "link".
subs=
for sub in 1 2; do
	mosquitto_sub --unix proxy.sock -i "sub$sub" -V mqttv5 -t 't/#' -t end -F '%t %p' \
		>"heard$sub" &
	subs="$subs $!"
done
# shellcheck disable=SC2016
wait_for sh -c '[ "$(grep -c SUBACK events.ndjson)" -eq 2 ]'
n=0
while [ $n -lt 100 ]; do
	n=$((n + 1))
	name=odd pad=
	[ $((n % 2)) -eq 1 ] || name=even pad=0123456789012345678901234567890123456789
	printf '{"n":%d,"who":{"%s":"%s"},"pad":"%s"}\n' $n \
		"$([ $((n % 4)) -eq 0 ] && echo nobody || echo name)" $name "$pad"
done >said
for topic in every nth first times json absent luck size when; do
	mosquitto_pub --unix broker.sock -V mqttv5 -t "t/$topic" -l <said || fail "pub says $?"
done
for expiry in 30 60 61; do
	mosquitto_pub --unix broker.sock -V mqttv5 -t t/expiry -m x \
		-D publish message-expiry-interval $expiry
	mosquitto_pub --unix broker.sock -V mqttv5 -t t/user -m x \
		-D publish user-property job $((expiry % 59 + 5))
done
# Retained only for one who comes later.
mosquitto_pub --unix broker.sock -t t/retain -m kept -r
mosquitto_pub --unix broker.sock -t t/fresh -m kept -r
mosquitto_sub --unix proxy.sock -i sub3 -t t/retain -t t/fresh -t end -F '%t %p' -C 2 >heard3 &
third=$!
# shellcheck disable=SC2016
wait_for sh -c '[ "$(grep -c SUBACK events.ndjson)" -eq 3 ]'
mosquitto_pub --unix broker.sock -t end -m x
wait "$third" || fail "mosquitto_sub says $?"
wait_for grep -q '^end' heard1
wait_for grep -q '^end' heard2
# shellcheck disable=SC2086
kill $subs
proxy_ends
status_is 0

# misses TOPIC SENT: how many of so many deliveries were not heard; the receipt must say the same.
misses() {
	heard=$(cat heard1 heard2 heard3 | grep -c "^t/$1 ")
	missed=$(($2 - heard))
	receipt=$(grep '"kind":"fault.receipt"' events.ndjson | sed -n "$3p" |
		sed 's/.*"affected":\([0-9]*\),.*/\1/')
	[ "$missed" -eq "$receipt" ] || fail "$1: $missed missed, but the receipt says $receipt"
}
number=0
for topic in every nth first times json absent luck size; do
	number=$((number + 1))
	misses $topic 200 $number
	eval "missed_$topic=$missed"
done
misses retain 3 9
missed_retain=$missed
misses fresh 3 10
missed_fresh=$missed
misses expiry 6 11
missed_expiry=$missed
misses user 6 12
missed_user=$missed
misses when 200 13
missed_when=$missed
# shellcheck disable=SC2154
said="$missed_every $missed_nth $missed_first $missed_times $missed_json $missed_absent $missed_size"
[ "$said" = "66 1 4 7 50 50 100" ] || fail "missed: $said"
[ "$missed_luck" -gt 30 ] && [ "$missed_luck" -lt 90 ] || fail "luck: $missed_luck"
[ "$missed_retain $missed_fresh $missed_expiry $missed_user $missed_when" = "1 2 4 2 20" ] ||
	fail "missed: $missed_retain $missed_fresh $missed_expiry $missed_user $missed_when"
no_process_left
