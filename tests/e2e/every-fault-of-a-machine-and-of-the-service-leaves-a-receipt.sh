. "$E2E/helpers.sh"

# Each of them on a machine of its own, once its nozzle is hotter than 100 °C.
jobjam doc
status_is 0
sed -n 's/^- `Printer:\([a-z_]*\)(options)`: .*/\1/p' output | sort -u >faults
for name in H1 H2 H3 H4 H5 H6 H7 H8 H9 P1 P2 P3 P4 P5 P6 P7 F1 F2 F3 F4 F5 F6 F7 F8; do
	grep -q "^- \`Printer:.*[( ]${name}[,;:)]" output || fail "no fault $name"
done
n=$(wc -l <faults)
[ "$n" -ge 27 ] || fail "only $n faults"
{
	echo 'scenario { name = "all", start = "2023-08-14T15:00:00Z", length = "2h", seed = 1, about = "Everything breaks." }'
	echo "local fleet = printers { { count = $n, model = \"x1c\", timezone = \"UTC\" }, firmware = \"ref-none\" }"
	echo 'local service = cloud { build = "2023-07" }'
	echo 'local people = owners { of = fleet, asleep = { "23:00", "07:00" } }'
	echo 'people:send_jobs { each = 1, between = { "15:10", "15:30" } }'
	i=0
	while read -r name; do
		i=$((i + 1))
		options=
		case $name in
		clock_skew) options='by = "1m"' ;;
		nozzle_is_set) options='to = 210' ;;
		esac
		echo "fleet[$i]:when(\"nozzle\", \"above\", 100, function() fleet[$i]:$name { $options } end)"
	done <faults
	echo 'at("2023-08-14T16:00Z", function() service:foreign_load { rate = 5, lasts = "10m" } end)'
	echo 'at("2023-08-14T16:30Z", function() service:restart { down_for = "2m" } end)'
	echo 'expect.never "duplicate_start"'
} >all.lua
jobjam run all.lua
events=$(latest all)/events.ndjson
whole_lines "$events"
while read -r name; do
	receipt=$(grep "\"kind\":\"fault.receipt\".*\"fault\":\"$name\"" "$events") || fail "$name has no receipt"
	case $receipt in *'"matched":1,"affected":1,'*'"why":""'*) ;; *) fail "$receipt" ;; esac
	armed=$(grep "\"kind\":\"fault.armed\".*\"fault\":\"$name\"" "$events")
	cause=$(echo "$armed" | sed 's/.*"cause":\([0-9]*\),.*/\1/')
	grep -q "^{\"id\":$cause,.*\"kind\":\"heat.crossed\"" "$events" || fail "$name: not because of a temperature"
done <faults
for name in foreign_load restart; do
	grep -q "\"kind\":\"fault.receipt\",\"who\":\"cloud\",\"fault\":\"$name\".*\"matched\":1" "$events" ||
		fail "$name has no receipt"
done
no_process_left
