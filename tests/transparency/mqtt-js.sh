# shellcheck shell=sh
. "$E2E/helpers.sh"

# Debian's Node looks there by itself; one from elsewhere is told.
NODE_PATH=${NODE_PATH:+$NODE_PATH:}/usr/share/nodejs:/usr/lib/nodejs
export NODE_PATH
node -e 'require("mqtt")' 2>/dev/null || {
	echo "# skipped: nodejs and node-mqtt are not installed"
	exit 0
}
live_broker
tapped_proxy
timeout 120 node "$E2E/../transparency/session.js" "$tap_port" >said 2>&1 || fail "$(cat said)"
types_are '1 3 4 5 6 7 8 10 12 14' '2 3 4 5 6 7 9 11 13'
proxy_ends
status_is 0
same_at_both_ends
