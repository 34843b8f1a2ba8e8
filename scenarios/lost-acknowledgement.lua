-- One PUBACK is lost after its effect; hours later the library sends the same start again.
--
-- QoS 1 promises "at least once". The start was delivered and printed; only its
-- acknowledgement is missing. The library keeps the message and repeats it, marked DUP, on
-- the next reconnect: at 03:00, onto the finished object. The printer has no way to tell.

scenario {
  name = "lost-acknowledgement", start = "2023-08-15T00:00:00Z", length = "14h", seed = 1,
  about = "A PUBACK is lost after its effect; the start is repeated on the next reconnect, hours later.",
}
assumption "An ordinary reconnect at 03:00 Pacific; nothing else fails."

local fleet = printers {
  { count = 2, model = "x1c" }, { count = 2, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "22:00", "07:00" } }
people:send_jobs { each = 1, between = { "20:30", "21:30" }, print_for = { "60m", "90m" } }

at("2023-08-15T03:20Z", function()
  net.link "cloud/command-a":drop { dir = "down", type = "PUBACK", first = 2 }
end)
at("2023-08-15T10:00Z", function()
  net.link "cloud/command-a":reset()
end)

expect.never "duplicate_start"
expect.never "start_on_occupied_plate"
expect.never "lost_job" { within = "30m" }

known_bad { firmware = "stock-2023-07", cloud = "2023-07",
            breaks = { "duplicate_start", "start_on_occupied_plate" } }
