# shellcheck shell=sh
. "$E2E/helpers.sh"

# fails LINES WORDS…: the body of the function, from line 5; what the errors must say.
fails() {
	{
		cat <<'LUA'
scenario { name = "asked", start = "2024-06-01T15:00:00Z", length = "2h" }
printers { count = 2, model = "x1c", timezone = "UTC" }
cloud { build = "2023-07" }
net.on { link = "printer/*", type = "CONNECT", function(packet, link)
LUA
		printf '%s\nend }\nexpect.never "duplicate_start"\n' "$1"
	} >asked.lua
	shift
	jobjam run asked.lua --trace full
	status_is 2
	for words do
		err_has "$words"
	done
	# The packet it failed about went nowhere.
	grep -q '"kind":"mqtt.packet","who":"link/cloud.*"type":"CONNECT"' \
		"$(latest asked)/events.ndjson" || fail "nobody connected"
	! grep -q '"kind":"mqtt.packet","who":"link/printer.*"type":"CONNECT"' \
		"$(latest asked)/events.ndjson" || fail "a CONNECT was passed on"
}

fails 'return packet.client_ident' 'asked.lua:5' 'did you mean "client_id"'
fails 'packet.client_id = "other" return pass' 'asked.lua:4' 'did not return replace()'
fails 'return "drop"' 'asked.lua:4' 'the function answered the text "drop"'
fails 'return nobody.there' 'asked.lua:5' 'nobody'
fails 'while true do end' 'asked.lua:5'
fails 'link:reset()' 'asked.lua:5' 'after("0s"'
fails 'error { "a table" }' 'asked.lua'
no_process_left

# Before the run: what makes no sense together is named with its line.
scenario parts.lua <<'LUA'
scenario { name = "parts", start = "2024-06-01T15:00:00Z", length = "2h" }
net.on {
  type = "SUBSCRIBE", json = "print.command=stop", function() return drop end }
LUA
jobjam check parts.lua
status_is 2
err_has 'parts.lua:'
err_has 'json: SUBSCRIBE packets carry none; only PUBLISH does'
