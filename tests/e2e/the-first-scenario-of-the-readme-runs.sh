. "$E2E/helpers.sh"

sed -n '/^```lua/,/^```$/p' "$E2E/../../README.md" | sed '1d;$d' >first.lua
there first.lua
jobjam run first.lua
status_is 1
out_has 'stale_start{older_than="10m"}: '
