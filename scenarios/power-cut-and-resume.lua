-- The power goes in mid-print and comes back, and half a part stands on the plate.
--
-- A machine that goes on by itself heats in an empty room, onto a part that may have come off
-- or may be gone. This one asks on its screen, cold, and nowhere else: in Berlin somebody looks
-- at the part and says yes, in Los Angeles everybody sleeps, and the question lapses.

scenario {
  name = "power-cut-and-resume", start = "2023-08-15T15:00:00Z", length = "24h", seed = 1,
  about = "Power cuts in mid-print; machines ask whether to go on, and only some have somebody to ask.",
}
published "A machine that went on after a loss of power drove its bed into the nozzle (X1Plus #131)."
assumption "The part holds on to the plate while it cools; who says yes has looked at it."
assumption "Each power cut lasts ten minutes, in Berlin at half past nine in the evening, in Los Angeles at half past midnight."

local fleet = printers {
  { count = 2, model = "x1c", timezone = "America/Los_Angeles" }, { count = 2, model = "p1p", timezone = "America/Los_Angeles" },
  { count = 2, model = "x1c", timezone = "Europe/Berlin" },       { count = 2, model = "p1p", timezone = "Europe/Berlin" },
  firmware = "guarded", safeguards = { power_resume = "ask", prompt_expiry = "30m" },
}
cloud { build = "guarded", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "23:00", "07:00" }, resend_most = 0, asks_anew = 0 }
people:send_jobs { each = 1, between = { "20:00", "20:30" }, print_for = { "6h", "7h" } }

fleet:each(function(printer)
  local instant = printer.zone == "Europe/Berlin" and "21:30 Europe/Berlin" or "00:30 America/Los_Angeles"
  at(instant, function() printer:power_cut { lasts = "10m" } end)
end)

expect.never "heated_while_waiting"
expect.never "reheat_without_ack"
expect.never "duplicate_start"
expect.never "start_on_occupied_plate"
expect.never "unattended_start"
expect.never "harm"
local allowed = {}
expect.never(function(event)
  if event.kind == "prompt.answered" and event.answer == "yes" and event.where == "machine" then
    allowed[event.who] = true
  end
  return event.kind == "firmware.resumed" and not allowed[event.who]
end, "a print goes on unasked")
expect.sometimes(function(event) return event.kind == "firmware.start" end, "fresh jobs print")
expect.sometimes(function(event) return event.kind == "firmware.resumed" and event.layer > 0 end, "a print goes on")
expect.sometimes(function(event) return event.kind == "prompt.expired" end, "a question lapses")
