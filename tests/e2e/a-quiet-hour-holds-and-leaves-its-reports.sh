. "$E2E/helpers.sh"

take quiet.lua
jobjam run quiet.lua
status_is 0
dir=$(latest quiet)
there "$dir/verdict.json" "$dir/events.ndjson" "$dir/schedule.json" "$dir/junit.xml" \
	"$dir/report.md" "$dir/broker.log" "$dir/reproduce.sh"
whole_lines "$dir/events.ndjson"
head -n 1 "$dir/events.ndjson" | grep -qF "mosquitto version" || fail "no broker version"
tail -n 1 "$dir/events.ndjson" | grep -qF '"end":' || fail "no last line"
[ "$(readlink out/quiet/latest)" = "stock-2023-07+cloud-2023-07" ] || fail "latest leads astray"
