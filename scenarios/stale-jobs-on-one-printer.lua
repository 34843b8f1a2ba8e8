-- One printer, one impatient evening: every resend becomes a print of its own.
--
-- The owner sends, sees nothing, sends again. When the connection is real at last the
-- service has a queue for that machine, and hands it over one by one as each print ends.

scenario {
  name = "stale-jobs-on-one-printer", start = "2023-08-15T00:00:00Z", length = "20h", seed = 3,
  about = "Several sends of one wish pile up behind a false reconnect and print one after another on one machine.",
}
published "Users who resubmitted several times saw all of it run, one after another (BambuStudio #2305)."

local fleet = printers {
  { count = 1, model = "p1p" }, timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "22:00", "07:00" }, resend_after = "4m", resend_most = 6, resend_again = 1 }
people:send_jobs { each = 1, between = { "19:00", "19:30" }, print_for = { "60m", "75m" } }

at("2023-08-15T01:20Z", function()
  local link = net.link "cloud/command-*"
  link:next_connect { connack = "false_success", answer_pings = true }
  link:timeout()
end)
at("2023-08-15T11:10Z", function()
  net.link "cloud/command-*":reset()
end)

expect.never "stale_start" { older_than = "10m" }
expect.never "duplicate_start"
expect.never "start_on_occupied_plate"
expect.never "unattended_start"
expect.sometimes(function(event) return event.kind == "firmware.start" end, "fresh jobs print")

known_bad { firmware = "stock-2023-07", cloud = "2023-07",
            breaks = { "stale_start", "duplicate_start", "start_on_occupied_plate", "unattended_start" } }
