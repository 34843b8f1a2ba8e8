. "$E2E/helpers.sh"

jobjam run "$E2E/../../scenarios/job-jamming-2023-08-15.lua" --quiet
status_is 0
run=out/job-jamming-2023-08-15/latest
# One for each machine, the last thing that is said of it.
[ "$(grep -c '"impact.printer"' $run/events.ndjson)" -eq 24 ] || fail "not 24 accounts"
file_has $run/report.md "## Machine by machine"
file_has $run/report.md "| **all** |"
file_has $run/report.md "By what the vendor promised"
file_has $run/verdict.json '"impact":'
file_has $run/verdict.json '"heated_unattended_s":'
# The sum is that of the machines.
sum=$(grep '"impact.printer"' $run/events.ndjson | sed 's/.*"starts":\([0-9]*\).*/\1/' |
	awk '{ n += $1 } END { print n }')
[ "$sum" -eq "$(grep -c '"firmware.start"' $run/events.ndjson)" ] || fail "starts: $sum"
# Read again from the files it comes out the same.
cp $run/report.md first.md
jobjam report $run
status_is 0
cmp first.md $run/report.md || fail "the report differs when it is made anew"
