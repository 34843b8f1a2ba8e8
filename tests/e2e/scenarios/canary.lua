-- The canary: it must fail. A run in which this comes out green proves nothing.
scenario {
  name = "canary", start = "2024-03-01T06:00:00Z", length = "6h", seed = 1,
  about = "A start is held for an hour, and nothing guards against it.",
}
local fleet = printers { { count = 2, model = "p1p" }, timezone = "UTC", firmware = "stock-2023-07" }
cloud { build = "2023-07", retries = 0 }
local people = owners { of = fleet, asleep = { "23:00", "06:00" }, resend_most = 0 }
people:send_jobs { each = 1, between = { "07:00", "07:30" } }
at("06:30Z", function()
  local held = net.link "cloud/*":hold { dir = "up", type = "PUBLISH", topic = "device/+/request" }
  wait "2h"
  held:lift()
end)
expect.never "stale_start" { older_than = "10m" }
