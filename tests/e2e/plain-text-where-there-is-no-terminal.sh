. "$E2E/helpers.sh"

take late.lua
jobjam run late.lua
if grep -q "$(printf '\033')" output errors; then
	fail "escape sequences in a pipe"
fi
