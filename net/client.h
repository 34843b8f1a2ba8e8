/*
 * client.h - one real libmosquitto client in an external loop, over its link.
 *
 * The library decides everything it decides in production: windows, retransmission,
 * keep-alive, what on_connect says. This file only moves its bytes, calls loop_misc in
 * the virtual seconds around its keep-alive, and reports its callbacks. Reconnecting is
 * the owner's business (cloud and printers have policies of their own).
 *
 * Pitfalls respected here: publishing inside a callback only queues (want_write is looked
 * at after every callback); the library closes its descriptor before on_disconnect;
 * reconnecting from inside a callback is put off to the same instant's next event.
 */
#ifndef JOBJAM_NET_CLIENT_H
#define JOBJAM_NET_CLIENT_H

#include "net/net.h"

struct client;

struct client_events { /* any may be NULL; called with the instant and the causing event */
	void *arg;
	/* on_connect: rc 0 is success, as the library believes. */
	void (*connected)(void *arg, sim_ns now, int rc, bool session_present,
			  trace_id cause);
	/* on_disconnect; reason is the library's code in words. Also for a refused dial. */
	void (*disconnected)(void *arg, sim_ns now, int rc, const char *reason,
			     trace_id cause);
	void (*message)(void *arg, sim_ns now, const char *topic, const void *payload,
			size_t length, int qos, bool retain, trace_id cause);
	/* on_publish: PUBACK for that mid (QoS 1), or written (QoS 0). */
	void (*published)(void *arg, sim_ns now, int mid, trace_id cause);
	/* Before `published`, when the PUBACK of MQTT 5.0 says something else than success:
	 * 0x10 no matching subscribers; 0x80 and above: refused, and never sent again. */
	void (*answered)(void *arg, sim_ns now, int mid, int code, const char *reason,
			 trace_id cause);
	/* discard_on_session_loss threw away so many messages; it connects again. */
	void (*discarded)(void *arg, sim_ns now, size_t messages, trace_id cause);
};

struct client_options {
	const char *name;      /* "cloud/command-a": who in the trace, name of the link */
	const char *client_id; /* NULL: the name with '/' as '-' */
	int keepalive_s;
	bool clean_session;
	int protocol;     /* 4 for MQTT 3.1.1, 5 for MQTT 5.0 */
	int inflight_max; /* 0: the library's 20; a server's receive maximum takes its place */
	/* MQTT 5.0 only; 0: not said in CONNECT. */
	uint32_t session_expiry_s; /* UINT32_MAX: never */
	int receive_max;
	uint32_t packet_max;
	/* A CONNACK without session present, while messages wait: they are thrown away, as
	 * MQTT 5.0 (3.2.2.1.1) asks of a client; the library would send them all. */
	bool discard_on_session_loss;
	/* 0: never. What has been held for so long without an acknowledgement is given up while
	 * there is no connection, or when it ends: mqtt.expired, and it is never sent. The age
	 * counts from client_publish(). While the library believes to be connected it is left
	 * alone. What is younger is sent under new packet identifiers. QoS 1 and 2 only. */
	sim_ns expire_after;
	struct client_events events;
};

/* What the server's CONNACK said; -1 or "": nothing. */
struct client_granted {
	int receive_max, keepalive_s;
	int64_t session_expiry_s, packet_max;
	char client_id[128]; /* assigned, to a client with the identifier "" */
};

/* Copies options. The net owns the client. client_id "" asks the server for one (MQTT 5.0). */
int client_new(struct net *net, const struct client_options *options,
	       struct client **ret_client, struct sim_error *error);

/* Starts connecting; the outcome comes by events. cause: why. Asserts not connected. */
void client_connect(struct client *client, sim_ns now, trace_id cause);
/* A polite DISCONNECT. */
void client_disconnect(struct client *client, sim_ns now);
/* Throws the library's instance away with all that it holds and makes a new one: what a
 * service does that recreates its SDK client. Returns how many unsent or unacknowledged
 * messages were lost. Not from inside the client's own callback (asserted). */
size_t client_recreate(struct client *client, sim_ns now, trace_id cause);

/* The same when the power goes: the present connection is not closed but left, and the
 * broker believes in it until one and a half keep-alives have passed, or the client is back
 * under its name. */
size_t client_vanish(struct client *client, sim_ns now, trace_id cause);

struct client_user_property {
	const char *name, *value;
};

struct client_message {
	const char *topic;
	const void *payload;
	size_t length;
	int qos;
	bool retain;
	enum trace_level level; /* FULL: routine traffic that the story does not need */
	/* MQTT 5.0 only, left out of 3.1.1; 0 or NULL: not there. */
	uint32_t expiry_s; /* as it is when handed over: the library never lowers it */
	const char *response_topic, *content_type, *correlation;
	const struct client_user_property *user;
	size_t n_user;
};
/* Hands a message to the library. Returns the library's code (0 success; 4
 * MOSQ_ERR_NO_CONN: not connected, but QoS 1 and 2 are queued all the same). *ret_mid, which
 * may be NULL, is what the events name it by: the packet's identifier, or with expire_after
 * a number of the client's own (0 for QoS 0). Emits mqtt.queued with this cause, if the library took it. Payloads are bounded
 * at half of MQTT_PACKET_MAX: 9, MOSQ_ERR_PAYLOAD_SIZE. */
int client_publish(struct client *client, sim_ns now,
		   const struct client_message *message, trace_id cause, int *ret_mid);
int client_subscribe(struct client *client, sim_ns now, const char *filter, int qos);

bool client_connected(const struct client *client); /* as the library believes */
const struct client_granted *client_granted(const struct client *client);
/* What the message came with; only from inside events.message. -1, false: not there. */
enum client_property {
	CLIENT_RESPONSE_TOPIC,
	CLIENT_CONTENT_TYPE,
	CLIENT_CORRELATION
};
int64_t client_received_expiry(const struct client *client);
bool client_received_text(const struct client *client, enum client_property property,
			  char *ret, size_t size);
bool client_received_user(const struct client *client, const char *name, char *ret,
			  size_t size);
/* Messages handed over with QoS > 0 and not yet acknowledged, and the age of the oldest.
 * What waits is traced (backlog.depth, backlog.drained) as place "library", and by where
 * in the library: its queue, its window, its write buffer. */
size_t client_backlog(const struct client *client, sim_ns now, sim_ns *ret_oldest_age);
struct link *client_link(const struct client *client);

#endif
