-- Commands are held back for an hour: every start comes too late.
scenario {
  name = "late", start = "2023-08-14T15:00:00Z", length = "12h", seed = 1,
  about = "What the service sends to the printers waits for an hour.",
}
local fleet = printers {
  { count = 2, model = "x1c", timezone = "Europe/Berlin" }, firmware = "stock-2023-07",
}
cloud { build = "2023-07" }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "18:00", "20:00" } }

at("2023-08-14T15:30:00Z", function()
  net.link "printer/*":delay { type = "PUBLISH", dir = "down", by = "1h", overtake = true }
end)

expect.never "stale_start" { older_than = "10m" }
