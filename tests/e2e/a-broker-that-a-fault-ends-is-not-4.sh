. "$E2E/helpers.sh"

# Killed and not brought back: the run goes on without it and is judged on its promises.
scenario gone.lua <<'LUA'
scenario { name = "gone", start = "2024-03-01T08:00:00Z", length = "4h", seed = 1, about = "The broker is killed." }
local fleet = printers { { count = 2, model = "p1p" }, timezone = "UTC" }
cloud { build = "2023-07" }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "08:30", "09:00" } }
at("+2h", function() broker:kill() end)
expect.never "duplicate_start"
LUA
jobjam run gone.lua
status_is 0
out_has "kill on broker 1 matched, 1 affected"
grep -q "\"kind\":\"session.lost\",\"who\":\"printer/001\"" "$(latest gone)/events.ndjson" || fail "nobody lost it"
jobjam why "$(latest gone)" printer/001
status_is 0

# What cannot be done just now says so, with its line.
sed 's/broker:kill()/broker:resume()/' gone.lua >resume.lua
jobjam run resume.lua
status_is 2
err_has "resume.lua:6"
err_has "the broker is not paused"

# A colon is missing; an unknown name suggests the nearest.
sed 's/broker:kill()/broker.kill()/' gone.lua >dot.lua
jobjam run dot.lua
status_is 2
err_has "called with a colon"
sed 's/broker:kill()/broker:restrat()/' gone.lua >typo.lua
jobjam run typo.lua
status_is 2
err_has "restart"
no_process_left
