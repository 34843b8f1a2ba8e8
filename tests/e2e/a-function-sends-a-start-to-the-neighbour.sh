# shellcheck shell=sh
. "$E2E/helpers.sh"

# A gateway with a defect of its own, in six lines of Lua: the second start of the evening goes
# to the neighbour. The broker is real; what it was sent is what the function said.
scenario swapped.lua <<'LUA'
scenario { name = "swapped", start = "2024-06-01T15:00:00Z", length = "10h", seed = 1 }
local fleet = printers { count = 4, model = "x1c", timezone = "UTC" }
cloud { build = "2023-07", clients = { "command-a" } }
owners { of = fleet, asleep = { "23:00", "07:00" } }
  :send_jobs { each = 1, between = { "16:00", "18:00" }, print_for = { "30m", "40m" } }

local seen = 0
net.on { link = "cloud/*", dir = "up", topic = "device/+/request", name = "gateway",
  json = "print.command=project_file",
  function(packet, link)
    seen = seen + 1
    if seen ~= 2 then return pass end
    local number = tonumber(packet.topic:match "(%d+)/request")
    local wrong = ("device/SIM%05d/request"):format(number % 4 + 1)
    note(("%s goes to %s, by %s"):format(packet.topic, wrong, link.name))
    return replace { topic = wrong }
  end }

-- The other end of the broker, looked at by a second function and by a matcher.
local came, wrong = {}, 0
net.on { link = "printer/*", dir = "down", topic = "device/+/request", name = "looker",
  function(packet, link)
    if packet:json "print.command" ~= "project_file" then return end
    local number = link.name:match "%d+"
    if packet.topic ~= ("device/SIM%05d/request"):format(tonumber(number)) then wrong = wrong + 1 end
    came[number] = (came[number] or 0) + 1
  end }
local starts = net.link "printer/*":delay { by = "0s", dir = "down", topic = "device/+/request",
  json = "print.command=project_file" }

expect.at_end(function()
  local two, all = 0, 0
  for number = 1, 4 do
    local n = came[("%03d"):format(number)] or 0
    if n == 2 then two = two + 1 end
    all = all + n
  end
  if starts:receipt().matched ~= all then return "the matcher saw another number of starts" end
  if wrong ~= 0 then return "a link got a topic that is not its own" end
  -- The service waits for a report in vain and sends the one that went astray again.
  if two ~= 1 or all ~= 5 then return "no neighbour got a start too many" end
end)
expect.never "stuck_job"
LUA
jobjam run swapped.lua
status_is 0
out_has "note: device/SIM0000"
out_has "gateway on link/cloud/*"
grep -E 'fault gateway acts on cloud/command-a: replaced PUBLISH \(up\)' output >/dev/null ||
	fail "the act is not told"
out_lacks "the matcher saw"
out_lacks "not its own"
out_lacks "a start too many"
for receipt in gateway:5:1 looker:5:0 delay:5:5; do
	name=${receipt%%:*} counts=${receipt#*:}
	grep -E "\"kind\":\"fault.receipt\".*\"fault\":\"$name\".*\"matched\":${counts%:*},\"affected\":${counts#*:}," \
		"$(latest swapped)/events.ndjson" >/dev/null || fail "the receipt of $name"
done

jobjam verify swapped.lua
status_is 0
out_has "swapped: identical"
no_process_left
