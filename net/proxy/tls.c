/* tls.c - bridges between TLS sockets and plain ones. The only file that knows OpenSSL. */
#include "net/proxy/tls.h"

#include "net/stream/raw.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PROBE_MS = 5000,
	VALID_S = 30 * 86400,
	SENTENCE_MAX = 640
};

struct bridge {
	struct tls *tls;
	struct bufferevent *secure, *plain; /* owned */
	bool shaken;                        /* hands */
	struct bufferevent *last; /* one end is gone; this one still has bytes to write */
	struct bridge *next, **at;
};

struct tls {
	struct event_base *base;
	const struct endpoint *upstream;
	SSL_CTX *server, *client; /* owned; NULL: that side is plain */
	struct bridge *bridges;   /* owned */
	void (*say)(void *arg, const char *sentence);
	void *arg;
};

/* --- reasons ------------------------------------------------------------------------ */

/* Why OpenSSL refused, in words; empties its queue of errors. */
static const char *reason(char *buffer, size_t size)
{
	unsigned long code = ERR_get_error();
	const char *words = code ? ERR_reason_error_string(code) : NULL;
	snprintf(buffer, size, "%s", words ? words : "no reason given");
	ERR_clear_error();
	return buffer;
}

/* A certificate that was refused says more than the handshake that failed of it. */
static void explain(SSL *ssl, unsigned long code, char *buffer, size_t size)
{
	long verdict = SSL_get_verify_result(ssl);
	const char *words = code ? ERR_reason_error_string(code) : NULL;
	if (verdict != X509_V_OK)
		snprintf(buffer, size, "its certificate does not hold: %s",
			 X509_verify_cert_error_string(verdict));
	else
		snprintf(buffer, size, "%s", words ? words : "it hung up");
}

/* --- a certificate of our own --------------------------------------------------------- */

static bool add_extension(X509 *certificate, int nid, const char *value)
{
	X509V3_CTX context;
	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	bool fine = extension && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return fine;
}

static bool is_number(const char *host)
{
	unsigned char address[16];
	return inet_pton(AF_INET, host, address) == 1 ||
	       inet_pton(AF_INET6, host, address) == 1;
}

static bool fill_certificate(X509 *certificate, EVP_PKEY *key, const char *host)
{
	uint64_t serial;
	char names[400];
	X509_NAME *subject = X509_get_subject_name(certificate);
	/* A host from the command line: no commas, which would begin another name. */
	if (strpbrk(host, ",=\n") || RAND_bytes((unsigned char *)&serial, 8) != 1)
		return false;
	snprintf(names, sizeof(names), "%s:%s,DNS:localhost,IP:127.0.0.1,IP:::1",
		 is_number(host) ? "IP" : "DNS", host);
	return X509_set_version(certificate, 2) == 1 &&
	       ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) ==
		       1 &&
	       X509_gmtime_adj(X509_getm_notBefore(certificate), -300) &&
	       X509_gmtime_adj(X509_getm_notAfter(certificate), VALID_S) &&
	       X509_set_pubkey(certificate, key) == 1 &&
	       X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
					  (const unsigned char *)"jobjam proxy", -1, -1,
					  0) == 1 &&
	       X509_set_issuer_name(certificate, subject) == 1 &&
	       add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE") &&
	       add_extension(certificate, NID_subject_alt_name, names) &&
	       X509_sign(certificate, key, EVP_sha256()) > 0;
}

static int write_certificate(X509 *certificate, const char *path, struct sim_error *error)
{
	FILE *file = fopen(path, "we");
	bool fine = file && PEM_write_X509(file, certificate) == 1;
	if (file && fclose(file) != 0)
		fine = false;
	return fine ? SIM_OK
		    : sim_fail(error, SIM_EIO, "--self-signed %s: %s", path,
			       strerror(errno));
}

static int make_certificate(SSL_CTX *context, const char *host, const char *path,
			    struct sim_error *error)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	char why[200];
	int status;
	if (key && certificate && fill_certificate(certificate, key, host) &&
	    SSL_CTX_use_certificate(context, certificate) == 1 &&
	    SSL_CTX_use_PrivateKey(context, key) == 1)
		status = write_certificate(certificate, path, error);
	else
		status = sim_fail(error, SIM_EINVAL,
				  "no certificate can be made for \"%.200s\": %s", host,
				  reason(why, sizeof(why)));
	EVP_PKEY_free(key);
	X509_free(certificate);
	return status;
}

/* --- settings ------------------------------------------------------------------------- */

static int load_certificate(SSL_CTX *context, const struct tls_settings *settings,
			    struct sim_error *error)
{
	char why[200];
	if (SSL_CTX_use_certificate_chain_file(context, settings->certificate) != 1)
		return sim_fail(error, SIM_EINVAL, "--cert %s does not load: %s",
				settings->certificate, reason(why, sizeof(why)));
	if (SSL_CTX_use_PrivateKey_file(context, settings->key, SSL_FILETYPE_PEM) != 1)
		return sim_fail(error, SIM_EINVAL,
				"--key %s does not load, or is not that of --cert %s: %s",
				settings->key, settings->certificate,
				reason(why, sizeof(why)));
	return SIM_OK;
}

static int set_server(struct tls *tls, const struct tls_settings *settings,
		      const struct endpoint *listen, struct sim_error *error)
{
	tls->server = SSL_CTX_new(TLS_server_method());
	if (!tls->server)
		return sim_fail(error, SIM_ENOMEM, "no memory for TLS");
	SSL_CTX_set_mode(tls->server, SSL_MODE_RELEASE_BUFFERS);
	if (settings->self_signed)
		return make_certificate(tls->server, listen->host, settings->self_signed,
					error);
	if (settings->certificate && settings->key)
		return load_certificate(tls->server, settings, error);
	return sim_fail(error, SIM_EINVAL,
			"--listen %s needs a certificate: --cert FILE --key FILE, or "
			"--self-signed FILE",
			listen->text);
}

static int set_client(struct tls *tls, const struct tls_settings *settings,
		      struct sim_error *error)
{
	char why[200];
	tls->client = SSL_CTX_new(TLS_client_method());
	if (!tls->client)
		return sim_fail(error, SIM_ENOMEM, "no memory for TLS");
	SSL_CTX_set_mode(tls->client, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_verify(tls->client, SSL_VERIFY_PEER, NULL);
	if (!settings->ca)
		SSL_CTX_set_default_verify_paths(tls->client);
	else if (SSL_CTX_load_verify_locations(tls->client, settings->ca, NULL) != 1)
		return sim_fail(error, SIM_EINVAL, "--ca %s does not load: %s",
				settings->ca, reason(why, sizeof(why)));
	return SIM_OK;
}

int tls_new(const struct tls_settings *settings, struct event_base *base,
	    const struct endpoint *listen, const struct endpoint *upstream,
	    void (*say)(void *arg, const char *sentence), void *arg, struct tls **ret_tls,
	    struct sim_error *error)
{
	struct tls *tls = calloc(1, sizeof(*tls));
	if (!tls)
		return sim_fail(error, SIM_ENOMEM, "no memory for TLS");
	tls->base = base;
	tls->upstream = upstream;
	tls->say = say;
	tls->arg = arg;
	int status = SIM_OK;
	if (listen->tls)
		status = set_server(tls, settings, listen, error);
	if (status == SIM_OK && upstream->tls)
		status = set_client(tls, settings, error);
	if (status != SIM_OK) {
		tls_free(tls);
		return status;
	}
	*ret_tls = tls;
	return SIM_OK;
}

/* The upstream must be who it was called. */
static SSL *new_caller(const struct tls *tls)
{
	SSL *ssl = SSL_new(tls->client);
	const char *host = tls->upstream->host;
	bool fine = ssl != NULL;
	if (fine && is_number(host))
		fine = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
	else if (fine)
		fine = SSL_set1_host(ssl, host) == 1 &&
		       SSL_set_tlsext_host_name(ssl, host) == 1;
	if (!fine) {
		SSL_free(ssl);
		return NULL;
	}
	return ssl;
}

/* --- bridges ---------------------------------------------------------------------------- */

static void bridge_free(struct bridge *bridge)
{
	*bridge->at = bridge->next;
	if (bridge->next)
		bridge->next->at = bridge->at;
	SSL *ssl = bridge->secure ? bufferevent_openssl_get_ssl(bridge->secure) : NULL;
	if (ssl && bridge->shaken) {
		SSL_set_shutdown(ssl, SSL_RECEIVED_SHUTDOWN); /* only say good-bye */
		SSL_shutdown(ssl);
		ERR_clear_error();
	}
	if (bridge->secure)
		bufferevent_free(bridge->secure);
	if (bridge->plain)
		bufferevent_free(bridge->plain);
	free(bridge);
}

void tls_free(struct tls *tls)
{
	if (!tls)
		return;
	while (tls->bridges)
		bridge_free(tls->bridges);
	SSL_CTX_free(tls->server);
	SSL_CTX_free(tls->client);
	free(tls);
}

static struct bufferevent *other(const struct bridge *bridge, struct bufferevent *end)
{
	return end == bridge->secure ? bridge->plain : bridge->secure;
}

static size_t to_write(struct bufferevent *end)
{
	return evbuffer_get_length(bufferevent_get_output(end));
}

static void on_read(struct bufferevent *from, void *arg)
{
	const struct bridge *bridge = arg;
	struct bufferevent *to = other(bridge, from);
	bufferevent_write_buffer(to, bufferevent_get_input(from));
	if (to_write(to) > BRIDGE_MAX)
		bufferevent_disable(from, EV_READ);
}

static void on_written(struct bufferevent *to, void *arg)
{
	struct bridge *bridge = arg;
	if (bridge->last == to)
		bridge_free(bridge);
	else if (!bridge->last)
		bufferevent_enable(other(bridge, to), EV_READ);
}

static void complain(const struct bridge *bridge, short what)
{
	SSL *ssl = bufferevent_openssl_get_ssl(bridge->secure);
	bool called = !SSL_is_server(ssl);
	char why[200], sentence[SENTENCE_MAX];
	int code = EVUTIL_SOCKET_ERROR();
	unsigned long ssl_code = bufferevent_get_openssl_error(bridge->secure);
	explain(ssl, ssl_code, why, sizeof(why));
	if ((what & BEV_EVENT_ERROR) && ssl_code == 0 && code != 0 &&
	    SSL_get_verify_result(ssl) == X509_V_OK)
		snprintf(why, sizeof(why), "%s", strerror(code));
	snprintf(sentence, sizeof(sentence), "no TLS with %s: %s",
		 called ? bridge->tls->upstream->text : "a client", why);
	bridge->tls->say(bridge->tls->arg, sentence);
}

static void on_end(struct bufferevent *end, short what, void *arg)
{
	struct bridge *bridge = arg;
	if (what & BEV_EVENT_CONNECTED) {
		bridge->shaken |= end == bridge->secure;
		return;
	}
	if (end == bridge->secure && !bridge->shaken)
		complain(bridge, what);
	if (bridge->last) { /* the other one too: nobody will read the rest */
		bridge_free(bridge);
		return;
	}
	struct bufferevent *to = other(bridge, end);
	if ((end == bridge->plain && !bridge->shaken) || to_write(to) == 0) {
		bridge_free(bridge);
		return;
	}
	bridge->last = to;
	bufferevent_disable(end, EV_READ | EV_WRITE);
	bufferevent_disable(to, EV_READ);
}

/* Takes ssl and fd. */
static int build(struct tls *tls, SSL *ssl, int fd, enum bufferevent_ssl_state state)
{
	int pair[2];
	struct bridge *bridge = ssl ? calloc(1, sizeof(*bridge)) : NULL;
	if (!bridge || raw_socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
				      0, pair) != 0) {
		int code = bridge ? errno : ENOMEM;
		SSL_free(ssl);
		raw_close(fd);
		free(bridge);
		return -code;
	}
	bridge->tls = tls;
	bridge->next = tls->bridges;
	bridge->at = &tls->bridges;
	if (bridge->next)
		bridge->next->at = &bridge->next;
	tls->bridges = bridge;
	bridge->secure = bufferevent_openssl_socket_new(tls->base, fd, ssl, state,
							BEV_OPT_CLOSE_ON_FREE);
	if (!bridge->secure) {
		SSL_free(ssl);
		raw_close(fd);
	}
	bridge->plain = bufferevent_socket_new(tls->base, pair[0], BEV_OPT_CLOSE_ON_FREE);
	if (!bridge->plain)
		raw_close(pair[0]);
	if (!bridge->secure || !bridge->plain) {
		bridge_free(bridge);
		raw_close(pair[1]);
		return -ENOMEM;
	}
	bufferevent_openssl_set_allow_dirty_shutdown(bridge->secure, 1);
	struct bufferevent *ends[] = {bridge->secure, bridge->plain};
	for (int i = 0; i < 2; i++) {
		bufferevent_setcb(ends[i], on_read, on_written, on_end, bridge);
		bufferevent_setwatermark(ends[i], EV_READ, 0, BRIDGE_MAX);
		bufferevent_enable(ends[i], EV_READ | EV_WRITE);
	}
	return pair[1];
}

int tls_accept(struct tls *tls, int fd)
{
	return build(tls, SSL_new(tls->server), fd, BUFFEREVENT_SSL_ACCEPTING);
}

int tls_call(struct tls *tls, int fd)
{
	return build(tls, new_caller(tls), fd, BUFFEREVENT_SSL_CONNECTING);
}

/* --- the probe -------------------------------------------------------------------------- */

/* One handshake, waited for. 1: done; else as SSL_connect. */
static int shake(SSL *ssl, int fd)
{
	for (;;) {
		int rc = SSL_connect(ssl);
		if (rc == 1)
			return 1;
		int want = SSL_get_error(ssl, rc);
		struct pollfd wait = {.fd = fd};
		if (want == SSL_ERROR_WANT_READ)
			wait.events = POLLIN;
		else if (want == SSL_ERROR_WANT_WRITE)
			wait.events = POLLOUT;
		else
			return rc;
		int n = poll(&wait, 1, PROBE_MS);
		if (n == 0 || (n < 0 && errno != EINTR))
			return -1;
	}
}

int tls_probe(struct tls *tls, struct sim_error *error)
{
	int fd = endpoint_dial(tls->upstream), status = SIM_OK;
	SSL *ssl = fd >= 0 ? new_caller(tls) : NULL;
	char why[200];
	if (!ssl) {
		status = sim_fail(error, SIM_EINVAL, "the upstream %s cannot be called",
				  tls->upstream->text);
	} else if (SSL_set_fd(ssl, fd) != 1 || shake(ssl, fd) != 1) {
		explain(ssl, ERR_get_error(), why, sizeof(why));
		ERR_clear_error();
		status = sim_fail(
			error, SIM_EINVAL,
			"no TLS with the upstream %s: %s; --ca FILE says whom to "
			"believe, and the host must be one that the certificate "
			"names",
			tls->upstream->text, why);
	}
	SSL_free(ssl);
	if (fd >= 0)
		raw_close(fd);
	return status;
}
