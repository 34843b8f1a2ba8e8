# shellcheck shell=sh
. "$E2E/helpers.sh"

live_broker
scenario live.lua <<'LUA'
-- The first CONNECT of this client is refused; messages are held until one more has come.
net.link "client/first":next_connect { connack = "refused", code = 3 }
local held = net.link "client/sub":hold { type = "PUBLISH", dir = "down" }
after("10ms", function()
  note "waiting"
  wait_until(function() return held:receipt().matched >= 2 end, { every = "20ms" })
  wait "50ms"
  note "releasing"
  held:release()
  held:lift()
end)
every("100ms", function() note "tick" end)
LUA
live_proxy live.lua --record events.ndjson
mosquitto_pub --unix proxy.sock -i first -t a -m x 2>refused && fail "it was not refused"
grep -q 'broker unavailable' refused || fail "refused with: $(cat refused)"
mosquitto_sub --unix proxy.sock -i sub -t a -C 2 >heard &
sub=$!
wait_for grep -q '"who":"link/client/sub","type":"SUBACK"' events.ndjson
mosquitto_pub --unix proxy.sock -i first -t a -m one || fail "the second attempt: $?"
receipt "hold .*matched 1,"
[ ! -s heard ] || fail "it was not held: $(cat heard)"
mosquitto_pub --unix proxy.sock -i first -t a -m two || fail "$?"
wait "$sub" || fail "mosquitto_sub says $?"
printf 'one\ntwo\n' | cmp -s - heard || fail "heard $(cat heard)"
ticks() {
	[ "$(grep -c '"kind":"note","who":"run","text":"tick"' events.ndjson)" -ge "$1" ]
}
wait_for ticks 3
proxy_ends
status_is 0
out_has 'receipt 1: next_connect on client/first: matched 1, affected 1'
out_has 'receipt 2: hold on client/sub: matched 2, affected 2'

# A script that does not load, needs a fleet, or fails while it acts, is 2 and names its line.
bad() { # SENTENCE, the script on standard input
	cat >bad.lua
	jobjam proxy bad.lua --control ctl --listen "unix:$(pwd -P)/bad.sock" --upstream "unix:$(pwd -P)/broker.sock"
	status_is 2
	err_has "$1"
	not_there ctl bad.sock
}
bad "bad.lua:2: unknown fault \"dropp\"; did you mean \"drop\"?" <<'LUA'
-- a comment
net.link "client/*":dropp()
LUA
bad 'scenario: has no place in a live script' <<'LUA'
scenario { name = "x", length = "1h" }
LUA
bad 'printers has no place in a live script' <<'LUA'
printers { { count = 1, model = "p1p", timezone = "UTC" }, firmware = "stock-2023-07" }
LUA
bad "bad.lua:1: attempt to index a nil value" <<'LUA'
after("1ms", function() local none; return none.field end)
LUA
