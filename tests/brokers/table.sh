#!/bin/sh
# table.sh - the same scenarios on every broker of found.sh: verdicts, and where the stories part
# from that of the first broker.
#
#	tests/brokers/table.sh PROGRAM [SCENARIO…]
#
# Brokers of several threads are tried in real time, at the same time, with short.lua alone, which
# takes a minute and a quarter; WALL=0 leaves them out.
#
# Writes the table and what differs to build/brokers/table.txt too. The status is 1 when the
# harm differs or a verdict does, which is for people to look at, and no part of make test.
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
jobjam=$1
shift
# A bridge is mosquitto's own: what has one is left out, for the sake of the others.
[ $# -gt 0 ] || for scenario in "$root"/scenarios/*.lua; do
	grep -q '^bridge ' "$scenario" || set -- "$@" "$scenario"
done
n=$#
for scenario do # absolute: jobjam runs in a folder of its own
	set -- "$@" "$(realpath "$scenario")"
done
shift "$n"
work=$(mktemp -d "${TMPDIR:-/tmp}/jobjam-brokers-XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT

# The brokers in real time: begun now, told at the end.
"$here/wall.sh" list >"$work/wall"
[ "${WALL:-1}" != 0 ] || sed 's/ -.*//; s/$/ - left out (WALL=0)/' "$work/wall" >"$work/wall.out"
[ "${WALL:-1}" = 0 ] || while read -r name missing; do
	[ -z "$missing" ] || { echo "$name $missing" >"$work/wall-$name"; continue; }
	# shellcheck disable=SC2016
	JOBJAM=$jobjam SHORT=$here/short.lua OUT=$work/out-$name "$here/wall.sh" run "$name" sh -c '"$JOBJAM" run \
		"$SHORT" --out "$OUT" --quiet --clock wall --broker "mqtt://127.0.0.1:$PORT" $SETTINGS' \
		>"$work/wall-$name" 2>&1 &
done <"$work/wall"

"$here/found.sh" >"$work/found"
awk -F '\t' '$2 == "-" { print "skipped: " $1 ": " $3 }' "$work/found"
awk -F '\t' '$2 != "-" { print $1 }' "$work/found" >"$work/names"
[ -s "$work/names" ] || { echo "there is no broker to try"; exit 0; }
awk -F '\t' '$2 != "-" { print $2 }' "$work/found" >"$work/specs"
while read -r spec; do
	set -- "$@" --broker "$spec"
done <"$work/specs"
(cd "$work" && exec "$jobjam" run --quiet --jobs "$(nproc)" "$@" >"$work/output" 2>"$work/errors")
# 0, 1 and 3 are verdicts; the rest is told.
case $? in 0 | 1 | 3) ;; *) sed 's/^/# /' "$work/errors" | head -n 20 ;; esac

awk '
	NR == FNR { names[++n] = $0; width = length($0) > width ? length($0) : width; next }
	/^Reports: |^Again: /     { next }
	/^[^ ]+: the first: /     { at = $1; which++; next }
	/^  the same story/       { mark[at, which] = "="; next }
	/^  the stories part/     { mark[at, which] = "~"; story[at, which] = 1; told = told name(at, which); copying = 1; next }
	/^  cannot be compared/   { mark[at, which] = "?"; differs = 1; next }
	/^  no difference in harm/ { copying = 0; next }
	/^  what differs in harm/ { mark[at, which] = "!"; differs = 1; if (!story[at, which]) told = told name(at, which); told = told "  in harm:\n"; copying = 1; next }
	/^    /                   { if (copying) told = told substr($0, 1, 300) "\n"; next }
	/^[^ ]+: [A-Z]/           {
		copying = 0
		if ($1 != last) { order[++rows] = $1; last = $1; k = 0; which = 1 }
		word = $0; sub(/^[^ ]+: /, "", word); sub(/  .*/, "", word)
		verdict[$1, ++k] = word
		if (k > 1 && word != verdict[$1, 1]) differs = 1
		wide = length(word) > wide ? length(word) : wide
	}
	function name(at, which) { return at " " names[1] " (the first) beside " names[which] " (the other)\n" }
	END {
		width = width > wide + 2 ? width : wide + 2
		for (i = 1; i <= rows; i++) long = length(order[i]) > long ? length(order[i]) : long
		printf "%-" long "s", ""
		for (k = 1; k <= n; k++) printf "  %-" width "s", names[k]
		printf "\n"
		for (i = 1; i <= rows; i++) {
			name_of = order[i]; sub(/:$/, "", name_of)
			printf "%-" long "s", name_of
			for (k = 1; k <= n; k++)
				printf "  %-" width "s", (mark[order[i], k] == "" ? " " : mark[order[i], k]) " " verdict[order[i], k]
			printf "\n"
		}
		print "=  the story of the first broker, event by event   ~  another story, the same harm   !  another harm"
		if (told != "") printf "\nWhere the stories part:\n%s", told
		exit differs
	}' "$work/names" "$work/output" >"$work/table"
status=$?
wait
if [ -e "$work/wall.out" ]; then
	cat "$work/wall.out"
else
	while read -r name missing; do
		printf '%s, in real time: ' "$name"
		grep -v '^Reports: \|^Again: ' "$work/wall-$name" | head -n 4
	done <"$work/wall"
fi >"$work/told"
{ echo; cat "$work/told"; } >>"$work/table"
mkdir -p "$root/build/brokers"
sed 's/[[:space:]]*$//' "$work/table" | tee "$root/build/brokers/table.txt"
exit $status
