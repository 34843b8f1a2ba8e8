# shellcheck shell=sh
. "$E2E/helpers.sh"

# Clients speak TLS to one proxy; it speaks TLS to another, which speaks plainly to the broker.
live_broker
env E2E_MARK="$mark" "$JOBJAM" proxy --listen tls:127.0.0.1:0 --self-signed inner.pem \
	--upstream "unix:$(pwd -P)/broker.sock" --control inner >inner.out 2>inner.err </dev/null &
inner=$!
# shellcheck disable=SC2064
trap "kill $inner \$broker_pid \$proxy_pid 2>/dev/null" EXIT
wait_for grep -q '^control: ' inner.out
inner_port=$(sed -n 's/^proxy: tls:127.0.0.1:\([0-9]*\) .*/\1/p' inner.out)

: >proxy.out
env E2E_MARK="$mark" "$JOBJAM" proxy --listen tls:127.0.0.1:0 --self-signed outer.pem \
	--upstream "tls:127.0.0.1:$inner_port" --ca inner.pem --control outer \
	>proxy.out 2>proxy.err </dev/null &
proxy_pid=$!
wait_for grep -q '^control: ' proxy.out
port=$(sed -n 's/^proxy: tls:127.0.0.1:\([0-9]*\) .*/\1/p' proxy.out)

mosquitto_sub -h 127.0.0.1 -p "$port" --cafile outer.pem -i sub -t 'a/#' -C 2 >heard &
sub=$!
subscribed sub
head -c 1000000 /dev/zero | tr '\0' x >large
mosquitto_pub -h 127.0.0.1 -p "$port" --cafile outer.pem -i pub -t a/b -m small -q 2 || fail "small: $?"
mosquitto_pub -h 127.0.0.1 -p "$port" --cafile outer.pem -i pub -t a/b -f large -q 1 || fail "large: $?"
wait "$sub" || fail "mosquitto_sub says $?"
[ "$(wc -c <heard)" -eq 1000007 ] || fail "heard $(wc -c <heard) bytes"

# A client that does not trust the certificate is told of; the others go on.
mosquitto_pub -h 127.0.0.1 -p "$port" --cafile inner.pem -i pub -t a/b -m x 2>refused &&
	fail "it trusted a certificate that it does not know"
wait_for grep -q 'no TLS with a client: .*unknown ca' proxy.err

# No certificate, one that nobody vouches for, one for another host, no TLS at all, no key.
jobjam proxy --listen tls:127.0.0.1:0 --upstream "unix:$(pwd -P)/broker.sock"
status_is 2
err_has 'needs a certificate: --cert FILE --key FILE, or --self-signed FILE'
jobjam proxy --listen 127.0.0.1:0 --upstream "tls:127.0.0.1:$inner_port"
status_is 2
err_has 'its certificate does not hold: self-signed certificate'
jobjam proxy --listen 127.0.0.1:0 --upstream "tls:127.1:$inner_port" --ca inner.pem
status_is 2
err_has "no TLS with the upstream tls:127.1:$inner_port: its certificate does not hold: hostname mismatch"
jobjam proxy --listen tls:127.0.0.1:0 --upstream "unix:$(pwd -P)/broker.sock" --cert inner.pem --key inner.pem
status_is 2
err_has '--key inner.pem does not load'
jobjam proxy --listen 127.0.0.1:0 --upstream "unix:$(pwd -P)/broker.sock" --self-signed x.pem
status_is 2
err_has 'a certificate is for --listen tls:'

proxy_ends TERM
status_is 0
kill "$inner"
wait "$inner" || fail "the inner one ends with $?"
no_process_left
