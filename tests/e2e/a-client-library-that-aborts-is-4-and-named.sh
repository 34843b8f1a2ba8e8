. "$E2E/helpers.sh"

# A CONNACK says a maximum packet size below a start that the library has queued meanwhile:
# libmosquitto 2.0.11 fails an assertion of its own there.
scenario small.lua <<'LUA'
scenario { name = "small", start = "2024-03-01T00:00:00Z", length = "2h", seed = 1 }
local fleet = printers { count = 2, model = "p1p", firmware = "stock-2023-07" }
cloud { protocol = "5.0", clients = { "command-a", "command-b" } }
local people = owners { of = fleet, asleep = { "22:00", "00:05" } }
people:send_jobs { each = 1, between = { "00:20", "00:50" } }
local limit = param("limit", 100)
at("+10m", function()
  local link = net.link "cloud/command-b"
  local away = link:refuse()
  link:reset()
  wait "50m"
  link:rewrite { type = "CONNACK", set_maximum_packet_size = limit }
  away:lift()
end)
expect.never "duplicate_start"
LUA
# A library that drops the message instead, as the standard wants it, is another story.
jobjam run small.lua
if [ "$status" -eq 1 ] || [ "$status" -eq 0 ]; then
	out_has "duplicate_start"
	echo "# this machine's libmosquitto does not abort"
else
	status_is 4
	err_has "small: at 2024-03-01T01:0"
	grep -qE "libmosquitto [0-9.]+ \(the client library of cloud/command-b\) ended the process: " errors ||
		fail "nobody is named"
	err_has "maximum packet size"
	err_lacks "a fault of jobjam"
	err_lacks "the firmware"
	tail -n 3 out/small/latest/events.ndjson | grep -q '"kind":"session.connected","who":"cloud/command-b".*"packet_max":100' ||
		fail "the trace does not end at the CONNACK"
	whole_lines out/small/latest/events.ndjson
	jobjam run small.lua --junit all.xml
	status_is 4
	file_has all.xml "the client library of cloud/command-b"
fi
no_process_left

# With room for what waits, it is an evening like any other.
jobjam run small.lua --set limit=100000
status_is 0
err_lacks "libmosquitto"
