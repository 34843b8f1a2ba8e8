#!/bin/sh
# deps.sh - sees to the packages that building and testing need.
#
# All there: silent, exit 0, a few milliseconds. Else, as root or with passwordless sudo:
# installs them. Else says the one line to type, and exits with 2.
set -u

packages="gcc libc6-dev make pkg-config libmosquitto-dev libevent-dev libssl-dev libcjson-dev \
liblua5.4-dev libzip-dev libcmocka-dev mosquitto mosquitto-clients tzdata"

have() {
	command -v "$1" >/dev/null 2>&1
}

# The broker lies in /usr/sbin, which is not in everybody's PATH.
all_there() {
	have "${CC:-cc}" && have ar && have make && have pkg-config &&
		[ -e /usr/include/stdio.h ] &&
		pkg-config --exists libmosquitto libevent libevent_openssl openssl libcjson lua5.4 libzip cmocka &&
		{ have mosquitto || [ -x /usr/sbin/mosquitto ] ||
			[ -x /usr/local/sbin/mosquitto ]; } &&
		have mosquitto_pub && have mosquitto_sub &&
		[ -e /usr/share/zoneinfo/Europe/Berlin ]
}

all_there && exit 0

sudo=""
if [ "$(id -u)" -ne 0 ]; then
	sudo="sudo"
fi
line="${sudo:+$sudo }apt-get update && ${sudo:+$sudo }apt-get install -y --no-install-recommends $packages"

if ! have apt-get; then
	echo "jobjam needs these packages, under their Debian 12 names: $packages" >&2
	exit 2
fi
if [ -n "$sudo" ] && ! { have sudo && sudo -n true 2>/dev/null; }; then
	echo "jobjam needs packages that are not installed. Type:" >&2
	echo "  $line" >&2
	exit 2
fi

export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of words, on purpose
if ! { $sudo apt-get update &&
	$sudo env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends $packages; }; then
	echo "Installing the packages failed. Once that is mended, type:" >&2
	echo "  $line" >&2
	exit 2
fi
if ! all_there; then
	echo "The packages are installed, but something is still missing of: $packages" >&2
	exit 2
fi
