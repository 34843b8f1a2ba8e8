-- soak.lua - random faults on random links, for as long as it lasts (make soak).
local KINDS = {
  { "accept_silence" }, { "ack_late" }, { "ack_twice" }, { "ack_wrong_id" }, { "close" }, { "coalesce" },
  { "bandwidth", { rate = 20000 } }, { "connack_again" }, { "connack_late" }, { "connack_lost" }, { "connack_twice" },
  { "connect_hang" }, { "connect_twice" }, { "corrupt", { probability = 0.1 } }, { "cut_packet" }, { "dead_broker" },
  { "dead_client" }, { "delay", { by = "200ms", type = "PUBLISH" } }, { "disconnect" }, { "drop", { every = 3 } },
  { "duplicate", { every = 2 } }, { "false_delivery" }, { "half_open", { alive = "client" } },
  { "half_open", { alive = "broker" } }, { "hold", { type = "PUBLISH" } }, { "hold", { type = "PUBACK" } },
  { "jitter", { } }, { "keepalive_changed", { to = 5 } }, { "latency", { delay = "50ms" } }, { "limit_data", { bytes = 5000 } },
  { "next_connect", { connack = "false_success", answer_pings = true } }, { "next_connect", { connack = "refused" } },
  { "one_byte_segments" }, { "one_way", { dir = "up" } }, { "one_way", { dir = "down" } },
  { "payload_truncated", { to = 3 } }, { "puback_lost" }, { "qos_changed", { to = 0 } }, { "refuse" }, { "reorder" },
  { "replay", { after = "1s" } }, { "reset" }, { "retain" }, { "retarget", { to = "s/elsewhere" } },
  { "session_claimed" }, { "session_wiped" }, { "slice" }, { "slow_close" }, { "stall" }, { "starve_ping" },
  { "suback_lost" }, { "takeover" }, { "timeout" }, { "timeout", { answer_pings = true } }, { "will_stripped" },
  { "withhold" }, { "yes_then_close" },
}
local seconds = param("seconds", "600s")
local armed, counts = {}, 0

local function glob()
  local n = chance.int(1, 10)
  if n == 1 then return "client/*" end
  if n == 2 then return "conn/*" end
  if n <= 4 then return "client/swarm-" .. chance.int(0, 9) .. "*" end
  return "client/swarm-" .. chance.int(0, 59)
end

every("150ms", function()
  local kind = chance.pick(KINDS)
  local link = net.link(glob())
  counts = counts + 1
  armed[#armed + 1] = link[kind[1]](link, kind[2] or {})
  -- A dozen at a time; the oldest goes, and now and then all of them.
  while #armed > 12 do
    table.remove(armed, 1):lift()
  end
  if counts % 100 == 0 then
    for _, fault in ipairs(armed) do fault:lift() end
    armed = {}
    note(counts .. " faults so far")
  end
end, "+" .. seconds)
