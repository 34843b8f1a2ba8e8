-- B10: a machine that keeps starts while it prints, and does them afterwards, however late. The
-- build that has this is the guarded one with its switches off (no known_bad).

scenario {
  name = "inbox", start = "2023-08-15T00:00:00Z", length = "20h", seed = 1,
  about = "Reports are lost, so starts are sent again; busy machines keep them and do them one by one.",
}
local off = param("safeguards", "off", "\"on\": the build as it ships") == "off"
local fleet = printers {
  count = 6, model = "x1c", timezone = "America/Los_Angeles", firmware = "guarded",
  safeguards = off and {
    busy_refusal = false, start_expiry = "0s", idempotency = false, supersede = false,
    plate_latch = false, plate_sensor = false, confirm_at_machine = false,
  } or { busy_refusal = false },
}
cloud { build = "2023-07", clients = { "command" } }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "18:30", "21:30" }, print_for = { "60m", "90m" } }
people:send_jobs { each = 1, between = { "08:30", "09:30" }, print_for = { "30m", "40m" } }

at("2023-08-15T01:00Z", function()
  local lost = net.link "printer/*":drop { dir = "up", type = "PUBLISH", topic = "device/+/report" }
  wait "10h"
  lost:lift()
end)

expect.never "stale_start" { older_than = "10m" }
expect.never "duplicate_start"
if off then expect.sometimes "backlog" { at_least = 1, older_than = "1h", place = "inbox" } end
expect.at_end(function(trace)
  -- A safeguard that refuses everything would hold all the others.
  local fresh = 0
  trace:each("firmware.start", function(start)
    local tap = start:back_to "intent.tap"
    if tap and tap.tap == 1 and start.at - tap.at < 600 then fresh = fresh + 1 end
  end)
  if fresh < 6 then return ("only %d fresh jobs printed"):format(fresh) end
end, "fresh jobs print")
