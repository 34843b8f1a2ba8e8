/*
 * api.c - the API: so many workers, so much time a call, so many that may wait.
 *
 * Calls of the fleet's apps are events one by one. Calls from outside the fleet may be
 * thousands a second and matter only as load, so the load is a level that flows: it rises
 * with arrivals, falls at workers/service_time a second, and ends at workers + queue. While
 * foreign calls alone exceed the capacity the level stands at its top; then one of our calls
 * gets in with the probability that any one call has (capacity / foreign rate). A call that
 * got in is carried out when it is served, whether or not its app still waits.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/cloud/service.h"

struct api_call {
	struct cloud *cloud;
	struct api_call *next, *prev;
	struct cloud_call call; /* its strings point into the arrays below */
	char job[64], file[40], wish_key[64], command[16], param[128];
	struct queue_handle served;
};

static double capacity(const struct cloud *cloud)
{
	return cloud->set.api_workers / ((double)cloud->set.api_service_time / 1e9);
}

static double most_load(const struct cloud *cloud)
{
	return (double)cloud->set.api_workers + cloud->set.api_queue;
}

static double foreign_rate(const struct api *api, sim_ns at)
{
	return at < api->foreign_until ? api->foreign : 0.0;
}

/* How long a call waits that comes when so many are there; negative: a worker is free. */
static double wait_at(const struct cloud *cloud, double load)
{
	return (load - cloud->set.api_workers) / capacity(cloud);
}

/* So many calls found waits between these, evenly. Who finds a worker does not wait. */
static void count_waits(struct api *api, double calls, double from_s, double to_s)
{
	double shortest = from_s < to_s ? from_s : to_s;
	double longest = from_s < to_s ? to_s : from_s;
	double span = longest - shortest, lower = 0.0;

	if (longest <= 0.0 || calls <= 0.0)
		return;
	if (api->longest_wait < (sim_ns)(longest * 1e9))
		api->longest_wait = (sim_ns)(longest * 1e9);
	if (span <= 0.0) {
		api->waited[pile_age_class((sim_ns)(longest * 1e9))] += calls;
		return;
	}
	for (size_t i = 0; i < PILE_AGES && lower < longest; i++) {
		double upper =
			i < PILE_AGES - 1 ? (double)pile_age_bounds[i] / 1e9 : longest;
		double from = lower > shortest ? lower : shortest;
		double to = upper < longest ? upper : longest;
		if (to > from)
			api->waited[i] += calls * (to - from) / span;
		lower = upper;
	}
}

/* Lets the level flow up to `to`, with the rate in force since load_at. */
static void flow_to(struct cloud *cloud, sim_ns to)
{
	struct api *api = &cloud->api;
	double foreign = foreign_rate(api, api->load_at);
	double rate = foreign - capacity(cloud);
	double lasts = (double)(to - api->load_at) / 1e9;
	double load = api->load + rate * lasts;
	double most = most_load(cloud), full_for = 0.0;

	if (load > most) {
		full_for = (load - most) / rate;
		load = most;
	}
	count_waits(api, foreign * (lasts - full_for), wait_at(cloud, api->load),
		    wait_at(cloud, load));
	/* Full: one gets in for each that is served. */
	count_waits(api, capacity(cloud) * full_for, wait_at(cloud, most),
		    wait_at(cloud, most));
	api->turned_away += rate * full_for;
	api->load = load < 0.0 ? 0.0 : load;
	api->load_at = to;
}

static void flow(struct cloud *cloud, sim_ns now)
{
	struct api *api = &cloud->api;
	if (api->load_at < api->foreign_until && api->foreign_until < now)
		flow_to(cloud, api->foreign_until);
	flow_to(cloud, now);
}

/* --- what waits, for the trace ------------------------------------------------------- */

static void watch(void *arg, sim_ns now);

/* When the number that waits may cross something worth telling; SIM_NEVER: only by a call. */
static sim_ns next_look(const struct cloud *cloud, sim_ns now)
{
	const struct api *api = &cloud->api;
	double rate = foreign_rate(api, now) - capacity(cloud);
	double to_go = 0.0;
	sim_ns due = now < api->foreign_until ? api->foreign_until : SIM_NEVER;

	if (rate > 0.0)
		to_go = most_load(cloud) - api->load;
	else if (rate < 0.0 && api->shown_depth > 0)
		to_go = api->load - (cloud->set.api_workers + 1.0);
	if (to_go > 0.0) {
		double in_s = to_go / (rate > 0.0 ? rate : -rate);
		if (in_s < 1e6) {
			sim_ns at = now + (sim_ns)(in_s * 1e9) + SIM_MS;
			due = at < due ? at : due;
		}
	}
	return due;
}

/* "0 0 98 …": the classes, in whole calls; returns their sum. */
static int64_t add_ages(struct text *text, const struct api *api)
{
	int64_t sum = 0;
	for (size_t i = 0; i < PILE_AGES; i++) {
		int64_t calls = (int64_t)(api->waited[i] + 0.5);
		text_addf(text, "%s%lld", i > 0 ? " " : "", (long long)calls);
		sum += calls;
	}
	return sum;
}

/* As a pile tells it. The workers have had no rest, so that the burst is what they do. */
static void say_drained(struct cloud *cloud, sim_ns now, trace_id cause)
{
	const struct api *api = &cloud->api;
	struct text ages = {0};
	int64_t released = add_ages(&ages, api);
	int64_t burst = (int64_t)(capacity(cloud) * (PILE_BURST_WINDOW / 1e9) + 0.5);

	trace_say(cloud->trace, cause, KIND_BACKLOG_DRAINED, "cloud",
		  F_TEXT("place", "api"), F_INT("peak", api->peak_depth),
		  F_INT("released", released),
		  F_INT("lost", (int64_t)(api->turned_away + 0.5)),
		  F_INT("burst", released < burst ? released : burst),
		  F_INT("took_for_ns", now - api->backlog_since),
		  F_INT("oldest_for_ns", api->longest_wait),
		  F_TEXT("ages", text_cstr(&ages)));
	text_fini(&ages);
}

static void forget_waits(struct api *api)
{
	memset(api->waited, 0, sizeof(api->waited));
	api->turned_away = 0.0;
	api->longest_wait = 0;
}

static void show_backlog(struct cloud *cloud, sim_ns now, trace_id cause)
{
	struct api *api = &cloud->api;
	int depth = (int)(api->load - cloud->set.api_workers + 0.5);

	if (depth >= 2 && depth >= api->shown_depth + 1 + api->shown_depth / 4) {
		if (api->shown_depth == 0) {
			api->backlog_since = now;
			api->peak_depth = 0;
		}
		api->shown_depth = depth;
		trace_say(cloud->trace, cause, KIND_BACKLOG_DEPTH, "cloud",
			  F_TEXT("place", "api"), F_INT("depth", depth),
			  F_INT("oldest_for_ns", depth / capacity(cloud) * 1e9));
	} else if (depth < 2 && api->shown_depth > 0) {
		api->shown_depth = 0;
		say_drained(cloud, now, cause);
		forget_waits(api);
	} else if (depth <= 0) {
		forget_waits(api);
	}
	if (depth > api->peak_depth)
		api->peak_depth = depth;
	queue_cancel(cloud->queue, &api->watch);
	sim_ns due = next_look(cloud, now);
	if (due != SIM_NEVER)
		api->watch = queue_add(cloud->queue, due, watch, cloud);
}

static void watch(void *arg, sim_ns now)
{
	struct cloud *cloud = arg;
	flow(cloud, now);
	show_backlog(cloud, now, cloud->api.foreign_cause);
}

void cloud_foreign_load(struct cloud *cloud, sim_ns now, double requests_per_s,
			sim_ns lasts, trace_id cause)
{
	struct api *api = &cloud->api;
	flow(cloud, now);
	api->foreign = requests_per_s > 0.0 ? requests_per_s : 0.0;
	api->foreign_until = now + lasts;
	api->foreign_cause = cause;
	show_backlog(cloud, now, cause);
}

/* --- calls ----------------------------------------------------------------------------- */

static void answer(const struct cloud_call *call, sim_ns now,
		   const struct cloud_answer *what)
{
	if (call->done != NULL)
		call->done(call->arg, now, what);
}

static void refuse(const struct cloud_call *call, sim_ns now, const char *reason,
		   trace_id event)
{
	answer(call, now, &(struct cloud_answer){.reason = reason, .event = event});
}

static void unlink_call(struct cloud *cloud, struct api_call *taken)
{
	struct api *api = &cloud->api;
	*(taken->prev != NULL ? &taken->prev->next : &api->first) = taken->next;
	*(taken->next != NULL ? &taken->next->prev : &api->last) = taken->prev;
}

static void served(void *arg, sim_ns now)
{
	static struct cloud_answer (*const OPS[])(struct cloud *, sim_ns,
						  const struct cloud_call *) = {
		[CLOUD_SUBMIT] = store_submit,
		[CLOUD_CANCEL] = store_cancel,
		[CLOUD_CONFIRM] = store_confirm,
		[CLOUD_ORDER] = store_order,
	};
	struct api_call *taken = arg;
	struct cloud *cloud = taken->cloud;

	unlink_call(cloud, taken);
	struct cloud_answer what = OPS[taken->call.op](cloud, now, &taken->call);
	answer(&taken->call, now, &what);
	free(taken);
}

static const char *copy_into(char *to, size_t size, const char *from)
{
	if (from == NULL)
		return NULL;
	size_t length = strnlen(from, size - 1);
	memcpy(to, from, length);
	to[length] = '\0';
	return to;
}

static void admit(struct cloud *cloud, sim_ns now, const struct cloud_call *call,
		  sim_ns due)
{
	struct api *api = &cloud->api;
	struct api_call *taken = calloc(1, sizeof(*taken));
	if (taken == NULL)
		sim_out_of_memory("a call to the print service");
	(void)now;
	taken->cloud = cloud;
	taken->call = *call;
	taken->call.job = copy_into(taken->job, sizeof(taken->job), call->job);
	taken->call.file = copy_into(taken->file, sizeof(taken->file), call->file);
	taken->call.wish_key =
		copy_into(taken->wish_key, sizeof(taken->wish_key), call->wish_key);
	taken->call.command =
		copy_into(taken->command, sizeof(taken->command), call->command);
	taken->call.param = copy_into(taken->param, sizeof(taken->param), call->param);
	taken->prev = api->last;
	*(api->last != NULL ? &api->last->next : &api->first) = taken;
	api->last = taken;
	taken->served = queue_add(cloud->queue, due, served, taken);
}

/* Is there room for one more? Otherwise the call is shed. */
static bool has_room(struct cloud *cloud, sim_ns now)
{
	struct api *api = &cloud->api;
	double foreign = foreign_rate(api, now);

	if (api->load + 1.0 <= most_load(cloud)) {
		api->load += 1.0;
		return true;
	}
	return foreign > capacity(cloud) &&
	       chance_bool(&api->admission, capacity(cloud) / foreign);
}

void api_take(struct cloud *cloud, sim_ns now, const struct cloud_call *call)
{
	static const char *const NAMES[] = {[CLOUD_SUBMIT] = "submit",
					    [CLOUD_CANCEL] = "cancel",
					    [CLOUD_CONFIRM] = "confirm",
					    [CLOUD_ORDER] = "order"};
	struct api *api = &cloud->api;

	if (cloud->stopped) {
		refuse(call, now, "unavailable", call->cause);
		return;
	}
	flow(cloud, now);
	double ahead = api->load;
	if (!has_room(cloud, now)) {
		cloud->counts.shed++;
		api->turned_away += 1.0;
		trace_id shed =
			trace_say(cloud->trace, call->cause, KIND_API_SHED, "cloud",
				  F_TEXT("op", NAMES[call->op]),
				  F_INT("queue", ahead - cloud->set.api_workers + 0.5));
		refuse(call, now, "busy", shed);
		return;
	}
	double wait_s = 0.0;
	if (ahead > cloud->set.api_workers - 1.0)
		wait_s = (ahead - (cloud->set.api_workers - 1.0)) / capacity(cloud);
	if (api->load > ahead) /* else its place was a foreign call's, and is counted */
		count_waits(api, 1.0, wait_s, wait_s);
	admit(cloud, now, call,
	      now + (sim_ns)(wait_s * 1e9) + cloud->set.api_service_time);
	show_backlog(cloud, now, call->cause);
}

void api_abort(struct cloud *cloud, sim_ns now)
{
	struct api *api = &cloud->api;
	/* Those that are there now: an answered app may call again at once. */
	while (api->first != NULL) {
		struct api_call *taken = api->first;
		unlink_call(cloud, taken);
		queue_cancel(cloud->queue, &taken->served);
		refuse(&taken->call, now, "unavailable", taken->call.cause);
		free(taken);
	}
	flow(cloud, now);
	api->load = 0.0;
	show_backlog(cloud, now, cloud->restart_cause);
}

void api_init(struct cloud *cloud, uint64_t seed)
{
	cloud->api.admission = chance_stream(seed, "cloud", "api admission");
}

void api_fini(struct cloud *cloud)
{
	struct api *api = &cloud->api;
	queue_cancel(cloud->queue, &api->watch);
	while (api->first != NULL) {
		struct api_call *taken = api->first;
		unlink_call(cloud, taken);
		queue_cancel(cloud->queue, &taken->served);
		free(taken);
	}
}
