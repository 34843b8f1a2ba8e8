-- A print is paused, the network goes, a heater trips; then its owner, who is out and cannot be
-- told, resumes and sets a temperature. Both wait, and come when everybody has gone to bed.
--
-- Pause, resume and temperature travel on the path of the starts, and what piles up there heats
-- as well. A machine that has tripped must take no word from far away for somebody who has
-- looked at it: neither an old order nor, an hour later, a new one, nor a command that tells the
-- firmware to forget the fault.

scenario {
  name = "orders-after-a-trip", start = "2023-08-15T00:00:00Z", length = "16h", seed = 1,
  about = "Resumes and temperatures pile up behind an outage in which heaters trip; they come out in a burst at night.",
}
assumption "The machines' network fails from 20:40 to 02:00 Pacific; thermistors fall out at 21:00."
assumption "Owners work at night, and have the app with them: they order at 21:30, and again at 03:00."
assumption "A FIRMWARE_RESTART, or an M562, from the app's console is what an owner tries who sees a machine in fault."

local fleet = printers {
  { count = 2, model = "x1c" }, { count = 2, model = "mk3" }, timezone = "America/Los_Angeles",
  firmware = "stock-2023-07", clean_session = false,
}
-- Starts that are sent again have stories of their own.
cloud { build = "2023-07", clients = { "command-a", "command-b" }, resend_unfinished = false }
local people = owners {
  of = fleet, asleep = { "10:00", "16:00" }, away = { "20:15", "07:00" }, away_on = "daily", day_spread = "0s",
}
people:send_jobs { each = 1, between = { "19:00", "19:30" }, print_for = { "3h", "4h" } }

at("2023-08-15T03:20Z", function() people:pause_jobs { after = { "0s", "5m" } } end)
at("2023-08-15T03:40Z", function()
  local away = net.link "printer/*":refuse()
  net.link "printer/*":reset()
  wait "5h20m"
  away:lift()
end)
at("2023-08-15T04:00Z", function()
  fleet:thermistor_falls_out { coupling = 0.1 }
end)

local function orders()
  people:resume_jobs { after = { "0s", "5m" } }
  people:send_gcode { lines = "FIRMWARE_RESTART\nM562\nM80\nM104 S220\nM140 S60", after = { "5m", "10m" } }
end
at("2023-08-15T04:30Z", orders)
at("2023-08-15T10:00Z", orders)

expect.never "stale_command" { older_than = "10m" }
expect.never "reheat_without_ack"
expect.never "over_temperature" { nozzle = 320 }
expect.never "late_trip" { within = "60s" }
expect.never "false_trip"
expect.never "alert_lost" { within = "5m" }
expect.sometimes(function(event) return event.kind == "firmware.obeyed" and event.command == "pause" end, "a fresh order is obeyed")
expect.sometimes(function(event) return event.kind == "firmware.start" end, "fresh jobs print")

known_bad { firmware = "stock-2023-07", cloud = "2023-07", breaks = { "stale_command", "over_temperature", "late_trip" } }
known_bad { firmware = "ref-klipper", cloud = "2023-07", breaks = { "stale_command", "reheat_without_ack", "over_temperature", "late_trip" } }
known_bad { firmware = "ref-rrf", cloud = "2023-07", breaks = { "stale_command", "reheat_without_ack" } }
