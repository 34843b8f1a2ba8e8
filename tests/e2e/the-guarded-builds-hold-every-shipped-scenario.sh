. "$E2E/helpers.sh"

# Same files, same faults. A safeguard that refuses everything would hold most promises, so
# each file also promises that fresh jobs print, and has some.
for file in "$E2E"/../../scenarios/*.lua; do
	name=$(basename "$file" .lua)
	jobjam run "$file" --firmware guarded --set cloud.build=guarded
	status_is 0
	# There nobody wants a print: what is judged is heat.
	[ "$name" != heater-stuck-on-while-idle ] || continue
	grep -qE '^Held:.*(lost_job[^(]*\([1-9][0-9]* judged|fresh jobs print)' output ||
		fail "$name: nothing says that fresh jobs print"
	least=4
	[ "$name" != stale-jobs-on-one-printer ] || least=1
	[ "$(grep -c '"kind":"firmware.start"' "$(latest "$name")/events.ndjson")" -ge "$least" ] ||
		fail "$name: hardly anything was printed"
done

# And one that does refuse everything is found out.
for name in broker-backlog cancelled-then-printed false-reconnect; do
	jobjam run "$E2E/../../scenarios/$name.lua" --firmware guarded \
		--set cloud.build=guarded --set cloud.stamp_starts=false \
		--set printers.start_expiry=5m --set printers.unstamped=refuse
	status_is 1
done
