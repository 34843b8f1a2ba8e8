. "$E2E/helpers.sh"

take quiet.lua late.lua
jobjam run quiet.lua late.lua --jobs 2 --junit all.xml
status_is 1
out_has "1 of 2 runs held"
cp output parallel
jobjam run quiet.lua late.lua --junit all.xml
status_is 1
sed 's/[0-9.]* m\{0,1\}s\b//g' parallel >a
sed 's/[0-9.]* m\{0,1\}s\b//g' output >b
cmp a b || fail "the order depends on --jobs"
file_has all.xml "quiet"
file_has all.xml "late"
