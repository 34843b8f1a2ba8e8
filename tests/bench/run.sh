#!/bin/sh
# run.sh - how fast it is, as ratios measured side by side in one run (make bench).
#
#	JOBJAM_BUILD=build/release tests/bench/run.sh [LENGTH]
#
# 1. The demo night, with the builds of 2023 and with the guarded ones.
# 2. 1,000 printers for LENGTH (1h; 30m at least) at three loads; and the packets of each
#    of these runs through the same broker by a bare loop (bare.c). jobjam and loop take
#    turns, three times; what is printed are medians. A machine that prints reports each
#    30 s and on change: with every other one printing there is about one report a minute
#    and printer.
#
# Seconds are this machine's, at this hour: compare ratios, never seconds of two runs.
# "processor" counts program and broker together, and is what a loaded machine blurs least;
# jobjam's contains loading, judging and reports, which its seconds do not. Nothing here
# fails because it was slow.
set -u

B=${JOBJAM_BUILD:-build/release}
length=${1:-1h}
rounds=3
scratch=$(mktemp -d /tmp/jobjam-bench-XXXXXX) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
broker=$(command -v mosquitto || echo /usr/sbin/mosquitto)

# The number behind a key of the host's part of a verdict.
host() {
	awk -v key="\"$1\":" '/"host": \{/ { inside = 1 }
		inside && $1 == key { print $2 + 0; exit }' "$2"
}

# The median of a column of a file of numbers.
median() {
	awk -v column="$2" '{ print $column }' "$1" | sort -n |
		awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}

# One run. Appends to FILE: seconds, broker, network, events, idle, processor.
jobjam() { # FILE ARGUMENT...
	file=$1
	shift
	spent=$("$B"/tests/bench/spent "$B"/jobjam run --out "$scratch/out" --quiet "$@" \
		2>"$scratch/said")
	status=$?
	case $status in
	0 | 1 | 3) ;; # what the promises say is not measured here
	*)
		cat "$scratch/said" >&2
		exit "$status"
		;;
	esac
	set -- "$scratch"/out/*/latest/verdict.json
	echo "$(host elapsed_s "$1") $(host broker "$1") $(host network "$1")" \
		"$(host events "$1") $(host idle "$1") ${spent#* }" >>"$file"
	length_ns=$(sed -n '1s/.*"length_ns":\([0-9]*\).*/\1/p' "${1%/*}/events.ndjson")
}

# "61 % broker, …": where the seconds of the runs in FILE went.
where() {
	awk -v all="$(median "$1" 1)" -v broker="$(median "$1" 2)" \
		-v network="$(median "$1" 3)" -v events="$(median "$1" 4)" \
		-v idle="$(median "$1" 5)" 'BEGIN {
			rest = all - broker - network - events - idle
			printf "broker %.0f %%, network %.0f %%, events %.0f %%, ",
				100 * broker / all, 100 * network / all, 100 * events / all
			printf "idle %.0f %%, the rest %.0f %%\n",
				100 * idle / all, 100 * rest / all
		}'
}

demo_night() { # LABEL ARGUMENT...
	label=$1
	shift
	rm -rf "$scratch/out" "$scratch/night"
	round=0
	while [ $((round += 1)) -le $rounds ]; do
		jobjam "$scratch/night" scenarios/job-jamming-2023-08-15.lua "$@"
	done
	awk -v label="$label" -v took="$(median "$scratch/night" 1)" \
		-v processor="$(median "$scratch/night" 6)" -v length_ns="$length_ns" 'BEGIN {
			printf "  %-12s %6.2f s  x %-7d processor %.2f s\n", label, took,
				length_ns / 1e9 / took, processor
		}'
	echo "               $(where "$scratch/night")"
}

fleet() { # LABEL SHARE
	rm -rf "$scratch/out" "$scratch/ours" "$scratch/bare" "$scratch/unused"
	jobjam "$scratch/unused" tests/bench/thousand.lua --trace full \
		--set length="$length" --set share="$2"
	cp "$scratch"/out/*/latest/events.ndjson "$scratch/events.ndjson"
	reports=$(grep -c '"mqtt.publish".*/report"' "$scratch/events.ndjson")
	rm -rf "$scratch/out"
	round=0
	while [ $((round += 1)) -le $rounds ]; do
		jobjam "$scratch/ours" tests/bench/thousand.lua \
			--set length="$length" --set share="$2"
		"$B"/tests/bench/bare "$broker" "$scratch/events.ndjson" "$scratch" \
			>>"$scratch/bare" || exit 1
	done
	awk -v label="$1" -v took="$(median "$scratch/ours" 1)" \
		-v processor="$(median "$scratch/ours" 6)" -v length_ns="$length_ns" \
		-v packets="$(median "$scratch/bare" 1)" -v bare="$(median "$scratch/bare" 3)" \
		-v bare_processor="$(median "$scratch/bare" 4)" -v reports="$reports" 'BEGIN {
			printf "  %s (%.2f reports a minute and printer)\n", label,
				reports / (length_ns / 6e10) / 1000
			printf "    jobjam     %6.2f s  x %-6d real time, %d packets, %d a second\n",
				took, length_ns / 1e9 / took, packets, packets / took
			printf "    bare loop  %6.2f s  the same packets\n", bare
			printf "    ratio      %6.2f    of processor time %.2f (%.2f s / %.2f s)\n",
				took / bare, processor / bare_processor, processor, bare_processor
		}'
	echo "    jobjam:    $(where "$scratch/ours")"
}

echo "load of this machine: $(cut -d ' ' -f 1-3 /proc/loadavg) on $(nproc) cores"
echo
echo "The demo night, 24 printers, 29 h; medians of $rounds runs"
demo_night "2023"
demo_night "guarded" --firmware guarded --set cloud.build=guarded
echo
echo "1,000 printers, $length; medians of $rounds rounds, jobjam and bare loop in turn"
fleet "one in ten prints" 0.1
fleet "every other one prints" 0.5
fleet "all print" 1
