-- Local jobs carry no ids: task, subtask, project and profile are all "0".
--
-- Reports about task 0 tell the service nothing, so it believes that nothing came of the
-- job and sends it again; to the machine each of these starts is as good as new. What
-- remains is the plate, the missing stamp, and a person.

scenario {
  name = "lan-jobs", start = "2023-08-15T00:00:00Z", length = "16h", seed = 1,
  about = "Jobs without ids are printed, not recognised as printed, and sent again.",
}
published "Jobs sent over the local network carry the ids 0 (public descriptions of the dialect)."
assumption "They pass through the same service, which retries what it hears nothing of."

local fleet = printers {
  { count = 3, model = "x1c" }, { count = 3, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" }, confirm_within = "10m", retries = 24 }
local people = owners { of = fleet, asleep = { "21:00", "07:00" }, resend_most = 0, asks_anew = 0 }
people:send_jobs { each = 1, between = { "19:00", "19:30" }, print_for = { "50m", "70m" }, lan = true }

expect.never "duplicate_start"
expect.never "start_on_occupied_plate"
expect.never "unattended_start"
expect.sometimes(function(event) return event.kind == "firmware.start" end, "fresh jobs print")

known_bad { firmware = "stock-2023-07", cloud = "2023-07",
            breaks = { "duplicate_start", "start_on_occupied_plate", "unattended_start" } }
