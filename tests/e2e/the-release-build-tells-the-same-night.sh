. "$E2E/helpers.sh"

# Another level of optimisation, the same events to the last digit.
release=$E2E/../../build/release/jobjam
there "$release"
for file in "$E2E"/../../scenarios/*.lua; do
	name=$(basename "$file" .lua)
	jobjam run "$file" --trace full --out here
	status_is 0
	run "$release" run "$file" --trace full --out release
	status_is 0
	cmp "here/$name/latest/events.ndjson" "release/$name/latest/events.ndjson" ||
		fail "$name: the builds tell different nights"
done
