. "$E2E/helpers.sh"

# Everything that acts by a timetable, on a fleet with a real broker: the same twice, each with
# one receipt that says what its parts did, and in the end everybody is back.
scenario patterns.lua <<'LUA'
scenario { name = "patterns", start = "2024-03-01T08:00:00Z", length = "6h", seed = 7, about = "Links come and go." }
local fleet = printers { { count = 12, model = "p1p" }, timezone = "UTC" }
cloud { build = "2023-07" }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "08:10", "08:40" } }
people:send_jobs { each = 1, between = { "13:00", "13:30" } }

at("09:00Z", function() net.link "printer/*":swizzle { gap = "3s", hold = "30s", share = 0.5 } end)
at("09:30Z", function() net.link "printer/*":flap { down = "20s", up = "40s", times = 3 } end)
at("10:00Z", function() net.link "printer/*":reconnect_storm { within = "2s", times = 2, every = "5m" } end)
at("10:30Z", function() net.link "*":thundering_herd { after = "45s" } end)
at("11:00Z", function()
  local parted = net.link "printer/*":partition { dir = "up" }
  wait "4m"
  parted:lift()
end)
at("11:30Z", function() net.link "cloud/*":bandwidth { rate = 20000 } end)
at("11:30Z", function() net.link "printer/00*":one_byte_segments() end)
expect.never "lost_job" { within = "1h" }
LUA
jobjam verify patterns.lua
status_is 0
out_has "identical"

jobjam run patterns.lua
status_is 0
events=$(latest patterns)/events.ndjson
receipt() {
	grep '"kind":"fault.receipt"' "$events" | grep "\"fault\":\"$1\"" >receipt
	[ "$(wc -l <receipt)" -eq 1 ] || fail "$1: one receipt is wanted"
	file_has receipt "\"parts\":\"$2"
}
receipt swizzle "partition x6 "
receipt flap "refuse x3 "
file_has receipt ", reset x3 36/36\""
receipt reconnect_storm "reset x24 24/24\""
receipt thundering_herd "connect_hang "
receipt partition "stall 12/12, connect_hang "
receipt one_byte_segments "slice "
file_has "$(latest patterns)/report.md" "reset x24 24/24"

# All the herd comes in at the instant at which the door opens: 08:00 + 2 h 30 min 45 s.
[ "$(grep -c '"t":9045000000000,"kind":"session.attached"' "$events")" -eq 14 ] ||
	fail "not everybody came in when the door opened"
# And everybody prints in the afternoon.
[ "$(grep '"kind":"firmware.start"' "$events" | grep -cE '"t":(18|19|20)[0-9]{12},')" -ge 12 ] ||
	fail "not everybody is back"
no_process_left
