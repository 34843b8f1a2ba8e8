. "$E2E/helpers.sh"

# block N: the Nth block of Lua.
block() {
	awk -v want="$1" '/^```lua/ { n++; on = n == want; next } /^```$/ { on = 0 } on' \
		"$E2E/../../README.md"
}
block 1 >first.lua
there first.lua
jobjam run first.lua
status_is 1
out_has 'stale_start{older_than="10m"}: '
# What can go wrong, in the same world.
{
	grep -v '^expect' first.lua
	block 2
} >second.lua
[ "$(block 2 | wc -l)" -gt 10 ] || fail "the README says no more what can go wrong"
jobjam run second.lua
status_is 3 # two of its lines find nothing to do, once the broker is dead
out_has "half_open on link/printer/*"
out_has "partition on link/cloud/*"
