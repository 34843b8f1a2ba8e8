/* probe_malformed.c - packets that nobody may send, and what comes of each. */
#include "sim/command/probe_questions.h"

static const char group[] = "malformed";
#define PACKET(name, words)                 \
	{                                   \
		group, name, NULL, 0, words \
	}

static const struct question packets[] = {
	PACKET("protocol level 6", "10 | \"MQTT\" 06 02 #60 \"m\""),
	PACKET("another protocol's name", "10 | \"HTTP\" 04 02 #60 \"m\""),
	PACKET("reserved CONNECT flag", "10 | \"MQTT\" 04 03 #60 \"m\""),
	PACKET("a second CONNECT",
	       "10 | \"MQTT\" 04 02 #60 \"m\"; 10 | \"MQTT\" 04 02 #60 \"m\""),
	PACKET("PUBLISH of QoS 3", "36 | \"a\" #1 'x'"),
	PACKET("PUBLISH to a wildcard", "30 | \"a/#\" 'x'"),
	PACKET("PUBLISH with packet id 0", "32 | \"a\" #0 'x'"),
	PACKET("PUBLISH to an empty topic", "30 | \"\" 'x'"),
	PACKET("PUBLISH of QoS 0 with DUP", "38 | \"a\" 'x'"),
	PACKET("PUBLISH to a topic with NUL", "30 | #3 'a' 00 'b' 'x'"),
	PACKET("PUBLISH to a topic that is no UTF-8", "30 | #2 c3 28 'x'"),
	PACKET("PUBREL with flags 0", "60 | #1"),
	PACKET("SUBSCRIBE with flags 0", "80 | #1 \"a\" 00"),
	PACKET("SUBSCRIBE without a filter", "82 | #1"),
	PACKET("SUBSCRIBE for QoS 3", "82 | #1 \"a\" 03"),
	PACKET("SUBSCRIBE to a bad filter", "82 | #1 \"a/#/b\" 00"),
	PACKET("a length of five bytes", "30 ff ff ff ff 01"),
	PACKET("packet type 0", "00 |"),
	PACKET("AUTH", "f0 |"),
	PACKET("a client's CONNACK", "20 | 00 00"),
	PACKET("a client's SUBACK", "90 | #1 00"),
	PACKET("a client's PINGRESP", "d0 |"),
	PACKET("PINGREQ with a body", "c0 | 00"),
	PACKET("DISCONNECT with flags", "e1 |"),
	PACKET("PUBACK for nothing", "40 | #9"),
	PACKET("PUBLISH cut short", "30 10 #1 'a'"),
};

const struct question *malformed_at(size_t index)
{
	return index < sizeof(packets) / sizeof(packets[0]) ? &packets[index] : NULL;
}
