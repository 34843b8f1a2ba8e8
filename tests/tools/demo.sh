#!/bin/sh
# demo.sh BUILD - what `make demo` shows: the night of 15 August 2023 on the builds of that
# summer, each stale start with its age and its chain, and the same night on guarded builds.
# Status 0: the harm appeared exactly as known on the first, and every promise held on the
# second.
set -u
build=$1
night=scenarios/job-jamming-2023-08-15.lua
out=out

title() {
	printf '\n=== %s\n\n' "$*"
}

title "The night of 15 August 2023, on the builds of that summer"
"$build/jobjam" run "$night" --out "$out"
reproduced=$?

run=$out/job-jamming-2023-08-15/latest
title "Each stale start: its age, and the way back to the tap on a phone"
sed -n 's/.*"cause":\([0-9]*\),.*"kind":"property.violated".*"property":"stale_start".*"detail":"\([^"]*\)".*/\1 \2/p' \
	"$run/events.ndjson" |
	while read -r event detail; do
		echo "$detail"
		"$build/jobjam" why "$run" "$event"
		echo
	done

title "The same night, the same faults, on guarded builds of firmware and service"
"$build/jobjam" run "$night" --firmware guarded --set cloud.build=guarded --out "$out"
held=$?

echo
if [ "$reproduced" -eq 0 ] && [ "$held" -eq 0 ]; then
	echo "As expected: the harm appears on the old builds, and not on the guarded ones."
	exit 0
fi
echo "Not as expected: status $reproduced on the old builds, $held on the guarded ones." >&2
exit 1
