-- Jobs print, and the service does not hear of it: reports are lost for an hour and a half.
--
-- As in backlog.lua every switch is off, and --set switches one on. The service sends again
-- what it believes not to print. With `jobs` = 2 each machine prints a second job meanwhile.

scenario {
  name = "unconfirmed", start = "2023-08-15T01:30:00Z", length = "6h", seed = 1,
  about = "Reports of the machines are lost; the service sends again what prints already.",
}
local jobs = param("jobs", 1, "how many jobs each owner prints while reports are lost")
local promise = param("promise", "duplicate_start", "the one promise beside lost_job")

local fleet = printers {
  count = 4, model = "x1c", timezone = "America/Los_Angeles", firmware = "guarded",
  safeguards = {
    busy_refusal = false, start_expiry = "0s", idempotency = false, supersede = false,
    plate_latch = false, plate_sensor = false,
    confirm_at_machine = false, confirm_in_app = false,
    heater_monitor = false, heater_cutoff = false, no_reheat_without_ack = false,
  },
}
cloud { build = "2023-07", clients = { "command" }, retries = -1 }
local people = owners {
  of = fleet, asleep = { "23:00", "07:00" }, day_spread = "0s", resend_most = 0,
}

local function send(job, from, to)
  people:send_jobs {
    job = job, between = { from, to }, print_for = { "15m", "15m" }, grams = 6, spread = 0,
  }
end
send("first", "19:10", "19:14")
if jobs > 1 then send("second", "19:50", "19:54") end
send("fresh", "21:30", "21:40")

at("2023-08-15T02:00:00Z", function()
  local lost = net.link "cloud/command":drop {
    dir = "down", type = "PUBLISH", topic = "device/+/report",
  }
  wait "1h30m"
  lost:lift()
end)

expect.never(promise)
if promise ~= "lost_job" then expect.never "lost_job" { within = "1h" } end
