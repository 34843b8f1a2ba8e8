-- A start is sent as a retained message, so that a machine which was away finds it. It finds it
-- again with each new subscription: the broker never forgets it.
--
-- Nothing fails but the machines' network for a moment, hours after their prints were taken out.
-- Clean sessions, queue limits and expiry of sessions do not help: a retained message belongs
-- to the topic, not to a session. What helps is a message expiry (the broker forgets it then),
-- a machine that knows which starts it has seen or how old they are, or not to retain commands.

scenario {
  name = "retained-start", start = "2023-08-15T00:00:00Z", length = "20h", seed = 1,
  about = "Starts are retained; a short network failure at night delivers every machine's last start once more.",
}
assumption "Nothing is published of how the vendor's service sends starts; that it retained them is not claimed."
assumption "The machines' network is interrupted once at 03:00 Pacific."

local fleet = printers {
  { count = 4, model = "x1c" }, { count = 4, model = "p1p" },
  timezone = "America/Los_Angeles", firmware = "stock-2023-07",
}
cloud { build = "2023-07", clients = { "command-a", "command-b" }, retain_starts = true }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "18:30", "21:00" }, print_for = { "40m", "80m" } }
people:send_jobs { each = 1, between = { "08:30", "09:30" } } -- the morning after

at("2023-08-15T10:00Z", function() net.link "printer/*":reset() end)

expect.never "stale_start" { older_than = "10m" }
expect.never "duplicate_start"
expect.never "unattended_start"
expect.sometimes "backlog" { at_least = 8, older_than = "6h", place = "retained" }
expect.at_end(function(trace)
  -- A safeguard that refuses everything would hold all the others.
  local fresh = 0
  trace:each("firmware.start", function(start)
    local tap = start:back_to "intent.tap"
    if tap and tap.tap == 1 and start.at - tap.at < 600 then fresh = fresh + 1 end
  end)
  if fresh < 16 then return ("only %d fresh jobs printed"):format(fresh) end
end, "fresh jobs print")

known_bad { firmware = "stock-2023-07", cloud = "2023-07",
            breaks = { "stale_start", "duplicate_start", "unattended_start" } }
