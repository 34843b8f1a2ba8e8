. "$E2E/helpers.sh"

take quiet.lua
jobjam run quiet.lua --repeat 3
status_is 0
out_has "3 of 3 runs held"
there out/quiet/stock-2023-07+cloud-2023-07/verdict.json \
	out/quiet/stock-2023-07+cloud-2023-07+seed-2/verdict.json \
	out/quiet/stock-2023-07+cloud-2023-07+seed-3/verdict.json
jobjam run quiet.lua --seed 1
[ "$(find out/quiet -mindepth 1 -maxdepth 1 -type d | wc -l)" -eq 3 ] ||
	fail "the scenario's own seed needs no directory of its own"
