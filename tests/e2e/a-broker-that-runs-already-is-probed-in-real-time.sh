# shellcheck shell=sh
. "$E2E/helpers.sh"

row() {
	grep -qE "^  $1 +$2\$" output || fail "\"$1\" is not answered with: $2"
}

tcp_broker "sys_interval 1"
at=mqtt://127.0.0.1:$port
jobjam probe "$at" --filter 'QoS *'
status_is 0
out_has "$at (mosquitto version 2."
out_has ', in real time'
row "QoS 0" yes
row "QoS 1" yes
row "QoS 2" yes
err_lacks "not on this machine"
jobjam probe "$at" --filter '*ret*'
row "retained messages" yes
jobjam probe "$at" --filter 'kept *'
row "kept for who is away" "session present 1, what came meanwhile is delivered"
jobjam probe "$at" --filter '*queue*'
status_is 6
err_has 'no question fits'
jobjam probe "$at" --filter '*shared*'
row "5.0: shared subscriptions" "yes, 4 messages went 2 and 2"
jobjam probe "$at" --filter 'PUBLISH of QoS 3' --json
status_is 0
out_has '"clock":"wall"'
out_has '{"group":"malformed","name":"PUBLISH of QoS 3","answer":"closed"}'
jobjam probe "$at" --filter 'a connection that never*'
row "a connection that never says CONNECT" "left out: in real time it takes up to 10 min"

# What others find afterwards is what they found before.
if command -v mosquitto_sub >/dev/null; then
	run mosquitto_sub -p "$port" -t '#' -v -W 1
	[ ! -s output ] || fail "something of the probe's is retained"
	alone() { [ "$(mosquitto_sub -p "$port" -t '$SYS/broker/clients/total' -C 1 -W 5)" = 1 ]; }
	wait_for alone
fi
kill "$broker_pid"
wait "$broker_pid"

jobjam probe "$at"
status_is 2
err_has "the broker $at does not answer; is it running?"

# Others that listen there, and are no brokers.
stranger() {
	"$BROKERS/stranger" "$1" >stranger.out &
	broker_pid=$!
	wait_for grep -q listening stranger.out
	at=mqtt://127.0.0.1:$(sed -n 's/^listening //p' stranger.out)
	jobjam probe "$at"
	kill "$broker_pid" 2>/dev/null
}
stranger http
status_is 2
err_has 'answers CONNECT with "HTTP/1.1 400 Bad Request": that is no MQTT'
stranger closes
status_is 2
err_has 'hangs up at CONNECT without a word: that is no MQTT broker'
stranger mute
status_is 2
err_has 'takes the connection and does not answer CONNECT'
stranger frail
status_is 4
out_has 'the broker is gone: nobody answers any more'
err_has 'questions more were not asked'

jobjam probe mqtts://127.0.0.1:8883
status_is 2
err_has 'it speaks no TLS; let jobjam proxy'
jobjam probe mqtt://nowhere
status_is 2
err_has 'an address is needed'

tcp_broker "allow_anonymous false"
jobjam probe "mqtt://127.0.0.1:$port"
status_is 2
err_has 'it wants a name and a password'
no_process_left
