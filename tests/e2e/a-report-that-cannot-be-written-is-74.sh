. "$E2E/helpers.sh"

take quiet.lua
jobjam run quiet.lua
dir=$(latest quiet)
rm "$dir/verdict.json"
mkdir "$dir/verdict.json"
jobjam run quiet.lua
status_is 74
err_has "verdict.json"
no_half_file "$dir"
