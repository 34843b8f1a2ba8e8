. "$E2E/helpers.sh"

cat >bad.lua <<'LUA'
scenario { name = "bad", start = "2023-08-14T15:00:00Z", length = "1h" }
printers { { count = 1, model = "x1c", timezone = "UTC" } }
cloud { build = "2023-07" }
at("2023-08-14T15:10:00Z", function() note("\27[31mred\27[0m \0 \255 </script>") end)
local people = owners { of = "*", asleep = { "03:00", "04:00" } }
people:send_jobs { between = { "15:05", "15:06" }, print_for = "40m", job = "\27[2J\r\255\195|`<b>&amp;\"'" }
at("2023-08-14T15:20:00Z", function() error("\27]0;owned\7") end)
LUA
jobjam run bad.lua
status_is 2
esc=$(printf '\033')
for file in output errors "$(latest bad)"/*; do
	! grep -qF "$esc" "$file" || fail "$file has a raw escape character"
done
whole_lines "$(latest bad)/events.ndjson"
file_has "$(latest bad)/events.ndjson" '"kind":"firmware.start"'
for what in printer/001 owner/001; do
	jobjam why bad "$what"
	status_is 0
	! grep -qF "$esc" output || fail "a raw escape character"
done
! grep -q '<b>' "$(latest bad)/junit.xml" || fail "XML from a job's name"
! grep -q '<b>' "$(latest bad)/report.md" || fail "HTML from a job's name"
