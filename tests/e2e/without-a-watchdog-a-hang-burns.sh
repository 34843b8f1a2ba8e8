. "$E2E/helpers.sh"

night=$E2E/../../scenarios/hang-with-heat-on.lua
jobjam run "$night"
status_is 0
jobjam run "$night" --set watchdog=0s --quiet
status_is 1
out_has "over_temperature"
