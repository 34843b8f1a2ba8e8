-- The same accident with the backlog on the other side: in the broker, for printers that are away.
--
-- The machines keep their sessions (clean_session = false). Their network is gone for the
-- evening; the broker keeps what is sent to them and hands it over when they come back, at
-- four in the morning. Here MQTT's own means (clean session, message expiry, a queue limit)
-- do help, which they do not against a backlog in the publisher.

scenario {
  name = "broker-backlog", start = "2023-08-15T00:00:00Z", length = "20h", seed = 1,
  about = "Printers are offline in the evening; the broker keeps their starts and delivers them at night.",
}
assumption "The machines' network fails from 18:00 to 04:00 Pacific; in the morning everybody prints again."

local fleet = printers {
  { count = 4, model = "x1c" }, { count = 4, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07", clean_session = false,
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "18:30", "21:30" } }
people:send_jobs { each = 1, between = { "08:30", "09:30" } } -- the morning after

at("2023-08-15T01:00Z", function()
  local away = net.link "printer/*":refuse()
  net.link "printer/*":reset()
  wait "10h"
  away:lift()
end)

expect.never "stale_start" { older_than = "10m" }
expect.never "unattended_start"
expect.never "duplicate_start"
expect.sometimes "backlog" { at_least = 4, older_than = "5h", place = "session" }
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
