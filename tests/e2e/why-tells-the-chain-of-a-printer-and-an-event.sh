. "$E2E/helpers.sh"

take late.lua
jobjam run late.lua
jobjam why late printer/001
status_is 0
out_has "printer/001"
id=$(sed -n 's/^{"id":\([0-9]*\),.*"kind":"firmware.start".*/\1/p' "$(latest late)/events.ndjson" | head -n 1)
[ -n "$id" ] || fail "no start in the trace"
jobjam why "$(latest late)" "$id"
status_is 0
out_has "tap"
jobjam why late printer/01
status_is 2
err_has 'did you mean "printer/0'
jobjam why late 999999
status_is 2
jobjam why lat printer/001
status_is 2
err_has 'did you mean "late"?'
