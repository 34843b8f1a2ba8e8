. "$E2E/helpers.sh"

take quiet.lua
jobjam run quiet.lua
status_is 0
cp "$(latest quiet)/events.ndjson" first
mkdir elsewhere
mv quiet.lua elsewhere/
jobjam run elsewhere/quiet.lua --out other
status_is 0
cmp first other/quiet/latest/events.ndjson || fail "the two differ"
