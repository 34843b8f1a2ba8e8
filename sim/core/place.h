/*
 * place.h - where orders can pile up between a tap and a print, by name.
 *
 * One table, from which the events (backlog.depth), the property `backlog` and the reports
 * take their words. Places lie on the way from the service to the machine, in this order;
 * PLACE_LIBRARY is the sum of the three behind it.
 */
#ifndef JOBJAM_CORE_PLACE_H
#define JOBJAM_CORE_PLACE_H

#include <stddef.h>

enum place {
	PLACE_API,
	PLACE_STORE,
	PLACE_LIBRARY,
	PLACE_LIBRARY_QUEUE,
	PLACE_LIBRARY_WINDOW,
	PLACE_LIBRARY_BUFFER,
	PLACE_LINK,
	PLACE_SESSION,
	PLACE_BRIDGE,
	PLACE_BROKER_WINDOW,
	PLACE_RETAINED,
	PLACE_SHARED,
	PLACE_INBOX,
	N_PLACES
};

struct place_words {
	const char *name;    /* as scenarios and events write it */
	const char *words;   /* "the client library of" … whoever it is */
	const char *what;    /* what lies there, for documentation */
	const char *bound;   /* how much fits, and what happens to one more */
	const char *release; /* what lets it go */
};

/* NULL past the end. */
const struct place_words *place_words(size_t place);
const char *place_name(enum place place);
/* "any", then the names, NULL: for parameters that choose one. */
extern const char *const place_choices[];
/* N_PLACES: no such place. */
enum place place_find(const char *name);

#endif
