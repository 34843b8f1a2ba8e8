/* broker_faults.c - pause, stop, kill, restart, a full disk, a wrong clock. */
#include "sim/world/broker_faults.h"

#include "sim/world/site.h"
#include "sim/world/world_room.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum {
	VALUES_MAX = 4
};

/* One call of one fault. */
struct broker_deed {
	struct world *world;
	struct seat *seat; /* whose broker */
	const struct kind *kind;
	struct value values[VALUES_MAX];
	int number;
	int acted;
	sim_ns first, last;
	trace_id armed;
	const char *why; /* it could not; NULL: it could */
	struct broker_deed *next;
};

struct kind {
	struct vocab_row row; /* first */
	int (*act)(struct broker_deed *deed, sim_ns now, struct sim_error *error);
};

static struct guest *guest_of(const struct broker_deed *deed)
{
	return deed->seat->broker ? broker_guest(deed->seat->broker) : NULL;
}

static bool lives(const struct broker_deed *deed)
{
	const struct guest *guest = guest_of(deed);

	return guest && guest_alive(guest);
}

static trace_id say_acted(struct broker_deed *deed, sim_ns now, const char *action)
{
	if (deed->acted++ == 0)
		deed->first = now;
	deed->last = now;
	return trace_say(deed->world->trace, deed->armed, KIND_FAULT_ACTED,
			 deed->seat->who, F_TEXT("fault", deed->kind->row.name),
			 F_INT("number", deed->number), F_TEXT("action", action));
}

static int need_alive(struct broker_deed *deed, struct sim_error *error)
{
	if (lives(deed))
		return SIM_OK;
	deed->why = "the broker was not running";
	return sim_fail(error, SIM_EINVAL, "the broker is not running; restart it first");
}

/* --- pause and resume --------------------------------------------------------------- */

static void go_on(struct seat *seat)
{
	seat->paused = false;
	seat->owed = true; /* it must see what time it is, and what has come */
}

static void resume_later(void *arg, sim_ns now)
{
	struct broker_deed *deed = arg;

	if (!deed->seat->paused)
		return;
	go_on(deed->seat);
	say_acted(deed, now, "resumed");
}

static int do_pause(struct broker_deed *deed, sim_ns now, struct sim_error *error)
{
	sim_ns hold = deed->values[0].as.ns;
	int status = need_alive(deed, error);

	if (status != SIM_OK)
		return status;
	deed->seat->paused = true;
	say_acted(deed, now, "paused");
	if (hold > 0)
		queue_add(deed->world->queue, now + hold, resume_later, deed);
	return SIM_OK;
}

static int do_resume(struct broker_deed *deed, sim_ns now, struct sim_error *error)
{
	if (!deed->seat->paused) {
		deed->why = "the broker was not paused";
		return sim_fail(error, SIM_EINVAL, "the broker is not paused");
	}
	go_on(deed->seat);
	say_acted(deed, now, "resumed");
	return SIM_OK;
}

/* --- its end, and its return --------------------------------------------------------- */

static void end_it(struct broker_deed *deed, sim_ns now, bool politely)
{
	struct guest *guest = guest_of(deed);
	trace_id event = say_acted(deed, now, politely ? "stopped" : "killed");

	hub_blame(deed->seat->hub, event);
	guest_blame(guest, event);
	if (politely)
		guest_stop(guest);
	else
		guest_kill_asked(guest);
	deed->seat->paused = false;
	deed->seat->owed = true; /* a site's bridge ends with it */
}

static int do_stop(struct broker_deed *deed, sim_ns now, struct sim_error *error)
{
	int status = need_alive(deed, error);

	if (status == SIM_OK)
		end_it(deed, now, true);
	return status;
}

static int do_kill(struct broker_deed *deed, sim_ns now, struct sim_error *error)
{
	int status = need_alive(deed, error);

	if (status == SIM_OK)
		end_it(deed, now, false);
	return status;
}

enum {
	RESTART_HOW,
	RESTART_DOWN,
	RESTART_KEEP
};

static void come_back(void *arg, sim_ns now)
{
	struct broker_deed *deed = arg;
	struct world *world = deed->world;
	struct sim_error error;

	if (lives(deed)) /* another one has brought it back meanwhile */
		return;
	trace_id event = say_acted(deed, now, "restarted");
	if (broker_restart(deed->seat->broker, now, deed->values[RESTART_KEEP].as.yes,
			   event, &error) != SIM_OK)
		world_broker_trouble(world, &error);
	deed->seat->paused = false;
	deed->seat->owed = true;
}

static int do_restart(struct broker_deed *deed, sim_ns now, struct sim_error *error)
{
	sim_ns down = deed->values[RESTART_DOWN].as.ns;

	(void)error;
	if (lives(deed))
		end_it(deed, now, deed->values[RESTART_HOW].as.choice == 0);
	/* By the queue even when at once: what the old one sent arrives before. */
	queue_add(deed->world->queue, now + down, come_back, deed);
	return SIM_OK;
}

/* --- signals, disk, clock ------------------------------------------------------------- */

static int send(struct broker_deed *deed, sim_ns now, int number, const char *action,
		struct sim_error *error)
{
	int status = need_alive(deed, error);

	if (status != SIM_OK)
		return status;
	guest_signal(guest_of(deed), number);
	deed->seat->owed = true;
	say_acted(deed, now, action);
	return SIM_OK;
}

static int do_save(struct broker_deed *deed, sim_ns now, struct sim_error *error)
{
	return send(deed, now, SIGUSR1, "told_to_save", error);
}

static int do_reload(struct broker_deed *deed, sim_ns now, struct sim_error *error)
{
	return send(deed, now, SIGHUP, "told_to_reload", error);
}

static int do_disk_full(struct broker_deed *deed, sim_ns now, struct sim_error *error)
{
	bool full = deed->values[0].as.yes;
	int status = need_alive(deed, error);

	if (status == SIM_OK)
		status = guest_fill_disk(guest_of(deed), full, error);
	if (status == SIM_OK)
		say_acted(deed, now, full ? "disk_full" : "disk_has_room");
	return status;
}

enum {
	CLOCK_STEP,
	CLOCK_DRIFT
};

static int do_clock(struct broker_deed *deed, sim_ns now, struct sim_error *error)
{
	int status = need_alive(deed, error);

	if (status != SIM_OK)
		return status;
	guest_set_clock(guest_of(deed), now,
			(int64_t)(deed->values[CLOCK_STEP].as.real * (double)SIM_S),
			(int)deed->values[CLOCK_DRIFT].as.integer);
	deed->seat->owed = true;
	say_acted(deed, now, "clock_set");
	return SIM_OK;
}

/* --- the rows ------------------------------------------------------------------------- */

static const char *const HOW[] = {"stop", "kill", NULL};

/* clang-format off */
#define OF_SITE                                                                         \
	{"site", PARAM_TEXT, "", "", 0, 0, NULL,                                         \
	 "the broker of that site, by the name of its bridge{ }; left out: the cloud's"}

static const struct param ALONE[] = {OF_SITE};
static const struct param PAUSE[] = {
	{"hold", PARAM_DURATION, "s", "0s", 0, 864000, NULL,
	 "for so long; 0s: until resume"},
	OF_SITE,
};
static const struct param RESTART[] = {
	[RESTART_HOW] = {"how", PARAM_CHOICE, "", "stop", 0, 0, HOW,
	 "how a running one is ended first: stop (SIGTERM, it saves) or kill (SIGKILL)"},
	[RESTART_DOWN] = {"down_for", PARAM_DURATION, "s", "0s", 0, 864000, NULL,
	 "how long it is away"},
	[RESTART_KEEP] = {"keep_disk", PARAM_BOOL, "", "true", 0, 0, NULL,
	 "what it had saved is still there; false: as on a new disk"},
	OF_SITE,
};
static const struct param DISK[] = {
	{"full", PARAM_BOOL, "", "true", 0, 0, NULL, "false: there is room again"},
	OF_SITE,
};
static const struct param CLOCK[] = {
	[CLOCK_STEP] = {"step", PARAM_REAL, "s", "0", -1e9, 1e9, NULL,
	 "its wall clock jumps by so much, once; \"-5m\": backwards"},
	[CLOCK_DRIFT] = {"drift", PARAM_INT, "ppm", "0", -100000, 100000, NULL,
	 "from now on it gains so many microseconds each second; 0: none"},
	OF_SITE,
};

static const struct kind KINDS[] = {
	{{.name = "clock_skew", .summary = "The broker's wall clock jumps or drifts.",
	  .help = "Only CLOCK_REALTIME and time(): mosquitto judges message expiry, session expiry and "
		  "will delay by it. Keep-alives and autosave go by the monotonic clock and know nothing "
		  "of it.",
	  .params = CLOCK, .n_params = 3}, do_clock},
	{{.name = "disk_full", .summary = "Files of the broker cannot grow any more.",
	  .help = "Writes fail (with EFBIG, which stands in for ENOSPC), to its persistence file and to "
		  "its log. A broker goes on and saves nothing. A restarted one has room again.",
	  .params = DISK, .n_params = 2}, do_disk_full},
	{{.name = "kill", .summary = "SIGKILL: the process is gone.",
	  .help = "What it had not saved is lost; mosquitto saves when it stops, when told to, and each "
		  "autosave_interval. Its connections end; new ones are refused.",
	  .params = ALONE, .n_params = 1}, do_kill},
	{{.name = "pause", .summary = "The process gets no time, as after SIGSTOP.",
	  .help = "Connections stay open and accept what their buffers hold; ten more wait at its door. "
		  "When it goes on it finds that time has passed, and what has come meanwhile.",
	  .params = PAUSE, .n_params = 2}, do_pause},
	{{.name = "reload", .summary = "SIGHUP: it reads its configuration again.",
	  .help = "mosquitto looks for signals each time that it has waited: within a second.",
	  .params = ALONE, .n_params = 1}, do_reload},
	{{.name = "restart", .summary = "A new process takes its place.",
	  .help = "A running one is ended first. With broker { persistence = true } it finds the "
		  "sessions, queues and retained messages that the old one had saved.",
	  .params = RESTART, .n_params = 4}, do_restart},
	{{.name = "resume", .summary = "Ends a pause.",
	  .params = ALONE, .n_params = 1}, do_resume},
	{{.name = "save", .summary = "SIGUSR1: mosquitto saves what persistence keeps.",
	  .help = "It looks for signals each time that it has waited: it saves within a second, and a "
		  "kill at the same instant comes before.",
	  .params = ALONE, .n_params = 1}, do_save},
	{{.name = "stop", .summary = "SIGTERM: it ends in good order.",
	  .help = "mosquitto saves and closes, without a DISCONNECT even to MQTT 5.0 clients. Wills "
		  "are not sent. New connections are refused.",
	  .params = ALONE, .n_params = 1}, do_stop},
};
/* clang-format on */

enum {
	N_KINDS = sizeof(KINDS) / sizeof(KINDS[0])
};

const struct vocab_row *broker_fault_row(size_t index)
{
	return index < N_KINDS ? &KINDS[index].row : NULL;
}

static const char *next_site(const void *arg, size_t index)
{
	const struct site *site = site_at(arg, index);

	/* Behind "broker/". */
	return site ? strchr(site_who(site), '/') + 1 : NULL;
}

/* The seat that the fault's last parameter names. NULL: there is none. */
static struct seat *seat_of(struct world *world, const struct vocab_row *row,
			    const struct value *values, struct sim_error *error)
{
	const struct value *said = &values[row->n_params - 1];
	const char *name;

	if (!said->given)
		return &world->seat;
	for (size_t i = 0; (name = next_site(world, i)) != NULL; i++)
		if (strcmp(name, said->as.text) == 0)
			return site_seat(site_at(world, i));
	if (!world->sites)
		sim_fail(error, SIM_EINVAL,
			 "site = \"%.60s\": the scenario has no bridge{}", said->as.text);
	else
		vocab_unknown(error, "site", said->as.text, next_site, world);
	return NULL;
}

static struct broker_deed *add_deed(struct world *world, const struct vocab_row *row,
				    const struct value *values)
{
	struct broker_deed *deed = calloc(1, sizeof(*deed)), **end = &world->deeds;

	if (!deed)
		return NULL;
	deed->world = world;
	deed->kind = (const struct kind *)(const void *)row; /* its first member */
	deed->first = deed->last = -1;
	memcpy(deed->values, values, row->n_params * sizeof(*values));
	for (deed->number = 1; *end; end = &(*end)->next)
		deed->number++;
	*end = deed;
	return deed;
}

static void say_armed(struct broker_deed *deed, trace_id cause)
{
	const struct vocab_row *row = &deed->kind->row;
	struct text options = {0};

	for (size_t i = 0; i < row->n_params; i++) {
		if (!deed->values[i].given)
			continue;
		text_addf(&options, "%s%s=", options.length > 0 ? ", " : "",
			  row->params[i].name);
		param_add_text(&options, &row->params[i], &deed->values[i]);
	}
	deed->armed =
		trace_say(deed->world->trace, cause, KIND_FAULT_ARMED, deed->seat->who,
			  F_TEXT("fault", row->name), F_INT("number", deed->number),
			  F_TEXT("options", text_cstr(&options)));
	text_fini(&options);
}

int broker_fault_do(struct world *world, const struct vocab_row *row,
		    const struct value *values, sim_ns now, trace_id cause,
		    struct sim_error *error)
{
	struct broker_deed *deed;

	if (world->wall)
		return sim_fail(
			error, SIM_EINVAL,
			"broker:%s needs a broker that jobjam has started; %s runs "
			"elsewhere",
			row->name, world->options.broker);
	struct seat *seat = seat_of(world, row, values, error);

	if (!seat)
		return error->code;
	deed = add_deed(world, row, values);
	if (!deed)
		return sim_fail(error, SIM_ENOMEM, "no memory for broker:%s", row->name);
	deed->seat = seat;
	say_armed(deed, cause);
	return deed->kind->act(deed, now, error);
}

void broker_fault_receipts(struct world *world, sim_ns now)
{
	(void)now;
	for (const struct broker_deed *deed = world->deeds; deed; deed = deed->next)
		trace_say(world->trace, deed->armed, KIND_FAULT_RECEIPT, deed->seat->who,
			  F_TEXT("fault", deed->kind->row.name),
			  F_INT("number", deed->number),
			  F_INT("matched", deed->acted > 0),
			  F_INT("affected", deed->acted > 0), F_INT("bytes", 0),
			  F_INT("first_ns", deed->first), F_INT("last_ns", deed->last),
			  F_TEXT("why", deed->acted > 0 ? ""
					: deed->why     ? deed->why
							: "its time never came"));
}

void broker_faults_free(struct world *world)
{
	while (world->deeds) {
		struct broker_deed *next = world->deeds->next;

		free(world->deeds);
		world->deeds = next;
	}
}
