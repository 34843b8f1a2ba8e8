-- Another filament: the nozzle's target is turned about in mid-print, down by forty and up
-- again while it still falls, several times, and once by eighty.
--
-- A control. A target that moves under a falling reading is where a heating watch measures
-- from a temperature that is not there any more.

scenario {
  name = "other-filament", start = "2023-08-15T00:00:00Z", length = "8h", seed = 1,
  about = "Targets step by forty degrees in mid-print, also while the nozzle falls; every print goes on.",
}
published "A target raised by 4 C while the reading fell: 'heating failed' at 224 C, already rising (an issue of Marlin's)."
assumption "Somebody at the screen cannot make up his mind; the print goes on meanwhile."

local fleet = printers {
  { count = 2, model = "x1c" }, { count = 2, model = "p1p" }, { count = 2, model = "mk3" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "23:30", "07:00" } }
people:send_jobs { each = 1, between = { "18:00", "18:30" }, print_for = { "2h", "3h" }, nozzle = 215 }

-- Target, and how long it stands. The nozzle falls by 2 K/s: each fall is under way when the
-- next target comes.
local steps = {
  { 175, "8s" }, { 215, "6s" }, { 175, "15s" }, { 215, "12s" }, { 175, "20s" }, { 215, "3m" },
  { 175, "30s" }, { 135, "10s" }, { 215, "3m" }, { 175, "10m" }, { 215, "10m" },
}
at("2023-08-15T02:15Z", function()
  for _, step in ipairs(steps) do
    fleet:nozzle_is_set { to = step[1] }
    wait(step[2])
  end
end)

expect.never "false_trip"
expect.never "over_temperature"
expect.never "late_trip" { nozzle = 285 }
expect.never "lost_job" { within = "30m" }
expect.never "harm"
