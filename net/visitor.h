/*
 * visitor.h - a client that is a program of its own, in virtual time.
 *
 * It listens on an AF_UNIX path for one program, a guest of sim/world. Every connection
 * that the program makes there becomes a connection of the link: the same codec, faults
 * and trace as for the clients in this process; only the bytes' first and last step are a
 * socket of the kernel. Nothing is watched: who gives the program its turns calls
 * visitor_look() after each, and gives it another when visitor_take_input() says so.
 *
 * Two things are not as on a network: the program's connect() has always succeeded already
 * when the link decides, so a refusal is an end of the stream right after it; and a reset is
 * an end of the stream too (AF_UNIX knows no other).
 */
#ifndef JOBJAM_NET_VISITOR_H
#define JOBJAM_NET_VISITOR_H

#include "net/net.h"

struct visitor;

/* Borrows net, copies the rest. SIM_EIO: the socket cannot be made. */
int visitor_new(struct net *net, const char *link, const char *path,
		struct visitor **ret_visitor, struct sim_error *error);
/* Closes what is open without news; before net_free(). NULL is fine. */
void visitor_free(struct visitor *visitor);

/* Takes what the program has connected, written and closed. */
void visitor_look(struct visitor *visitor, sim_ns now);
/* Has anything been sent to the program, or its connection ended, since the last call? */
bool visitor_take_input(struct visitor *visitor);
/* Connections of the program that are open. */
size_t visitor_count(const struct visitor *visitor);

#endif
