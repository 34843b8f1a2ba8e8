#!/bin/sh
# includes.sh [DIRECTORY] - the plan of the house, tested: what each room may include.
#
# The table below is the plan (README, "The house"). Three more rules: a library's headers
# belong to one room, nobody who is not to know of faults reads their state, and the
# buildings of their own (the clock shim, the firmware builds) stand apart.
set -eu
cd "${1:-.}"

# shellcheck disable=SC2016 # an awk program, not for the shell
find sim net printers reports -name '*.[ch]' 2>/dev/null | LC_ALL=C sort | LC_ALL=C xargs awk '
BEGIN {
	# room: the rooms it may include besides itself
	floor("sim/core", "")
	floor("sim/json", "sim/core")
	low = "sim/core sim/json"
	floor("sim/guest", low)
	floor("printers", low)
	floor("net", low)
	floor("sim/cloud", low)
	floor("sim/people", low)
	low = low " sim/guest printers net sim/cloud sim/people"
	floor("sim/world", low)
	floor("sim/fleet", low " sim/world")
	floor("sim/checks", "sim/core")
	floor("reports", "sim/core sim/json sim/checks")
	low = low " sim/world sim/fleet sim/checks reports"
	floor("sim/script", low)
	floor("sim/command", low " sim/script")
	# buildings of their own: only what is named here
	floor("sim/guest/shim", "sim/guest/page.h")
	floor("printers/builds", "printers/firmware/jobjam_firmware.h printers/firmware/build.h sim/json")
	floor("printers/firmware/jobjam_firmware.h", "")

	library("mosquitto.h", "net")
	library("mosquitto_", "net")
	library("event.h", "net")
	library("event2/", "net")
	library("openssl/", "net")
	library("lua.h", "sim/script")
	library("lauxlib.h", "sim/script")
	library("lualib.h", "sim/script")
	library("cjson/", "sim/json")
	library("cJSON.h", "sim/json")
	library("zip.h", "printers")

	split("net sim/fleet sim/script sim/command", names, " ")
	for (i in names)
		knows_faults[names[i]] = 1
}

function floor(room, rooms,   list, n, i) {
	known[room] = 1
	may[room, room] = 1
	n = split(rooms, list, " ")
	for (i = 1; i <= n; i++)
		may[room, list[i]] = 1
}

function library(prefix, room) {
	owner[prefix] = room
}

function parent(path) {
	sub("/[^/]*$", "", path)
	return path
}

# The longest known name that path lies in.
function room_of(path) {
	while (path != "" && !(path in known))
		if (!sub("/[^/]*$", "", path))
			path = ""
	return path
}

function wrong(sentence) {
	print FILENAME ":" FNR ": " sentence
	bad = 1
}

FNR == 1 {
	room = room_of(FILENAME)
	if (room == "")
		wrong("lies in no room of the plan")
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	path = $0
	sub(/^[^"]*"/, "", path)
	sub(/".*$/, "", path)
	target = room_of(path)
	if (target == path) # a file with a rule for what it includes: others see its room
		target = room_of(parent(path))
	if (path ~ /\.\./ || target == "")
		wrong("\"" path "\" is not written from the root of the tree")
	else if (!((room, target) in may) && !((room, path) in may))
		wrong(room " may not include \"" path "\"")
	if (path ~ /^net\/fault/ && !(room in knows_faults))
		wrong(room " may not know of faults: \"" path "\"")
}

/^[ \t]*#[ \t]*include[ \t]*</ {
	path = $0
	sub(/^[^<]*</, "", path)
	sub(/>.*$/, "", path)
	for (prefix in owner)
		if (index(path, prefix) == 1 && room != owner[prefix])
			wrong("<" path "> belongs to " owner[prefix])
}

END {
	exit bad
}
'
