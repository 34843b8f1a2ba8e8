-- B0: the service knows that it has no connection, and keeps the starts itself. (The service of
-- 2023 does so only with paced_drain on, so these are not the builds as shipped: no known_bad.)

scenario {
  name = "store", start = "2023-08-15T00:00:00Z", length = "20h", seed = 1,
  about = "The service's connection is refused all evening; its store lets the starts go at night.",
}
local off = param("safeguards", "off", "\"on\": the guarded builds run, where nothing waits so long") == "off"
local fleet = printers { count = 6, model = "x1c", timezone = "America/Los_Angeles", firmware = "stock-2023-07" }
cloud { build = "2023-07", clients = { "command" }, safeguards = { paced_drain = "20s" } }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "18:30", "21:30" } }
people:send_jobs { each = 1, between = { "08:30", "09:30" } }

at("2023-08-15T01:00Z", function()
  local refusal = net.link "cloud/command":refuse()
  net.link "cloud/command":reset()
  wait "10h"
  refusal:lift()
end)

expect.never "stale_start" { older_than = "10m" }
expect.never "duplicate_start"
if off then expect.sometimes "backlog" { at_least = 6, older_than = "4h", place = "store" } end
expect.at_end(function(trace)
  -- A safeguard that refuses everything would hold all the others.
  local fresh = 0
  trace:each("firmware.start", function(start)
    local tap = start:back_to "intent.tap"
    if tap and tap.tap == 1 and start.at - tap.at < 600 then fresh = fresh + 1 end
  end)
  if fresh < 6 then return ("only %d fresh jobs printed"):format(fresh) end
end, "fresh jobs print")

