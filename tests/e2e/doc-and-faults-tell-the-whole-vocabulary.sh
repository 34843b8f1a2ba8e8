. "$E2E/helpers.sh"

jobjam doc
status_is 0
for name in scenario printers cloud owners latency next_connect stale_start start_expiry; do
	out_has "$name"
done
jobjam doc stale_start
status_is 0
out_has "older_than"
jobjam doc stale_strat
status_is 2
err_has 'did you mean "stale_start"?'
jobjam faults
status_is 0
for name in delay drop duplicate hold latency next_connect refuse reset timeout; do
	grep -q "^$name " output || fail "no $name"
done
