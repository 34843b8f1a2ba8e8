#!/bin/sh
# found.sh - the brokers on this machine that can live in virtual time, one a line:
# name, tab, SPEC; or name, tab, "-", tab, what is missing.
#
# Looked for in PATH and below $JOBJAM_BROKERS (build/brokers of the tree, unless set): each
# */mosquitto there is a build, each */node_modules/aedes a package. get.sh fills it.
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
folder=${JOBJAM_BROKERS:-$root/build/brokers}

say() {
	printf '%s\t%s\t%s\n' "$1" "$2" "${3:-}"
}

if plain=$(command -v mosquitto || command -v /usr/sbin/mosquitto); then
	say "mosquitto-$("$plain" -h 2>/dev/null | sed -n 's/^mosquitto version \([^ ]*\).*/\1/p')" "$plain"
else
	say mosquitto - "no mosquitto in PATH (apt-get install mosquitto)"
fi
for build in "$folder"/*/mosquitto; do
	[ -x "$build" ] || continue
	say "$(basename "$(dirname "$build")")" "$build"
done
case "$(ls -d "$folder"/mosquitto-2.0.21 2>/dev/null)" in
'') say mosquitto-2.0.21 - "not below $folder (tests/brokers/get.sh 2.0.21)" ;;
esac
case "$(ls -d "$folder"/mosquitto-2.1* 2>/dev/null)" in
'') say mosquitto-2.1 - "not below $folder (tests/brokers/get.sh SOURCE-FOLDER)" ;;
esac
aedes=
for package in "$folder"/*/node_modules/aedes /usr/lib/node_modules/aedes /usr/local/lib/node_modules/aedes; do
	[ -d "$package" ] && aedes=$package && break
done
if ! command -v node >/dev/null; then
	say aedes - "no node in PATH (20 or later)"
elif [ -z "$aedes" ]; then
	say aedes - "not below $folder nor installed globally (tests/brokers/get.sh aedes)"
else
	version=$(sed -n 's/.*"version": "\([^"]*\)".*/\1/p' "$aedes/package.json" | head -n 1)
	say "aedes-$version" \
		"exec:UV_USE_IO_URING=0 node --single-threaded '$here/aedes.cjs' {socket} '${aedes%/node_modules/aedes}'"
fi
