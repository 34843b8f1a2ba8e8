. "$E2E/helpers.sh"

take quiet.lua late.lua
jobjam run quiet.lua late.lua --jobs 2 --junit all.xml
status_is 1
out_has "1 of 2 runs held"
cp output parallel
jobjam run quiet.lua late.lua --junit all.xml
status_is 1
grep -v "simulated in" parallel >a
grep -v "simulated in" output >b
cmp a b || fail "the order depends on --jobs"
file_has all.xml "quiet"
file_has all.xml "late"
