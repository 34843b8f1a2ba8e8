/* main.c - jobjam: finds the verb, reads its options, runs it. */
#include "sim/command/help.h"
#include "sim/command/verbs.h"
#include "sim/core/vocab.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Each printer takes descriptors; the hard limit is what the machine's owner allows. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static const char *next_verb(const void *arg, size_t index)
{
	const struct verb *verb = verb_at(index);

	(void)arg;
	return verb ? verb->name : NULL;
}

static enum exit_status refuse(const struct sim_error *error)
{
	struct text text = {0};

	text_add_plain(&text, error->text);
	fprintf(stderr, "jobjam: %s\n", text_cstr(&text));
	text_fini(&text);
	return EXIT_USAGE;
}

static enum exit_status run_verb(const struct verb *verb, int argc, char **argv)
{
	struct options options;
	struct sim_error error;
	enum exit_status status;

	if (options_parse(verb, argc, argv, &options, &error))
		status = refuse(&error);
	else if (options.help)
		status = help_verb(verb);
	else
		status = verb->run(&options);
	options_fini(&options);
	return status;
}

static enum exit_status dispatch(int argc, char **argv)
{
	const struct verb *verb;
	struct sim_error error;
	bool help = false;

	if (argc < 2) {
		help_usage(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("jobjam %s\n", JOBJAM_VERSION);
		return EXIT_HELD;
	}
	help = strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	       strcmp(argv[1], "help") == 0;
	if (help && argc == 2)
		return help_all();
	verb = verb_find(argv[help ? 2 : 1]);
	if (!verb) {
		vocab_unknown(&error, "verb", argv[help ? 2 : 1], next_verb, NULL);
		return refuse(&error);
	}
	return help ? help_verb(verb) : run_verb(verb, argc - 2, argv + 2);
}

/* Whoever read our output has seen enough ("jobjam doc | head"): no fault of anybody. The
 * pipe itself is asked, because the write that failed may be long past. */
static bool reader_is_gone(void)
{
	struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};

	return poll(&output, 1, 0) == 1 && (output.revents & POLLERR);
}

int main(int argc, char **argv)
{
	enum exit_status status;

	signal(SIGPIPE,
	       SIG_IGN); /* a closed pipe is a failed write, seen where it happens */
	signal(SIGXFSZ, SIG_IGN); /* so is a file-size limit */
	raise_descriptor_limit();
	status = dispatch(argc, argv);
	if ((fflush(stdout) || ferror(stdout)) && !reader_is_gone()) {
		fprintf(stderr, "jobjam: standard output could not be written\n");
		status = exit_worse(status, EXIT_NOT_WRITTEN);
	}
	return (int)status;
}
