#!/bin/sh
# soak.sh BUILD SECONDS [SEED] - jobjam proxy under random faults and clients with no manners.
#
# The build is one with sanitizers (make soak sees to it). The proxy must live, must have as
# many descriptors open at the end as at the beginning once everybody has gone, must not grow
# beyond its bounds, and must end with 0, which it would not with a leak. Prints a line for each
# tenth of the time.
set -eu

build=$1 seconds=$2 seed=${3:-1}
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$(mktemp -d "${TMPDIR:-/tmp}/jobjam-soak-XXXXXX")
broker='' proxy='' swarm=''
finish() {
	for pid in $broker $proxy $swarm; do
		kill "$pid" 2>/dev/null || true
	done
	rm -rf "$here"
}
trap finish EXIT
trap 'exit 130' INT TERM
case $build in /*) ;; *) build=$root/$build ;; esac

cat >"$here/broker.conf" <<CONF
listener 0 $here/broker.sock
allow_anonymous true
max_queued_messages 200
log_dest none
CONF
[ "$(id -u)" -ne 0 ] || echo 'user root' >>"$here/broker.conf"
"$(command -v mosquitto || echo /usr/sbin/mosquitto)" -c "$here/broker.conf" >/dev/null 2>&1 &
broker=$!
while [ ! -S "$here/broker.sock" ]; do sleep 0.1; done
${CC:-cc} -std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -o "$here/swarm" "$root/tests/soak/swarm.c"

# A copy: somebody may be building meanwhile.
cp "$build/jobjam" "$here/jobjam"
jobjam=$here/jobjam

# A small quarantine, so that what is freed does not look like growth.
ASAN_OPTIONS=quarantine_size_mb=8 "$jobjam" proxy "$root/tests/soak/soak.lua" --quiet \
	--listen 127.0.0.1:0 --upstream "unix:$here/broker.sock" --control "$here/control" \
	--seed "$seed" --set seconds="${seconds}s" >"$here/out" 2>"$here/errors" &
proxy=$!
while [ ! -S "$here/control" ]; do
	kill -0 $proxy 2>/dev/null || { cat "$here/errors" >&2; exit 1; }
	sleep 0.1
done
port=$("$jobjam" ctl "$here/control" stats | sed -n 's/^listening at 127.0.0.1:\([0-9]*\),.*/\1/p')

descriptors() { ls "/proc/$proxy/fd" | wc -l; }
resident() { awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$proxy/status"; }
fail() {
	echo "soak: $*" >&2
	"$jobjam" ctl "$here/control" stats >&2 || true
	sed -n '/ERROR: \|runtime error/,$p' "$here/errors" | head -60 >&2
	exit 1
}

first=$(descriptors)
tenth=$((seconds / 10))
[ "$tenth" -gt 0 ] || tenth=1
early=0 i=0
while [ $i -lt 10 ]; do
	i=$((i + 1))
	"$here/swarm" "$port" "$tenth" "$((seed * 100 + i))" >"$here/swarm.out" &
	swarm=$!
	wait $swarm || fail "the swarm died"
	kill -0 $proxy 2>/dev/null || fail "the proxy died"
	during=$(descriptors)
	stats=$("$jobjam" ctl "$here/control" stats | sed -n 's/^faults //p')
	echo "$((i * tenth)) s: $(cat "$here/swarm.out"); $during descriptors, $(resident) MiB, faults $stats"
	[ $i -ne 3 ] || early=$(resident)
done

# Everything is lifted, everybody has gone and the broker too (mosquitto 2.0.11 would hold on to
# a half-closed connection with an unfinished packet for ever): what is open must be what was.
"$jobjam" ctl "$here/control" lift all >/dev/null || fail "lift all has no answer"
kill $broker
broker=''
tries=0
while [ "$(descriptors)" -gt "$first" ]; do
	tries=$((tries + 1))
	[ $tries -lt ${SOAK_PATIENCE:-30} ] ||
		fail "$(descriptors) descriptors are open, $first were at the beginning"
	sleep 1
done
late=$(resident)
"$jobjam" ctl "$here/control" receipts >"$here/receipts"
# Each fault that was ever armed is kept for its receipt.
armed=$(grep -c . "$here/receipts")
[ "$late" -lt $((early + armed * 16 / 1024 + 48)) ] ||
	fail "it has grown from $early to $late MiB, with $armed faults"
kill -INT $proxy
status=0
wait $proxy || status=$?
proxy=''
[ "$status" -eq 0 ] || fail "status $status"
! grep -q 'Sanitizer\|runtime error' "$here/errors" || fail "a sanitizer complained"
echo "soak: $seconds s, seed $seed: descriptors $first at the end as at the beginning, $early MiB early and $late MiB late, no leak"
