. "$E2E/helpers.sh"

take quiet.lua
jobjam run quiet.lua --set cloud.probe_before_connected=true --seed 9
status_is 0
there "out/quiet/stock-2023-07+cloud-2023-07+seed-9+cloud.probe_before_connected=true/verdict.json"
jobjam run quiet.lua --firmware guarded --tick exact
status_is 0
there out/quiet/guarded+cloud-2023-07+tick-exact/verdict.json
