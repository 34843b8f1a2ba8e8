# shellcheck shell=sh
. "$E2E/helpers.sh"

# A sanitizer keeps what was freed, which is not what is measured here.
export ASAN_OPTIONS="quarantine_size_mb=1:thread_local_quarantine_size_kb=64:${ASAN_OPTIONS:-}"
live_broker 'max_queued_messages 50'
live_proxy --record events.ndjson
peers=
peer() { # in the background, until the end of the story
	"$BROKERS/peer" proxy.sock "$@" >>peers 2>&1 &
	peers="$peers $!"
	# shellcheck disable=SC2064
	trap "kill $broker_pid $proxy_pid $peers 2>/dev/null" EXIT
}
resident() { # KiB
	awk '/^VmRSS/ { print $2 }' "/proc/$proxy_pid/status"
}
before=$(resident)

# It opens and says nothing; it promises 256 MiB and stops; it promises a CONNECT and stops;
# it subscribes and never reads.
for i in 1 2 3 4 5 6 7 8 9 10; do
	peer stay
	peer hello "promises-$i" hear 4 say 30ffffff7f0001 flood 3000000 stay
done
peer say 10ffff3f0004 flood 900000 stay
peer hello deaf hear 4 sub 'a/#' stay
wait_for sh -c '[ "$(grep -c here peers)" -eq 22 ]'

# One byte at a time is a CONNECT all the same, and the answer comes.
"$BROKERS/peer" proxy.sock drip 100f00044d5154540402003c000364726970 hear 4 >drip ||
	fail "the slow one had no answer"
grep -qx 20020000 drip || fail "the slow one heard: $(cat drip)"

# Meanwhile everybody else is served: 300 messages of 100 KB, of which the deaf one reads none.
head -c 100000 /dev/zero | tr '\0' x >message
mosquitto_sub --unix proxy.sock -i good -t 'a/#' -q 1 -C 300 >heard &
sub=$!
wait_for grep -q '"who":"link/client/good","type":"SUBACK"' events.ndjson
i=0
while [ $i -lt 300 ]; do
	cat message
	echo
	i=$((i + 1))
done | mosquitto_pub --unix proxy.sock -i loud -t a/b -q 1 -l || fail "mosquitto_pub says $?"
wait "$sub" || fail "mosquitto_sub says $?"
[ "$(wc -c <heard)" -eq 30000300 ] || fail "heard $(wc -c <heard) bytes"

# 30 MB passed twice; what waits for the deaf one and its like is bounded.
grown=$(($(resident) - before))
[ "$grown" -lt 24000 ] || fail "the proxy has grown by $grown KiB"

proxy_ends
status_is 0
