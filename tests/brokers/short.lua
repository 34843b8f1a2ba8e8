-- What a broker in real time is tried with: three prints, and a client that is cut off once.
-- A minute and a quarter, because that is how long it takes.
scenario {
  name = "short", start = "2024-03-01T15:00:00Z", length = "75s", seed = 1,
  about = "Three jobs in a minute; one of the service's clients loses its connection.",
}
local fleet = printers { { count = 3, model = "p1p", timezone = "UTC" }, firmware = "stock-2023-07" }
cloud { build = "2023-07" }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "15:00", "15:01" } }

local user, password = param("user", ""), param("password", "")
if user ~= "" then -- our clients have no credentials; a broker may want some
  net.link "*":rewrite { type = "CONNECT", set_user = user, set_password = password }
end
at("2024-03-01T15:00:20Z", function() net.link "cloud/command-a":reset() end)

expect.never "stale_start" { older_than = "10m" }
expect.never "duplicate_start"
expect.sometimes(function(event) return event.kind == "firmware.start" end, "a start")
