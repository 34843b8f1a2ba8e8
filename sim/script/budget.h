/*
 * budget.h - what a script may use: memory, steps, host time. Knows Lua, not the scenario.
 *
 * Lua counts instructions, but one call into C is one instruction however long it takes.
 * So everything that works on much data is charged here: the allocator by bytes, pattern
 * matching and table functions by steps. When a limit is passed the script is cut off,
 * and stays so: the hook fires at every further instruction, and pcall, xpcall and
 * coroutine.resume pass the cut-off on instead of catching it.
 *
 * Host time only ever ends a run that is lost anyway; it never enters the trace.
 */
#ifndef JOBJAM_SCRIPT_BUDGET_H
#define JOBJAM_SCRIPT_BUDGET_H

#include "sim/core/status.h"

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BUDGET_MEMORY ((size_t)64 << 20)
#define BUDGET_STEPS  UINT64_C(50000000)
#define BUDGET_MS     10000

struct budget {
	size_t memory_max, memory,
		reserve; /* reserve: let through for the report of a failure */
	uint64_t steps_max, steps;
	int watchdog_ms;
	int64_t began_ms; /* host time at which this call of the script began; 0: none runs */
	uint64_t looked_at; /* steps at which the host's clock was last read */
	bool cut;           /* sticky */
	bool starved;       /* memory was refused because of steps */
	char limit[160];    /* which limit was passed, in words */
	char why[2048];     /* the sentence and, once known, the traceback */
};

/* 0 or negative: the default. */
void budget_init(struct budget *budget, size_t memory_max, uint64_t steps_max,
		 int watchdog_ms);

/* Around each call into a script from outside; nests. */
struct budget_mark {
	uint64_t steps, looked_at;
	int64_t began_ms;
};
struct budget_mark budget_enter(struct budget *budget);
void budget_leave(struct budget *budget, struct budget_mark mark);

/* For lua_newstate; ud is the budget. */
void *budget_alloc(void *ud, void *block, size_t old_size, size_t new_size);
/* Watches a new state's main thread; coroutines made later inherit the hook. */
void budget_watch(lua_State *L, struct budget *budget);
struct budget *budget_of(lua_State *L);

/* Counts n steps of work done in C; does not return when they are too many. */
void budget_charge(lua_State *L, uint64_t n);
/* The same without the jump, for code that holds memory: false when they are too many. */
bool budget_count(struct budget *budget, uint64_t n);
/* Cuts off now, with what is in budget->why or this sentence. Never returns. */
_Noreturn void budget_cut(lua_State *L, const char *sentence);
/* Goes on with a cut-off that a protected call has caught. status: of that call, the
 * error value on top of the stack. Returns only when it was an ordinary error. */
void budget_rethrow(lua_State *L, int status);

/* Why memory was refused, in words. */
const char *budget_shortage(struct budget *budget);

#endif
