/* place.c - the table of places. Bounds: mosquitto 2.0.11 and libmosquitto 2.0.11. */
#include "sim/core/place.h"

#include <string.h>

static const struct place_words PLACES[N_PLACES] = {
	[PLACE_API] = {"api", "the API of", "calls of apps that no worker serves yet",
		       "api_queue; one more is answered \"busy\"", "a worker gets free"},
	[PLACE_STORE] = {"store", "the job store of",
			 "jobs that the service has not sent", "none",
			 "the service's own logic"},
	[PLACE_LIBRARY] =
		{"library", "the client library of",
		 "messages handed to the library and not acknowledged: its queue, "
		 "window and buffer together",
		 "none: memory", "CONNACK, then each PUBACK lets one more go"},
	[PLACE_LIBRARY_QUEUE] = {"library_queue", "the library's queue of",
				 "messages that were never written", "none: memory",
				 "CONNACK, then each PUBACK lets one more go"},
	[PLACE_LIBRARY_WINDOW] =
		{"library_window", "the library's window of",
		 "messages written at least once and not acknowledged",
		 "20, or the server's receive maximum; one more waits in the "
		 "queue",
		 "PUBACK; or CONNACK, which writes them again as DUP"},
	[PLACE_LIBRARY_BUFFER] = {"library_buffer", "the library's write buffer of",
				  "packets that the socket does not take, QoS 0 too",
				  "none: memory; lost on reconnecting",
				  "the socket takes bytes again"},
	[PLACE_LINK] =
		{"link", "the network of",
		 "messages under way: held, late, or in a connection that leads nowhere",
		 "256 KiB a direction, then back-pressure; lost when the connection ends",
		 "the path heals"},
	[PLACE_SESSION] =
		{"session", "the broker's session of",
		 "messages that the broker keeps for a client",
		 "max_queued_messages; the newest are dropped, and the publisher "
		 "is told success",
		 "the client connects"},
	[PLACE_BRIDGE] =
		{"bridge", "the bridge queue of",
		 "messages that a broker keeps for another: the cloud's for that of a "
		 "site (bridge/NAME), the site's for the cloud's (broker/NAME)",
		 "max_queued_messages; the newest are dropped, and the publisher "
		 "is told success",
		 "the bridge connects"},
	[PLACE_BROKER_WINDOW] =
		{"broker_window", "the broker's window to",
		 "messages that the broker sent and nobody acknowledged",
		 "max_inflight_messages, or the client's receive maximum; one "
		 "more waits in the session",
		 "PUBACK; or a reconnect, which sends them again as DUP"},
	[PLACE_RETAINED] = {"retained", "the retained messages of",
			    "the last retained message of each topic",
			    "one a topic; a newer one takes its place",
			    "each SUBSCRIBE, again and again"},
	[PLACE_SHARED] = {"shared", "the shared subscription of",
			  "messages for a group of which no member has got them",
			  "a session for each member",
			  "the member's session ends or resumes"},
	[PLACE_INBOX] = {"inbox", "the inbox of", "starts that a busy machine keeps",
			 "the firmware's; one more is refused",
			 "the job before them ends"},
};

const char *const place_choices[] = {
	"any",
	"api",
	"store",
	"library",
	"library_queue",
	"library_window",
	"library_buffer",
	"link",
	"session",
	"bridge",
	"broker_window",
	"retained",
	"shared",
	"inbox",
	NULL,
};

const struct place_words *place_words(size_t place)
{
	return place < N_PLACES ? &PLACES[place] : NULL;
}

const char *place_name(enum place place)
{
	return PLACES[place].name;
}

enum place place_find(const char *name)
{
	size_t i = 0;
	while (i < N_PLACES && strcmp(PLACES[i].name, name) != 0)
		i++;
	return (enum place)i;
}
