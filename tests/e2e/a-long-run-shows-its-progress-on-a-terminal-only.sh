. "$E2E/helpers.sh"

if ! command -v script >/dev/null; then
	echo "# left out: no script(1) here to pretend a terminal"
	exit 0
fi
scenario month.lua <<'LUA'
scenario { name = "month", start = "2023-08-14T15:00:00Z", length = "20d" }
local fleet = printers { { count = 40, model = "x1c", timezone = "Europe/Berlin" } }
cloud { build = "2023-07", keepalive = "20s" }
expect.never(function(event) return event.kind == "firmware.start" end, "a start")
LUA
jobjam run month.lua
status_is 0
! grep -q "$(printf '\r')" output errors || fail "carriage returns in a file"
run script -qec "'$JOBJAM' run month.lua" /dev/null
status_is 0
tr '\r' '\n' <output >drawn
grep -qE '^month +2023-0[89]-[0-9]{2}T[0-9:]*Z +[0-9]+ %' drawn || fail "no progress was drawn"
# Erased at the end: the last thing drawn over the line is blank.
sed '/What happened/q' drawn | grep -E '^ {70,}$' >/dev/null || fail "the line was not erased"
run script -qec "'$JOBJAM' run month.lua --quiet" /dev/null
! grep -q ' %' output || fail "progress in spite of --quiet"
