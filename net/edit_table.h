/*
 * edit_table.h - the fields of net/edit.h, one line each; private to the packet editor and
 * the faults that offer its fields as parameters.
 *
 * FIELD(name, kind, types, max, removable, place, help): kind is FLAG, NUMBER or TEXT,
 * types a sum of bits, max that of a NUMBER, place the name in enum edit_place.
 */
#ifndef JOBJAM_NET_EDIT_TABLE_H
#define JOBJAM_NET_EDIT_TABLE_H

#include "net/edit.h"

#define EDIT_OF(type) (1U << (type))
#define EDIT_ACKS                                                                   \
	(EDIT_OF(MQTT_PUBACK) | EDIT_OF(MQTT_PUBREC) | EDIT_OF(MQTT_PUBREL) | \
	 EDIT_OF(MQTT_PUBCOMP))
#define EDIT_FILTERS  (EDIT_OF(MQTT_SUBSCRIBE) | EDIT_OF(MQTT_UNSUBSCRIBE))
#define EDIT_CODES    (EDIT_OF(MQTT_SUBACK) | EDIT_OF(MQTT_UNSUBACK))
#define EDIT_REASONS  (EDIT_OF(MQTT_CONNACK) | EDIT_OF(MQTT_DISCONNECT) | EDIT_OF(MQTT_AUTH))
#define EDIT_EVERY    0xfffeU
#define EDIT_LONGEST  (MQTT_PACKET_MAX - 1024) /* payload */

#define EDIT_FIELDS(FIELD) \
	FIELD(topic, TEXT, EDIT_OF(MQTT_PUBLISH), 0, false, TOPIC, \
	      "where a PUBLISH goes") \
	FIELD(payload, TEXT, EDIT_OF(MQTT_PUBLISH), 0, false, PAYLOAD, \
	      "what a PUBLISH carries") \
	FIELD(payload_bytes, NUMBER, EDIT_OF(MQTT_PUBLISH), EDIT_LONGEST, false, PAYLOAD_BYTES, \
	      "length of the payload: cut off behind it, or padded with spaces up to it") \
	FIELD(qos, NUMBER, EDIT_OF(MQTT_PUBLISH), 3, false, QOS, \
	      "quality of service; 3 is no legal one") \
	FIELD(retain, FLAG, EDIT_OF(MQTT_PUBLISH), 0, false, RETAIN, \
	      "whether the broker keeps it for those who subscribe later") \
	FIELD(dup, FLAG, EDIT_OF(MQTT_PUBLISH), 0, false, DUP, \
	      "whether it says that it may have been sent before") \
	FIELD(mid, NUMBER, EDIT_OF(MQTT_PUBLISH) | EDIT_ACKS | EDIT_FILTERS | EDIT_CODES, UINT16_MAX, false, MID, \
	      "packet identifier; 0 is no legal one") \
	FIELD(code, NUMBER, EDIT_REASONS | EDIT_ACKS, 255, true, CODE, \
	      "return code of a CONNACK, else reason code (MQTT 5.0)") \
	FIELD(session_present, FLAG, EDIT_OF(MQTT_CONNACK), 0, false, SESSION_PRESENT, \
	      "whether a CONNACK says that the session was kept") \
	FIELD(clean, FLAG, EDIT_OF(MQTT_CONNECT), 0, false, CLEAN, \
	      "clean session (3.1.1), clean start (5.0)") \
	FIELD(keepalive, NUMBER, EDIT_OF(MQTT_CONNECT), UINT16_MAX, false, KEEPALIVE, \
	      "keep-alive in seconds; 0: none") \
	FIELD(client_id, TEXT, EDIT_OF(MQTT_CONNECT), 0, false, CLIENT_ID, \
	      "client identifier") \
	FIELD(user, TEXT, EDIT_OF(MQTT_CONNECT), 0, true, USER, \
	      "user name") \
	FIELD(password, TEXT, EDIT_OF(MQTT_CONNECT), 0, true, PASSWORD, \
	      "password") \
	FIELD(will_topic, TEXT, EDIT_OF(MQTT_CONNECT), 0, true, WILL_TOPIC, \
	      "topic of the will; taking it out takes out the whole will") \
	FIELD(will_payload, TEXT, EDIT_OF(MQTT_CONNECT), 0, false, WILL_PAYLOAD, \
	      "payload of the will") \
	FIELD(will_qos, NUMBER, EDIT_OF(MQTT_CONNECT), 3, false, WILL_QOS, \
	      "quality of service of the will") \
	FIELD(will_retain, FLAG, EDIT_OF(MQTT_CONNECT), 0, false, WILL_RETAIN, \
	      "whether the will is retained") \
	FIELD(level, NUMBER, EDIT_OF(MQTT_CONNECT), 255, false, LEVEL, \
	      "protocol level: 3, 4 (3.1.1), 5; others are unknown to brokers") \
	FIELD(entry, NUMBER, EDIT_FILTERS | EDIT_CODES, 1024, false, ENTRY, \
	      "which of several filters or codes filter, options and granted are about; 0: the first filter, every option and code") \
	FIELD(filter, TEXT, EDIT_FILTERS, 0, false, FILTER, \
	      "the first topic filter") \
	FIELD(options, NUMBER, EDIT_OF(MQTT_SUBSCRIBE), 255, false, OPTIONS, \
	      "options of every filter: QoS in the two low bits, then no-local, retain-as-published, retain handling") \
	FIELD(granted, NUMBER, EDIT_CODES, 255, false, GRANTED, \
	      "every code of a SUBACK or UNSUBACK: granted QoS, or 128 and more for a refusal") \
	FIELD(entries, NUMBER, EDIT_CODES, 1024, false, ENTRIES, \
	      "how many codes there are: cut off, or the last repeated") \
	FIELD(flags, NUMBER, EDIT_EVERY, 15, false, FLAGS, \
	      "the four low bits of the first byte, whatever they should be") \
	FIELD(reserved, NUMBER, EDIT_OF(MQTT_CONNECT) | EDIT_OF(MQTT_CONNACK), 255, false, RESERVED, \
	      "bits set in addition in the flags: of a CONNECT 1, of a CONNACK 2 to 254") \
	FIELD(extra, TEXT, EDIT_EVERY, 0, false, EXTRA, \
	      "bytes behind the last field, where none belong")

#define EDIT_PLACE(name, kind, types, max, removable, place, help) EDIT_##place,
enum edit_place {
	EDIT_FIELDS(EDIT_PLACE) EDIT_N_FIELDS
};

#endif
