# shellcheck shell=sh
. "$E2E/helpers.sh"

live_broker
(
	ulimit -n 96
	exec env E2E_MARK="$mark" "$JOBJAM" proxy --listen "unix:$(pwd -P)/proxy.sock" \
		--upstream "unix:$(pwd -P)/broker.sock" --control control >proxy.out 2>proxy.err </dev/null
) &
proxy_pid=$!
peers=
# shellcheck disable=SC2064
trap "kill $broker_pid $proxy_pid 2>/dev/null" EXIT
wait_for grep -qs '^control: ' proxy.out
jobjam ctl control stats
most=$(sed -n 's/^connections 0 open, .* \([0-9]*\) at most$/\1/p' output)
[ "$most" -eq 16 ] || fail "at most $most"

i=0
while [ $i -lt $((most + 4)) ]; do
	"$BROKERS/peer" proxy.sock hello "peer-$i" hear 4 stay >>heard 2>&1 &
	peers="$peers $!"
	i=$((i + 1))
done
# shellcheck disable=SC2064
trap "kill $broker_pid $proxy_pid $peers 2>/dev/null" EXIT
wait_for sh -c "[ \"\$(grep -c here heard)\" -eq $most ]"
wait_for grep -q "no more descriptors at $most connections: further ones wait until one of them ends" proxy.err
jobjam ctl control stats
status_is 0
out_has "connections $most open"

# As these go, those that waited come in: nobody was turned away.
# shellcheck disable=SC2086
kill $(echo $peers | cut -d ' ' -f 1-$most) 2>/dev/null
wait_for sh -c "'$JOBJAM' ctl control stats | grep -q '^connections 4 open'"
wait_for sh -c "'$JOBJAM' ctl control stats | grep -q '^accepted $((most + 4)),'"
proxy_ends
status_is 0
out_has "passed: $((most + 4)) connections"
