-- A door opens, a window lets a draught in, a sock falls off: nothing may trip.
--
-- A control. False trips are what made vendors loosen their protections until they hardly
-- protect; a safeguard that ends this evening's prints will be switched off.

scenario {
  name = "door-open", start = "2023-08-15T00:00:00Z", length = "10h", seed = 1,
  about = "Doors open, draughts come and socks fall off in mid-print; every print goes on.",
}
published "Bridging and infill with stock machines tripped model checks (Prusa-Firmware #3975); socks torn off dip 3 to 15 C."
assumption "PLA at 200 C: with its fan at full a 48 W ceramic heater has little to spare at 220 C."

local fleet = printers {
  { count = 3, model = "x1c" }, { count = 3, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "23:30", "07:00" } }
people:send_jobs { each = 1, between = { "18:00", "18:30" }, print_for = { "2h", "3h" }, nozzle = 200 }

at("2023-08-15T02:15Z", function()
  fleet:door_opens {}
  wait "20m"
  fleet:draught { factor = 1.25 }
  wait "10m"
  fleet:draught { factor = 1 }
  wait "10m"
  fleet:sock_falls_off { factor = 1.3 }
end)

expect.never "false_trip"
expect.never "over_temperature"
expect.never "late_trip"
expect.never "reheat_without_ack"
expect.never "heated_while_waiting"
expect.never "lost_job" { within = "30m" }
expect.never "harm"
