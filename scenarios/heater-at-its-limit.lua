-- The same fast prints on a heater that has not the power for them.
--
-- Fan and 20 mm3/s of filament take 34 W from a nozzle of 220 C, and a ceramic heater gives
-- 30 W there: the reading falls to about 203 C at full power and stays. Nothing is broken, and
-- a model that knows fan and flow expects just that. A protection that knows only reading and
-- target cannot tell it from a heater that fails.

scenario {
  name = "heater-at-its-limit", start = "2023-08-15T00:00:00Z", length = "8h", seed = 1,
  about = "Prints that ask for more than the heater has; the reading falls, and nothing is wrong.",
}
published "A machine of this class holds 220 C with 11 W in still air, 25 W with its fan at full, 34 W with 20 mm3/s besides."
assumption "48 W of rated power; the vendor names none."

local fleet = printers {
  { count = 3, model = "x1c" }, { count = 3, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "23:30", "07:00" } }
people:send_jobs {
  each = 1, between = { "18:00", "18:30" }, print_for = { "1h", "1h" }, grams = 89, spread = 0,
}

expect.never "false_trip"
expect.never "over_temperature"
expect.never "late_trip"
expect.never "lost_job" { within = "30m" }
expect.never "harm"

-- As in door-open: 4 C for 40 s, 120 K s beyond 5 C, 15 C for 45 s, 15 C for 5 s.
known_bad { firmware = "ref-marlin", cloud = "2023-07", breaks = { "false_trip" } }
known_bad { firmware = "ref-klipper", cloud = "2023-07", breaks = { "false_trip" } }
known_bad { firmware = "ref-prusa", cloud = "2023-07", breaks = { "false_trip" } }
known_bad { firmware = "ref-rrf", cloud = "2023-07", breaks = { "false_trip" } }
