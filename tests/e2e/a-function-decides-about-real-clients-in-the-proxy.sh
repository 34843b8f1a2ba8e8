# shellcheck shell=sh
. "$E2E/helpers.sh"

# The same function between clients that we did not write and a broker in real time.
scenario live.lua <<'LUA'
local n = 0
net.on { link = "client/pub*", type = "PUBLISH", dir = "up", name = "gateway",
  function(packet, link)
    n = n + 1
    if packet.payload == "lost" then return drop end
    if packet.payload == "late" then return delay("100ms") end
    if packet:json "job" == 1 then
      return replace { topic = "a/changed", json = { job = 2, by = link.name } }
    end
    if packet.payload == "twice" then return duplicate() end
  end }
net.link "client/*":drop { type = "PUBLISH", dir = "up", json = "job>6" }
LUA
live_broker
live_proxy --record events.ndjson live.lua
mosquitto_sub --unix proxy.sock -i sub -t 'a/#' -v -C 5 >heard &
sub=$!
wait_for grep -q SUBACK events.ndjson
say() {
	mosquitto_pub --unix proxy.sock -i "pub$1" -t "a/$1" -m "$2" -q 0 || fail "pub says $?"
}
say 1 lost
say 2 late
say 3 '{"job": 1}'
say 4 '{"job": 7}'
say 5 twice
say 6 last
wait "$sub" || fail "mosquitto_sub says $?"
sort heard >sorted
printf '%s\n' 'a/2 late' 'a/5 twice' 'a/5 twice' 'a/6 last' \
	'a/changed {"by":"client/pub3","job": 2}' | sort | cmp -s - sorted || fail "heard: $(cat heard)"
proxy_ends
status_is 0
out_has 'gateway'
grep -E '"fault":"gateway".*"matched":6,"affected":4,' events.ndjson >/dev/null ||
	fail "the receipt: $(grep fault.receipt events.ndjson)"
grep -E '"fault":"drop".*"matched":1,"affected":1,' events.ndjson >/dev/null ||
	fail "the receipt: $(grep fault.receipt events.ndjson)"
no_process_left

# A function that fails there ends the proxy as it ends a run.
scenario wrong.lua <<'LUA'
net.on { type = "PUBLISH",
  function(packet) return packet.topik end }
LUA
live_proxy --record events.ndjson wrong.lua
mosquitto_pub --unix proxy.sock -i pub -t a/b -m x -q 0
status=0
wait "$proxy_pid" || status=$?
cp proxy.err errors
status_is 2
err_has 'wrong.lua:2'
err_has 'did you mean "topic"'
