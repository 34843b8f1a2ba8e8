-- The third published mechanism: requests repeated at once exceed the API's capacity.
--
-- The desktop program sends a request again as soon as the API fails it. Each of those that
-- the API did take, although its answer came too late, becomes a job of its own: one tap,
-- several prints.

scenario {
  name = "retry-storm", start = "2023-08-15T00:00:00Z", length = "14h", seed = 1,
  about = "The API is overloaded; a desktop program that repeats at once makes it worse, and makes several jobs of one tap.",
}
published "The desktop program re-initiated requests at once; the burst exceeded the API's capacity (vendor's second post)."
assumption "The API serves 40 requests a second and lets 1,000 wait; 60 a second come from elsewhere for 67 minutes."
assumption "Everybody uses the desktop program, which gives up after five minutes."

local fleet = printers {
  { count = 6, model = "x1c" }, { count = 6, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
local service = cloud { build = "2023-07", clients = { "command-a", "command-b" }, api_workers = 2, api_queue = 1000 }
local people = owners { of = fleet, asleep = { "23:00", "07:00" }, uses = "studio", studio_tries_for = "5m" }
people:send_jobs { each = 1, between = { "18:30", "20:00" }, print_for = { "40m", "70m" } }

at("2023-08-15T01:45Z", function()
  service:foreign_load { rate = 60, lasts = "67m" }
end)

expect.never "duplicate_start"
expect.never "start_on_occupied_plate"
expect.never "lost_job" { within = "30m" }

known_bad { firmware = "stock-2023-07", cloud = "2023-07",
            breaks = { "duplicate_start", "start_on_occupied_plate" } }
