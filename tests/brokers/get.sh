#!/bin/sh
# get.sh - brings further brokers into $JOBJAM_BROKERS (build/brokers), for make brokers.
#
#	tests/brokers/get.sh 2.0.21    mosquitto of bookworm-backports, unpacked, not installed
#	tests/brokers/get.sh FOLDER    mosquitto built from a source tree (2.1.x), outside of it
#	tests/brokers/get.sh aedes     the npm package aedes
#
# Nothing of the system is changed, but for build dependencies it asks for nothing either.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
folder=${JOBJAM_BROKERS:-$root/build/brokers}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

# wrap BUILD: a mosquitto that finds the libraries that were unpacked beside it.
wrap() {
	cat >"$1/mosquitto" <<SH
#!/bin/sh
LD_LIBRARY_PATH=$1/usr/lib/$(uname -m)-linux-gnu exec $1/usr/sbin/mosquitto "\$@"
SH
	chmod +x "$1/mosquitto"
}

backports() {
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	chmod 755 "$work"
	mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
	mirror=$(sed -n 's/^URIs: //p; s/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\) .*/\2/p' \
		/etc/apt/sources.list /etc/apt/sources.list.d/debian.* 2>/dev/null | grep -v security | head -n 1)
	cat >"$work/sources.list" <<LIST
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm-backports main
LIST
	set -- -qq -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root
	apt-get "$@" update
	cd "$work"
	apt-get "$@" download mosquitto/bookworm-backports libwebsockets17
	build=$folder/mosquitto-2.0.21
	mkdir -p "$build"
	for deb in ./*.deb; do dpkg-deb -x "$deb" "$build"; done
	wrap "$build"
	"$build/mosquitto" -h | head -n 1
}

from_source() {
	version=$(sed -n 's/^VERSION=//p' "$1/config.mk")
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	cp -r "$1/." "$work"
	set -- WITH_WEBSOCKETS=no WITH_DOCS=no WITH_SQLITE=no WITH_HTTP_API=no WITH_EDITLINE=no
	[ ! -d "$work/libcommon" ] || make -s -C "$work/libcommon" "$@"
	make -s -C "$work/src" "$@" mosquitto
	mkdir -p "$folder/mosquitto-$version"
	cp "$work/src/mosquitto" "$folder/mosquitto-$version/"
	# Access by role, where the package has it, for tests/net/catalogue.txt.
	lib=$folder/mosquitto-$version/usr/lib/$(uname -m)-linux-gnu
	if make -s -C "$work/plugins/dynamic-security" "$@" mosquitto_dynamic_security.so >"$work/plugin" 2>&1; then
		mkdir -p "$lib"
		cp "$work/plugins/dynamic-security/mosquitto_dynamic_security.so" "$lib/"
	else
		echo "no dynamic security plugin: $(tail -n 1 "$work/plugin")"
	fi
	"$folder/mosquitto-$version/mosquitto" -h 2>/dev/null | grep "^mosquitto version" | head -n 1
}

case ${1:-} in
2.0.21) backports ;;
aedes) mkdir -p "$folder/aedes" && npm install --silent --no-audit --no-fund --prefix "$folder/aedes" aedes ;;
*) [ -f "${1:-}/config.mk" ] || { sed -n 's/^# \{0,1\}//p' "$0" | head -n 8 >&2; exit 2; }
	from_source "$1" ;;
esac
