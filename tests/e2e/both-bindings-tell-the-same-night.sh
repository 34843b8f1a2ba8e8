. "$E2E/helpers.sh"

jobjam run job-jamming-2023-08-15 --quiet --firmware guarded --set cloud.build=guarded --out inside
status_is 0
jobjam run job-jamming-2023-08-15 --quiet --firmware "$(dirname "$JOBJAM")/firmware/guarded.so" --set cloud.build=guarded --out process
status_is 0
cmp inside/job-jamming-2023-08-15/latest/events.ndjson process/job-jamming-2023-08-15/latest/events.ndjson ||
	fail "the bindings differ"
jobjam run job-jamming-2023-08-15 --quiet --out stock-inside
status_is 0
jobjam run job-jamming-2023-08-15 --quiet --firmware "$(dirname "$JOBJAM")/firmware/stock-2023-07.so" --out stock-process
status_is 0
cmp stock-inside/job-jamming-2023-08-15/latest/events.ndjson stock-process/job-jamming-2023-08-15/latest/events.ndjson ||
	fail "the bindings differ on the builds of the incident"
no_process_left
