. "$E2E/helpers.sh"

jobjam init first-night
status_is 0
there first-night.lua jobjam.defs.lua .luarc.json
jobjam run first-night.lua
[ "$status" -eq 0 ] || [ "$status" -eq 1 ] || fail "the skeleton does not run: $status"
echo "-- mine" >first-night.lua
echo "-- mine" >jobjam.defs.lua
jobjam init first-night
status_is 2
err_has "not overwritten"
[ "$(cat first-night.lua)" = "-- mine" ] || fail "overwritten"
jobjam init second-night
status_is 0
out_has "kept    jobjam.defs.lua"
[ "$(cat jobjam.defs.lua)" = "-- mine" ] || fail "overwritten"
jobjam init ../../etc/
status_is 2
