# shellcheck shell=sh
. "$E2E/helpers.sh"

# Functions that answer anything about anything: packets rewritten into nonsense, held, doubled,
# cut off. Clients and broker may mind; jobjam must not, and must do the same again.
scenario soak.lua <<'LUA'
scenario { name = "soak", start = "2024-06-01T15:00:00Z", length = "3h", seed = 1 }
local fleet = printers { { count = 10, model = "x1c", protocol = "5.0" }, { count = 10, model = "p1p" }, timezone = "UTC" }
cloud { build = "2023-07", clients = { "command-a", "command-b" } }
owners { of = fleet, asleep = { "23:00", "07:00" } }:send_jobs { each = 2, between = { "15:10", "17:00" } }
local fields = { "topic", "payload", "qos", "retain", "dup", "mid", "code", "session_present", "clean", "keepalive", "client_id", "user", "will_topic", "filter", "granted", "flags", "extra", "payload_bytes", "entries" }
local function meddle(p)
  for _ = 1, chance.int(1, 3) do
    local f = fields[chance.int(1, #fields)]
    pcall(function()
      local r = chance.int(1, 4)
      local old = p[f]
      if type(old) == "string" then p[f] = r == 1 and "" or r == 2 and old .. "x" or r == 3 and old:sub(1, #old // 2) or ("y"):rep(chance.int(1, 3000))
      elseif type(old) == "boolean" then p[f] = not old
      elseif type(old) == "number" then p[f] = r == 1 and 0 or r == 2 and old + 1 or chance.int(0, 255)
      else p[f] = nil end
    end)
    pcall(function() p:set_json("print.task_id", chance.int(1, 5)) end)
    pcall(function() p:set_property("message_expiry", chance.int(0, 5)) end)
  end
  return replace()
end
local seen = 0
local f = net.on { name = "soak", probability = 0.02, function(p, link)
  seen = seen + 1
  local r = chance.int(1, 100)
  if r < 40 then return meddle(p) end
  if r < 50 then return drop end
  if r < 60 then return delay(chance.int(0, 300), { overtake = chance.bool(0.5) }) end
  if r < 70 then return hold end
  if r < 80 then return duplicate(chance.int(1, 3)) end
  if r < 85 then return cut end
  return pass
end }
net.on { name = "again", probability = 0.5, topic = "device/#", function(p) if chance.bool(0.1) then return meddle(p) end end }
every("7m", function() f:release() end)
LUA
for seed in 1 2 3; do
	jobjam verify soak.lua --seed $seed
	status_is 0
	out_has "soak: identical"
done
jobjam run soak.lua
grep -E 'soak on link/\* [1-9][0-9]+ matched, [1-9][0-9]+ affected' output >/dev/null ||
	fail "hardly anything was answered"
no_process_left
