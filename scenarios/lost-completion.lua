-- The other half of "job jamming": the service hears that a job started, never that it is done.
--
-- The reports are cut after the prints have begun and come back after they have ended. Idle
-- machines say nothing by themselves, so to the service the job is not done, and it is sent
-- again at night.

scenario {
  name = "lost-completion", start = "2023-08-15T00:00:00Z", length = "16h", seed = 1,
  about = "The service hears \"started\" and never \"finished\"; it sends the finished job again.",
}
published "The cloud believed the job not done; on recovery the jammed job was sent again and a finished job printed twice (vendor's first post)."
assumption "Reports are lost from 19:40 to 22:30 Pacific."

local fleet = printers {
  { count = 4, model = "x1c" }, { count = 4, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "18:30", "19:25" }, print_for = { "50m", "100m" } }

at("2023-08-15T02:40Z", function()
  local lost = net.link "cloud/command-*":drop { dir = "down", type = "PUBLISH", topic = "device/+/report" }
  wait "2h50m"
  lost:lift()
end)

expect.never "duplicate_start"
expect.never "start_on_occupied_plate"
expect.never "lost_job" { within = "30m" }

known_bad { firmware = "stock-2023-07", cloud = "2023-07",
            breaks = { "duplicate_start", "start_on_occupied_plate" } }
