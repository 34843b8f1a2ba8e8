. "$E2E/helpers.sh"

take quiet.lua
jobjam run quiet.lua --broker "$BROKERS/dies"
status_is 4
err_has "exit status 3"
dir=$(latest quiet)
there "$dir/verdict.json"
whole_lines "$dir/events.ndjson"
file_has "$dir/broker.log" "that was too much"
no_process_left

# Nobody is told each time that it is still gone.
often=$(sed -n 's/.*"kind":"session.lost","who":"\([^"]*\)".*/\1/p' "$dir/events.ndjson" | sort | uniq -c | sort -rn | awk 'NR == 1 { print $1 }')
[ "${often:-0}" -ge 1 ] && [ "$often" -le 3 ] || fail "one client is said to be lost $often times"
