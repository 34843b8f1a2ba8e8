. "$E2E/helpers.sh"

# The switch of each nozzle's heater sticks at night. The first layer, a trip, takes the duty
# away in time whatever the machine is; whether the second is there is the machine's matter.
night=$E2E/../../scenarios/heater-stuck-on-while-idle.lua
beyond="no firmware can stop this: the switch is stuck, and nothing but the plug cuts its supply"

# A machine without a switch in its supply: tripped within 15 s, burns, and nobody is to blame.
jobjam run "$night" --firmware guarded --set printers.model=mk3
status_is 1
out_has "over_temperature (4)"
out_has "Stuck switches: printer/001 (nozzle), printer/002 (nozzle), printer/003 (nozzle), printer/004 (nozzle): $beyond"
at=$(latest heater-stuck-on-while-idle)
file_has "$at/verdict.json" '"beyond_firmware": 4'
[ "$(grep -c '"tripped_after_ns": 1[0-4][0-9]\{9\}, "end": "beyond_firmware"' "$at/verdict.json")" -eq 4 ] ||
	fail "not all four tripped within 15 s"
[ "$(grep -c "| cannot be | $beyond |" "$at/report.md")" -eq 4 ] || fail "report.md does not say it"

# The same from the files of the run alone.
cp "$at/report.md" before.md
jobjam report "$at"
status_is 0
cmp -s before.md "$at/report.md" || fail "another report.md from the same run"

# The same night on machines that can cut their supply: by a build that does …
jobjam run "$night" --firmware guarded
status_is 0
out_has "(nozzle): its supply was cut"
out_lacks "no firmware can stop this"
file_has "$(latest heater-stuck-on-while-idle)/verdict.json" '"beyond_firmware": 0'

# … and by one that does not. That it is to blame for.
jobjam run "$night" --firmware ref-klipper
status_is 1
out_has "(nozzle): its firmware could have cut the supply, and did not"
out_lacks "no firmware can stop this"

# A night without a stuck switch says nothing of it.
jobjam run "$E2E/../../scenarios/cold-sheet.lua" --firmware guarded
status_is 0
out_lacks "Stuck switches"
! grep -q "Two layers of shut-off" "$(latest cold-sheet)/report.md" || fail "a chapter about nothing"
