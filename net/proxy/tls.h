/*
 * tls.h - TLS that ends here: the only file that knows OpenSSL is tls.c.
 *
 * Links see plain bytes. Between the TLS socket and the link stands a bridge: two of
 * libevent's bufferevents and a socketpair, with BRIDGE_MAX bytes waiting in each direction at
 * most. So a connection with TLS takes two descriptors more than one without.
 *
 * The upstream's certificate is always judged: by --ca, or by the system's authorities, and by
 * the host's name as --upstream gives it.
 */
#ifndef JOBJAM_NET_PROXY_TLS_H
#define JOBJAM_NET_PROXY_TLS_H

#include "net/proxy/endpoint.h"

#define BRIDGE_MAX (256 * 1024)

struct tls;
struct event_base;

struct tls_settings {
	/* Of the listening side: both, or self_signed. PEM files. */
	const char *certificate, *key;
	/* A certificate made for the listening host, valid for 30 days; its PEM (without the key)
	 * is written here, for clients that shall trust it. */
	const char *self_signed;
	const char *ca; /* whom to believe about the upstream; NULL: the system's */
};

/* say is told of handshakes that fail. Borrows base, the endpoints and arg; the texts in
 * settings only for the call. SIM_EINVAL and a sentence: a file does not load, or does not fit
 * the other; nothing to listen with. SIM_EIO: self_signed cannot be written. */
int tls_new(const struct tls_settings *settings, struct event_base *base,
	    const struct endpoint *listen, const struct endpoint *upstream,
	    void (*say)(void *arg, const char *sentence), void *arg, struct tls **ret_tls,
	    struct sim_error *error);
void tls_free(struct tls *tls); /* ends all bridges */

/* Take fd, also when they fail, and give back the plain end: a socket that does not block, or
 * a negative errno. */
int tls_accept(struct tls *tls, int fd);
int tls_call(struct tls *tls, int fd);

/* Shakes hands with the upstream once and waits for it. SIM_EINVAL: its certificate does not
 * hold, or it speaks no TLS. */
int tls_probe(struct tls *tls, struct sim_error *error);

#endif
