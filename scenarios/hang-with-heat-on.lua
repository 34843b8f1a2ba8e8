-- The firmware hangs while its nozzle heats up: the duty stays where it was, at full.
--
-- No rule of that firmware can help, it does not run. What does is a watchdog of the
-- controller that switches everything off and boots anew. Run it with --set watchdog=0s to
-- see the machine without.

scenario {
  name = "hang-with-heat-on", start = "2023-08-15T00:00:00Z", length = "8h", seed = 1,
  about = "Firmwares hang in the middle of heating up, with full power latched.",
}
assumption "A watchdog of 4 s, as the published controllers have."

local watchdog = param("watchdog", "4s", "the controllers' watchdog; 0s: none")
local fleet = printers {
  { count = 2, model = "x1c" }, { count = 2, model = "mk3" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07", watchdog = watchdog,
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "23:00", "07:00" }, resend_most = 0, asks_anew = 0 }
people:send_jobs { each = 1, between = { "18:30", "19:30" } }

fleet:each(function(printer)
  at("2023-08-15T01:30Z", function()
    if wait_until(function() return printer:nozzle() > 150 end, { within = "2h" }) then
      printer:firmware_hangs {}
    end
  end)
end)

expect.never "over_temperature" { nozzle = 300 }
expect.never "late_trip" { within = "30s" }
expect.never "reheat_without_ack"
expect.sometimes(function(event) return event.kind == "firmware.start" end, "fresh jobs print")
