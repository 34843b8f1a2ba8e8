. "$E2E/helpers.sh"

take late.lua
jobjam run late.lua
dir=$(latest late)
cp "$dir/report.md" before.md
rm "$dir/report.md" "$dir/junit.xml"
jobjam report late
status_is 0
there "$dir/report.md" "$dir/junit.xml"
cmp before.md "$dir/report.md" || fail "another report came out"
