. "$E2E/helpers.sh"

# A broker that listens at a port, and at no path: nobody else can reach it there, and it is as
# much the same twice as any.
printf 'listener 1883\nallow_anonymous true\n' >port.conf
[ "$(id -u)" -ne 0 ] || echo 'user root' >>port.conf
one_print
jobjam run print.lua --broker "exec:mosquitto -c port.conf -p {port}"
status_is 0
out_has "duplicate_start (2 judged)"
file_has "$(latest print)/broker.log" "Opening ipv4 listen socket on port 1883"
jobjam verify print.lua --broker "exec:mosquitto -c port.conf -p {port}"
status_is 0
out_has "print: identical"

# MQTT.js, which would ask a name server's thread for "localhost", as the firmware.
NODE_PATH=/usr/share/nodejs node -e 'require("mqtt")' 2>/dev/null || {
	echo "# MQTT.js skipped: not there (apt-get install node-mqtt)"
	exit 0
}
program="exec:UV_USE_IO_URING=0 NODE_PATH=/usr/share/nodejs node --single-threaded"
program="$program $E2E/../firmware/mqttjs-client.cjs {port} {serial}"
jobjam run print.lua --firmware "$program"
status_is 0
out_has "duplicate_start (2 judged)"
file_has "$(latest print)/firmware-SIM00001.log" "connected to 127.0.0.1:1883"
jobjam verify print.lua --firmware "$program"
status_is 0
out_has "print: identical"
no_process_left
