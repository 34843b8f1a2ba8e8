-- The service's two clients share one subscription to the machines' reports. One of them is half
-- open: it publishes into nothing, and the broker goes on giving it half of the reports.
--
-- What the broker gives to a member that is not there, the other one never sees. The service
-- misses confirmations of starts that were printed, and sends those starts again; the reports
-- lie in the broker until the dead member's session ends or comes back.

scenario {
  name = "half-open-consumer", start = "2023-08-15T00:00:00Z", length = "20h", seed = 1,
  about = "One of two clients that share the reports is half open all evening; half of the reports wait in the broker.",
}
assumption "How the vendor's two SDK clients shared their work was not published; a shared subscription is one way."
assumption "command-b is half open from 18:00 to 04:00 Pacific, and something on the way answers its pings."

local fleet = printers {
  { count = 4, model = "x1c" }, { count = 4, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07", report_qos = 1,
}
cloud {
  build = "2023-07", clients = { "command-a", "command-b" }, clean_session = false,
  shared_reports = "reports", report_qos = 1,
}
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "18:30", "21:30" }, print_for = { "40m", "80m" } }
people:send_jobs { each = 1, between = { "08:30", "09:30" } } -- the morning after

at("2023-08-15T01:00Z", function()
  net.link "cloud/command-b":timeout { answer_pings = true }
  wait "10h"
  net.link "cloud/command-b":reset()
end)

expect.never "stale_start" { older_than = "10m" }
expect.never "duplicate_start"
expect.sometimes "backlog" { at_least = 20, older_than = "4h", place = "shared" }
expect.at_end(function(trace)
  -- A safeguard that refuses everything would hold all the others.
  local fresh = 0
  trace:each("firmware.start", function(start)
    local tap = start:back_to "intent.tap"
    if tap and tap.tap == 1 and start.at - tap.at < 600 then fresh = fresh + 1 end
  end)
  if fresh < 8 then return ("only %d fresh jobs printed"):format(fresh) end
end, "fresh jobs print")

known_bad { firmware = "stock-2023-07", cloud = "2023-07",
            breaks = { "stale_start", "duplicate_start" } }
