-- Acknowledged, then lost: the broker is killed between its PUBACK and its next autosave.
--
-- The machines are offline for a quarter of an hour and keep their sessions, so the broker
-- takes the starts, acknowledges each of them and keeps them for later. mosquitto saves what
-- it keeps when it ends in good order and every half hour; it is killed in between. The new
-- process knows neither sessions nor messages, and nobody is told: the service has its
-- acknowledgements. `--set crash=stop` ends it in good order instead: then nothing is lost.

scenario {
  name = "acknowledged-then-lost", start = "2023-08-15T00:00:00Z", length = "8h", seed = 1,
  about = "The broker is killed after it has acknowledged starts and before it has saved them.",
}
assumption "The machines' network fails for a quarter of an hour; the broker's host restarts towards its end."
assumption "mosquitto runs with persistence and saves each 30 minutes, its default."

local fleet = printers {
  { count = 4, model = "x1c" }, { count = 4, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07", clean_session = false,
}
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
broker { persistence = true, autosave_interval = 1800 }
local people = owners { of = fleet, asleep = { "23:00", "07:00" }, resend_after = "2h" }
people:send_jobs { each = 1, between = { "18:33", "18:35" } }
people:send_jobs { each = 1, between = { "21:00", "21:30" } } -- all is well again

local crash = param("crash", "kill", "how the broker ends: kill or stop")
at("2023-08-15T01:32Z", function()
  local away = net.link "printer/*":refuse()
  net.link "printer/*":reset()
  wait "14m"
  broker:restart { how = crash, down_for = "20s" }
  wait "1m"
  away:lift()
end)

expect.never "lost_job" { within = "30m" }
expect.at_end(function(trace)
  -- A service that never sends anything would lose nothing on the way.
  local fresh = 0
  trace:each("firmware.start", function(start)
    local tap = start:back_to "intent.tap"
    if tap and tap.tap == 1 and start.at - tap.at < 600 then fresh = fresh + 1 end
  end)
  if fresh < 4 then return ("only %d fresh jobs printed"):format(fresh) end
end, "fresh jobs print")

known_bad { firmware = "stock-2023-07", cloud = "2023-07", breaks = { "lost_job" } }
