/* plan_bridge.c - what bridge{} can say, and what cannot be. */
#include "sim/fleet/plan.h"

#include "sim/core/text.h"
#include "sim/world/site.h"

#include <string.h>

const struct vocab_row *plan_bridge_row(void)
{
	static const char *const PROTOCOLS[] = {"3.1.1", "5.0", "5", NULL};
	static const struct param PARAMS[] = {
		{"name", PARAM_TEXT, "", "site", 0, 0, NULL,
		 "Of the site: its broker is broker/NAME, the link of its bridge bridge/NAME."},
		{"down", PARAM_NAMES, "", "device/+/request", 0, 0, NULL,
		 "Topic filters: what the site gets from the cloud's broker."},
		{"up", PARAM_NAMES, "", "device/+/report", 0, 0, NULL,
		 "Topic filters: what the cloud's broker gets from the site."},
		{"qos", PARAM_INT, "", "1", 0, 2, NULL,
		 "With at most this quality of service, both ways."},
		{"clean_session", PARAM_BOOL, "", "false", 0, 0, NULL,
		 "true: neither broker keeps for the other what comes while the bridge is "
		 "down. false is mosquitto's own default."},
		{"protocol", PARAM_CHOICE, "", "3.1.1", 0, 0, PROTOCOLS,
		 "Which MQTT the bridge speaks. By 3.1.1 no message expiry gets across; by 5.0 "
		 "mosquitto's bridge asks for no session expiry, so that the cloud's broker keeps "
		 "nothing for it (seen of 2.0.11 and 2.0.21)."},
		{"keepalive", PARAM_DURATION, "s", "60s", 5, 65535, NULL,
		 "Of the bridge's connection, in whole seconds."},
		{"retry", PARAM_DURATION, "s", "10s", 1, 3600, NULL,
		 "How long after a failure it dials again, in whole seconds."},
		{"max_queued_messages", PARAM_INT, "", "1000", 0, 100000000, NULL,
		 "Of the site's broker, for each of its clients and for the cloud; the cloud's "
		 "has its own, in broker{ }. 0: no limit."},
		{"max_inflight_messages", PARAM_INT, "", "20", 0, 65535, NULL,
		 "Of the site's broker; 0: no limit."},
		{"persistence", PARAM_BOOL, "", "false", 0, 0, NULL,
		 "The site's broker saves what it keeps, for broker:restart { site = … }."},
	};
	static const struct vocab_row ROW = {
		.name = "bridge",
		.summary = "A site with a broker of its own, bridged to the cloud's.",
		.help = "Before printers{ }, whose groups may then connect there: printers { "
			"broker = \"site\" }. The site's broker is one more process of the same "
			"mosquitto; it dials the cloud's by itself. Every fault can be armed on "
			"the bridge's link: net.link \"bridge/site\":half_open(). What one broker "
			"keeps for the other meanwhile is the place `bridge` of a backlog.",
		.params = PARAMS,
		.n_params = sizeof(PARAMS) / sizeof(PARAMS[0]),
	};
	return &ROW;
}

const struct value *plan_bridge_value(const struct value *values, const char *name)
{
	return &values[vocab_find_param(plan_bridge_row(), name)];
}

const struct plan_bridge *plan_find_bridge(const struct plan *plan, const char *name)
{
	for (int i = 0; i < plan->n_bridges; i++) {
		const struct setting *said =
			settings_get(&plan->bridges[i].options, "name");
		if (strcmp(said != NULL ? said->value : "site", name) == 0)
			return &plan->bridges[i];
	}
	return NULL;
}

/* --- what cannot be ------------------------------------------------------------------- */

static const char *where_of(const struct plan_bridge *bridge, const char *name)
{
	const struct setting *said = settings_get(&bridge->options, name);
	return said != NULL && said->where != NULL && said->where[0] != '\0' ? said->where
									     : "bridge{}";
}

static int check_name(const struct plan *plan, const struct plan_bridge *bridge,
		      const char *name, struct sim_error *error)
{
	static const char ALLOWED[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	if (name[0] == '\0' || name[0] == '.' || strlen(name) >= SITE_NAME_MAX ||
	    name[strspn(name, ALLOWED)] != '\0')
		return sim_fail(
			error, SIM_EINVAL,
			"%s: bridge: name: \"%.60s\" must be made of letters, digits, "
			"'.', '-' and '_', at most %d, and not begin with '.'",
			where_of(bridge, "name"), name, SITE_NAME_MAX - 1);
	if (plan_find_bridge(plan, name) != bridge)
		return sim_fail(
			error, SIM_EINVAL,
			"%s: bridge: there is a site \"%s\" already; give each a name "
			"of its own",
			where_of(bridge, "name"), name);
	return SIM_OK;
}

/* Could one topic fit both? */
static bool overlap(const char *a, const char *b)
{
	for (;;) {
		size_t in_a = strcspn(a, "/"), in_b = strcspn(b, "/");
		if (*a == '#' || *b == '#')
			return true;
		if (*a != '+' && *b != '+' && (in_a != in_b || memcmp(a, b, in_a) != 0))
			return false;
		a += in_a;
		b += in_b;
		if (*a == '\0' || *b == '\0')
			return strcmp(*a ? a : b, "") == 0 ||
			       strcmp(*a ? a : b, "/#") == 0;
		a++;
		b++;
	}
}

int plan_split_filters(const char *list, char filters[PLAN_FILTERS_MAX][PLAN_FILTER_MAX])
{
	int n = 0;
	while (*list != '\0') {
		size_t length = strcspn(list, ",");
		if (n == PLAN_FILTERS_MAX || length >= PLAN_FILTER_MAX)
			return -1;
		memcpy(filters[n], list, length);
		filters[n++][length] = '\0';
		list += length + (list[length] == ',');
	}
	return n;
}

/* They become words of a line of mosquitto's configuration. */
static int read_filters(const struct plan_bridge *bridge, const struct value *values,
			const char *key, char filters[PLAN_FILTERS_MAX][PLAN_FILTER_MAX],
			struct sim_error *error)
{
	const char *where = where_of(bridge, key);
	int n = plan_split_filters(plan_bridge_value(values, key)->as.text, filters);
	if (n < 0) {
		sim_fail(error, SIM_EINVAL,
			 "%s: bridge: %s: at most %d filters of at most %d bytes", where,
			 key, PLAN_FILTERS_MAX, PLAN_FILTER_MAX - 1);
		return -1;
	}
	for (int i = 0; i < n; i++) {
		bool inert = true;
		for (const char *c = filters[i]; *c != '\0'; c++)
			inert &= (unsigned char)*c > ' ' && *c != '\x7f' && *c != '"';
		if (inert && filters[i][0] != '\0' && text_is_topic_filter(filters[i]))
			continue;
		sim_fail(
			error, SIM_EINVAL,
			"%s: bridge: %s: entry %d is no topic filter that a bridge can "
			"have: no blanks, + alone between slashes, # alone at the end, as "
			"in \"device/+/request\"",
			where, key, i + 1);
		return -1;
	}
	return n;
}

static int check_filters(const struct plan_bridge *bridge, const struct value *values,
			 struct sim_error *error)
{
	char down[PLAN_FILTERS_MAX][PLAN_FILTER_MAX],
		up[PLAN_FILTERS_MAX][PLAN_FILTER_MAX];
	int n_down = read_filters(bridge, values, "down", down, error);
	int n_up = n_down < 0 ? -1 : read_filters(bridge, values, "up", up, error);
	if (n_up < 0)
		return SIM_EINVAL;
	if (n_down + n_up == 0)
		return sim_fail(
			error, SIM_EINVAL,
			"%s: bridge: neither down nor up has a topic: nothing would "
			"ever cross it",
			where_of(bridge, "down"));
	for (int d = 0; d < n_down; d++)
		for (int u = 0; u < n_up; u++)
			if (overlap(down[d], up[u]))
				return sim_fail(
					error, SIM_EINVAL,
					"%s: bridge: a topic can fit both \"%s\" (down) and "
					"\"%s\" (up): its messages would go round for ever",
					where_of(bridge, "up"), down[d], up[u]);
	return SIM_OK;
}

static const char *next_name(const void *arg, size_t i)
{
	const struct plan *plan = arg;
	if (i >= (size_t)plan->n_bridges)
		return NULL;
	const struct setting *said = settings_get(&plan->bridges[i].options, "name");
	return said != NULL ? said->value : "site";
}

/* Do the groups name sites that there are? */
static int check_groups(const struct plan *plan, struct sim_error *error)
{
	for (int i = 0; i < plan->n_groups; i++) {
		const struct setting *said =
			settings_get(&plan->groups[i].options, "broker");
		struct sim_error why;
		if (said == NULL || said->value[0] == '\0' ||
		    plan_find_bridge(plan, said->value) != NULL)
			continue;
		if (plan->n_bridges == 0)
			sim_fail(&why, SIM_EINVAL,
				 "\"%.60s\": the scenario has no bridge{ name = … }",
				 said->value);
		else
			vocab_unknown(&why, "site", said->value, next_name, plan);
		return sim_fail(error, SIM_EINVAL, "%s: printers: broker: %s",
				said->where != NULL ? said->where : "printers{}",
				why.text);
	}
	return SIM_OK;
}

int plan_check_bridges(const struct plan *plan, struct sim_error *error)
{
	struct value values[PLAN_BRIDGE_VALUES];
	for (int i = 0; i < plan->n_bridges; i++) {
		const struct plan_bridge *bridge = &plan->bridges[i];
		int status = settings_parse(&bridge->options, plan_bridge_row(), values,
					    error);
		if (status == SIM_OK)
			status = check_name(plan, bridge,
					    plan_bridge_value(values, "name")->as.text,
					    error);
		if (status == SIM_OK)
			status = check_filters(bridge, values, error);
		if (status != SIM_OK)
			return status;
	}
	return check_groups(plan, error);
}
