-- A heater's switch fails closed at night, on machines that do nothing.
--
-- No target, no duty, and it heats all the same. Switching the duty off does nothing; only
-- the supply stops it. Whoever has no second way to shut off can merely watch.

scenario {
  name = "heater-stuck-on-while-idle", start = "2023-08-15T00:00:00Z", length = "14h", seed = 1,
  about = "Heater switches fail closed on idle machines at three in the morning.",
}
published "A bed's switch failed; the display showed 0/98 C and nothing alarmed (Marlin #12908)."
published "A firmware cannot switch off a switch that is stuck (Marlin #13198)."

local fleet = printers {
  { count = 2, model = "x1c" }, { count = 2, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
owners { of = fleet, asleep = { "23:00", "07:00" } }

at("2023-08-15T10:00Z", function()
  fleet:heater_switch_sticks {}
end)

expect.never "over_temperature" { nozzle = 300 }
expect.never "late_trip" { within = "30s" }
expect.never "reheat_without_ack"
expect.never "alert_lost" { within = "5m" }
expect.never "alert_repeated"

known_bad { firmware = "stock-2023-07", cloud = "2023-07", breaks = { "over_temperature", "late_trip" } }
