. "$E2E/helpers.sh"

take quiet.lua
scenario broken.lua <<'LUA'
scenario { nmae = "broken" }
LUA
jobjam run quiet.lua broken.lua --junit all.xml --quiet
status_is 2
file_has all.xml 'tests="2" failures="0" errors="1"'
file_has all.xml "<error"
file_has all.xml "broken.lua:1"
jobjam run quiet.lua --junit nowhere/all.xml
status_is 74
err_has "nowhere/all.xml"
