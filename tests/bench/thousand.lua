-- The load that the marks are for: many machines, most of them idle. Idle ones are silent
-- but for their keep-alive, printing ones report on change and every 30 s.

scenario {
  name = "thousand", start = "2024-06-01T12:00:00Z", length = param("length", "2h"), seed = 1,
  about = "A thousand printers on an afternoon without faults.",
}

local fleet = printers { count = param("count", 1000), timezone = "UTC" }
cloud { build = "2023-07", clients = { "command-a", "command-b" }, api_workers = 100 }
local people = owners { of = fleet, asleep = { "02:00", "02:00" }, away = { "03:00", "03:00" } }

-- Everybody who prints sends in the first twenty minutes.
people:send_jobs {
  share = param("share", 0.1, "how many of the owners print"), between = { "12:00", "12:20" },
}

expect.never "lost_job" { within = "2h" }
