. "$E2E/helpers.sh"

take quiet.lua evening.lua late.lua
jobjam list . --filter 'q*'
status_is 0
out_has "quiet"
out_lacks "evening"
jobjam run . --filter 'nothing-like-it'
status_is 6
jobjam list . --shard 1/2
cp output one
jobjam list . --shard 2/2
cat one output >both
[ "$(grep -c '\.lua$' both)" -eq 3 ] || fail "the shards do not share everything out"
jobjam run . --shard 1/1 --filter quiet
status_is 0
there out/quiet
not_there out/evening
