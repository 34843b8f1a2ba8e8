. "$E2E/helpers.sh"

# Keep-alive 60 s: the library sends PINGREQ after one, and gives up after the second.
sed -e 's/answer_pings = true/answer_pings = false/' -e '/^known_bad/,$d' \
	"$E2E/../../scenarios/false-reconnect.lua" >silent.lua
jobjam run silent.lua
events=$(latest false-reconnect)/events.ndjson
there "$events"

# From the forged success to the loss that the library notices by itself.
lie() {
	grep '"who":"cloud/command-a"' "$events" | grep "\"kind\":\"session.$1\"" |
		sed 's/.*"t":\([0-9]*\).*/\1/' | sed -n "$2p"
}
began=$(lie connected 2)
ended=$(lie lost 2)
seconds=$(((ended - began) / 1000000000))
[ "$seconds" -ge 60 ] && [ "$seconds" -le 130 ] ||
	fail "the lie lasted $seconds s, not about two keep-alives of 60 s"
out_lacks "burst_release{at_most=5, within=\"10s\"}: "
