. "$E2E/helpers.sh"

take quiet.lua
for words in "--clock wall" "--broker mqtt://broker.example:1883"; do
	# shellcheck disable=SC2086
	jobjam run quiet.lua $words
	status_is 2
	err_has "this version"
done
for verb in replay whatif explore import shrink merge watch; do
	jobjam "$verb"
	status_is 2
	err_has "unknown verb"
done
not_there out/quiet
