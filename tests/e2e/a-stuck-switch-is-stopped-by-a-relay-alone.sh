. "$E2E/helpers.sh"

# Whoever can cut the supply holds; whoever cannot trips in time and watches it burn.
night=$E2E/../../scenarios/heater-stuck-on-while-idle.lua
for build in guarded ref-marlin ref-rrf; do
	jobjam run "$night" --firmware "$build"
	status_is 0
	out_has "HELD"
done
for build in ref-klipper ref-prusa; do
	jobjam run "$night" --firmware "$build" --quiet
	status_is 1
	out_has "1 of 5 promises broken: over_temperature (4)"
done
