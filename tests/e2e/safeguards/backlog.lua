-- Starts wait from the evening until people sleep: `place` says where.
--
-- The printers run the guarded build with every switch off, the service the build of 2023:
-- whatever holds here is held by what --set has switched on. Evening wishes are dropped at
-- bedtime, so lost_job judges the next morning alone: whether fresh jobs still print.

scenario {
  name = "backlog", start = "2023-08-15T00:00:00Z", length = "17h", seed = 1,
  about = "Starts of the evening are let go at night; fresh jobs follow in the morning.",
}
local place = param("place", "library", "where starts wait; each is a function below")
local let_go = param("let_go", "2023-08-15T08:00:00Z", "when they go on")
local ends = param("ends", "reset", "library: a reset, or a restart of the service")
local promise = param("promise", "stale_start", "the one promise beside lost_job")
local limit = param("limit", 0, "its limit, where it is a number")
local sensor = param("sensor", "works", "the plate sensors of all machines")
local lan = param("lan", false, "whether the evening's are local jobs: ids of 0")

local fleet = printers {
  count = 4, model = "x1c", timezone = "America/Los_Angeles", clean_session = false,
  firmware = "guarded",
  safeguards = {
    busy_refusal = false, start_expiry = "0s", idempotency = false, supersede = false,
    plate_latch = false, plate_sensor = false,
    confirm_at_machine = false, confirm_in_app = false,
    heater_monitor = false, heater_cutoff = false, no_reheat_without_ack = false,
  },
}
local service = cloud { build = "2023-07", clients = { "command" }, retries = 0 }
local people = owners {
  of = fleet, asleep = { "21:00", "05:00" }, day_spread = "0s",
  resend_most = 0, resend_again = 1, resend_sigma = 0,
}
people:send_jobs {
  job = "evening", between = { "19:30", "19:34" },
  print_for = { "20m", "20m" }, grams = 8, spread = 0, lan = lan,
}
people:send_jobs {
  job = "fresh", between = { "06:00", "06:30" },
  print_for = { "20m", "20m" }, grams = 8, spread = 0,
}

local command = net.link "cloud/command"

-- Each makes starts wait from now on, and returns what lets them go.
local places = {
  -- A reconnect that was none: the library keeps what it is given.
  library = function()
    command:next_connect { connack = "false_success", answer_pings = true }
    command:timeout()
    return function() command:reset() end
  end,
  -- The present connection dies without a word, and its pings are answered.
  half_open = function()
    command:timeout { answer_pings = true }
    return function() command:reset() end
  end,
  -- The service knows that it has no connection.
  known = function()
    local refusal = command:refuse()
    command:reset()
    return function() refusal:lift() end
  end,
  -- On the way from the library to the broker; no connection is lost.
  wire = function()
    local hold = command:hold { dir = "up", type = "PUBLISH", topic = "device/+/request" }
    return function() hold:lift() end
  end,
  -- In the broker, for machines that are away.
  away = function()
    local refusal = net.link "printer/*":refuse()
    net.link "printer/*":reset()
    return function() refusal:lift() end
  end,
  -- On the way from the broker to a connected machine.
  last_mile = function()
    local hold = net.link "printer/*":hold {
      dir = "down", type = "PUBLISH", topic = "device/+/request",
    }
    return function() hold:lift() end
  end,
  -- The same, but only the first start for each machine: what is sent after it passes it.
  overtaken = function()
    local holds = {}
    for i = 1, #fleet do
      holds[i] = net.link(fleet[i].name):hold {
        dir = "down", type = "PUBLISH", topic = "device/+/request", first = 1,
      }
    end
    return function()
      for i = 1, #fleet do holds[i]:lift() end
    end
  end,
}

at("2023-08-15T02:00:00Z", function()
  local go = places[place]()
  if sensor ~= "works" then fleet:plate_sensor { state = sensor } end
  at(let_go, function()
    if ends == "restart" then service:restart { down_for = "30s" } else go() end
  end)
end)

local limits = {
  stale_start = { older_than = "10m" },
  false_connected = { longer_than = "3m" },
  burst_release = { at_most = limit, within = "10s" },
  backlog = { at_least = limit, place = "library" },
}
if limits[promise] then expect.never(promise)(limits[promise]) else expect.never(promise) end
if promise ~= "lost_job" then expect.never "lost_job" { within = "2h" } end
