/*
 * client_parts.h - the insides of a client; private to net/client*.c.
 */
#ifndef JOBJAM_NET_CLIENT_PARTS_H
#define JOBJAM_NET_CLIENT_PARTS_H

#include "net/client.h"

struct mosquitto;

struct client {
	struct net *net;
	struct link *link;
	char *name, *id;
	char path[32]; /* names the link; no such file exists */
	int keepalive_s, protocol, inflight_max;
	bool clean_session;
	struct client_events events;
	struct mosquitto *mosq;
	int inside; /* depth of calls into the library, which may call back */
	bool connected;
	int attempts;
	trace_id later_cause;
	struct queue_handle connect_later, refusal;
	/* keep-alive */
	struct queue_handle ping;
	sim_ns last_read, last_ping;
	/* publishing */
	bool publishing;
	int written_mid;
	/* backlog */
	struct queue_handle backlog_check;
	size_t backlog_told, backlog_peak; /* 0: nothing told */
	sim_ns backlog_since;
	trace_id backlog_event;
};

/* The library's clock has whole seconds, so it is asked only when one of those begins
 * in which it may want to ping or give up: once or twice a keep-alive. */
void client_start_pinging(struct client *client, sim_ns now);
void client_stop_pinging(struct client *client);
/* After each change of what waits for acknowledgement. */
void client_watch_backlog(struct client *client, trace_id cause);

#endif
