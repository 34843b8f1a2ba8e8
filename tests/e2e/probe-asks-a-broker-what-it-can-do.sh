. "$E2E/helpers.sh"

# row WORDS… ANSWER: the line of the table that begins with the words has that answer.
row() {
	grep -qE "^  $1 +$2\$" output || fail "\"$1\" is not answered with: $2"
}

jobjam probe mosquitto
status_is 0
out_has "mosquitto (mosquitto version 2."
row "MQTT 3.1" yes
row "MQTT 3.1.1" yes
row "MQTT 5.0" yes
row "QoS 2" yes
row "retained messages" yes
row "wildcards" yes
row "5.0: shared subscriptions" "yes, 4 messages went 2 and 2"
row "kept for who is away" "session present 1, what came meanwhile is delivered"
row "unacknowledged and reconnected" "delivered again with DUP, with the same packet id"
row "messages in the window" 20
row "messages waiting for who is away" \
	"1000 of 2500 kept \(no. 1 to 1000: the newest are dropped\), 2500 acknowledged"
row "5.0: message expiry" "yes; 60 s after 10 s: delivered with 50"
row "will when taken over, clean" yes
row "will when taken over, session kept" no
row "silence beyond a keep-alive of 10 s" "closed 1[5-9] s after its last word|closed 2[0-2] s after its last word"
row "PUBLISH of QoS 3" closed
row "PUBLISH cut short" "tolerated or waited for"
mv output first
jobjam probe
cmp first output || fail "two probes of one broker differ"

# What it is told, it answers with.
cat >small.sh <<'SH'
#!/bin/sh
for line in "max_queued_messages 7" "max_inflight_messages 3" "retain_available false" "max_keepalive 30"; do
	echo "$line" >>"$1"
done
exec mosquitto -c "$1"
SH
chmod +x small.sh
jobjam probe "exec:./small.sh {conf}"
status_is 0
row "messages in the window" 3
row "messages waiting for who is away" "7 of 2500 kept .*"
row "retained messages" no
row "5.0: CONNACK to keep-alive 65535 says" ".*server_keep_alive 30.*"

jobjam probe --json mosquitto
status_is 0
out_has '"schema":"jobjam-probe"'
out_has '{"group":"delivery","name":"QoS 2","answer":"yes"}'

# One that is none, and one that a question ends.
jobjam probe "$BROKERS/exits"
status_is 4
jobjam probe ./nowhere
status_is 2
err_has nowhere
jobjam probe "$BROKERS/dies"
status_is 4
out_has "the broker is gone"
no_process_left
