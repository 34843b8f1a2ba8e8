/* guest.c - a guest from its options to its first rest, and its release. */
#include "sim/guest/inside.h"

#include "sim/core/text.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WATCHDOG_MS  10000
#define HANDSHAKE_MS 5000

/* Programs take 0 for "never": a machine that has just been started says more. */
#define MONOTONIC_START (1000 * SIM_S)

/* Fruitless looks at the clock before it is moved on, and by how much. A look costs about
 * ten nanoseconds, so this is one millisecond of work in one of waiting. */
#define SPIN_LIMIT 100000
#define SPIN_STEP  SIM_MS

static struct guest *guest_alloc(const struct guest_options *options)
{
	struct guest *guest = calloc(1, sizeof(*guest));

	if (!guest)
		return NULL;
	guest->page_fd = guest->pid_fd = -1;
	guest->watchdog_ms =
		options->watchdog_ms > 0 ? options->watchdog_ms : WATCHDOG_MS;
	guest->now = options->start_at;
	guest->wake = SIM_NEVER;
	guest->spins_told = 1;
	guest->trace = options->trace;
	snprintf(guest->name, sizeof(guest->name), "%s", options->name);
	snprintf(guest->output_path, sizeof(guest->output_path), "%s",
		 options->output_path);
	return guest;
}

void guest_free(struct guest *guest)
{
	if (!guest)
		return;
	guest_kill(guest, NULL);
	if (guest->page)
		munmap(guest->page, GUEST_PAGE_SIZE);
	if (guest->page_fd >= 0)
		close(guest->page_fd);
	if (guest->pid_fd >= 0)
		close(guest->pid_fd);
	free(guest);
}

/* The same in every run: nothing of it may differ between two runs of one seed. */
static uint64_t run_id(const struct guest_options *options)
{
	uint64_t hash = text_hash(TEXT_HASH_START, options->name, strlen(options->name));

	return text_hash(hash, &options->seed, sizeof(options->seed));
}

static int make_page(struct guest *guest, const struct guest_options *options,
		     struct sim_error *error)
{
	void *address;

	guest->page_fd = memfd_create("jobjam-guest", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (guest->page_fd < 0 || ftruncate(guest->page_fd, GUEST_PAGE_SIZE) != 0)
		return sim_fail(error, SIM_ELIMIT, "no shared page for %s (%s)",
				options->name, strerror(errno));
	/* A guest that shrank the file would end the simulator with SIGBUS. */
	fcntl(guest->page_fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
	address = mmap(NULL, GUEST_PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
		       guest->page_fd, 0);
	if (address == MAP_FAILED)
		return sim_fail(error, SIM_ENOMEM, "no shared page for %s (%s)",
				options->name, strerror(errno));
	guest->page = address;
	*guest->page = (struct guest_page){
		.magic = GUEST_PAGE_MAGIC,
		.version = GUEST_PAGE_VERSION,
		.size = sizeof(struct guest_page),
		.run_id = run_id(options),
		.simulator_pid = getpid(),
		.realtime_offset_ns = options->start_utc_ns,
		.monotonic_offset_ns = MONOTONIC_START,
		.tick_ns = options->tick_exact ? 1 : SIM_S,
		.spin_limit = SPIN_LIMIT,
		.spin_step_ns = SPIN_STEP,
		.turn = GUEST_TURN_GUEST,
		.now = options->start_at,
		.horizon = options->start_at,
		.random_state = options->seed,
		.peer_port = options->peer_port,
		.listen_port = options->listen_port,
	};
	if (options->peer_path)
		snprintf(guest->page->peer_path, sizeof(guest->page->peer_path), "%s",
			 options->peer_path);
	if (options->listen_path)
		snprintf(guest->page->listen_path, sizeof(guest->page->listen_path), "%s",
			 options->listen_path);
	return SIM_OK;
}

/* The loader takes a list of preloads, apart at spaces and colons. */
static int find_shim(const char *shim_path, char ret_path[PATH_MAX],
		     struct sim_error *error)
{
	if (!realpath(shim_path, ret_path) || access(ret_path, R_OK) != 0)
		return sim_fail(
			error, SIM_ENOENT,
			"the clock shim %s cannot be read (%s); build it with make",
			shim_path, strerror(errno));
	if (strpbrk(ret_path, " :"))
		return sim_fail(
			error, SIM_EUNFIT,
			"the path of the clock shim, %s, has a space or a colon in it, which "
			"the system's loader cannot preload; move it",
			ret_path);
	return SIM_OK;
}

/* The annex for threads lies beside the shim, and comes first: some of its symbols stand
 * for refusals of the shim. */
static int list_preloads(const struct guest_options *options, const char *shim,
			 char ret_preload[2 * PATH_MAX], struct sim_error *error)
{
	const char *slash = strrchr(shim, '/');
	char annex[PATH_MAX];
	int length = slash ? (int)(slash - shim) : 0;

	if (!options->threads) {
		snprintf(ret_preload, 2 * PATH_MAX, "%s", shim);
		return SIM_OK;
	}
	if (snprintf(annex, sizeof(annex), "%.*s/vthreads.so", length, shim) >=
		    (int)sizeof(annex) ||
	    access(annex, R_OK) != 0)
		return sim_fail(error, SIM_ENOENT,
				"%s cannot be read (%s); build it with make", annex,
				strerror(errno));
	snprintf(ret_preload, 2 * PATH_MAX, "%s %s", annex, shim);
	return SIM_OK;
}

static int launch(struct guest *guest, const struct guest_options *options,
		  const char *path, struct sim_error *error)
{
	char shim[PATH_MAX], preload[2 * PATH_MAX];
	struct guest_launch launch = {
		.path = path,
		.argv = options->argv,
		.preload = preload,
		.work_dir = options->work_dir,
		.page_fd = guest->page_fd,
		.core = options->core,
		.page = guest->page,
	};
	int status = find_shim(options->shim_path, shim, error);

	if (status == SIM_OK)
		status = list_preloads(options, shim, preload, error);
	if (status != SIM_OK)
		return status;
	launch.output_fd = open(options->output_path,
				O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
					(options->append_output ? 0 : O_TRUNC),
				0644);
	if (launch.output_fd < 0)
		return sim_fail(error, SIM_EIO,
				"the output of %s cannot be written to %s (%s)",
				options->name, options->output_path, strerror(errno));
	status = guest_launch(&launch, &guest->pid, error);
	close(launch.output_fd);
	guest->alive =
		guest->pid > 0; /* also one that could not exec must be collected */
	if (guest->alive) /* an old kernel, or valgrind, has none: then it is asked about */
		guest->pid_fd = (int)syscall(SYS_pidfd_open, guest->pid, 0);
	return status;
}

/* --- the first rest --- */

/* Fails with the sentence, what it asked for in vain, and its last words. */
static int fail_quoting(struct guest *guest, int code, const char *sentence,
			struct sim_error *error)
{
	struct text text = {0};
	const char *refused = guest_refused(guest);

	text_add(&text, sentence);
	if (*refused)
		text_addf(&text,
			  "; it had asked for %s, which cannot be given virtual time",
			  refused);
	guest_add_last_words(&text, guest->output_path);
	sim_fail(error, code, "%s", text_cstr(&text));
	text_fini(&text);
	return code;
}

static int await_first_rest(struct guest *guest, const struct guest_options *options,
			    struct sim_error *error)
{
	int handshake_ms =
		options->handshake_ms > 0 ? options->handshake_ms : HANDSHAKE_MS;
	enum guest_await how = guest_await(guest, handshake_ms);
	char sentence[256];
	bool answered = guest->page->shim_version != 0;

	if (how == AWAIT_TIMEOUT && answered)
		how = guest_await(guest, guest->watchdog_ms);
	if (how == AWAIT_TURN) {
		(void)guest_take_rest(guest, options->start_at, options->start_at);
		return SIM_OK;
	}
	if (how == AWAIT_TIMEOUT && answered) {
		snprintf(
			sentence, sizeof(sentence),
			"%s did not come to rest within %d ms of real time after its start",
			guest->name, guest->watchdog_ms);
		return fail_quoting(guest, SIM_ESTUCK, sentence, error);
	}
	if (how == AWAIT_TIMEOUT) {
		snprintf(
			sentence, sizeof(sentence),
			"%s did not take up virtual time within %d ms: the clock shim is not in "
			"it, and it would have run on real time",
			guest->name, handshake_ms);
		return fail_quoting(guest, SIM_EUNFIT, sentence, error);
	}
	snprintf(sentence, sizeof(sentence), "%s ended (%s) %s", guest->name,
		 guest->status,
		 answered ? "before it first came to rest"
			  : "before the clock shim in it had answered");
	return fail_quoting(guest, SIM_EDIED, sentence, error);
}

static void tell_start(const struct guest *guest, const char *path, trace_id cause)
{
	const char *slash = strrchr(path, '/');
	char build[80];

	if (!guest->trace)
		return;
	guest_build_id(path, build, sizeof(build));
	/* Not the whole path: it would differ between two machines with the same build. */
	trace_say(guest->trace, cause, KIND_GUEST_STARTED, guest->name,
		  F_TEXT("what", slash ? slash + 1 : path), F_TEXT("version", build));
}

int guest_start(const struct guest_options *options, struct guest **ret_guest,
		struct sim_error *error)
{
	char path[PATH_MAX];
	struct guest *guest;
	int status;

	assert(options->name && options->argv && options->argv[0]);
	assert(options->shim_path && options->output_path && options->start_at >= 0);
	status = guest_find(options->argv[0], path, sizeof(path), error);
	if (status == SIM_OK)
		status = guest_inspect(path, error);
	if (status != SIM_OK)
		return status;
	guest = guest_alloc(options);
	if (!guest)
		return sim_fail(error, SIM_ENOMEM, "no memory for %s", options->name);
	status = make_page(guest, options, error);
	if (status == SIM_OK)
		status = launch(guest, options, path, error);
	if (status == SIM_OK)
		status = await_first_rest(guest, options, error);
	if (status != SIM_OK) {
		guest_free(guest);
		return status;
	}
	tell_start(guest, path, options->cause);
	*ret_guest = guest;
	return SIM_OK;
}

const char *guest_refused(const struct guest *guest)
{
	/* A cache, so that what the guest can overwrite is not handed out. */
	struct guest *cache = (struct guest *)(uintptr_t)guest;

	guest_copy_inert(cache->refused, sizeof(cache->refused), guest->page->refused,
			 sizeof(guest->page->refused));
	return cache->refused;
}

int guest_pin_simulator(int core, struct sim_error *error)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	if (core >= 0 && core < CPU_SETSIZE)
		CPU_SET(core, &set);
	if (sched_setaffinity(0, sizeof(set), &set) != 0)
		return sim_fail(error, SIM_EIO, "core %d cannot be used (%s)", core,
				strerror(errno));
	return SIM_OK;
}
