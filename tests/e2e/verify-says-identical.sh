. "$E2E/helpers.sh"

take evening.lua quiet.lua
jobjam verify evening.lua quiet.lua
status_is 0
out_has "evening: identical"
out_has "quiet: identical"
no_process_left
[ -z "$(find out -type f)" ] || fail "verify left files behind"
