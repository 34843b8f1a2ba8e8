# shellcheck shell=sh
. "$E2E/helpers.sh"

live_broker
live_proxy

# Direct or through the proxy, the same bytes and the same end.
for socket in broker.sock proxy.sock; do
	"$BROKERS/peer" $socket hello polite say c000 hear 6 half end >"$socket.heard" ||
		fail "no answer through $socket"
done
cmp -s broker.sock.heard proxy.sock.heard ||
	fail "direct: $(cat broker.sock.heard), through the proxy: $(cat proxy.sock.heard)"
grep -qx 20020000d000 proxy.sock.heard || fail "heard $(cat proxy.sock.heard)"

# Everything said before the half-close still arrives.
mosquitto_sub --unix broker.sock -i sub -t t -C 1 >heard &
sub=$!
subscribed sub
"$BROKERS/peer" proxy.sock hello last say 300400017478 half end >/dev/null || fail "no end"
wait "$sub"
printf 'x\n' | cmp -s - heard || fail "heard $(od -c heard)"

proxy_ends
status_is 0
out_has 'passed: 2 connections'
