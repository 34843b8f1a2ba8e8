. "$E2E/helpers.sh"

# own-client: MQTT by hand, in C, nothing of jobjam's.
${CC:-cc} -std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -o own-client "$E2E/../firmware/own-client.c" ||
	fail "own-client does not compile"
scenario own.lua <<'LUA'
scenario { name = "own", start = "2023-08-14T15:00:00Z", length = "3h", seed = 1, about = "Programs print." }
local fleet = printers { { count = 2, model = "p1p", timezone = "UTC" }, firmware = "stock-2023-07" }
cloud { build = "2023-07" }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "15:10", "15:30" } }
expect.never "duplicate_start"
expect.never "start_on_occupied_plate"
expect.never(function(event) return event.kind == "harm.collision" end, "a collision")
expect.sometimes(function(event) return event.kind == "firmware.start" end, "a start")
LUA
jobjam run own.lua --firmware "exec:./own-client {socket} {serial}"
status_is 0
out_has "firmware a program"
out_has "no physical harm is judged"
out_has "duplicate_start (2 judged)"
out_has "start_on_occupied_plate (no occasion)"
file_has "$(latest own)/firmware-SIM00002.log" "prints task 2"
file_has "$(latest own)/events.ndjson" '"who":"printer/001","task":1,"from":"report"'
jobjam verify own.lua --firmware "exec:./own-client {socket} {serial}"
status_is 0
out_has "own: identical"

# Its way to the broker is a link like any other: the lie of the incident, told to programs.
jobjam run false-reconnect --firmware "exec:./own-client {socket} {serial}"
status_is 1
out_has "stale_start{"
out_has "burst_release"
scenario cut.lua <<'LUA'
scenario { name = "cut", start = "2023-08-14T15:00:00Z", length = "1h", seed = 1, about = "Its link is cut." }
printers { { count = 2, model = "p1p", timezone = "UTC" }, firmware = "stock-2023-07" }
cloud { build = "2023-07" }
at("15:10Z", function() net.link "printer/001":reset() end)
expect.never "duplicate_start"
expect.sometimes(function(event)
  return event.kind == "session.attached" and event.who == "link/printer/001"
end, "it attaches")
LUA
jobjam run cut.lua --firmware "exec:./own-client {socket} {serial}"
status_is 0
out_has "it attaches (seen 2)"

# Builds and a program may be mixed; the command is the last of the list.
jobjam run own.lua --firmware "stock-2023-07,exec:./own-client {socket} {serial}"
status_is 0
not_there "$(latest own)/firmware-SIM00001.log"
there "$(latest own)/firmware-SIM00002.log"

# One that ends is a subject that died; what cannot start is refused.
jobjam run own.lua --firmware "exec:./own-client {socket} {serial} die"
status_is 4
err_has "the firmware of printer/001 is gone (ended): exit status 3; what it said is in firmware-SERIAL.log"
jobjam run own.lua --firmware "exec:./own-client {serial}"
status_is 2
err_has "connects to {socket}"
jobjam run own.lua --firmware "exec:./no-client {socket} {serial}"
status_is 2
err_has "no-client"
jobjam run own.lua --firmware "exec:./own-client {socket} {serial}" --set printers.start_expiry=5m
status_is 2
err_has "a firmware that is a program has its own"
no_process_left
