-- Two clients with one identifier: each puts the other out, every second, for two hours.
--
-- One of the service's two clients comes back with the other's configuration. The broker
-- must end the older connection each time (MQTT 3.1.1, 3.1.4-2), both reconnect by
-- themselves, and both see nothing but successes. What falls between two connections is
-- gone: the service is clean, so no session keeps the reports that say a print has ended.

scenario {
  name = "two-clients-one-identifier", start = "2023-08-15T00:00:00Z", length = "12h", seed = 1,
  about = "The service's two clients share an identifier and put each other out; ends of prints are not heard, and starts are sent again.",
}
published "The service has two MQTT clients (vendor's second post)."
assumption "One of them takes the other's identifier at 18:30 Pacific, for two hours."
assumption "The service asks after five minutes and tries for two hours; clients reconnect after a second."

local fleet = printers {
  { count = 4, model = "x1c" }, { count = 4, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" }, confirm_within = "5m", retries = 24 }
local people = owners { of = fleet, asleep = { "23:00", "07:00" }, resend_after = "4m" }
people:send_jobs { each = 1, between = { "17:15", "19:15" }, print_for = { "30m", "60m" } }

at("2023-08-15T01:30Z", function()
  local second = net.link "cloud/command-b"
  local collision = second:client_id_collides { with = "cloud-command-a" }
  second:reset()
  wait "2h"
  collision:lift()
  wait "2m"
  second:reset()
end)

expect.never "duplicate_start"
expect.never "start_on_occupied_plate"
expect.never "stale_start" { older_than = "10m" }
expect.never "lost_job" { within = "30m" }

known_bad { firmware = "stock-2023-07", cloud = "2023-07",
            breaks = { "duplicate_start", "start_on_occupied_plate", "stale_start" } }
