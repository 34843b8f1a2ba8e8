. "$E2E/helpers.sh"

take evening.lua
jobjam run evening.lua
status_is 0
file_has "$(latest evening)/events.ndjson" '"kind":"firmware.start"'
