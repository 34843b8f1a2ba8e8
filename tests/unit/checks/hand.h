/*
 * hand.h - traces made by hand: a clock that is set, events that are said.
 */
#ifndef JOBJAM_TESTS_CHECKS_HAND_H
#define JOBJAM_TESTS_CHECKS_HAND_H

#include "tests/testing.h"

#include "sim/checks/verdict.h"

struct hand {
	struct clock clock;
	struct trace *trace;
	struct checks *checks;
};

static inline struct hand *hand_new(void)
{
	struct hand *hand = calloc(1, sizeof(*hand));
	assert_non_null(hand);
	hand->clock.start_utc_s = 1692025200; /* 2023-08-14T15:00:00Z */
	hand->trace = trace_new(&hand->clock, TRACE_FULL);
	hand->checks = checks_new(hand->trace);
	return hand;
}

static inline void hand_free(struct hand *hand)
{
	trace_free(hand->trace);
	checks_free(hand->checks);
	free(hand);
}

/* Expects a property with its parameters as text: "older_than", "5m", NULL. */
static inline size_t hand_expect(struct hand *hand, enum expect_mode mode,
				 const char *name, ...)
{
	const struct vocab_row *row = property_find(name);
	struct value values[8];
	struct sim_error error;
	const char *key;
	va_list args;

	assert_non_null(row);
	assert_true(row->n_params <= 8);
	vocab_defaults(row, values);
	va_start(args, name);
	while ((key = va_arg(args, const char *)) != NULL) {
		int param = vocab_find_param(row, key);
		assert_true(param >= 0);
		assert_int_equal(param_parse(&row->params[param],
					     va_arg(args, const char *), &values[param],
					     &error),
				 SIM_OK);
	}
	va_end(args);
	struct expectation expectation = {.mode = mode,
					  .property = row,
					  .values = values,
					  .where = "night.lua:31"};
	assert_int_equal(checks_add(hand->checks, &expectation, &error), SIM_OK);
	return checks_count(hand->checks) - 1;
}

/* Sets the clock, then says the event. */
#define AT(hand, when, ...) \
	((hand)->clock.now = (when), trace_say((hand)->trace, __VA_ARGS__))
#define BARE(hand, when, cause, kind, who) \
	((hand)->clock.now = (when), trace_emit((hand)->trace, cause, kind, who, NULL, 0))

static inline const struct outcome *hand_finish(struct hand *hand, sim_ns end,
						size_t index)
{
	hand->clock.now = end;
	checks_finish(hand->checks, end, false);
	return checks_outcome(hand->checks, index);
}

/* Shorthands for what most stories need. */
static inline trace_id hand_tap(struct hand *hand, sim_ns at, trace_id cause, int intent,
				int tap, const char *printer)
{
	return AT(hand, at, cause, KIND_INTENT_TAP, "owner/007", F_INT("intent", intent),
		  F_INT("tap", tap), F_TEXT("printer", printer),
		  F_TEXT("job", "bracket"));
}

static inline trace_id hand_accepted(struct hand *hand, sim_ns at, trace_id cause,
				     int task, const char *printer)
{
	return AT(hand, at, cause, KIND_JOB_ACCEPTED, "cloud", F_INT("task", task),
		  F_TEXT("printer", printer), F_TEXT("job", "bracket"));
}

static inline trace_id hand_dispatched(struct hand *hand, sim_ns at, trace_id cause,
				       int task, const char *printer, const char *client)
{
	return AT(hand, at, cause, KIND_JOB_DISPATCHED, "cloud", F_INT("task", task),
		  F_TEXT("printer", printer), F_TEXT("client", client),
		  F_INT("attempt", 1));
}

static inline trace_id hand_start(struct hand *hand, sim_ns at, trace_id cause, int task,
				  const char *printer)
{
	return AT(hand, at, cause, KIND_FIRMWARE_START, printer, F_INT("task", task),
		  F_TEXT("job", "bracket"));
}

static inline trace_id hand_ended(struct hand *hand, sim_ns at, trace_id cause, int task,
				  const char *printer)
{
	return AT(hand, at, cause, KIND_FIRMWARE_ENDED, printer, F_INT("task", task),
		  F_TEXT("how", "finished"));
}

#define assert_outcome(outcome, is, n_examined, n_count)                                 \
	do {                                                                             \
		assert_string_equal(verdict_name((outcome)->verdict), verdict_name(is)); \
		assert_int_equal((outcome)->examined, n_examined);                       \
		assert_int_equal((outcome)->count, n_count);                             \
	} while (0)

#endif
