. "$E2E/helpers.sh"

scenario crowd.lua <<'LUA'
scenario { name = "crowd", start = "2023-08-14T15:00:00Z", length = "1h" }
printers { { count = 500, model = "x1c", timezone = "UTC" } }
cloud { build = "2023-07" }
LUA
run sh -c 'ulimit -n 300; exec "$0" run crowd.lua' "$JOBJAM"
status_is 2
grep -qE 'needs [0-9]+ descriptors and there are 300' errors || fail "no numbers"
# Only the hard limit counts: the soft one is raised.
run sh -c 'ulimit -S -n 300; exec "$0" check crowd.lua' "$JOBJAM"
status_is 0
# A process of its own for each machine takes two more.
firmware_build third-party.c third
run sh -c 'ulimit -n 1300; exec "$0" run crowd.lua --firmware ./third.so' "$JOBJAM"
status_is 2
grep -qE 'needs 2[0-9]+ descriptors and there are 1300' errors || fail "processes are not counted"
no_process_left
