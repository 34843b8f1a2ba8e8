. "$E2E/helpers.sh"

# What accuses a machine in order will be switched off.
for build in guarded ref-klipper ref-marlin ref-none ref-prusa ref-rrf stock-2023-07; do
	for control in healthy-night door-open; do
		jobjam run "$E2E/../../scenarios/$control.lua" --firmware "$build"
		status_is 0
		out_has "HELD"
		! grep -q '"kind":"firmware\.\(trip\|alert\)"' "$(latest "$control")/events.ndjson" ||
			fail "$build trips or alerts in $control"
	done
done
