. "$E2E/helpers.sh"

take quiet.lua
jobjam run quiet.lua
dir=$(latest quiet)
rm "$dir/verdict.json"
mkdir "$dir/verdict.json"
jobjam run quiet.lua
status_is 74
err_has "verdict.json"
[ -z "$(find "$dir/" -name '*.??????' -newer quiet.lua ! -name '*.ndjson')" ] ||
	fail "a half file is left"
