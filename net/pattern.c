/* pattern.c - timetables of faults. */
#include "net/pattern.h"

#include "net/inside.h"

#include <stdlib.h>
#include <string.h>

static void take_due(void *arg, sim_ns now)
{
	struct fault *fault = arg;
	struct pattern *pattern = fault->state;
	pattern->timer = (struct queue_handle){0};
	fault->net->now = now;
	while (!fault->lifted && pattern->at < pattern->n_steps &&
	       pattern->steps[pattern->at].due <= now) {
		const struct pattern_step step = pattern->steps[pattern->at++];
		pattern->take(fault, &step, now);
	}
	if (!fault->lifted && pattern->at < pattern->n_steps)
		pattern->timer =
			queue_add(fault->net->options.queue,
				  pattern->steps[pattern->at].due, take_due, fault);
}

void pattern_add(struct fault *fault, sim_ns due, uint32_t link, int what)
{
	struct pattern *pattern = fault->state;
	if (pattern->n_steps == pattern->capacity) {
		size_t capacity = pattern->capacity ? 2 * pattern->capacity : 16;
		struct pattern_step *steps =
			realloc(pattern->steps, capacity * sizeof(*steps));
		if (!steps)
			return;
		pattern->steps = steps;
		pattern->capacity = capacity;
	}
	pattern->steps[pattern->n_steps++] = (struct pattern_step){due, link, what};
}

/* Those that are due together stay in the order of adding. */
static void sort_steps(struct pattern_step *steps, size_t n, struct pattern_step *spare)
{
	if (n < 2)
		return;
	size_t half = n / 2, a = 0, b = half;
	sort_steps(steps, half, spare);
	sort_steps(steps + half, n - half, spare);
	for (size_t i = 0; i < n; i++)
		spare[i] = b == n || (a < half && steps[a].due <= steps[b].due)
				   ? steps[a++]
				   : steps[b++];
	memcpy(steps, spare, n * sizeof(*steps));
}

void pattern_begin(struct fault *fault, sim_ns now,
		   void (*take)(struct fault *fault, const struct pattern_step *step,
				sim_ns now))
{
	struct pattern *pattern = fault->state;
	struct pattern_step *spare = calloc(pattern->n_steps + 1, sizeof(*spare));
	if (!spare)
		return;
	sort_steps(pattern->steps, pattern->n_steps, spare);
	free(spare);
	pattern->take = take;
	take_due(fault, now);
}

void pattern_stop(struct fault *fault, sim_ns now)
{
	struct pattern *pattern = fault->state;
	(void)now;
	queue_cancel(fault->net->options.queue, &pattern->timer);
}

void pattern_free(struct fault *fault)
{
	struct pattern *pattern = fault->state;
	free(pattern->steps);
}

/* --- links ------------------------------------------------------------------------ */

uint32_t *pattern_links(struct fault *fault, size_t *ret_n)
{
	struct net *net = fault->net;
	uint32_t *links = calloc(net->n_links + 1, sizeof(*links));
	*ret_n = 0;
	for (size_t i = 0; links && i < net->n_links; i++)
		if (text_glob(fault->glob, net->links[i]->name))
			links[(*ret_n)++] = (uint32_t)i;
	return links;
}

struct draw {
	int64_t lot;
	uint32_t link;
};

static int by_lot(const void *a, const void *b)
{
	const struct draw *one = a, *other = b;
	if (one->lot != other->lot)
		return one->lot < other->lot ? -1 : 1;
	return (one->link > other->link) - (one->link < other->link);
}

uint32_t *pattern_shuffle(struct fault *fault, size_t *ret_n)
{
	uint32_t *links = pattern_links(fault, ret_n);
	struct draw *draws = calloc(*ret_n + 1, sizeof(*draws));
	for (size_t i = 0; links && draws && i < *ret_n; i++) {
		struct link *link = fault->net->links[links[i]];
		struct chance *chance = fault_chance(fault, link);
		draws[i].link = links[i];
		draws[i].lot = chance ? chance_between(chance, 0, INT64_MAX / 2) : 0;
	}
	if (links && draws) {
		qsort(draws, *ret_n, sizeof(*draws), by_lot);
		for (size_t i = 0; i < *ret_n; i++)
			links[i] = draws[i].link;
	}
	free(draws);
	return links;
}

struct fault *pattern_arm(struct fault *fault, uint32_t link, const char *primitive,
			  const char *options, sim_ns now)
{
	const struct fault_part part = {primitive, options};
	struct fault *armed = NULL;
	struct sim_error error;
	if (fault_arm_part(fault, fault->net->links[link]->name, &part, now, &armed,
			   &error) != SIM_OK)
		return NULL;
	return armed;
}
