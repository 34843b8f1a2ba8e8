-- B6: the machines are connected and get their starts, but what they acknowledge is lost. The
-- broker keeps all of it, and sends it again when they connect again.

scenario {
  name = "broker_window", start = "2023-08-15T00:00:00Z", length = "20h", seed = 1,
  about = "The machines' acknowledgements are lost all evening; a reconnect at night brings their starts again.",
}
local fleet = printers {
  count = 6, model = "x1c", timezone = "America/Los_Angeles", firmware = "stock-2023-07", clean_session = false,
}
cloud { build = "2023-07", clients = { "command" } }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 2, between = { "18:30", "21:30" }, print_for = { "30m", "40m" } }
people:send_jobs { each = 1, between = { "08:30", "09:30" } }

at("2023-08-15T01:00Z", function()
  local lost = net.link "printer/*":drop { dir = "up", type = "PUBACK" }
  wait "10h"
  lost:lift()
  net.link "printer/*":reset()
end)

expect.never "stale_start" { older_than = "10m" }
expect.never "duplicate_start"
expect.sometimes "backlog" { at_least = 2, older_than = "4h", place = "broker_window" }
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
