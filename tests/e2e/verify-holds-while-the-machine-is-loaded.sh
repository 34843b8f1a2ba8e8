. "$E2E/helpers.sh"

take evening.lua
sh -c 'while :; do :; done' &
one=$!
sh -c 'while :; do :; done' &
two=$!
jobjam verify evening.lua
kill "$one" "$two"
status_is 0
out_has "evening: identical"
