# shellcheck shell=sh
. "$E2E/helpers.sh"

# Debian's own Python has Debian's packages; another may stand before it.
python=/usr/bin/python3
[ -x $python ] || python=python3
$python -c 'import paho.mqtt.client' 2>/dev/null || {
	echo "# skipped: python3-paho-mqtt is not installed"
	exit 0
}
live_broker
tapped_proxy
timeout 120 $python "$E2E/../transparency/session.py" "$tap_port" >said 2>&1 || fail "$(cat said)"
types_are '1 3 4 5 6 7 8 10 12 14' '2 3 4 5 6 7 9 11 13'
proxy_ends
status_is 0
same_at_both_ends
