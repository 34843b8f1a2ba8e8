# helpers.sh - the words that stories are told in. Read by every story; see run.sh.
# shellcheck shell=sh
set -u

mark=story-$$

# run COMMAND…: its status, output and errors are then in $status, ./output and ./errors.
run() {
	ran="$*"
	status=0
	env E2E_MARK="$mark" "$@" >output 2>errors </dev/null || status=$?
}

jobjam() {
	run "$JOBJAM" "$@"
}

# The same in the background; its process is $pid. ends waits for it.
begin() {
	ran="$*"
	env E2E_MARK="$mark" "$@" >output 2>errors </dev/null &
	pid=$!
}

ends() {
	status=0
	wait "$pid" || status=$?
}

fail() {
	echo "after: ${ran:-nothing}"
	echo "$*"
	[ ! -e output ] || head -c 4000 output | sed 's/^/  out | /'
	[ ! -e errors ] || head -c 4000 errors | sed 's/^/  err | /'
	[ -z "${pid:-}" ] || kill -9 "$pid" 2>/dev/null
	exit 1
}

status_is() {
	[ "$status" -eq "$1" ] || fail "exit status $status, not $1"
}

out_has() {
	grep -qF -e "$1" output || fail "the output lacks: $1"
}

err_has() {
	grep -qF -e "$1" errors || fail "the errors lack: $1"
}

out_lacks() {
	! grep -qF -e "$1" output || fail "the output should not have: $1"
}

err_lacks() {
	! grep -qF -e "$1" errors || fail "the errors should not have: $1"
}

file_has() {
	grep -qF -e "$2" "$1" || fail "$1 lacks: $2"
}

there() {
	for file do
		[ -e "$file" ] || fail "$file is not there"
	done
}

not_there() {
	for file do
		[ ! -e "$file" ] || fail "$file is there"
	done
}

# wait_for CONDITION…: until the command succeeds, for a minute at most: the machine may be
# busy with much else.
wait_for() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ "$tries" -lt 1200 ] || fail "waited in vain for: $*"
		sleep 0.05
	done
}

# The scenario on standard input, as a file here.
scenario() {
	cat >"$1"
}

# A scenario of tests/e2e/scenarios.
take() {
	for name do
		cp "$E2E/scenarios/$name" . || fail "no $name"
	done
}

# firmware NAME: NAME.so from NAME.c, which is a build.c that may be wrong in any way.
firmware() {
	root=$E2E/../..
	# shellcheck disable=SC2046
	${CC:-cc} -std=c11 -D_GNU_SOURCE -I"$root" -O1 -fPIC -shared \
		-Wl,--version-script="$root/printers/builds/exports.map" -o "$1.so" "$1.c" \
		"$root"/printers/builds/common/*.c "$root/sim/json/json.c" \
		$(pkg-config --cflags --libs libcjson) || fail "no firmware $1"
}

# firmware_build SOURCE NAME [FLAG…]: tests/firmware/SOURCE as ./NAME.so, compiled against
# the public header alone, as somebody else would.
firmware_build() {
	source=$1
	so=$2
	shift 2
	mkdir -p include
	cp "$E2E/../../printers/firmware/jobjam_firmware.h" include/ || fail "no header"
	${CC:-cc} -std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -Wno-unused-function -Wno-unused-variable "$@" \
		-shared -fPIC -Iinclude -o "$so.so" "$E2E/../firmware/$source" || fail "$source does not compile"
}

# one_print: print.lua, two machines, one job each.
one_print() {
	scenario print.lua <<'LUA'
scenario { name = "print", start = "2023-08-14T15:00:00Z", length = "3h", seed = 1, about = "One print each." }
local fleet = printers { { count = 2, model = "p1p", timezone = "UTC" }, firmware = "stock-2023-07" }
cloud { build = "2023-07" }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "15:10", "15:30" } }
expect.never "duplicate_start"
LUA
}

# A broker whose processes can be told from everybody else's: its own copy of the binary.
own_broker() {
	cp "$(command -v mosquitto || echo /usr/sbin/mosquitto)" ./own-broker ||
		fail "mosquitto is not installed"
}

# Processes of this story: jobjam's by their environment, brokers (which are given a clean
# one) by the copy that they run.
processes() {
	here=$(pwd -P)
	for process in /proc/[0-9]*; do
		exe=$(readlink "$process/exe" 2>/dev/null) || continue
		case $exe in
		"$here"/* | "$BROKERS"/*) ;;
		*/jobjam)
			tr '\0' '\n' 2>/dev/null <"$process/environ" |
				grep -qxF "E2E_MARK=$mark" || continue
			;;
		*) continue ;;
		esac
		echo "${process#/proc/}"
	done
}

nobody_left() {
	[ -z "$(processes)" ]
}

no_process_left() {
	tries=0
	until nobody_left; do
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || fail "processes are left behind: $(processes | tr '\n' ' ')"
		sleep 0.05
	done
}

# The run directory below ./out that a scenario's newest run is in.
latest() {
	echo "out/$1/latest"
}

# No report is left under the temporary name that it was written by ("report.md.a1B2c3").
no_half_file() {
	half=$(find "$1/" -name '*.*.??????')
	[ -z "$half" ] || fail "half files: $half"
}

# Every line of the file is a whole JSON object (as far as braces and quotes tell).
whole_lines() {
	[ -s "$1" ] || fail "$1 is empty"
	bad=$(grep -cvE '^\{.*\}$' "$1")
	[ "$bad" -eq 0 ] || fail "$1 has $bad lines that are not whole"
}

# live_broker [LINE…]: a mosquitto of this story's own in real time, at ./broker.sock; the lines
# go to its configuration. Its process is $broker_pid.
live_broker() {
	{
		printf 'listener 0 %s/broker.sock\nallow_anonymous true\nlog_type all\n' "$(pwd -P)"
		[ $# -eq 0 ] || printf '%s\n' "$@"
	} >broker.conf
	mosquitto=$(command -v mosquitto || echo /usr/sbin/mosquitto)
	[ "$(id -u)" -ne 0 ] || echo 'user root' >>broker.conf
	"$mosquitto" -c broker.conf >broker.log 2>&1 </dev/null &
	broker_pid=$!
	trap 'kill $broker_pid $proxy_pid 2>/dev/null' EXIT
	proxy_pid=
	wait_for [ -S broker.sock ]
}

# subscribed CLIENT: once live_broker has it from this client that it wants something.
subscribed() {
	wait_for grep -q ": $1 [012] " broker.log
}

# receipt WORDS: once a receipt of live_proxy has them, a basic regular expression.
receipt() {
	wait_for sh -c '"$JOBJAM" ctl control receipts | grep -q "$0"' "$1"
}

# tcp_broker [LINE…]: the same, and at 127.0.0.1:$port, whatever is free.
tcp_broker() {
	tries=0
	while [ "$tries" -lt 20 ]; do
		tries=$((tries + 1))
		port=$((20000 + ($$ * 7 + tries * 613) % 12000))
		rm -f broker.sock
		live_broker "$@" "listener $port 127.0.0.1"
		wait_for sh -c "grep -q ' running$' broker.log || ! kill -0 $broker_pid 2>/dev/null"
		! grep -q ' running$' broker.log || return 0
	done
	fail "no port is free for a broker"
}

# live_proxy [OPTION…]: jobjam proxy between ./proxy.sock and ./broker.sock, with ./control;
# options may say otherwise. What it says is then in ./proxy.out and ./proxy.err.
live_proxy() {
	ran="jobjam proxy $*"
	: >proxy.out
	env E2E_MARK="$mark" "$JOBJAM" proxy --listen "unix:$(pwd -P)/proxy.sock" \
		--upstream "unix:$(pwd -P)/broker.sock" --control control "$@" \
		>proxy.out 2>proxy.err </dev/null &
	proxy_pid=$!
	trap 'kill $broker_pid $proxy_pid 2>/dev/null' EXIT
	wait_for grep -q '^control: ' proxy.out
}

# proxy_ends [SIGNAL]: asks it to; its status is then in $status.
proxy_ends() {
	kill "-${1:-INT}" "$proxy_pid"
	status=0
	wait "$proxy_pid" || status=$?
	cp proxy.out output
	cp proxy.err errors
}

# tapped_proxy [OPTION…]: jobjam proxy with a recording relay at each end of it, in front of
# live_broker: clients connect to 127.0.0.1:$tap_port.
tapped_proxy() {
	mkdir -p clients broker
	"$BROKERS/tap" broker-tap.sock broker.sock broker >broker-tap.out 2>&1 &
	tap_b=$!
	wait_for grep -qs listening broker-tap.out
	live_proxy --upstream "unix:$(pwd -P)/broker-tap.sock" "$@"
	"$BROKERS/tap" tcp proxy.sock clients >client-tap.out 2>&1 &
	tap_a=$!
	wait_for grep -qs listening client-tap.out
	tap_port=$(sed -n 's/^listening //p' client-tap.out)
	# shellcheck disable=SC2064
	trap "kill $broker_pid $proxy_pid $tap_a $tap_b 2>/dev/null" EXIT
}

# Each connection as the clients' relay saw it is one that the broker's relay saw, byte for
# byte, both ways; they may have come in another order.
same_at_both_ends() {
	for side in clients broker; do
		for up in "$side"/*.up; do
			[ -s "$up" ] || continue # the proxy looked whether somebody is there
			echo "$(cksum <"$up") $(cksum <"${up%.up}.down")"
		done | sort >"$side.sums"
	done
	cmp -s clients.sums broker.sums ||
		fail "the bytes differ: $(diff clients.sums broker.sums)"
	echo "# $(wc -l <clients.sums) connections, $(cat clients/*.up clients/*.down | wc -c) bytes, equal at both ends"
}

# types_are UP DOWN: the packet types that passed.
types_are() {
	up=$("$BROKERS/tap" types clients/*.up)
	down=$("$BROKERS/tap" types clients/*.down)
	[ "$up" = "$1 " ] || fail "up went the types $up"
	[ "$down" = "$2 " ] || fail "down went the types $down"
}
