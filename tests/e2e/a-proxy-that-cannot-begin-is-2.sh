# shellcheck shell=sh
. "$E2E/helpers.sh"

live_broker
up="--upstream unix:$(pwd -P)/broker.sock"
try() { # status 2, at once, with a sentence
	said=$1
	shift
	jobjam proxy --control ctl "$@"
	status_is 2
	err_has "$said"
	not_there ctl
}

# The port, the path and the upstream.
live_proxy --listen 127.0.0.1:0
port=$(sed -n 's/^proxy: 127.0.0.1:\([0-9]*\) .*/\1/p' proxy.out)
# shellcheck disable=SC2086
{
	try "cannot listen on 127.0.0.1:$port: Address already in use; something listens there already" --listen "127.0.0.1:$port" $up
	try 'cannot listen on unix:broker.sock: Address already in use' --listen unix:broker.sock $up
	try 'cannot listen on unix:no/such/folder: No such file or directory' --listen unix:no/such/folder $up
	try 'cannot listen on 203.0.113.7:1884: Cannot assign requested address; that is no address of this machine' --listen 203.0.113.7:1884 $up
	try '--listen 1884: an address is needed, such as 127.0.0.1:1883' --listen 1884 $up
	try '--listen ::1:1884: an address is needed' --listen ::1:1884 $up
	try '--listen 127.0.0.1:70000: an address is needed' --listen 127.0.0.1:70000 $up
	try 'unknown option "--upstraem"; did you mean "--upstream"?' --upstraem x
	try 'takes no --broker' --broker mosquitto
	try 'no-such.lua: No such file or directory' no-such.lua --listen 127.0.0.1:0 $up
}
try 'the upstream unix:nobody cannot be reached: No such file or directory; start the broker first' --listen 127.0.0.1:0 --upstream unix:nobody
proxy_ends
status_is 0
try "the upstream 127.0.0.1:$port cannot be reached: Connection refused" --listen 127.0.0.1:0 --upstream "127.0.0.1:$port"

# A record that cannot be written is 74.
# shellcheck disable=SC2086
jobjam proxy --control ctl --listen 127.0.0.1:0 $up --record no/such/folder/events.ndjson
status_is 74
err_has 'no/such/folder/events.ndjson: No such file or directory'

# A socket file that a killed proxy has left behind is no hindrance.
live_proxy
kill -9 "$proxy_pid"
wait "$proxy_pid"
there proxy.sock control
live_proxy
proxy_ends
status_is 0

# Anything but loopback is listened on when it is named, and with a warning.
live_proxy --listen 0.0.0.0:0
proxy_ends
status_is 0
err_has 'warning: it listens for everybody who reaches this machine'
