#!/bin/sh
# wall.sh - brokers of several threads, which live in real time only: on loopback, by anybody,
# with nothing of the system changed.
#
#	tests/brokers/wall.sh list                       the names, and what is missing
#	tests/brokers/wall.sh run NAME COMMAND…          starts it, runs COMMAND, ends it
#
# COMMAND finds the port in $PORT, and further options for it in $SETTINGS.
set -u

rabbit=/usr/lib/rabbitmq/bin/rabbitmq-server
ejabberd=$(ls -d /usr/lib/*/ejabberd-*/ebin 2>/dev/null | head -n 1)

case ${1:-} in
list)
	[ -x "$rabbit" ] && echo "rabbitmq" ||
		echo "rabbitmq - not installed (apt-get install rabbitmq-server)"
	[ -n "$ejabberd" ] && echo "ejabberd" ||
		echo "ejabberd - not installed (apt-get install ejabberd)"
	exit 0
	;;
run) ;;
*)
	sed -n 's/^# \{0,1\}//p' "$0" | head -n 9 >&2
	exit 2
	;;
esac
name=$2
shift 2
dir=$(mktemp -d "${TMPDIR:-/tmp}/jobjam-wall-XXXXXX") || exit 2
PORT=$((20000 + $$ % 4000 * 3))
SETTINGS=
ERL_CRASH_DUMP=$dir/erl_crash.dump # else it lands wherever one stands
export PORT SETTINGS ERL_CRASH_DUMP

# gone: within ten seconds nothing of the broker's process group runs any more.
gone() {
	tries=0
	while pgrep -g "$session" -r R,S,D,I,T >/dev/null; do
		tries=$((tries + 1))
		[ "$tries" -lt 50 ] || return 1
		sleep 0.2
	done
}

# The broker is the leader of a process group of its own; RabbitMQ's port mapper, which makes
# itself a daemon, listens on a port that is ours alone.
finish() {
	if [ -n "${session:-}" ]; then
		pkill -TERM -g "$session"
		gone || { pkill -KILL -g "$session"; gone; }
		[ "$name" != rabbitmq ] || ERL_EPMD_PORT=$((PORT + 2)) epmd -kill >/dev/null 2>&1
	fi
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT TERM

rabbitmq() {
	printf '[rabbitmq_mqtt].\n' >"$dir/plugins"
	cat >"$dir/rabbitmq.conf" <<CONF
listeners.tcp = none
mqtt.listeners.tcp.1 = 127.0.0.1:$PORT
mqtt.allow_anonymous = true
loopback_users = none
CONF
	HOME=$dir RABBITMQ_NODENAME=jobjam$$@localhost RABBITMQ_MNESIA_BASE=$dir/db RABBITMQ_LOG_BASE=$dir/log \
		RABBITMQ_CONFIG_FILE=$dir/rabbitmq.conf RABBITMQ_ENABLED_PLUGINS_FILE=$dir/plugins \
		RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_DIST_PORT=$((PORT + 1)) \
		ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$((PORT + 2)) \
		RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}" \
		exec setsid "$rabbit" >"$dir/out" 2>&1
}

ejabberd() {
	cat >"$dir/ejabberd.yml" <<CONF
hosts: [localhost]
listen: [{port: $PORT, ip: "127.0.0.1", module: mod_mqtt}]
auth_method: anonymous
anonymous_protocol: login_anon
modules:
  mod_mqtt:
    access_publish: {"#": [{allow: all}]}
    access_subscribe: {"#": [{allow: all}]}
    session_expiry: 1 day
    max_queue: 5000
CONF
	HOME=$dir EJABBERD_CONFIG_PATH=$dir/ejabberd.yml EJABBERD_LOG_PATH=$dir/ejabberd.log \
		exec setsid erl -noinput -mnesia dir "\"$dir/db\"" -pa "$ejabberd" -s ejabberd >"$dir/out" 2>&1
}

answers() {
	(exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null ||
		grep -q "$(printf ':%04X 00000000:0000 0A' "$PORT")" /proc/net/tcp
}

[ "$name" != ejabberd ] || SETTINGS="--set user=u@localhost --set password=x"
"$name" &
session=$!
tries=0
until answers; do
	tries=$((tries + 1))
	if [ "$tries" -gt 300 ] || ! kill -0 "$session" 2>/dev/null; then
		echo "$name did not come up:" >&2
		tail -n 5 "$dir/out" >&2
		exit 2
	fi
	sleep 0.2
done
"$@"
