/*
 * name.h - what a link is called whose client came by itself.
 *
 * "client/" and the client id of its CONNECT, as it stands there. Cut off after
 * LINK_ID_MAX bytes, at a whole character, and then followed by "~" and a hash of all of
 * it, so that two long ones differ. A client without an id, or one that does not begin
 * with a CONNECT, is "conn/" and its number in the order of coming.
 */
#ifndef JOBJAM_NET_PROXY_NAME_H
#define JOBJAM_NET_PROXY_NAME_H

#include "net/codec.h"

#define LINK_ID_MAX   160
#define LINK_NAME_MAX 200

enum name_answer {
	NAME_KNOWN, /* ret_name is written */
	NAME_WAIT,  /* the CONNECT is not yet whole */
	NAME_NONE,  /* there is none and none will come */
};

/* Looks at the first bytes that a client sent. */
enum name_answer name_of_client(const uint8_t *data, size_t length,
				char ret_name[LINK_NAME_MAX]);

#endif
