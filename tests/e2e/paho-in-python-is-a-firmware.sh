. "$E2E/helpers.sh"

# Another MQTT library that we did not write, in virtual time and behind a link.
/usr/bin/python3 -c 'import paho.mqtt.client' 2>/dev/null || {
	echo "# skipped: no paho for Python (apt-get install python3-paho-mqtt)"
	exit 0
}
one_print
program="exec:/usr/bin/python3 $E2E/../firmware/paho-client.py {port} {serial}"
jobjam run print.lua --firmware "$program"
status_is 0
out_has "duplicate_start (2 judged)"
file_has "$(latest print)/firmware-SIM00001.log" "prints task"
jobjam verify print.lua false-reconnect --firmware "$program"
status_is 0
out_has "print: identical"
out_has "false-reconnect: identical"
no_process_left
