-- An owner's "yes, the plate is clear" is delivered twice, and hours lie between.
--
-- The first answers the question it was given for. The second, repeated by the broker
-- because its acknowledgement was lost, finds another question on the screen: about another
-- job and a plate on which the first one now lies.

scenario {
  name = "confirmation-comes-twice", start = "2023-08-15T00:00:00Z", length = "14h", seed = 1,
  about = "The broker repeats an answer from the app after a reconnect; by then another question waits.",
}
assumption "Questions may be answered in the app; the service writes no stamps, so that each start is asked about."
assumption "The owners are out; they say yes only where they know the plate to be clear."
assumption "The machines' acknowledgements of the first answers are lost; a reconnect follows the second question."

local fleet = printers {
  { count = 4, model = "p1p" }, timezone = "America/Los_Angeles", firmware = "guarded",
  clean_session = false, safeguards = { confirm_in_app = true, prompt_expiry = "3h" },
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners {
  of = fleet, asleep = { "23:30", "07:00" }, away = { "17:30", "23:00" }, away_on = "daily",
  checks_plate_before_sending = 0, answers_after = "10m", answers_sigma = 0.1, resend_most = 0, asks_anew = 0,
}
people:send_jobs { each = 1, between = { "17:40", "17:50" }, print_for = { "60m", "70m" } }
people:send_jobs { each = 1, between = { "19:40", "19:50" }, print_for = { "60m", "70m" } }

local lost = net.link "printer/*":drop { dir = "up", type = "PUBACK" }
fleet:each(function(printer)
  at("2023-08-15T02:30Z", function()
    if not wait_until(function() return printer:prompt() end, { within = "1h" }) then return end
    wait "30s"
    net.link(printer.name):reset()
  end)
end)
at("2023-08-15T06:00Z", function() lost:lift() end)

expect.never "start_on_occupied_plate"
expect.never "heated_while_waiting"
expect.sometimes(function(event) return event.kind == "firmware.start" end, "fresh jobs print")
