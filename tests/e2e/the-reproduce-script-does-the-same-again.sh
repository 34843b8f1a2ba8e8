. "$E2E/helpers.sh"

take late.lua
jobjam run late.lua --seed 7
first=$status
dir=$(latest late)
cp "$dir/events.ndjson" first
run env JOBJAM="$JOBJAM" sh "$dir/reproduce.sh"
status_is "$first"
cmp first "$dir/events.ndjson" || fail "not the same run"
