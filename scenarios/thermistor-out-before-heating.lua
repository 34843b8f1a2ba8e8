-- The thermistor hangs beside its block before the job begins: full power into a block that
-- nobody measures, and a reading that stays at room temperature.
--
-- A protection that waits for the target to be reached waits for ever; what counts is
-- whether the reading gains what the power should give.

scenario {
  name = "thermistor-out-before-heating", start = "2023-08-15T00:00:00Z", length = "8h", seed = 1,
  about = "Thermistors fall out of cold blocks in the afternoon; in the evening the owners print.",
}
assumption "The bead sees nothing of the block any more."

local fleet = printers {
  { count = 2, model = "x1c" }, { count = 2, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "18:30", "19:30" } }

at("2023-08-15T00:30Z", function()
  fleet:thermistor_falls_out { coupling = 0 }
end)

expect.never "over_temperature" { nozzle = 300 }
expect.never "late_trip" { within = "30s" }
expect.never "reheat_without_ack"
expect.never "alert_lost" { within = "5m" }
expect.never "alert_repeated"
expect.sometimes(function(event) return event.kind == "firmware.start" end, "fresh jobs print")

known_bad { firmware = "stock-2023-07", cloud = "2023-07", breaks = { "over_temperature", "late_trip" } }
