. "$E2E/helpers.sh"

# The same night twice, judged on its promises alone; the second has one line less. There
# the client is cut off for a minute, and its reconnect is what it says.
night=$E2E/../../scenarios/false-reconnect.lua
grep -v 'expect.sometimes' "$night" | sed '/^known_bad/,$d' >lying.lua
grep -v 'THE LIE' lying.lua >honest.lua
[ "$(wc -l <honest.lua)" -eq $(($(wc -l <lying.lua) - 1)) ] || fail "not one line less"

jobjam run lying.lua
status_is 1
out_has 'stale_start{older_than="10m"}: '
out_has 'burst_release{at_most=5, within="10s"}: '

jobjam run honest.lua
status_is 0
out_has 'Held: stale_start{older_than="10m"} (8 judged)'
