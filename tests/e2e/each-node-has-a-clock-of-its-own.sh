. "$E2E/helpers.sh"

# A machine whose clock gains takes fresh starts for old ones, sooner or later; the service's and
# the broker's clocks are their own. All of it the same twice, each with its receipt.
scenario clocks.lua <<'LUA'
scenario { name = "clocks", start = "2024-03-01T08:00:00Z", length = "12h", seed = 1, about = "Clocks go wrong." }
local fleet = printers { { count = 4, model = "p1p" }, timezone = "UTC", firmware = "guarded",
                         safeguards = { start_expiry = "5m" } }
local service = cloud { build = "guarded" }
broker { persistent_client_expiration = "1h" }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "08:30", "09:00" } }
people:send_jobs { each = 1, between = { "18:00", "18:30" } }
local drift = param("drift", 20000) -- two per cent: twelve minutes after ten hours
if drift ~= 0 then fleet:clock_skew { by = "0s", drift = drift } end
at("12:00Z", function() service:clock_skew { step = "2s", drift = 10 } end)
at("13:00Z", function() broker:clock_skew { step = "-10m" } end)
expect.never "duplicate_start"
LUA
expired() {
	grep '"kind":"firmware.refused"' "$(latest clocks)/events.ndjson" | grep -c '"reason":"expired"'
}
jobjam verify clocks.lua
out_has "identical"
jobjam run clocks.lua
status_is 0
[ "$(expired)" -ge 4 ] || fail "only $(expired) fresh starts were taken for old ones"
grep '"reason":"expired"' "$(latest clocks)/events.ndjson" | grep -qE '"t":[0-9]{1,13},' && fail "in the morning, too"
grep '"kind":"fault.receipt"' "$(latest clocks)/events.ndjson" >receipts
[ "$(grep -c '"fault":"clock_skew"' receipts)" -eq 3 ] || fail "three receipts are wanted"
file_has receipts '"who":"broker","fault":"clock_skew"'
file_has receipts '"who":"cloud","fault":"clock_skew"'
jobjam run clocks.lua --set drift=0
status_is 0
[ "$(expired)" -eq 0 ] || fail "with clocks that are right $(expired) are refused"
no_process_left
