-- "Job jamming", the first published explanation: starts arrive, confirmations do not.
--
-- The printers' reports do not reach the service for three hours. Jobs print; the service
-- believes that they do not and sends them again, and so do people who are out and see only
-- what their app shows. What was printed once prints again, onto what lies on the plate.

scenario {
  name = "lost-confirmations", start = "2023-08-15T00:00:00Z", length = "16h", seed = 1,
  about = "Reports from the printers are lost; the service and its users send what has already been printed.",
}
published "Jobs reached printers but confirmation did not reach the cloud; repeated sends by confused users are confirmed, automatic retry was suspected (vendor's first post)."
assumption "The reports are lost from 18:30 to 21:30 Pacific; the commands pass."
assumption "The service tries each five minutes for two hours; owners are out until ten and print from their phones."

local fleet = printers {
  { count = 4, model = "x1c" }, { count = 4, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" }, confirm_within = "5m", retries = 24 }
local people = owners { of = fleet, asleep = { "23:00", "07:00" }, away = { "18:00", "22:00" }, away_on = "daily" }
people:send_jobs { each = 1, between = { "18:45", "20:00" }, print_for = { "30m", "60m" } }

at("2023-08-15T01:30Z", function()
  local lost = net.link "cloud/command-*":drop { dir = "down", type = "PUBLISH", topic = "device/+/report" }
  wait "3h"
  lost:lift()
end)

expect.never "duplicate_start"
expect.never "start_on_occupied_plate"
expect.never "stale_start" { older_than = "10m" }
expect.never "lost_job" { within = "30m" }

known_bad { firmware = "stock-2023-07", cloud = "2023-07",
            breaks = { "duplicate_start", "start_on_occupied_plate", "stale_start" } }
