/*
 * client_parts.h - the insides of a client; private to net/client*.c.
 */
#ifndef JOBJAM_NET_CLIENT_PARTS_H
#define JOBJAM_NET_CLIENT_PARTS_H

#include "net/client.h"
#include "net/outbox.h"
#include "sim/core/pile.h"

struct mosquitto;
struct mqtt5__property;

enum {
	CLIENT_REASON_MAX = 256
};

struct client {
	struct net *net;
	struct link *link;
	char *name, *id;
	char path[32]; /* names the link; no such file exists */
	int keepalive_s, protocol, inflight_max, receive_max;
	uint32_t session_expiry_s, packet_max;
	bool clean_session, discard_on_session_loss;
	struct client_events events;
	struct mosquitto *mosq;
	int inside; /* > 0: a connect is put off to the next event; client_enter */
	bool connected;
	/* how it was lost last, and not found again since: the next refusal of the same kind is
	 * no news */
	bool is_lost;
	int lost_rc;
	char lost_words[48];
	int attempts;
	trace_id later_cause;
	struct queue_handle connect_later, refusal;
	/* what the server granted */
	struct client_granted granted;
	int keepalive_now_s, window;
	trace_id connected_event;
	struct queue_handle discard;
	const struct mqtt5__property *received; /* while a message is handed on */
	/* keep-alive */
	struct queue_handle ping;
	sim_ns last_read, last_ping;
	/* publishing */
	bool publishing;
	int written_mid;
	/* giving up: client_expiry.c */
	sim_ns expire_after;
	struct queue_handle expiry;
	uint16_t last_number;
	bool must_renew; /* the library still holds what was given up */
	/* what waits: all of it, and where in the library */
	struct pile all, queue, in_window, buffer;
	bool fresh; /* something was handed over since the socket was last looked at */
};

extern const struct client_granted client_nothing_granted;

/* client.c. Around every call of the library, which may call back; whoever watches the
 * process is told whose code runs. Calls nest: a callback may publish. */
void client_enter(struct client *client);
void client_leave(struct client *client);

/* client_loop.c. The library's clock has whole seconds, so it is asked only when one of
 * those begins in which it may want to ping or give up: once or twice a keep-alive. */
void client_start_pinging(struct client *client, sim_ns now);
void client_stop_pinging(struct client *client);

/* client_events.c */
void client_listen(struct client *client);
void client_say_refused(struct client *client, trace_id cause); /* nobody listened */
void client_say_lost(struct client *client, int rc, const char *words, trace_id cause);
const char *client_reason_words(int code);

/* client.c: shuts the socket now, throws the instance away and connects at the next event. */
void client_discard(struct client *client);

/* client_publish.c */
int client_hand_over(struct client *client, const struct client_message *message,
		     int *ret_mid);

/* client_expiry.c. All but the first two do nothing without expire_after. */
void *client_copy(const struct client_message *message); /* one block; NULL: no memory */
uint16_t client_next_number(struct client *client);
/* What the owner knows that message by; before it is acknowledged. */
int client_number_of(const struct client *client, int mid);
/* Gives up what is too old, and looks again in time as long as there is no connection. */
void client_expire(struct client *client);
/* To a new instance of the library. */
void client_hand_over_all(struct client *client);

/* client_properties.c. False: no memory; what there is of *ret is the caller's to free. */
bool client_connect_properties(const struct client *client, struct mqtt5__property **ret);
bool client_message_properties(const struct client *client,
			       const struct client_message *message,
			       struct mqtt5__property **ret);
void client_read_granted(struct client *client, const struct mqtt5__property *properties);
void client_read_reason(const struct mqtt5__property *properties, int code,
			char ret[CLIENT_REASON_MAX]);

/* client_backlog.c: what the library holds. */
void client_piles_init(struct client *client);
void client_piles_fini(struct client *client);
void client_kept(struct client *client, struct outbox_entry *entry, size_t bytes);
void client_acknowledged(struct client *client, int mid, trace_id cause);
/* The connection is gone, and what had not been written with it. */
void client_unwritten_is_lost(struct client *client, trace_id cause);
void client_all_is_lost(struct client *client, trace_id cause);
void client_given_up(struct client *client, const struct outbox_entry *entry,
		     bool too_old, trace_id cause);
/* It is given to the library anew. */
void client_back_in_queue(struct client *client, struct outbox_entry *entry);

#endif
