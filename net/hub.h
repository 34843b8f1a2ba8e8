/*
 * hub.h - one broker as the network sees it: the door through which its clients come in, and
 * what is known of it from outside.
 *
 * A network has one from the beginning, behind net_options.dial. Further ones are brokers
 * of sites. A bridge is a link between two of them: its far end is dialled like any client's,
 * at its near end another broker plays the client (net/visitor.h). What comes down a bridge
 * enters the near broker, and what goes up has left it: causes and books go on there.
 */
#ifndef JOBJAM_NET_HUB_H
#define JOBJAM_NET_HUB_H

#include "net/net.h"

struct hub;

/* The one behind net_options.dial. */
struct hub *net_hub(struct net *net);
/* One more. name ("broker/site") is who keeps its retained messages and groups; copied.
 * dial as in net_options. SIM_ENOMEM only; net_free() frees it. */
int net_add_hub(struct net *net, const char *name, int (*dial)(void *arg), void *arg,
		struct hub **ret_hub, struct sim_error *error);

/* The link leads there. Before its first connection. */
void link_join(struct link *link, struct hub *hub);
/* The client of this link is a broker, that of the near hub, which by its own configuration
 * hands up what fits the filters, with at most that quality of service: what it keeps of
 * that while the bridge is down is told as the place `bridge` of near's name, and what the
 * far broker keeps for it as that of the link. filters: a NULL-terminated list. keeps: false
 * when it hands over only what comes while the bridge is up. SIM_ENOMEM only. */
int link_bridge(struct link *link, struct hub *near, const char *const *filters, int qos,
		bool keeps, struct sim_error *error);

/* net_take_broker_input, net_broker_gone and net_blame_broker, of this one. What ends at the
 * near end of its bridge is because of that event, too. */
bool hub_take_input(struct hub *hub);
void hub_gone(struct hub *hub, sim_ns now);
void hub_blame(struct hub *hub, trace_id cause);

#endif
