-- Fast prints: the fan goes from nothing to full, and 20 mm3/s of cold filament come at once.
--
-- A control. The machines' heaters have the power for it; each step is a dip of some degrees.

scenario {
  name = "fast-print", start = "2023-08-15T00:00:00Z", length = "8h", seed = 1,
  about = "Prints of 20 mm3/s with the fan at full; every print goes on.",
}
published "Fan and flow tripped Klipper's check (#5915) and the MK3's model (Prusa-Firmware #3975) on machines in order."
assumption "89 g of PLA in an hour: 20 mm3/s, as fast profiles have at most."

local fleet = printers {
  { count = 2, model = "mk3" }, { count = 2, model = "ender3" }, { count = 2, model = "mini" },
  timezone = "Europe/Prague", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "23:30", "07:00" } }
people:send_jobs {
  each = 1, between = { "08:00", "08:30" }, print_for = { "1h", "1h" }, grams = 89, spread = 0,
}

expect.never "false_trip"
expect.never "over_temperature"
expect.never "late_trip" { nozzle = 285 }
expect.never "lost_job" { within = "30m" }
expect.never "harm"
