-- The root cause, alone: a reconnect that was none, and a backlog in the publisher's library.
--
-- Ten lines say it. Take out the one that lies and nothing starts late; answer no pings, and
-- the lie lasts two keep-alives instead of a night.

scenario {
  name = "false-reconnect", start = "2023-08-15T00:00:00Z", length = "16h", seed = 1,
  about = "A client of the service is told it has reconnected; starts pile up in its library until a real reconnect sends them all.",
}
published "A client's reconnect was reported as successful and was not; accumulated print starts went out after the next one (vendor's second post)."
assumption "Eight printers in California; each owner sends one job in the evening."

local fleet = printers {
  { count = 4, model = "x1c" }, { count = 4, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" }, keepalive = "60s" }
local people = owners { of = fleet, asleep = { "23:00", "07:00" }, resend_after = "4m" }
people:send_jobs { each = 1, between = { "18:30", "22:00" } }

at("2023-08-15T01:20Z", function()
  local link = net.link "cloud/command-a"
  link:next_connect { connack = "false_success", answer_pings = true } -- THE LIE
  link:timeout()
end)
at("2023-08-15T11:10Z", function()
  net.link "cloud/command-a":reset()
end)

expect.never "stale_start" { older_than = "10m" }
expect.never "start_on_occupied_plate"
expect.never "duplicate_start"
expect.never "unattended_start"
expect.never "false_connected" { longer_than = "3m" }
expect.never "burst_release" { at_most = 5, within = "10s" }
expect.never "lost_job" { within = "30m" }
expect.sometimes "backlog" { at_least = 5, place = "library" }
expect.sometimes "backlog" { at_least = 10, older_than = "1h", place = "library_queue" }

known_bad { firmware = "stock-2023-07", cloud = "2023-07",
            breaks = { "stale_start", "start_on_occupied_plate", "duplicate_start", "unattended_start",
                       "false_connected", "burst_release", "lost_job" } }
