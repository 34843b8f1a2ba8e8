# shellcheck shell=sh
. "$E2E/helpers.sh"

# CONNECT, then a PUBLISH whose topic is said to be longer than the packet.
bad='hello odd hear 4 say 300300ff74 end'

live_broker
live_proxy --record events.ndjson
# shellcheck disable=SC2086
"$BROKERS/peer" proxy.sock $bad >heard || fail "it never ended"
grep -qx end heard || fail "heard $(cat heard)" # the broker's own judgement
proxy_ends
status_is 0
err_has 'link/client/odd: malformed packet from the client, at byte 21 of the stream: packet ends inside a field; the stream is passed on as it is'
file_has events.ndjson '"kind":"mqtt.malformed","who":"link/client/odd","dir":"up","offset":21'
grep -q 'Client odd.*\(malformed\|protocol error\)' broker.log || fail "it never reached the broker"

: >broker.log
live_proxy --strict
# shellcheck disable=SC2086
"$BROKERS/peer" proxy.sock $bad >heard || fail "it never ended"
proxy_ends
status_is 0
err_has 'packet ends inside a field; the connection is cut'
! grep -q 'Client odd.*\(malformed\|protocol error\)' broker.log || fail "it reached the broker"

# What is no MQTT at all has no name but its number.
live_proxy
"$BROKERS/peer" proxy.sock say 474554202f0d0a0d0a end >heard || fail "it never ended"
proxy_ends
err_has 'link/conn/1: malformed packet from the client, at byte 0 of the stream: the first packet is no CONNECT'
