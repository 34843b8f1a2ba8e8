/* budget.c - the allocator with a cap, the counting hook, and cut-offs that stay. */
#include "sim/script/budget.h"

#include "sim/core/text.h"

#include <assert.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
	HOOK_EVERY = 1000,   /* instructions between two looks */
	BYTES_A_STEP = 64,   /* what copying costs, against one instruction */
	LOOK_EVERY = 200000, /* steps between two looks at the host's clock */
	SMALL_BLOCK = 1024,  /* smaller ones are paid for by the instruction itself */
	REPORT_RESERVE = 1 << 20,
};

/* The program's clock_gettime() answers with virtual time; this one asks the kernel. */
static int64_t host_ms(void)
{
	struct timespec now = {0};
	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + 1;
}

void budget_init(struct budget *budget, size_t memory_max, uint64_t steps_max,
		 int watchdog_ms)
{
	*budget = (struct budget){
		.memory_max = memory_max > 0 ? memory_max : BUDGET_MEMORY,
		.steps_max = steps_max > 0 ? steps_max : BUDGET_STEPS,
		.watchdog_ms = watchdog_ms > 0 ? watchdog_ms : BUDGET_MS,
	};
}

struct budget_mark budget_enter(struct budget *budget)
{
	struct budget_mark mark = {budget->steps, budget->looked_at, budget->began_ms};
	budget->steps = 0;
	budget->looked_at = 0;
	budget->began_ms = host_ms();
	return mark;
}

void budget_leave(struct budget *budget, struct budget_mark mark)
{
	budget->steps = mark.steps;
	budget->looked_at = mark.looked_at;
	budget->began_ms = mark.began_ms;
}

/* --- limits ----------------------------------------------------------------------- */

/* Which limit is passed, in words; NULL: none. */
static const char *passed(struct budget *budget)
{
	if (budget->steps > budget->steps_max) {
		snprintf(
			budget->limit, sizeof(budget->limit),
			"the script ran for more than %llu steps without an end; it was cut off",
			(unsigned long long)budget->steps_max);
		return budget->limit;
	}
	if (budget->began_ms != 0 && budget->steps - budget->looked_at >= LOOK_EVERY) {
		budget->looked_at = budget->steps;
		if (host_ms() - budget->began_ms > budget->watchdog_ms) {
			snprintf(
				budget->limit, sizeof(budget->limit),
				"the script ran for more than %d ms of real time; it was cut off",
				budget->watchdog_ms);
			return budget->limit;
		}
	}
	return NULL;
}

bool budget_count(struct budget *budget, uint64_t n)
{
	budget->steps += n;
	return passed(budget) == NULL;
}

void *budget_alloc(void *ud, void *block, size_t old_size, size_t new_size)
{
	struct budget *budget = ud;
	size_t held =
		block != NULL ? old_size : 0; /* else old_size tells the kind of object */

	if (new_size == 0) {
		free(block);
		budget->memory -= held;
		return NULL;
	}
	if (new_size > held) {
		size_t more = new_size - held;
		if (more > budget->memory_max + budget->reserve ||
		    budget->memory > budget->memory_max + budget->reserve - more)
			return NULL;
		if (new_size >= SMALL_BLOCK)
			budget->steps += new_size / BYTES_A_STEP;
		/* The hook cuts off in words; where none comes by, memory ends instead. */
		if (budget->steps / 2 > budget->steps_max && !budget->cut) {
			budget->starved = true;
			return NULL;
		}
	}
	void *moved = realloc(block, new_size);
	if (moved != NULL)
		budget->memory = budget->memory - held + new_size;
	return moved;
}

/* --- cut-offs --------------------------------------------------------------------- */

static void hook(lua_State *L, lua_Debug *unused);

static void watch(lua_State *L, bool cut)
{
	lua_sethook(L, hook, LUA_MASKCOUNT | (cut ? LUA_MASKLINE : 0),
		    cut ? 1 : HOOK_EVERY);
}

struct budget *budget_of(lua_State *L)
{
	void *ud;
	lua_getallocf(L, &ud);
	return ud;
}

void budget_watch(lua_State *L, struct budget *budget)
{
	assert(budget_of(L) == budget);
	watch(L, false);
}

/* "story.lua:12: " of the innermost function that is written in Lua. */
static void push_where(lua_State *L)
{
	lua_Debug frame;
	for (int level = 0; lua_getstack(L, level, &frame); level++) {
		lua_getinfo(L, "Sl", &frame);
		if (frame.currentline > 0) {
			lua_pushfstring(L, "%s:%d: ", frame.short_src, frame.currentline);
			return;
		}
	}
	lua_pushliteral(L, "");
}

void budget_cut(lua_State *L, const char *sentence)
{
	struct budget *budget = budget_of(L);
	if (!budget->cut) {
		budget->cut = true;
		budget->reserve = REPORT_RESERVE;
		snprintf(budget->why, sizeof(budget->why), "%s", sentence);
		luaL_checkstack(L, 8, NULL);
		push_where(L);
		luaL_traceback(L, L, NULL, 0);
		snprintf(budget->why, sizeof(budget->why), "%s%s\n%s",
			 lua_tostring(L, -2), sentence, lua_tostring(L, -1));
		lua_pop(L, 2);
	}
	watch(L, true);
	lua_pushstring(L, budget->why);
	lua_error(L);
	abort(); /* lua_error does not return, but is not declared so */
}

static void hook(lua_State *L, lua_Debug *unused)
{
	(void)unused;
	struct budget *budget = budget_of(L);
	if (budget->cut)
		budget_cut(L, "");
	budget->steps += HOOK_EVERY;
	const char *sentence = passed(budget);
	if (sentence != NULL)
		budget_cut(L, sentence);
}

void budget_charge(lua_State *L, uint64_t n)
{
	struct budget *budget = budget_of(L);
	budget->steps += n;
	const char *sentence = passed(budget);
	if (sentence != NULL || budget->cut)
		budget_cut(L, sentence != NULL ? sentence : "");
}

void budget_rethrow(lua_State *L, int status)
{
	struct budget *budget = budget_of(L);
	if (budget->cut)
		budget_cut(L, "");
	if (status != LUA_ERRMEM)
		return;
	/* Memory came back when the stack unwound, but what was lost is lost. */
	budget_cut(L, budget_shortage(budget));
}

const char *budget_shortage(struct budget *budget)
{
	if (budget->starved) {
		budget->steps = budget->steps_max + 1;
		return passed(budget);
	}
	snprintf(budget->limit, sizeof(budget->limit),
		 "not enough memory: the script needs more than %zu MiB; it was cut off",
		 budget->memory_max >> 20);
	return budget->limit;
}
