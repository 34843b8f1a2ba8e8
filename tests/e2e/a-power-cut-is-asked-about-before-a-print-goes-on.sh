. "$E2E/helpers.sh"

# Four machines whose owners are up, four whose owners sleep.
file=$E2E/../../scenarios/power-cut-and-resume.lua
jobjam run "$file"
status_is 0
events=$(latest power-cut-and-resume)/events.ndjson
count() { # PATTERN… on one line
	grep -cE "$1" "$events"
}
[ "$(count '"kind":"firmware.start"')" -eq 8 ] || fail "going on is no second start"
[ "$(count '"kind":"firmware.ended".*"how":"aborted"')" -eq 8 ] || fail "a cut ends a job"
[ "$(count '"kind":"prompt.shown".*"what":"resume","where":"machine"')" -eq 8 ] || fail "not all ask"
[ "$(count '"kind":"firmware.resumed","who":"printer/00[5-8]"')" -eq 4 ] || fail "not four go on"
[ "$(count '"kind":"firmware.ended","who":"printer/00[5-8]".*"how":"finished"')" -eq 4 ] ||
	fail "not four finish"
[ "$(count '"kind":"prompt.expired","who":"printer/00[1-4]"')" -eq 4 ] || fail "not four lapse"
[ "$(count '"kind":"job.finished"')" -eq 4 ] || fail "the service hears of four ends"

# From the print that went on back to the tap, over the answer at the machine.
jobjam why "$(latest power-cut-and-resume)" "$(sed -n 's/^{"id":\([0-9]*\).*"kind":"firmware.ended","who":"printer\/005".*"how":"finished".*/\1/p' "$events")"
status_is 0
out_has "printer/005 goes on with its print"
out_has "owner/005 answers the prompt of printer/005: yes (on the machine)"
out_has "owner/005 taps"

# Switched off, the cut is the end of it.
jobjam run "$file" --set printers.power_resume=off
status_is 3
out_has "a print goes on"
[ "$(grep -c '"kind":"firmware.resumed"' "$(latest power-cut-and-resume)/events.ndjson")" -eq 0 ] ||
	fail "it goes on although that is off"
no_process_left
