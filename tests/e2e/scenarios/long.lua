-- Long enough to be interrupted.
scenario {
  name = "long", start = "2023-08-14T15:00:00Z", length = "30d", seed = 1,
  about = "Many printers for a month.",
}
local fleet = printers {
  { count = 200, model = "x1c", timezone = "Europe/Berlin" }, firmware = "stock-2023-07",
}
cloud { build = "2023-07", keepalive = "20s" }
local people = owners { of = fleet }
people:send_jobs { each = 3, between = { "08:00", "22:00" } }

expect.never "stale_start" { older_than = "10m" }
