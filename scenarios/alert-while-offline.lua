-- An alert is raised while the network is down, and is delivered once when it returns.
--
-- The thermistor's cable breaks in mid-print. The shut-off cannot wait for the network; the
-- alert must, and must neither be lost nor come fifty times.

scenario {
  name = "alert-while-offline", start = "2023-08-15T00:00:00Z", length = "16h", seed = 1,
  about = "Thermistors break while the printers are offline; two reconnects later each owner should know, once.",
}
assumption "The machines' network fails from 20:30 to 01:00 Pacific, and for a minute at 03:00."

local fleet = printers {
  { count = 2, model = "x1c" }, { count = 2, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "guarded",
}
cloud { build = "guarded", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "21:30", "07:00" } }
people:send_jobs { each = 1, between = { "19:00", "20:00" }, print_for = { "3h", "4h" } }

at("2023-08-15T03:30Z", function()
  local away = net.link "printer/*":refuse()
  net.link "printer/*":reset()
  wait "4h30m"
  away:lift()
end)
at("2023-08-15T05:00Z", function()
  fleet:thermistor_opens {}
end)
at("2023-08-15T10:00Z", function()
  net.link "printer/*":reset()
end)

expect.never "alert_lost" { within = "5m" }
expect.never "alert_repeated"
expect.never "over_temperature" { nozzle = 300 }
expect.never "late_trip" { within = "30s" }
expect.never "reheat_without_ack"
expect.sometimes(function(event) return event.kind == "alert.received" end, "an alert arrives")
expect.sometimes(function(event) return event.kind == "firmware.start" end, "fresh jobs print")
