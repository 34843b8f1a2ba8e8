. "$E2E/helpers.sh"

# Machines that are away while starts are sent to them; the same harm is known of each broker.
scenario away.lua <<'LUA'
scenario { name = "away", start = "2023-08-15T00:00:00Z", length = "14h", seed = 1, about = "The broker keeps starts." }
local fleet = printers { { count = 4, model = "p1p" }, timezone = "America/Los_Angeles",
  firmware = "stock-2023-07", clean_session = false }
cloud { build = "2023-07" }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "18:30", "21:30" } }
at("2023-08-15T01:00Z", function()
  local away = net.link "printer/*":refuse()
  net.link "printer/*":reset()
  wait "10h"
  away:lift()
end)
expect.never "stale_start" { older_than = "10m" }
expect.never "unattended_start"
known_bad { firmware = "stock-2023-07", cloud = "2023-07", breaks = { "stale_start", "unattended_start" } }
LUA

# Two copies of one broker tell one story.
own_broker
jobjam run away.lua --quiet --broker mosquitto --broker ./own-broker --same
status_is 0
out_has "away: the first: mosquitto, the other: ./own-broker"
out_has "  the same story, "
out_has "  no difference in harm"
[ "$(ls -d out/away/*+broker-* | wc -l)" -eq 2 ] || fail "each broker has its own directory"

# One that keeps little for those who are away does not.
cat >forgetful.sh <<'SH'
#!/bin/sh
echo "max_queued_messages 1" >>"$1"
exec mosquitto -c "$1"
SH
chmod +x forgetful.sh
jobjam run away.lua --quiet --broker mosquitto --broker "exec:./forgetful.sh {conf}"
out_has "  the stories part after "
out_has "    the first: 2023-08-1"
out_has "    the other: 2023-08-1"
out_has "  what differs in harm:"
grep -q '^    stale_start.*: the first [0-9]*, the other [0-9]*$' output || fail "no count of stale starts"

# Each is judged by itself, so both are fine; a difference is a failure only if asked.
status_is 0
jobjam run away.lua --quiet --broker mosquitto --broker "exec:./forgetful.sh {conf}" --same
status_is 1

# The status is that of the worst.
jobjam run away.lua --quiet --broker mosquitto --broker "$BROKERS/exits"
status_is 4
out_has "cannot be compared: the other did not come to a verdict"
take quiet.lua
jobjam verify quiet.lua --broker mosquitto --broker ./own-broker
status_is 2
err_has "only jobjam run takes several brokers"
no_process_left
