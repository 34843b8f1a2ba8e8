-- The same accident with the backlog between two brokers: a site has one of its own, and the
-- bridge between it and the cloud's is down.
--
-- The machines stay connected all evening, to the broker of their site; nothing is wrong with
-- them, and their presence says so. It is the bridge that is gone, so the cloud's broker keeps
-- for the site what is sent to its machines. (At the site the reports wait in the same way.)
-- When the bridge connects again, at four in the morning, all of it comes at once.

scenario {
  name = "site-cut-off", start = "2023-08-15T00:00:00Z", length = "20h", seed = 1,
  about = "The bridge between a site's broker and the cloud's is down in the evening; its queue comes out at night.",
}
assumption "The site's uplink fails from 18:00 to 04:00 Pacific; in the morning everybody prints again."

bridge { name = "site" }
local fleet = printers {
  { count = 4, model = "x1c" }, { count = 4, model = "p1p" },
  broker = "site", timezone = "America/Los_Angeles", firmware = "stock-2023-07", report_qos = 1,
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "18:30", "21:30" } }
people:send_jobs { each = 1, between = { "08:30", "09:30" } } -- the morning after

at("2023-08-15T01:00Z", function()
  local away = net.link "bridge/site":refuse()
  net.link "bridge/site":reset()
  wait "10h"
  away:lift()
end)

expect.never "stale_start" { older_than = "10m" }
expect.never "unattended_start"
expect.never "duplicate_start"
expect.sometimes "backlog" { at_least = 8, older_than = "5h", place = "bridge" }
expect.at_end(function(trace)
  -- A safeguard that refuses everything would hold all the others.
  local fresh = 0
  trace:each("firmware.start", function(start)
    local tap = start:back_to "intent.tap"
    if tap and tap.tap == 1 and start.at - tap.at < 600 then fresh = fresh + 1 end
  end)
  if fresh < 8 then return ("only %d fresh jobs printed"):format(fresh) end
end, "fresh jobs print")

known_bad { firmware = "stock-2023-07", cloud = "2023-07", breaks = { "stale_start", "unattended_start", "duplicate_start" } }
