-- A gateway between service and broker keeps a copy of each start, and at three in the morning
-- it sends its spool again.
--
-- Store-and-forward gateways do that when their own record of what was delivered is lost. The
-- copies are whole and valid; only the printer can know that it has printed them already. What
-- the gateway does is said by two functions, because no fault of ours is made for it.

scenario {
  name = "gateway-replays-its-spool", start = "2023-08-15T00:00:00Z", length = "14h", seed = 1,
  about = "A gateway has kept a copy of each start, and sends all of them again at 03:00.",
}
assumption "The gateway stands between the service and the broker, and keeps what it forwards."
assumption "Its record of deliveries is lost at 03:00 Pacific; nothing else fails."

local fleet = printers {
  { count = 2, model = "x1c" }, { count = 2, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a" } }
local people = owners { of = fleet, asleep = { "22:00", "07:00" } }
people:send_jobs { each = 1, between = { "20:30", "21:30" }, print_for = { "60m", "90m" } }

local start = { link = "cloud/*", dir = "up", topic = "device/+/request",
                json = "print.command=project_file" }
local function about_starts(name, fn)
  return net.on { link = start.link, dir = start.dir, topic = start.topic, json = start.json,
                  name = name, fn }
end

local forwarded = {}
about_starts("spool", function() return duplicate() end)
-- The copy leaves the gateway as a message of its own.
about_starts("copy", function(packet)
  local task = packet:json "print.task_id"
  if not forwarded[task] then forwarded[task] = true return pass end
  return replace { qos = 0 }
end)
local spool = net.link(start.link):hold { dir = start.dir, topic = start.topic, qos = 0 }
at("2023-08-15T10:00Z", function()
  note "the gateway sends its spool again"
  spool:release()
end)

expect.never "duplicate_start"
expect.never "start_on_occupied_plate"
expect.never "lost_job" { within = "30m" }

known_bad { firmware = "stock-2023-07", cloud = "2023-07",
            breaks = { "duplicate_start", "start_on_occupied_plate" } }
