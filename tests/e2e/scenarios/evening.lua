-- An evening on which everybody prints something and nothing goes wrong.
scenario {
  name = "evening", start = "2023-08-14T15:00:00Z", length = "12h", seed = 1,
  about = "Two owners print one object each.",
}
local fleet = printers {
  { count = 2, model = "x1c", timezone = "Europe/Berlin" }, firmware = "stock-2023-07",
}
cloud { build = "2023-07" }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "18:00", "20:00" } }

expect.never "stale_start" { older_than = "10m" }
expect.never "duplicate_start"
