. "$E2E/helpers.sh"

take late.lua
jobjam run late.lua --seed 7
first=$status
dir=$(latest late)
cp "$dir/events.ndjson" first
run env JOBJAM="$JOBJAM" sh "$dir/reproduce.sh"
status_is "$first"
cmp first "$dir/events.ndjson" || fail "not the same run"

# From a folder that knows nothing of it, and when all of it has been moved.
here=$PWD
mkdir elsewhere "moved, 'with' a name"
rm -r "$dir"/events.ndjson
cd elsewhere || exit 1
run env JOBJAM="$JOBJAM" sh "../$dir/reproduce.sh"
status_is "$first"
cd "$here" || exit 1
cmp first "$dir/events.ndjson" || fail "not the same run from elsewhere"
mv out late.lua "moved, 'with' a name"/
run env JOBJAM="$JOBJAM" sh "moved, 'with' a name/$dir/reproduce.sh"
status_is "$first"
cmp first "moved, 'with' a name/$dir/events.ndjson" || fail "not the same run after it was moved"
