-- A window opens over machines whose heaters have power in hand; socks fall off.
--
-- A control like door-open, on heaters that can hold 220 C against fan and draught together:
-- the reading dips by some degrees and comes back. No protection has a reason to trip, how
-- simple it may be.

scenario {
  name = "open-window", start = "2023-08-15T00:00:00Z", length = "10h", seed = 1,
  about = "Draughts and lost socks on machines that can heat against them; every print goes on.",
}
published "A sock that comes off dips the reading by 3 to 15 C; sock and fan were found by models alone (Prusa-Firmware #3636, #4125)."
assumption "A draught takes half as much again as still and blown air; it comes and goes in an instant."

local fleet = printers {
  { count = 2, model = "mk3" }, { count = 2, model = "ender3" }, { count = 2, model = "mini" },
  timezone = "Europe/Prague", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "23:30", "07:00" } }
people:send_jobs { each = 1, between = { "08:00", "08:30" }, print_for = { "2h", "3h" } }

at("2023-08-15T07:15Z", function()
  fleet:draught { factor = 1.5 }
  wait "20m"
  fleet:draught { factor = 1 }
  wait "10m"
  fleet:sock_falls_off { factor = 1.5 }
end)

expect.never "false_trip"
expect.never "over_temperature"
expect.never "late_trip" { nozzle = 285 }
expect.never "lost_job" { within = "30m" }
expect.never "harm"
