. "$E2E/helpers.sh"

zero() {
	scenario "$1.lua"
	jobjam run "$1.lua" --watchdog 2s
	status_is 2
	err_has "$2"
	err_lacks "never came back"
	no_process_left
}
head='scenario { name = "zero", start = "2023-08-15T00:00:00Z", length = "1h" }
printers { { count = 1, model = "x1c", timezone = "UTC" } }
cloud { build = "2023-07" }'
zero wait "wait.lua:5: wait: wait needs a duration above 0" <<LUA
$head
at("00:10Z", function()
  while true do wait "0s" end
end)
LUA
zero every "every.lua:4: every: every needs a duration above 0" <<LUA
$head
every("0s", function() end)
LUA
# Nothing waits here, and yet time cannot pass.
zero after "after.lua:4: more than 100000 functions are to run at some time" <<LUA
$head
local function again() after("0s", again) end
at("00:10Z", again)
LUA
