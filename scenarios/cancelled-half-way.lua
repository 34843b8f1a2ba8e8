-- A print is cancelled half way, by somebody who does not know that it prints; half of it
-- stays on the plate, and the next start comes.
--
-- Reports are lost, the app says nothing, the owner is out and cancels. The machine stops.
-- To it that is an ending like any other: what lies on the plate does not care how the job
-- ended.

scenario {
  name = "cancelled-half-way", start = "2023-08-15T00:00:00Z", length = "12h", seed = 1,
  about = "Jobs that print unseen are cancelled; a later job starts onto what was left.",
}
assumption "Reports are lost from 18:30 to 20:00 Pacific; commands pass."
assumption "Owners are out until ten and do not think of the plate."

local fleet = printers {
  { count = 6, model = "p1p" }, timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners {
  of = fleet, asleep = { "23:00", "07:00" }, away = { "18:00", "22:00" }, away_on = "daily",
  checks_plate_before_sending = 0, resend_most = 0, asks_anew = 0,
}
people:send_jobs { each = 1, between = { "18:40", "18:50" }, print_for = { "3h", "4h" } }
people:send_jobs { each = 1, between = { "20:30", "20:50" }, print_for = { "60m", "75m" } }

at("2023-08-15T01:30Z", function()
  local lost = net.link "cloud/command-*":drop { dir = "down", type = "PUBLISH", topic = "device/+/report" }
  wait "1h30m"
  lost:lift()
end)
at("2023-08-15T02:40Z", function()
  people:cancel_jobs { after = { "0s", "10m" } }
end)

expect.never "start_on_occupied_plate"
expect.never "heated_while_waiting"
expect.sometimes(function(event) return event.kind == "firmware.start" end, "fresh jobs print")

known_bad { firmware = "stock-2023-07", cloud = "2023-07", breaks = { "start_on_occupied_plate" } }
