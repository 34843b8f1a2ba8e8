. "$E2E/helpers.sh"

# Half of the fleet is at the broker of a site, half at the cloud's; both print.
TMPDIR=$PWD/tmp
mkdir tmp
export TMPDIR
scenario site.lua <<'LUA'
scenario { name = "site", start = "2023-08-14T15:00:00Z", length = "6h", seed = 1, about = "A site prints." }
bridge { name = "plant-2", retry = "5s" }
local fleet = printers { { count = 2, broker = "plant-2" }, { count = 2 }, model = "p1p", report_qos = 1, firmware = "stock-2023-07" }
cloud { build = "2023-07", clients = { "command" } }
local people = owners { of = fleet, asleep = { "23:00", "07:00" } }
people:send_jobs { each = 1, between = { "15:10", "15:30" } }
local way = param("way", "none")
at("15:40Z", function()
  if way == "kill" then
    broker:kill { site = "plant-2" }
    wait "10m"
    broker:restart { site = "plant-2" }
  elseif way == "cut" then
    local away = net.link "bridge/plant-2":refuse()
    net.link "bridge/plant-2":reset()
    wait "1h"
    away:lift()
  elseif way == "typo" then
    broker:pause { site = "plant-3" }
  end
end)
expect.never "duplicate_start"
expect.sometimes(function(event) return event.kind == "firmware.start" and event.who == "printer/002" end, "a start at the site")
expect.sometimes(function(event) return event.kind == "firmware.start" and event.who == "printer/003" end, "a start elsewhere")
LUA
jobjam run site.lua
status_is 0
out_has "a start at the site (seen 1)"
out_has "a start elsewhere (seen 1)"
run_dir=$(latest site)
file_has "$run_dir/broker-plant-2.log" "as SIM00002"
grep -q "as SIM00002" "$run_dir/broker.log" && fail "a machine of the site is at the cloud's broker"
file_has "$run_dir/broker.log" "as bridge.plant-2"
grep -q "as SIM00003" "$run_dir/broker-plant-2.log" && fail "a machine of the cloud is at the site"
# The way of an order leads over the bridge, step by step.
jobjam why "$run_dir" printer/002
status_is 0
out_has "delivers it to bridge/plant-2"
# What stood there is gone, as are both processes.
no_process_left
[ -z "$(ls tmp)" ] || fail "left behind: $(ls tmp)"

# Its bridge is a link like any other: reports of running prints wait at the site for an hour.
jobjam verify site.lua --set way=cut
status_is 0
out_has "site: identical"
jobjam run site.lua --set way=cut
status_is 0
out_has "the bridge queue of broker/plant-2: up to "
out_has "the oldest for 59 min"

# Its process is struck by the name of the site, and leaves a receipt.
jobjam verify site.lua --set way=kill
status_is 0
jobjam run site.lua --set way=kill
status_is 0
out_has "kill on broker/plant-2 1 matched"
grep -q '"kind":"session.detached","who":"link/printer/001"' "$(latest site)/events.ndjson" ||
	fail "a machine of the site was not cut off"
grep -q '"kind":"session.detached","who":"link/printer/003"' "$(latest site)/events.ndjson" &&
	fail "a machine of the cloud was cut off"
jobjam run site.lua --set way=typo
status_is 2
err_has 'did you mean "plant-2"?'

# What cannot be is refused with its place.
refuse() { # WORDS, and a scenario on standard input
	{
		echo 'scenario { name = "no", length = "1h" }'
		cat
		echo 'cloud {}'
	} >no.lua
	jobjam check no.lua
	status_is 2
	err_has "$1"
}
refuse 'no.lua:3: printers: broker: unknown site "plant-3"; did you mean "plant-2"?' <<'LUA'
bridge { name = "plant-2" }
printers { count = 1, broker = "plant-3" }
LUA
refuse 'the scenario has no bridge{' <<'LUA'
printers { count = 1, broker = "plant" }
LUA
refuse 'would go round for ever' <<'LUA'
bridge { down = { "device/#" } }
printers { count = 1 }
LUA
refuse 'is no topic filter that a bridge can have' <<'LUA'
bridge { up = { "device/+/report both 2" } }
printers { count = 1 }
LUA
refuse 'there is a site "site" already' <<'LUA'
bridge {}
bridge {}
printers { count = 1 }
LUA
refuse 'comes before printers' <<'LUA'
printers { count = 1 }
bridge {}
LUA
refuse 'did you mean "keepalive"?' <<'LUA'
bridge { keepalife = "5s" }
printers { count = 1 }
LUA
jobjam run site.lua --broker 'exec:mosquitto -c {conf}'
status_is 2
err_has "bridge{} is told to a mosquitto in its configuration"
no_process_left
