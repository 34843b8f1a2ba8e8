/* supervise.c - children, their watch, and their output in order. */
#include "sim/command/supervise.h"

#include "net/net.h"
#include "sim/command/host_time.h"
#include "sim/command/progress.h"
#include "sim/command/terminal.h"
#include "sim/world/folder.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Ended children whose output waits for an earlier one: so many times --jobs. */
#define RING_FACTOR           4
#define LOOK_MS               100
/* Reports of a large run take long between two beats. */
#define REPORTING_FACTOR      8
/* A child that waits and uses no processor: its own waits are all shorter than this. */
#define BLOCKED_S(watchdog_s) (60 + 4 * (watchdog_s))
#define PROGRESS_AFTER_S      0.5

enum cut_off {
	NOT_CUT_OFF,
	CUT_OFF_BUSY,
	CUT_OFF_BLOCKED,
	CUT_OFF_BY_SIGNAL
};
enum child_state {
	CHILD_NONE,
	CHILD_RUNS,
	CHILD_ENDED
};

struct child {
	enum child_state state;
	pid_t pid;
	int pidfd, output, errors;
	struct bulletin *bulletin; /* shared with it */
	double began, ended;
	uint64_t beats_seen;
	double used_at_beat, wall_at_beat;
	enum cut_off cut_off;
	enum exit_status cut_off_status;
	int wait_status;
};

struct watch {
	const struct supervision *plan;
	struct child *ring;
	size_t n_ring;
	size_t begun, shown; /* tasks; shown <= begun <= plan->n */
	struct bulletin *bulletins;
	enum exit_status worst;
	int signals_passed; /* of the signals that came, how many the children know of */
	bool refused;       /* no further child can be made */
};

static volatile sig_atomic_t signals_seen;

/* In the child the second signal ends it as if nobody caught it. */
static void on_signal_in_child(int signal_number)
{
	if (signals_seen++)
		signal(signal_number, SIG_DFL), raise(signal_number);
}

static void on_signal(int signal_number)
{
	(void)signal_number;
	signals_seen++;
}

const volatile sig_atomic_t *supervise_interrupted(void)
{
	return &signals_seen;
}

void bulletin_beat(struct bulletin *bulletin, sim_ns now)
{
	atomic_store_explicit(&bulletin->now, now, memory_order_relaxed);
	atomic_fetch_add_explicit(&bulletin->beats, 1, memory_order_relaxed);
}

void bulletin_stage(struct bulletin *bulletin, enum stage stage)
{
	atomic_store(&bulletin->stage, (int)stage);
	atomic_fetch_add(&bulletin->beats, 1);
}

void bulletin_enter(struct bulletin *bulletin, const struct fleet_place *place)
{
	/* written last; a build's texts stay, and so do clients' names */
	static const char *firmware, *printer, *client;

	if (place->inside == INSIDE_LOADING ||
	    (place->inside == INSIDE_FIRMWARE &&
	     (place->firmware != firmware || place->printer != printer))) {
		firmware = place->inside == INSIDE_FIRMWARE ? place->firmware : NULL;
		printer = place->printer;
		bulletin_write(bulletin->firmware, sizeof(bulletin->firmware),
			       place->firmware);
		bulletin_write(bulletin->printer, sizeof(bulletin->printer),
			       place->printer);
	}
	if (place->inside == INSIDE_CLIENT && place->client != client) {
		client = place->client;
		bulletin_write(bulletin->client, sizeof(bulletin->client), client);
	}
	atomic_store_explicit(&bulletin->inside, (int)place->inside,
			      memory_order_release);
}

void bulletin_write(char *place, size_t size, const char *text)
{
	snprintf(place, size, "%s", text ? text : "");
}

static struct child *child_of(struct watch *watch, size_t index)
{
	return &watch->ring[index % watch->n_ring];
}

/* ---- the child ---- */

static _Noreturn void live(struct watch *watch, size_t index, pid_t parent)
{
	struct child *child = child_of(watch, index);
	const struct supervision *plan = watch->plan;
	int core = plan->pin ? host_core(index % (size_t)plan->jobs) : -1;
	struct sigaction action = {.sa_handler = on_signal_in_child};
	enum exit_status status;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_INTERNAL); /* it died before we could ask */
	signals_seen = 0;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (dup2(child->output, STDOUT_FILENO) < 0 ||
	    dup2(child->errors, STDERR_FILENO) < 0)
		_exit(EXIT_INTERNAL);
	for (size_t i = 0; i < watch->n_ring; i++) {
		if (watch->ring[i].state == CHILD_NONE)
			continue;
		close(watch->ring[i].output);
		close(watch->ring[i].errors);
		close(watch->ring[i].pidfd);
	}
	close(child->output);
	close(child->errors);
	status = plan->work(plan->arg, index, core, child->bulletin);
	bulletin_stage(child->bulletin, STAGE_DONE);
	exit((int)status);
}

static int begin(struct watch *watch, size_t index)
{
	struct child *child = child_of(watch, index);
	struct bulletin *bulletin = &watch->bulletins[index % watch->n_ring];
	pid_t parent = getpid();

	assert(child->state == CHILD_NONE);
	memset(bulletin, 0, sizeof(*bulletin));
	*child = (struct child){.bulletin = bulletin, .pidfd = -1};
	child->output = memfd_create("output", MFD_CLOEXEC);
	child->errors = memfd_create("errors", MFD_CLOEXEC);
	fflush(NULL); /* or both of us would write what is buffered */
	child->pid = child->output < 0 || child->errors < 0 ? -1 : fork();
	if (child->pid < 0) {
		int why = errno;

		close(child->output);
		close(child->errors);
		return -why;
	}
	if (child->pid == 0)
		live(watch, index, parent);
	setpgid(child->pid, child->pid); /* whoever comes first */
	child->pidfd = host_process_open(child->pid);
	child->began = child->wall_at_beat = host_time_s();
	child->state = CHILD_RUNS;
	return 0;
}

/* ---- the watch ---- */

/* Who is to blame for the end of a child, by whose code it was in. */
struct culprit {
	enum exit_status hang, end; /* it never came back; it ended the process */
	void (*name)(const struct bulletin *bulletin, char *to, size_t size);
	const char *advice; /* said after the end; NULL: none */
};

/* Nothing in the words of the library's own assertion leads to its cause. */
static const char CLIENT_DIED[] =
	"; so would whatever uses it. The last lines of events.ndjson tell what it met: 2.0.11 "
	"aborts at a CONNACK with a maximum packet size below a message that it holds. Take "
	"that out of the scenario, or give jobjam a library that bears it";

static void name_jobjam(const struct bulletin *bulletin, char *to, size_t size)
{
	(void)bulletin;
	snprintf(to, size, "jobjam itself");
}

static void name_loading(const struct bulletin *bulletin, char *to, size_t size)
{
	snprintf(to, size, "loading %.250s as a firmware build", bulletin->firmware);
}

static void name_firmware(const struct bulletin *bulletin, char *to, size_t size)
{
	snprintf(to, size, "the firmware %.100s of %.60s", bulletin->firmware,
		 bulletin->printer);
}

static void name_script(const struct bulletin *bulletin, char *to, size_t size)
{
	(void)bulletin;
	snprintf(to, size, "a call made by the script");
}

static void name_client(const struct bulletin *bulletin, char *to, size_t size)
{
	char library[32];

	snprintf(to, size, "%s (the client library of %.60s)", net_library_name(library),
		 bulletin->client);
}

static const struct culprit *culprit_of(const struct child *child)
{
	static const struct culprit ROWS[] = {
		[INSIDE_JOBJAM] = {EXIT_INTERNAL, EXIT_INTERNAL, name_jobjam, NULL},
		[INSIDE_LOADING] = {EXIT_USAGE, EXIT_USAGE, name_loading, NULL},
		[INSIDE_FIRMWARE] = {EXIT_SUBJECT_DIED, EXIT_SUBJECT_DIED, name_firmware,
				     NULL},
		[INSIDE_SCRIPT] = {EXIT_USAGE, EXIT_INTERNAL, name_script, NULL},
		[INSIDE_CLIENT] = {EXIT_SUBJECT_DIED, EXIT_SUBJECT_DIED, name_client,
				   CLIENT_DIED},
	};
	int inside = atomic_load_explicit(&child->bulletin->inside, memory_order_acquire);

	if (inside < 0 || (size_t)inside >= sizeof(ROWS) / sizeof(ROWS[0]))
		inside = INSIDE_JOBJAM;
	return &ROWS[inside];
}

static void cut_off(struct child *child, enum cut_off why, enum exit_status status)
{
	if (child->cut_off)
		return;
	child->cut_off = why;
	child->cut_off_status = status;
	kill(child->pid, SIGKILL);
}

static void look_at(struct watch *watch, struct child *child)
{
	double limit = watch->plan->watchdog_ms / 1000.0;
	uint64_t beats = atomic_load(&child->bulletin->beats);
	int stage = atomic_load(&child->bulletin->stage);
	double used = host_time_used_s(child->pid), wall = host_time_s();

	if (waitpid(child->pid, &child->wait_status, WNOHANG) == child->pid) {
		child->state = CHILD_ENDED;
		child->ended = wall;
		return;
	}
	if (beats != child->beats_seen || used < child->used_at_beat) {
		child->beats_seen = beats;
		child->used_at_beat = used;
		child->wall_at_beat = wall;
		return;
	}
	if (used - child->used_at_beat >
	    limit * (stage == STAGE_REPORTING ? REPORTING_FACTOR : 1))
		cut_off(child, CUT_OFF_BUSY, culprit_of(child)->hang);
	else if (wall - child->wall_at_beat > BLOCKED_S(limit))
		cut_off(child, CUT_OFF_BLOCKED, culprit_of(child)->hang);
}

static void pass_signals(struct watch *watch)
{
	int seen = signals_seen;

	if (seen == watch->signals_passed)
		return;
	watch->signals_passed = seen;
	for (size_t i = watch->shown; i < watch->begun; i++) {
		struct child *child = child_of(watch, i);

		if (child->state != CHILD_RUNS)
			continue;
		if (seen == 1)
			kill(child->pid, SIGINT);
		else
			cut_off(child, CUT_OFF_BY_SIGNAL, EXIT_INTERRUPTED);
	}
}

static void wait_a_little(struct watch *watch)
{
	int fds[256];
	size_t n = 0;

	for (size_t i = watch->shown; i < watch->begun && n < 256; i++) {
		struct child *child = child_of(watch, i);

		if (child->state == CHILD_RUNS && child->pidfd >= 0)
			fds[n++] = child->pidfd;
	}
	host_wait(fds, n, LOOK_MS);
}

static void draw(const struct watch *watch)
{
	for (size_t i = watch->shown; i < watch->begun; i++) {
		const struct child *child = &watch->ring[i % watch->n_ring];

		if (child->state != CHILD_RUNS)
			continue;
		if (host_time_s() - child->began > PROGRESS_AFTER_S)
			progress_draw(child->bulletin, i, watch->plan->n);
		return;
	}
}

/* ---- the end of a child ---- */

/* What it printed; NUL-terminated, "" when it cannot be read. The caller frees. */
static char *read_all(int fd, size_t *ret_length)
{
	struct stat stat;
	char *bytes;
	size_t got = 0;

	*ret_length = 0;
	if (fstat(fd, &stat) < 0 || stat.st_size < 0)
		return calloc(1, 1);
	bytes = calloc(1, (size_t)stat.st_size + 1);
	while (bytes && got < (size_t)stat.st_size) {
		ssize_t n =
			pread(fd, bytes + got, (size_t)stat.st_size - got, (off_t)got);

		if (n <= 0)
			break;
		got += (size_t)n;
	}
	*ret_length = got;
	return bytes;
}

/* One sentence on stderr, and for the reports over all runs. */
static void explain(const struct child *child, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void explain(const struct child *child, const char *format, ...)
{
	struct bulletin *bulletin = child->bulletin;
	char where[INSTANT_TEXT_MAX + 8] = "", instant[INSTANT_TEXT_MAX], sentence[512];
	va_list list;

	if (atomic_load(&bulletin->stage) == STAGE_RUNNING)
		snprintf(where, sizeof(where), "at %s ",
			 instant_text(bulletin->start_utc_ns +
					      atomic_load(&bulletin->now),
				      instant));
	va_start(list, format);
	vsnprintf(sentence, sizeof(sentence), format, list);
	va_end(list);
	snprintf(bulletin->sentence, sizeof(bulletin->sentence), "%s%s", where, sentence);
	terminal_complain(bulletin->name, bulletin->sentence);
}

static void explain_cut_off(const struct watch *watch, const struct child *child)
{
	double limit = watch->plan->watchdog_ms / 1000.0;
	int stage = atomic_load(&child->bulletin->stage);
	const char *what = stage == STAGE_LOADING ? "loading the script" : "the run";
	char name[400];

	culprit_of(child)->name(child->bulletin, name, sizeof(name));
	if (child->cut_off == CUT_OFF_BY_SIGNAL)
		explain(child, "%s was ended by a second signal", what);
	else if (child->cut_off == CUT_OFF_BLOCKED)
		explain(child, "%s made no progress for %.3g s and was cut off: %s", what,
			BLOCKED_S(limit), name);
	else if (stage == STAGE_REPORTING)
		explain(child,
			"%s took more than %.3g s of processor time for one report: "
			"%s",
			what, limit * REPORTING_FACTOR, name);
	else
		explain(child,
			"%s went on for %.3g s of processor time without progress and was "
			"cut off: %s never came back",
			what, limit, name);
}

static void explain_end(const struct child *child)
{
	const struct culprit *culprit = culprit_of(child);
	char name[400], how[64];

	culprit->name(child->bulletin, name, sizeof(name));
	if (WIFSIGNALED(child->wait_status))
		snprintf(how, sizeof(how), "signal %d", WTERMSIG(child->wait_status));
	else
		snprintf(how, sizeof(how), "exit(%d)", WEXITSTATUS(child->wait_status));
	if (culprit->end == EXIT_INTERNAL)
		explain(child, "the run ended by %s, a fault of jobjam", how);
	else
		explain(child, "%s ended the process: %s%s", name, how,
			culprit->advice ? culprit->advice : "");
}

/* Did the task end by returning? Not so when something below it called exit(), as
 * sanitizers do: that number means nothing. */
static bool has_returned(const struct child *child)
{
	const struct exit_row *row;

	if (!WIFEXITED(child->wait_status) ||
	    atomic_load(&child->bulletin->stage) != STAGE_DONE)
		return false;
	for (size_t i = 0; (row = exit_row_at(i)); i++) {
		if ((int)row->status == WEXITSTATUS(child->wait_status))
			return true;
	}
	return false;
}

static enum exit_status status_of(const struct watch *watch, const struct child *child)
{
	if (child->cut_off) {
		explain_cut_off(watch, child);
		return child->cut_off_status;
	}
	if (has_returned(child))
		return (enum exit_status)WEXITSTATUS(child->wait_status);
	explain_end(child);
	return culprit_of(child)->end;
}

static void show(struct watch *watch, size_t index)
{
	struct child *child = child_of(watch, index);
	struct ending ending = {.bulletin = child->bulletin,
				.elapsed_s = child->ended - child->began};
	char *output = read_all(child->output, &ending.output_length);
	char *errors = read_all(child->errors, &ending.errors_length);

	progress_erase();
	ending.output = output ? output : "";
	ending.errors = errors ? errors : "";
	ending.status = status_of(watch, child);
	if (!has_returned(child))
		folder_sweep(); /* it had no time to remove its own */
	watch->plan->done(watch->plan->arg, index, &ending);
	watch->worst = exit_worse(watch->worst, ending.status);
	free(output);
	free(errors);
	close(child->output);
	close(child->errors);
	if (child->pidfd >= 0)
		close(child->pidfd);
	child->state = CHILD_NONE;
}

static bool may_begin(const struct watch *watch)
{
	size_t running = 0;

	for (size_t i = watch->shown; i < watch->begun; i++)
		running += watch->ring[i % watch->n_ring].state == CHILD_RUNS;
	return watch->begun < watch->plan->n && !watch->refused && !signals_seen &&
	       running < (size_t)watch->plan->jobs &&
	       watch->begun - watch->shown < watch->n_ring;
}

static void begin_what_may(struct watch *watch)
{
	while (may_begin(watch)) {
		int status = begin(watch, watch->begun);

		if (status) {
			fprintf(stderr, "jobjam: no process for a run: %s\n",
				strerror(-status));
			watch->refused = true;
			watch->worst = exit_worse(watch->worst, EXIT_INTERNAL);
			return;
		}
		watch->begun++;
	}
}

static void go(struct watch *watch)
{
	for (;;) {
		begin_what_may(watch);
		if (watch->shown == watch->begun)
			return;
		pass_signals(watch);
		for (size_t i = watch->shown; i < watch->begun; i++) {
			if (child_of(watch, i)->state == CHILD_RUNS)
				look_at(watch, child_of(watch, i));
		}
		while (watch->shown < watch->begun &&
		       child_of(watch, watch->shown)->state == CHILD_ENDED)
			show(watch, watch->shown++);
		if (watch->plan->progress)
			draw(watch);
		if (!may_begin(watch) && watch->shown < watch->begun)
			wait_a_little(watch);
	}
}

enum exit_status supervise(const struct supervision *supervision)
{
	struct watch watch = {.plan = supervision, .worst = EXIT_HELD};
	struct sigaction action = {.sa_handler = on_signal}, old_int, old_term;
	size_t bytes;

	if (!supervision->n)
		return EXIT_HELD;
	watch.n_ring = (size_t)supervision->jobs * RING_FACTOR;
	if (watch.n_ring > supervision->n)
		watch.n_ring = supervision->n;
	bytes = watch.n_ring * sizeof(*watch.bulletins);
	watch.ring = calloc(watch.n_ring, sizeof(*watch.ring));
	watch.bulletins = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!watch.ring || watch.bulletins == MAP_FAILED) {
		free(watch.ring);
		fprintf(stderr, "jobjam: no memory for watching %zu runs\n",
			supervision->n);
		return EXIT_INTERNAL;
	}
	folder_sweep();
	signals_seen = 0;
	sigaction(SIGINT, &action, &old_int);
	sigaction(SIGTERM, &action, &old_term);
	go(&watch);
	progress_erase();
	sigaction(SIGINT, &old_int, NULL);
	sigaction(SIGTERM, &old_term, NULL);
	if (signals_seen)
		watch.worst = exit_worse(watch.worst, EXIT_INTERRUPTED);
	munmap(watch.bulletins, bytes);
	free(watch.ring);
	return watch.worst;
}
