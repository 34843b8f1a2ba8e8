-- An hour in which nothing is asked of anybody.
scenario {
  name = "quiet", start = "2023-08-14T15:00:00Z", length = "1h", seed = 1,
  about = "Two printers, one service, nobody prints.",
}
printers { { count = 2, model = "x1c", timezone = "Europe/Berlin" }, firmware = "stock-2023-07" }
cloud { build = "2023-07" }

expect.never "stale_start" { older_than = "10m" }
expect.never(function(event) return event.kind == "firmware.start" end, "a start")
