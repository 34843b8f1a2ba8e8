-- The night of 15 August 2023, all three published mechanisms together.
--
-- One of the cloud's two MQTT clients is told that it has reconnected when it has not; what
-- people send in the Pacific evening piles up behind it. In the morning (UTC), at noon in
-- Berlin, the API is overloaded, and desktop programs repeat what it fails at once. When the
-- second failure is noticed the reconnect is real, and everything goes out at once: 04:10 in
-- California.

scenario {
  name = "job-jamming-2023-08-15", start = "2023-08-14T15:00:00Z", length = "29h", seed = 1,
  about = "One of the cloud's two MQTT clients is told it has reconnected when it has not.",
}

published "Service disrupted 10:03-11:10 and 12:11-12:23 UTC on 15 August 2023 (vendor's first post)."
published "One of two MQTT SDK clients timed out; its reconnect was reported as successful and was not; print starts accumulated; after a second failure the reconnect was real and they all went out (vendor's second post)."
published "Printers started if they were idle (vendor's second post)."
published "Requests repeated at once by the desktop program exceeded the API's capacity (vendor's second post)."
published "The number of printers affected was never published."
assumption "The first disconnection is set at 02:30 UTC; the hour was never published."
assumption "The client library behaves like libmosquitto; the vendor's SDK was never named."
assumption "24 printers, half in California, half in Berlin; each owner sends a job around noon and one in the evening."
assumption "Everybody uses the desktop program. The API serves 40 requests a second; 400 a second come from elsewhere."
assumption "During the second window the service is down; what happened in it was not published."

local fleet = printers {
  { count = 6, model = "x1c", timezone = "America/Los_Angeles" },
  { count = 6, model = "p1p", timezone = "America/Los_Angeles" },
  { count = 6, model = "x1c", timezone = "Europe/Berlin" },
  { count = 6, model = "p1p", timezone = "Europe/Berlin" },
  firmware = "stock-2023-07",
}
local service = cloud { build = "2023-07", clients = { "command-a", "command-b" }, keepalive = "60s", api_workers = 2 }
local people = owners { of = fleet, asleep = { "23:00", "07:00" }, resend_after = "4m", uses = "studio" }

people:send_jobs { each = 1, between = { "12:05", "12:55" }, print_for = { "45m", "2h" } } -- in Berlin: in the first window
people:send_jobs { each = 1, between = { "18:00", "22:30" } } -- each owner's own evening

at("2023-08-15T02:30Z", function() -- assumption: the hour was never published
  local link = net.link "cloud/command-a"
  link:next_connect { connack = "false_success", answer_pings = true } -- the reconnect that was none …
  link:timeout()                                                       -- … after the first disconnection
end)

at("2023-08-15T10:03Z", function() -- published: the first window opens
  note "the first window: the API is overloaded"
  service:foreign_load { rate = 400, lasts = "67m" }
end)

at("2023-08-15T11:10Z", function() -- published: service restored at 11:10 UTC
  net.link "cloud/command-a":reset() -- the second failure; the real reconnect; the flood
end)

at("2023-08-15T12:11Z", function() -- published: the second window
  service:restart { down_for = "12m" }
end)

expect.never "stale_start" { older_than = "10m" }
expect.never "start_on_occupied_plate"
expect.never "duplicate_start"
expect.never "unattended_start"
expect.never "start_after_cancel"
expect.never "false_connected" { longer_than = "3m" }
expect.never "burst_release" { at_most = 5, within = "10s" }
expect.never "lost_job" { within = "30m" }
expect.never "harm"
expect.sometimes "backlog" { at_least = 5, place = "library" }
expect.sometimes "backlog" { at_least = 100, place = "api" }

known_bad { firmware = "stock-2023-07", cloud = "2023-07",
            breaks = { "stale_start", "start_on_occupied_plate", "duplicate_start", "unattended_start",
                       "false_connected", "burst_release", "lost_job", "harm" } }
