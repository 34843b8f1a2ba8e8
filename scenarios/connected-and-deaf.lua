-- "Connects but receives no data": every subscription is acknowledged, and none is made.
--
-- In the evening the service reconnects through something that answers its SUBSCRIBE and
-- throws it away. Its commands pass, its pings are answered, its session is in order; only
-- the printers' reports are not for it. What it cannot hear of it sends again.

scenario {
  name = "connected-and-deaf", start = "2023-08-15T00:00:00Z", length = "12h", seed = 1,
  about = "The service reconnects and is told that it is subscribed; it is not, and sends again what has been printed.",
}
published "A client that connects to its broker and receives no data is a known complaint (issue 2404 of the vendor's slicer)."
assumption "Both of the service's clients reconnect at 18:30 Pacific, and once more three hours later, when all is well."
assumption "The service tries each five minutes for two hours; owners are out until ten and print from their phones."

local fleet = printers {
  { count = 4, model = "x1c" }, { count = 4, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" }, confirm_within = "5m", retries = 24 }
local people = owners { of = fleet, asleep = { "23:00", "07:00" }, away = { "18:00", "22:00" }, away_on = "daily" }
people:send_jobs { each = 1, between = { "17:15", "19:15" }, print_for = { "30m", "60m" } }

at("2023-08-15T01:30Z", function()
  local service = net.link "cloud/command-*"
  local deaf = service:subscription_believed {} -- THE LIE
  service:reset()
  wait "3h"
  deaf:lift()
  wait "2m"
  service:reset()
end)

expect.never "duplicate_start"
expect.never "start_on_occupied_plate"
expect.never "stale_start" { older_than = "10m" }
expect.at_end(function(trace)
  -- Before it. A service that knows that it is deaf refuses meanwhile.
  local fresh = 0
  trace:each("firmware.start", function(start)
    local tap = start:back_to "intent.tap"
    if tap and tap.tap == 1 and start.at - tap.at < 600 then fresh = fresh + 1 end
  end)
  if fresh < 4 then return ("only %d fresh jobs printed"):format(fresh) end
end, "fresh jobs print")

known_bad { firmware = "stock-2023-07", cloud = "2023-07",
            breaks = { "duplicate_start", "start_on_occupied_plate", "stale_start" } }
