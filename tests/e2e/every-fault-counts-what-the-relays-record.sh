# shellcheck shell=sh
. "$E2E/helpers.sh"

# receipts.txt, row by row: each in a folder of its own, with a proxy of its own between two relays that
# record. JOBJAM_RECEIPTS=FAULT|FAULT tells those alone, and what they counted.
table=$E2E/receipts.txt

# --- what was recorded ---------------------------------------------------------------------------------------

# An expression with the numbers in place of its {…}.
numbers() {
	"$BROKERS/tap" count "$1"
}

is() {
	[ $(($(numbers "$1"))) -ne 0 ] || trouble "$1: $(numbers "$1")"
}

settle() {
	n=0
	until [ $(($(numbers "$1"))) -ne 0 ]; do
		n=$((n + 1))
		[ $n -lt 400 ] || trouble "waited in vain for $1: $(numbers "$1")"
		sleep 0.05
	done
}

# --- deeds -----------------------------------------------------------------------------------------------------

arm() {
	[ "$armed" = before ] || settle '{c.down ^2} == {c.conns}'
	# shellcheck disable=SC2086
	"$JOBJAM" ctl control arm 'client/*' "$fault" $settings >armed || trouble "$(cat armed)"
}

lift() {
	"$JOBJAM" ctl control lift all >lifted || trouble "$(cat lifted)"
}

pub() { # N QOS [OPTION…]: mosquitto's own client; faults may leave it waiting
	count=$1 qos=$2
	shift 2
	seq "$count" | timeout 10 mosquitto_pub -h 127.0.0.1 -p "$port" -i pub -t a/b -q "$qos" -l "$@" >>said 2>&1
	: # it may well have failed
}

kept() { # the broker has a session for it
	mosquitto_sub --unix "$upstream" -i kept -c -q 1 -t kept -E >>said 2>&1
}

talk() { # NAME DEED…: a raw client that stays, and says what comes in NAME.say
	: >>"$1.say"
	name=$1
	shift
	"$BROKERS/peer" "$port" "$@" follow "$name.say" >>said 2>&1 &
	peers="$peers $!"
}

hello() { # N [NAME]
	n=0 before=$(($(numbers '{c.conns}')))
	while [ $n -lt "$1" ]; do
		n=$((n + 1))
		talk "${2:-c}$n" hello "${2:-c}$n"
	done
	settle "{c.conns} == $((before + $1))"
}

five() { # the same in MQTT 5.0
	talk c1 say 100f00044d5154540502003c0000026335
	settle '{c.conns} == 1'
}

publish() { # N [QOS]
	n=0
	while [ $n -lt "$1" ]; do
		n=$((n + 1))
		case ${2:-0} in
		0) echo 30070003612f623132 ;;
		1) printf '32090003612f62%04x3132\n' "$n" ;;
		2) printf '34090003612f62%04x3132\n' "$n" ;;
		esac
	done >>c1.say
}

stay() {
	: # whoever said hello does, until the row ends
}

say() { # HEX [NAME]
	echo "$1" >>"${2:-c1}.say"
}

subscribe() {
	echo 820800010003612f6200 >>c1.say
}

ping() { # N
	n=0
	while [ $n -lt "$1" ]; do
		n=$((n + 1))
		echo c000
	done >>c1.say
}

acted() { # N: the fault has
	n=0
	until [ "$("$JOBJAM" ctl control receipts | sed -n 's/^1  .*matched \([0-9]*\),.*/\1/p')" -ge "$1" ]; do
		n=$((n + 1))
		[ $n -lt 400 ] || trouble "never matched"
		sleep 0.05
	done
}

parts() { # N: so many the fault has armed by now
	n=0
	until [ "$("$JOBJAM" ctl control receipts | grep -c '^[2-9]  ')" -ge "$1" ]; do
		n=$((n + 1))
		[ $n -lt 400 ] || trouble "never had $1 parts"
		sleep 0.05
	done
}

leave() {
	# shellcheck disable=SC2086
	kill $peers
	peers=
}

# --- one row ---------------------------------------------------------------------------------------------------

trouble() {
	echo "$fault: $1" >>../../trouble
	end_row
	exit 0
}

end_row() {
	# shellcheck disable=SC2086
	kill -9 $peers 2>/dev/null
	kill "$proxy_pid" "$tap_a" "$tap_b" 2>/dev/null
	# shellcheck disable=SC2086
	wait "$proxy_pid" "$tap_a" "$tap_b" $peers 2>/dev/null
	: # whatever they said at last
}

# What the receipt must say, one by one; what is no field of it is of the recordings alone.
holds() {
	[ -n "$over" ] || "$JOBJAM" ctl control receipts >receipts
	# shellcheck disable=SC2046
	set -- $(sed -nE 's/^(1 |receipt 1:) .*: matched ([0-9]*), affected ([0-9]*), ([0-9]*) bytes.*/\2 \3 \4/p' receipts)
	matched=$1 affected=$2 bytes=$3
	[ "$affected" -gt 0 ] || return 1
	said="$(numbers "$claims");"
	while [ -n "$said" ]; do
		one=${said%%;*}
		said=${said#*;}
		[ $((${one%% = *})) -eq $((${one#* = })) ] || return 1
	done
}

# They may have been equal for a moment only: they are so too when the proxy has ended and all that it sent
# is recorded. Not where ends are counted, since that makes more of them.
at_rest() {
	case $claims in *.ends*) return ;; esac
	proxy_ends
	settle '{c.ends down} == {c.conns}'
	settle '{b.ends up} == {b.conns}'
	over=yes
	grep '^receipt ' proxy.out >receipts
	holds || trouble "at the end: $(tell_claims)"
}

tell_claims() {
	head -n 2 receipts | tr '\n' ' '
	echo "$claims: $(numbers "$claims")"
}

row() {
	peers= over=
	armed=before
	[ "$fault" != net.on ] || echo "net.on { link = \"client/*\", $settings }" >live.lua
	# shellcheck disable=SC2046
	tapped_proxy --record events.ndjson $(ls live.lua 2>/dev/null)
	trap - EXIT # the broker is everybody's
	port=$tap_port
	case "; $deeds;" in *'; arm;'*) armed=later ;; *) [ "$fault" = net.on ] || arm ;; esac
	eval "$deeds"
	n=0
	until holds; do
		n=$((n + 1))
		[ $n -lt 400 ] || trouble "the receipt and the relays: $(tell_claims)"
		sleep 0.05
	done
	at_rest
	[ -z "${JOBJAM_RECEIPTS:-}" ] || tell_claims >>../../told
	end_row
}

# Some rows at a time, since they mostly wait; each stripe of them has a broker of its own, whose clients
# would otherwise take over those of the same name.
stripe() { # N OF
	mkdir "stripe-$1" && cd "stripe-$1" || exit 1
	live_broker 'log_type all' 'max_connections -1'
	upstream=$(pwd -P)/broker.sock
	each=0
	while IFS='|' read -r fault settings deeds claims; do
		fault=${fault% }
		each=$((each + 1))
		[ $((each % $2)) -eq "$1" ] || continue
		(mkdir "$each" && cd "$each" && ln -s ../broker.sock broker.sock && row) </dev/null ||
			echo "$fault: could not be told" >>../trouble
	done <../rows
}

: >trouble
grep -v '^#' "$table" | grep '|' | grep -v '| not compared yet: ' |
	grep -E "^(${JOBJAM_RECEIPTS:-[^ ]*}) [|]" >rows
stripes=
for n in 0 1 2 3 4 5; do
	stripe $n 6 &
	stripes="$stripes $!"
done
# shellcheck disable=SC2086
wait $stripes
[ ! -s trouble ] || fail "$(cat trouble)"
echo "# $(grep -c . rows) faults counted"
[ ! -e told ] || sed 's/^/# /' told
