-- B4: a box on the way keeps what passes through it, and the connection stays up.

scenario {
  name = "link", start = "2023-08-15T00:00:00Z", length = "20h", seed = 1,
  about = "Something on the way holds the service's starts all evening, and lets them go at night.",
}
local fleet = printers { count = 6, model = "x1c", timezone = "America/Los_Angeles", firmware = "stock-2023-07" }
cloud { build = "2023-07", clients = { "command" } }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "18:30", "21:30" } }
people:send_jobs { each = 1, between = { "08:30", "09:30" } }

at("2023-08-15T01:00Z", function()
  local hold = net.link "cloud/command":hold { dir = "up", type = "PUBLISH", topic = "device/+/request" }
  wait "10h"
  hold:lift()
end)

expect.never "stale_start" { older_than = "10m" }
expect.never "duplicate_start"
expect.sometimes "backlog" { at_least = 6, older_than = "4h", place = "link" }
expect.at_end(function(trace)
  -- A safeguard that refuses everything would hold all the others.
  local fresh = 0
  trace:each("firmware.start", function(start)
    local tap = start:back_to "intent.tap"
    if tap and tap.tap == 1 and start.at - tap.at < 600 then fresh = fresh + 1 end
  end)
  if fresh < 6 then return ("only %d fresh jobs printed"):format(fresh) end
end, "fresh jobs print")

known_bad { firmware = "stock-2023-07", cloud = "2023-07", breaks = { "stale_start", "duplicate_start" } }
