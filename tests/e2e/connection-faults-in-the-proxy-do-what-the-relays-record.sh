# shellcheck shell=sh
. "$E2E/helpers.sh"

# Each on a client of its own, in real time; what the relay at the broker's end recorded is
# what the receipt says.
live_broker
scenario faults.lua <<'LUA'
net.link "client/half":cut_packet { after = 9, type = "PUBLISH" }
net.link "client/short":limit_data { bytes = 60, dir = "up" }
net.link "client/wrong":corrupt { offset = 8, bytes = 3, type = "PUBLISH" }
net.link "client/mute":one_way { dir = "up" } -- nobody is there yet: it will say so
LUA
tapped_proxy faults.lua --record events.ndjson
to_broker() { # CLIENT: what the relay before the broker recorded of it
	grep -l "$1" broker/*.up 2>/dev/null | head -n 1
}
recorded() { # CLIENT BYTES
	[ -n "$(to_broker "$1")" ] && [ "$(wc -c <"$(to_broker "$1")")" -eq "$2" ]
}
say() { # CLIENT QOS TEXT; it waits for an acknowledgement that may never come
	mosquitto_pub -p "$tap_port" -h 127.0.0.1 -i "$1" -t a/b -q "$2" -m "$3" 2>>said &
	saying=$!
}

# CONNECT is 14 bytes and the name; of the PUBLISH nine more arrive.
say half 1 0123456789
wait_for recorded half $((14 + 4 + 9))
kill "$saying" 2>/dev/null

# Sixty bytes and not one more, CONNECT among them.
say short 1 0123456789-0123456789-0123456789-0123456789-0123456789
wait_for recorded short 60
kill "$saying" 2>/dev/null

# Three bytes of the message are others; all the rest is as it was sent.
say wrong 0 0123456789
wait "$saying" || fail "mosquitto_pub says $?"
wait_for recorded wrong $((14 + 5 + 17 + 2))
sent=$(grep -l wrong clients/*.up | head -n 1)
differ=$(cmp -l "$sent" "$(to_broker wrong)" | wc -l)
[ "$differ" -eq 3 ] || fail "$differ bytes differ, not 3"

proxy_ends
out_has "cut_packet on client/half: matched 1, affected 1"
out_has "limit_data on client/short: matched 1, affected 1"
out_has "corrupt on client/wrong: matched 1, affected 1"
out_has "one_way on client/mute: matched 0"
