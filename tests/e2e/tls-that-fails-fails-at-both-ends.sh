# shellcheck shell=sh
. "$E2E/helpers.sh"

# Four ways in which TLS fails before, or after, MQTT: the client that notices is mosquitto's own, and
# what the broker knows of it stands in its log. (T16 of tests/net/catalogue.txt.)
live_broker 'log_type all'

# An authority, and what it vouches for: certificate NAME SUBJECT-ALT-NAME FROM TILL.
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=authority 2>openssl.log ||
	fail "openssl: $(cat openssl.log)"
printf '%s\n' '[ca]' 'default_ca=c' '[c]' 'database=index' 'new_certs_dir=.' 'default_md=sha256' \
	'policy=p' 'serial=serial' 'copy_extensions=copy' 'unique_subject=no' '[p]' 'commonName=supplied' >ca.conf
: >index
echo 01 >serial
certificate() {
	openssl req -new -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" \
		-addext "subjectAltName=$2" 2>openssl.log &&
		openssl ca -batch -notext -config ca.conf -cert ca.pem -keyfile ca.key -in "$1.csr" \
			-out "$1.pem" -startdate "$3" -enddate "$4" 2>openssl.log ||
		fail "openssl: $(cat openssl.log)"
}
certificate good IP:127.0.0.1 20200101000000Z 20990101000000Z
certificate expired IP:127.0.0.1 20200101000000Z 20200102000000Z
certificate other DNS:printer.example.invalid 20200101000000Z 20990101000000Z

# tls_proxy NAME CERTIFICATE: its port is then in $port, its process in $tls_pid.
pids=
tls_proxy() {
	env E2E_MARK="$mark" "$JOBJAM" proxy --listen tls:127.0.0.1:0 --cert "$2.pem" --key "$2.key" \
		--upstream "unix:$(pwd -P)/broker.sock" --control "$1.ctl" --record "$1.ndjson" \
		>"$1.out" 2>"$1.err" </dev/null &
	tls_pid=$!
	pids="$pids $tls_pid"
	# shellcheck disable=SC2064
	trap "kill $pids \$broker_pid \$proxy_pid 2>/dev/null" EXIT
	wait_for grep -qs '^control: ' "$1.out"
	port=$(sed -n 's/^proxy: tls:127.0.0.1:\([0-9]*\) .*/\1/p' "$1.out")
}
pub() { # NAME PORT [OPTION...]
	name=$1 to=$2
	shift 2
	mosquitto_pub -h 127.0.0.1 -p "$to" --cafile ca.pem -i "$name" -t a/b -m "$name" "$@" 2>"$name.said"
}

# The client does not believe it: no CONNECT is ever said.
tls_proxy expired expired
! pub late "$port" || fail "it trusts a certificate that has expired"
wait_for grep -q 'no TLS with a client: .*certificate expired' expired.err
tls_proxy other other
! pub lost "$port" || fail "it trusts the certificate of another host"
file_has lost.said 'TLS error'
for name in expired other; do
	! grep -q '"type":"CONNECT"' "$name.ndjson" || fail "$name: a CONNECT came through"
done
pub named "$port" --insecure || fail "it was not the name: $(cat named.said)"

# The handshake stalls: what the client sends arrives, and nothing comes back. Neither end is told, and
# the client waits on.
tls_proxy inner good
inner_port=$port
scenario stall.lua <<'LUA'
net.link "conn/1":stall { dir = "down" }
LUA
live_proxy --listen 127.0.0.1:0 --upstream "127.0.0.1:$inner_port" --record stall.ndjson stall.lua
stall_port=$(sed -n 's/^proxy: 127.0.0.1:\([0-9]*\) .*/\1/p' proxy.out)
status=0
timeout 3 mosquitto_pub -h 127.0.0.1 -p "$stall_port" --cafile ca.pem -i stalled -t a/b -m x 2>said || status=$?
[ "$status" -eq 124 ] || fail "a handshake that stalls: mosquitto_pub says $status: $(cat said)"
! grep -q stalled broker.log || fail "the broker knows of a client that never came so far"

# An end without close_notify, in the middle of a session: the broker sees it, and sends the will.
mosquitto_sub --unix broker.sock -i witness -t will -C 1 >will &
witness=$!
wait_for grep -q 'SUBSCRIBE from witness' broker.log
mosquitto_sub -h 127.0.0.1 -p "$stall_port" --cafile ca.pem -i cut -t a/b --will-topic will --will-payload gone \
	>cut.heard 2>cut.said &
cut=$!
wait_for grep -q 'SUBSCRIBE from cut' broker.log
"$JOBJAM" ctl control arm conn/2 reset >armed || fail "$(cat armed)"
wait "$witness" || fail "the witness ends with $?"
file_has will gone
kill "$cut" 2>/dev/null
wait "$cut"

pub fine "$inner_port" -q 1 || fail "the certificate that holds: $(cat fine.said)"
file_has broker.log 'as fine'
! grep -qE 'as (late|lost|stalled) ' broker.log || fail "the broker has heard of one that could not come"

proxy_ends TERM
status_is 0
# shellcheck disable=SC2086
kill $pids
# shellcheck disable=SC2086
wait $pids
no_process_left
