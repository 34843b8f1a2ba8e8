-- A night in which nothing goes wrong, and nothing may fire.
--
-- The control for every other scenario: the same people, the same machines, no fault. A
-- property that fires here accuses the innocent; a safeguard that stops a print here costs
-- its owner a job.

scenario {
  name = "healthy-night", start = "2023-08-14T15:00:00Z", length = "29h", seed = 1,
  about = "Twenty-four printers, two continents, no fault.",
}
assumption "Each owner prints once around noon and once in the evening."

local fleet = printers {
  { count = 6, model = "x1c", timezone = "America/Los_Angeles" },
  { count = 6, model = "p1p", timezone = "America/Los_Angeles" },
  { count = 6, model = "x1c", timezone = "Europe/Berlin" },
  { count = 6, model = "p1p", timezone = "Europe/Berlin" },
  firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" }, keepalive = "60s" }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "11:30", "13:00" }, print_for = { "45m", "2h" } }
people:send_jobs { each = 1, between = { "18:00", "21:00" } }

expect.never "stale_start" { older_than = "10m" }
expect.never "duplicate_start"
expect.never "start_on_occupied_plate"
expect.never "unattended_start"
expect.never "start_after_cancel"
expect.never "false_connected"
expect.never "success_shown_but_not_printing"
expect.never "burst_release"
expect.never "slow_recovery"
expect.never "lost_job"
expect.never "stuck_job"
expect.never "backlog" { at_least = 5 }
expect.never "silent_fail_open"
expect.never "harm"
expect.never "over_temperature"
expect.never "late_trip"
expect.never "false_trip"
expect.never "reheat_without_ack"
expect.never "heated_while_waiting"
expect.never "alert_lost"
expect.never "alert_repeated"
