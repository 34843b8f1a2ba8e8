. "$E2E/helpers.sh"

# A PUBACK that says "quota exceeded", on the way from a real broker: an event, and the job fails
# at once instead of being sent again and again.
cat >quota.lua <<'END'
scenario { name = "quota", start = "2024-03-01T00:00:00Z", length = "4h" }
local fleet = printers { count = 2, protocol = 5 }
cloud { clients = { "command" }, safeguards = { heed_reason_codes = param("heed", "true") == "true" } }
local people = owners { of = fleet, asleep = { "22:00", "00:30" } }
people:send_jobs { each = 1, between = { "02:00", "03:00" } }
net.link "cloud/command":ack_refused { code = 0x97 }
at("+3h50m", function() net.link "cloud/command":disconnect { code = 0x8b } end)
expect.never "stale_start" { older_than = "10m" }
END
events=out/quota/latest/events.ndjson
run "$JOBJAM" run quota.lua
grep -q '"kind":"mqtt.reason","who":"cloud/command","type":"PUBACK".*"code":151,"reason":"Quota exceeded"' \
	"$events" || fail "the code is no event"
grep -q '"kind":"job.failed".*"reason":"Quota exceeded"' "$events" || fail "the job goes on"
grep -q '"kind":"session.lost","who":"cloud/command","rc":139,"reason":"the broker disconnected it: Server shutting down"' \
	"$events" || fail "the reason of the DISCONNECT is not told"

# Without the safeguard the event is there, and nobody acts on it.
run "$JOBJAM" run quota.lua --set heed=false --set cloud.protocol=5.0
grep -q '"kind":"mqtt.reason"' "$events" || fail "the code is no event"
grep -q '"kind":"job.failed".*"reason":"Quota exceeded"' "$events" && fail "somebody read the code"
no_process_left
