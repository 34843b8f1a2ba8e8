-- Power returns, and the job that it cut off comes with it once more.
--
-- The start was taken, its acknowledgement was lost, the power went. When the machine is
-- back its session at the broker still holds the start, marked DUP; it is minutes old, so
-- no expiry helps. Only a machine that remembers over the power cut what it has started
-- refuses.

scenario {
  name = "power-cut-at-the-start", start = "2023-08-15T00:00:00Z", length = "12h", seed = 1,
  about = "A minute after a start the power goes for thirty seconds; the broker delivers the start again.",
}
assumption "The acknowledgements of the evening's starts are lost on the machines' links."

local fleet = printers {
  { count = 4, model = "x1c" }, timezone = "America/Los_Angeles",
  firmware = "stock-2023-07", clean_session = false,
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "23:00", "07:00" }, resend_most = 0, asks_anew = 0 }
people:send_jobs { each = 1, between = { "19:00", "20:00" } }

local lost = net.link "printer/*":drop { dir = "up", type = "PUBACK" }
fleet:each(function(printer)
  at("2023-08-15T02:00Z", function()
    if not wait_until(function() return printer:printing() end, { within = "2h" }) then return end
    wait "1m"
    printer:power_cut { lasts = "30s" }
  end)
end)
at("2023-08-15T03:30Z", function() lost:lift() end)

expect.never "duplicate_start"
expect.never "start_on_occupied_plate"
expect.never "reheat_without_ack"
expect.sometimes(function(event) return event.kind == "firmware.start" end, "fresh jobs print")

known_bad { firmware = "stock-2023-07", cloud = "2023-07", breaks = { "duplicate_start" } }
