# shellcheck shell=sh
. "$E2E/helpers.sh"

# A broker that nobody gives turns to; the proxy lends it a port.
live_broker
live_proxy --listen 127.0.0.1:0
port=$(sed -n 's/^proxy: 127.0.0.1:\([0-9]*\) .*/\1/p' proxy.out)

scenario real.lua <<'LUA'
scenario { name = "real", start = "2024-03-01T08:00:00Z", length = "3s", about = "As long as it says." }
local fleet = printers { { count = 2, model = "p1p", timezone = "UTC" }, firmware = "guarded" }
cloud { build = "guarded" }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "08:00:01", "08:00:02" } }
at("+2500ms", function() net.link "printer/001":reset() end)
expect.never "duplicate_start"
LUA
began=$(date +%s)
jobjam run real.lua --clock wall --broker "mqtt://127.0.0.1:$port"
status_is 0
[ $(($(date +%s) - began)) -ge 2 ] || fail "it did not take its time"
out_has 'HELD'
out_has '(real-time, not deterministic)'
out_has 'duplicate_start (2 judged)'
out_has 'reset on link/printer/001 1 matched, 1 affected'
out_has "--broker mqtt://127.0.0.1:$port --clock wall"
file_has "$(latest real)/report.md" 'wall: real-time, not deterministic'
head -1 "$(latest real)/events.ndjson" | grep -q '"clock":"wall"' || fail "the header does not say so"
# The broker was a real one: it saw the clients.
jobjam ctl control links
out_has 'client/'

# What only a broker of our own can suffer is refused by name.
scenario kill.lua <<'LUA'
scenario { name = "kill", start = "2024-03-01T08:00:00Z", length = "2s", about = "Nobody to kill." }
printers { { count = 1, model = "p1p", timezone = "UTC" }, firmware = "guarded" }
cloud { build = "guarded" }

at("+100ms", function() broker:kill() end)
expect.never "duplicate_start"
LUA
jobjam run kill.lua --clock wall --broker "mqtt://127.0.0.1:$port"
status_is 2
err_has 'runs elsewhere'
proxy_ends
