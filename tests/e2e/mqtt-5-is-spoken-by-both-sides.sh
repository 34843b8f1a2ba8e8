. "$E2E/helpers.sh"

# Both sides say so in CONNECT, the broker grants a receive maximum, and the night is the
# same.
cat >five.lua <<'END'
scenario { name = "five", start = "2024-03-01T00:00:00Z", length = "10h" }
local fleet = printers {
  count = 3, model = "p1p", firmware = "stock-2023-07", clean_session = false,
  protocol = 5, session_expiry = param("expiry", "2h"), receive_maximum = 2,
}
cloud { protocol = "5.0", safeguards = { heed_reason_codes = true } }
local people = owners { of = fleet, asleep = { "22:00", "00:30" } }
people:send_jobs { each = 3, between = { "02:00", "03:00" } }
at("+1h", function()
  local away = net.link "printer/*":refuse()
  net.link "printer/*":reset()
  wait "3h"
  away:lift()
end)
expect.never "stale_start" { older_than = "10m" }
END
run "$JOBJAM" run five.lua --set expiry=8h
status_is 1
out_has 'stale_start'
events=out/five/latest/events.ndjson
connected() { grep -c "\"kind\":\"session.connected\",\"who\":\"$1.*\"receive_max\":20" "$events"; }
[ "$(connected cloud/command-a)" -eq 1 ] || fail "the service's client was granted nothing"
[ "$(connected printer/001)" -eq 2 ] || fail "a printer was granted nothing"
out_has "the broker's session of printer/"

# The session does not outlive its expiry: what was kept is lost in the broker, and said so.
run "$JOBJAM" run five.lua
grep -q '"place": "session".*"released": 0, "lost": [1-9]' out/five/latest/verdict.json ||
	fail "the expired session lost nothing"

# And who publishes then is told that nobody listens.
run "$JOBJAM" run five.lua --set expiry=1h
grep -q '"kind":"mqtt.reason".*"type":"PUBACK".*"code":16,' out/five/latest/events.ndjson ||
	fail "nobody was told that nobody listens"
run "$JOBJAM" verify five.lua
status_is 0

# What 3.1.1 cannot do is refused, with the place that said so.
printf '%s\n' 'scenario {}' 'printers { count = 1, receive_maximum = 2 }' 'cloud {}' >three.lua
run "$JOBJAM" run three.lua
status_is 2
err_has 'three.lua:2: receive_maximum needs MQTT 5.0'
run "$JOBJAM" run five.lua --set cloud.protocol=3.1.1
status_is 2
err_has 'heed_reason_codes needs MQTT 5.0'
