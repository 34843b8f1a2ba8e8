-- B2: the starts were printed, but nobody acknowledged them: the library's window sends them
-- all once more, marked DUP, when it connects again.

scenario {
  name = "library_window", start = "2023-08-15T00:00:00Z", length = "20h", seed = 1,
  about = "Acknowledgements are lost all evening; the window is sent again at night.",
}
local fleet = printers { count = 6, model = "x1c", timezone = "America/Los_Angeles", firmware = "stock-2023-07" }
cloud { build = "2023-07", clients = { "command" } }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "18:30", "21:30" }, print_for = { "60m", "90m" } }
people:send_jobs { each = 1, between = { "08:30", "09:30" } }

at("2023-08-15T01:00Z", function()
  local lost = net.link "cloud/command":drop { dir = "down", type = "PUBACK" }
  wait "10h"
  lost:lift()
  net.link "cloud/command":reset()
end)

expect.never "stale_start" { older_than = "10m" }
expect.never "duplicate_start"
expect.sometimes "backlog" { at_least = 6, older_than = "4h", place = "library_window" }
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
