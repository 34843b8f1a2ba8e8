. "$E2E/helpers.sh"

take evening.lua
jobjam run evening.lua
status_is 0
dir=$(latest evening)
cp -r "$dir/." tampered
cp -r "$dir/." same-length
# One event is told otherwise: the printer accepts another task.
sed -i '/"kind":"firmware.start"/ s/"task":\([0-9]*\)/"task":99\1/' tampered/events.ndjson
! cmp -s "$dir/events.ndjson" tampered/events.ndjson || fail "nothing was tampered with"
jobjam verify "$dir" --against tampered
status_is 5
out_has "NOT REPRODUCIBLE"
out_has '"kind":"firmware.start"'
out_has '"task":99'
out_has "caused by"
out_has '"kind":"intent.tap"'
# Also one of the same length.
sed -i 's/"kind":"firmware.start","who":"printer\/001"/"kind":"firmware.start","who":"printer\/00x"/' same-length/events.ndjson
! cmp -s "$dir/events.ndjson" same-length/events.ndjson || fail "nothing was tampered with"
jobjam verify "$dir" --against same-length
status_is 5
jobjam verify "$dir" --against "$dir"
status_is 0
jobjam verify evening.lua --against tampered
status_is 5
jobjam verify evening.lua --against "$dir"
status_is 0
jobjam verify evening.lua --against "$dir" --seed 2
status_is 5
