. "$E2E/helpers.sh"

# One is back before the broker has noticed, the other is not.
scenario dark.lua <<'LUA'
scenario { name = "dark", start = "2023-08-14T15:00:00Z", length = "1h", seed = 1, about = "The power goes." }
local fleet = printers { { count = 2, model = "p1p", timezone = "UTC" }, firmware = "stock-2023-07", keepalive = "60s" }
cloud { build = "2023-07" }
at("2023-08-14T15:10Z", function()
  fleet[1]:power_cut { lasts = "10s" }
  fleet[2]:power_cut { lasts = "10m" }
end)
expect.never(function(event) return event.kind == "harm.collision" end, "nothing is hit")
LUA
jobjam run dark.lua
log=$(latest dark)/broker.log
file_has "$log" "Client SIM00001 already connected, closing old connection."
file_has "$log" "Client SIM00002 has exceeded timeout, disconnecting."
# One and a half keep-alives after its last word, which may have been one earlier.
at=$(sed -n 's/^\([0-9]*\): Client SIM00002 has exceeded.*/\1/p' "$log")
late=$((at - 1692025800))
[ "$late" -ge 30 ] && [ "$late" -le 92 ] || fail "noticed after $late s"
events=$(latest dark)/events.ndjson
file_has "$events" '"kind":"session.detached","who":"link/printer/002","reason":"no_power"'
no_process_left
