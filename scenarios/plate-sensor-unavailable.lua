-- The plate sensor has nothing to say: dirty, dark or unplugged. It has not said "clear".
--
-- The owners are out and print again from their phones, without knowing what lies on the
-- plate. A machine that takes silence for a clear plate prints on top.

scenario {
  name = "plate-sensor-unavailable", start = "2023-08-15T00:00:00Z", length = "14h", seed = 1,
  about = "Plate sensors fail at eight in the evening; a second job follows onto occupied plates.",
}
assumption "Owners are out until ten and do not think of the plate."

local fleet = printers {
  { count = 6, model = "x1c" }, timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners {
  of = fleet, asleep = { "23:00", "07:00" }, away = { "18:00", "22:00" }, away_on = "daily",
  checks_plate_before_sending = 0,
}
people:send_jobs { each = 1, between = { "18:10", "18:30" }, print_for = { "60m", "75m" } }
people:send_jobs { each = 1, between = { "20:30", "21:00" }, print_for = { "60m", "75m" } }

at("2023-08-15T03:00Z", function()
  fleet:plate_sensor { state = "unavailable" }
end)

expect.never "silent_fail_open"
expect.never "start_on_occupied_plate"
expect.never "heated_while_waiting"
expect.sometimes(function(event) return event.kind == "firmware.start" end, "fresh jobs print")

known_bad { firmware = "stock-2023-07", cloud = "2023-07", breaks = { "start_on_occupied_plate" } }
