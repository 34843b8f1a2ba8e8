-- A cancel that was shown as done, and a print that starts all the same.
--
-- The owner cancels while the start waits in the publisher's library. The service has the
-- job out of its store, the app says so, and the message is still on its way.

scenario {
  name = "cancelled-then-printed", start = "2023-08-15T00:00:00Z", length = "14h", seed = 1,
  about = "Jobs are cancelled while their starts wait in a library that nobody can see into.",
}
published "Cancelling did not always cancel (a user's report, BambuStudio #634)."
assumption "Every owner cancels between 21:15 and 21:45, when nothing has come of it."

local fleet = printers {
  { count = 3, model = "x1c" }, { count = 3, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "23:00", "07:00" }, resend_most = 0 }
people:send_jobs { each = 1, between = { "19:00", "21:00" } }

at("2023-08-15T01:20Z", function()
  local link = net.link "cloud/command-*"
  link:next_connect { connack = "false_success", answer_pings = true }
  link:timeout()
end)
at("2023-08-15T04:15Z", function()
  people:cancel_jobs { after = { "0s", "30m" } }
end)
at("2023-08-15T11:10Z", function()
  net.link "cloud/command-*":reset()
end)

expect.never "start_after_cancel"
expect.never "stale_start" { older_than = "10m" }
expect.never "lost_job" { within = "10m" }

known_bad { firmware = "stock-2023-07", cloud = "2023-07",
            breaks = { "start_after_cancel", "stale_start", "lost_job" } }
