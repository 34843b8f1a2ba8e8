. "$E2E/helpers.sh"

# mosquitto 2.0 reads a thousand sockets at a time and then looks who has been silent for too
# long: after a pause the others are evicted, although their pings lie unread in its sockets.
# Nobody else is: with a thousand clients in all, none.
scenario pause.lua <<'LUA'
scenario { name = "pause", start = "2024-03-01T08:00:00Z", length = "40m", seed = 1, about = "The broker gets no time." }
local count = param("count", 1300)
printers { { count = count, model = "p1p" }, timezone = "UTC" }
cloud { build = "2023-07", clients = { "one" } }
at("+30m", function() broker:pause { hold = "130s" } end) -- less than its clients' patience, 140 s
expect.never "duplicate_start"
LUA
evicted() {
	jobjam run pause.lua --set count="$1" --quiet
	status_is 3 # nothing was to be judged
	n=$(grep -c 'has exceeded timeout' "$(latest pause)/broker.log")
}
evicted 999
[ "$n" -eq 0 ] || fail "$n of a thousand were evicted"
evicted 1300
echo "# $n of 1301 were evicted"
case $(grep -m 1 -o 'mosquitto version 2\.[0-9]*\.[0-9]*' "$(latest pause)/broker.log") in
*2.0.11) [ "$n" -eq 301 ] || fail "$n were evicted, not those beyond a thousand" ;;
*) echo "# another broker: not judged" ;;
esac
no_process_left
