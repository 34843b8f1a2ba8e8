. "$E2E/helpers.sh"

cat >bad.lua <<'LUA'
scenario { name = "bad", start = "2023-08-14T15:00:00Z", length = "1h" }
printers { { count = 1, model = "x1c", timezone = "UTC" } }
cloud { build = "2023-07" }
at("2023-08-14T15:10:00Z", function() note("\27[31mred\27[0m \0 \255 </script>") end)
at("2023-08-14T15:20:00Z", function() error("\27]0;owned\7") end)
LUA
jobjam run bad.lua
status_is 2
esc=$(printf '\033')
for file in output errors "$(latest bad)"/*; do
	! grep -qF "$esc" "$file" || fail "$file has a raw escape character"
done
whole_lines "$(latest bad)/events.ndjson"
