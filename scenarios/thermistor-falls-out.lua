-- A thermistor falls out of its block in the middle of an outage: nobody can be told, and
-- the queued jobs come when the network does.
--
-- The reading falls, the heater goes to full power, the block climbs 1.5 to 3.5 K/s. What
-- stops it must not need the network; and what comes back with the network (a queued start,
-- a retry) must not heat again before somebody has looked at the machine.

scenario {
  name = "thermistor-falls-out", start = "2023-08-15T00:00:00Z", length = "16h", seed = 1,
  about = "Thermistors fall out of hot blocks while the printers are offline; the network returns at night with what was queued.",
}
assumption "The bead still sees a tenth of the block and has a time constant of 25 s in air."
assumption "The machines' network fails from 20:30 to 02:00 Pacific."

local fleet = printers {
  { count = 2, model = "x1c" }, { count = 2, model = "mk3" }, timezone = "America/Los_Angeles",
  firmware = "stock-2023-07", clean_session = false,
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "22:30", "07:00" } }
people:send_jobs { each = 1, between = { "19:00", "20:00" }, print_for = { "3h", "4h" } }
people:send_jobs { each = 1, between = { "21:30", "22:00" } } -- waits in the broker

at("2023-08-15T03:30Z", function()
  local away = net.link "printer/*":refuse()
  net.link "printer/*":reset()
  wait "5h30m"
  away:lift()
end)
at("2023-08-15T04:00Z", function()
  fleet:thermistor_falls_out { coupling = 0.1 }
end)

expect.never "over_temperature" { nozzle = 320 }
expect.never "late_trip" { within = "30s" }
expect.never "reheat_without_ack"
expect.never "heated_while_waiting"
expect.never "false_trip"
expect.never "alert_lost" { within = "5m" }
expect.never "alert_repeated"
expect.sometimes(function(event) return event.kind == "firmware.start" end, "fresh jobs print")

known_bad { firmware = "stock-2023-07", cloud = "2023-07", breaks = { "over_temperature", "late_trip" } }
