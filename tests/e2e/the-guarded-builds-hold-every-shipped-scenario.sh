. "$E2E/helpers.sh"

# Same files, same faults, and fresh jobs still print: lost_job is one of the promises.
for file in "$E2E"/../../scenarios/*.lua; do
	jobjam run "$file" --firmware guarded --set cloud.build=guarded
	status_is 0
	out_has "HELD"
done
