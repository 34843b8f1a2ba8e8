#!/bin/sh
# share.sh BUILD [LENGTH] - how much of a run of 1,000 machines is the plant's (mark: under
# 5 %), by looking at where the program is, each time the kernel's clock ticks.
#
# The plant: whatever stands in printers/plant. First its share of the program's own time,
# then of the whole run, the broker's turns with it.
set -eu
B=$1
length=${2:-1h}
dir=$(mktemp -d "${TMPDIR:-/tmp}/jobjam-share-XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

# The program's functions by address, and which of them are the plant's.
nm -n --defined-only "$B/jobjam" | awk '$2 ~ /[tT]/ { print $1, $3 }' >"$dir/functions"
nm --defined-only "$B"/printers/plant/*.o | awk '$2 ~ /[tT]/ { print $3 }' >"$dir/plant"

# The number behind a key of the host's part of a verdict.
host() {
	awk -v key="\"$1\":" '/"host": \{/ { inside = 1 }
		inside && $1 == key { print $2 + 0; exit }' "$dir"/out/*/latest/verdict.json
}

share() { # LABEL SHARE-OF-MACHINES-THAT-PRINT
	rm -rf "$dir/out" "$dir/samples"
	LD_PRELOAD="$B/tests/bench/sampler.so" SAMPLES="$dir/samples" "$B/jobjam" run \
		tests/bench/thousand.lua --out "$dir/out" --quiet --set length="$length" \
		--set share="$2" >"$dir/said" 2>&1 || [ $? -lt 4 ] || { cat "$dir/said" >&2; exit 1; }
	od -A n -v -t x8 -w8 "$dir/samples" |
		awk 'NR > 1 && $1 == "0000000000000000" { exit } NR > 1 { print $1 }' |
		LC_ALL=C sort >"$dir/places"
	# Addresses of functions and of samples in one order, each of 16 digits.
	LC_ALL=C sort -m "$dir/functions" "$dir/places" | awk -v label="$1" -v list="$dir/plant" \
		-v took="$(host elapsed_s)" -v broker="$(host broker)" '
		BEGIN { while ((getline name <list) > 0) plant[name] = 1 }
		NF == 2 { in_plant = $2 in plant; next }
		{ all++; mine += in_plant }
		END {
			if (!all) { print "  no samples"; exit 1 }
			printf "  %-22s %5.1f %% of the run (%.1f %% of %d samples of the program)\n",
				label, 100 * mine / all * (took - broker) / took,
				100 * mine / all, all
		}'
}

echo "The plant's share of a run of 1,000 machines, $length (mark: 5 %)"
share "one in ten prints" 0.1
share "every other one prints" 0.5
share "all print" 1
