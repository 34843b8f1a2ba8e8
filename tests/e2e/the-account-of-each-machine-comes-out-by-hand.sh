. "$E2E/helpers.sh"

# Counted from the events alone, by other means than the program's, for each machine.
# what: starts, presses, sideways, printed over, parts (nozzle cover plate cable), hot and
# alone. The last is told to a hundredth: a heater that is on may have no power for seconds.
jobjam run "$E2E/../../scenarios/job-jamming-2023-08-15.lua" --quiet
status_is 0
run=out/job-jamming-2023-08-15/latest

cat >count.awk <<'AWK'
function text(key,   at) {
	at = index($0, "\"" key "\":\"")
	return at ? substr($0, at + length(key) + 4, index(substr($0, at + length(key) + 4), "\"") - 1) : ""
}
function number(key,   at) {
	at = index($0, "\"" key "\":")
	return at ? substr($0, at + length(key) + 3) + 0 : ""
}
# Time up to now goes to the machine's account, if it is hot and nobody is there.
function settle(p, now) {
	if ((bed[p] || nozzle[p]) && !(awake[p] && home[p])) alone[p] += now - since[p]
	since[p] = now
}
{ kind = text("kind"); who = text("who"); now = number("t") / 1e9 }
kind ~ /^people\.(wake|sleep|leave|return)$/ {
	p = text("printer")
	settle(p, now)
	if (kind == "people.wake") awake[p] = 1
	if (kind == "people.sleep") awake[p] = 0
	if (kind == "people.return") home[p] = 1
	if (kind == "people.leave") home[p] = 0
}
kind == "heat.on" || kind == "heat.off" {
	settle(who, now)
	if (text("part") == "bed") bed[who] = kind == "heat.on"
	else nozzle[who] = kind == "heat.on"
}
kind == "firmware.start" { starts[who]++ }
kind == "harm.collision" { if (text("contact") == "press") presses[who]++; else sideways[who]++ }
kind == "harm.printed_over" { over[who]++ }
kind == "harm.damage" { damage[who, text("part")]++; parts[who]++ }
function same(what, counted, told, room) {
	if (counted - told <= room && told - counted <= room) return
	print who ": " what ": " counted + 0 " counted, " told " told"
	wrong++
}
kind == "impact.printer" {
	settle(who, now)
	same("starts", starts[who], number("starts"), 0)
	same("presses", presses[who], number("presses"), 0)
	same("sideways", sideways[who], number("laterals"), 0)
	same("printed over", over[who], number("printed_over"), 0)
	same("nozzles", damage[who, "nozzle"], number("damaged_nozzle"), 0)
	same("covers", damage[who, "front_cover"], number("damaged_front_cover"), 0)
	same("plates", damage[who, "plate"], number("damaged_plate"), 0)
	same("cables", damage[who, "cable"], number("damaged_cable"), 0)
	same("hot and alone", alone[who], number("heated_unattended_s"), 1 + alone[who] / 100)
	# Energy: at the least the bed's loss at its target, at the most all heaters at full.
	if (starts[who] && !(number("kwh") > 0.02 && number("kwh") * 3.6e6 < number("heated_s") * 348 + now * 45)) {
		print who ": kWh " number("kwh")
		wrong++
	}
	machines++
	all["starts"] += starts[who]
	all["laterals"] += sideways[who]
	all["printed_over"] += over[who]
	all["repair_parts"] += parts[who]
	all["damaged_machines"] += parts[who] > 0
	all["spools"] += 2 * (parts[who] > 0)
	all["heated_unattended_s"] += number("heated_unattended_s")
	all["grams_wasted"] += number("grams_wasted")
	if (alone[who] > 3600) alone_long++
}
END {
	if (machines != 24 || !all["laterals"] || !all["repair_parts"] || !alone_long) {
		print "there is nothing to count"
		wrong++
	}
	for (key in all) printf "%s %.3f\n", key, all[key] >"fleet"
	exit wrong > 0
}
AWK
awk -f count.awk $run/events.ndjson >wrong || fail "$(cat wrong)"

# The fleet's line of the verdict is the sum, and the report says the same.
sed -n '/"impact"/,/"printers"/p' $run/verdict.json >verdict-fleet
while read -r key sum; do
	told=$(sed -n "s/.*\"$key\": *\([0-9.]*\).*/\1/p" verdict-fleet | head -n 1)
	awk -v a="$sum" -v b="${told:-none}" 'BEGIN { exit !(b != "none" && a - b < 0.02 && b - a < 0.02) }' ||
		fail "$key: $sum counted, ${told:-nothing} told"
done <fleet
parts=$(awk '$1 == "repair_parts" { print $2 + 0 }' fleet)
spools=$(awk '$1 == "spools" { print $2 + 0 }' fleet)
file_has $run/report.md "this would be owed: $parts repair parts"
file_has $run/report.md "and $spools spools"
