. "$E2E/helpers.sh"

for file in "$E2E"/../../scenarios/*.lua; do
	jobjam verify "$file"
	status_is 0
	out_has ": identical"
done
no_process_left
