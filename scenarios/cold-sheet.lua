-- A cold sheet is laid on a hot bed: the reading dips for minutes, and nothing is wrong.
--
-- The known false trip of short runaway periods: 20 s below by 2 C is what every cold sheet
-- does.

scenario {
  name = "cold-sheet", start = "2023-08-15T00:00:00Z", length = "10h", seed = 1,
  about = "Owners lay cold sheets on hot beds; the beds recover within minutes.",
}
published "Cold steel sheets and glass tripped bed protections (Prusa-Firmware-Buddy #24, Klipper #874)."

local fleet = printers {
  { count = 2, model = "x1c" }, { count = 2, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "23:30", "07:00" } }
people:send_jobs { each = 1, between = { "18:00", "18:30" }, print_for = { "2h", "3h" } }

at("2023-08-15T02:15Z", function()
  fleet:cold_sheet {}
end)

expect.never "false_trip"
expect.never "over_temperature"
expect.never "lost_job" { within = "30m" }

known_bad { firmware = "ref-marlin", cloud = "2023-07", breaks = { "false_trip" } }
