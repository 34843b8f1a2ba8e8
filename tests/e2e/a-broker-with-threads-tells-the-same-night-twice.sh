. "$E2E/helpers.sh"

# aedes: a broker of JavaScript, in a node with helper threads that take turns.
found=$("$E2E/../brokers/found.sh" | grep '^aedes')
spec=$(echo "$found" | cut -f 2)
if [ "$spec" = - ]; then
	echo "# skipped: $(echo "$found" | cut -f 3)"
	exit 0
fi
jobjam verify healthy-night job-jamming-2023-08-15 --broker "$spec"
status_is 0
out_has "healthy-night: identical"
out_has "job-jamming-2023-08-15: identical"
jobjam run job-jamming-2023-08-15 --quiet --broker "$spec"
status_is 0
out_has REPRODUCED
file_has "$(latest job-jamming-2023-08-15)/broker.log" aedes
no_process_left
