/* broker.c - starting, dialling and ending the broker under test. */
#include "sim/world/broker.h"

#include "sim/core/text.h"
#include "sim/world/exec_words.h"
#include "sim/world/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct broker {
	struct guest *guest;
	struct folder folder;
	char socket_path[FOLDER_MAX + 12], conf_path[FOLDER_MAX + 12], log_path[4096];
	char path[512];
	char version[96];
	const char *exec; /* the command of "exec:COMMAND"; NULL: a mosquitto */
	struct exec_words command;
	uint16_t port; /* by which its command knows socket_path; 0: by the path */
	struct guest_options options; /* of its guest; for the next one, too */
	uint64_t seed;
	int lives;
};

/* What every run fixes: no persistence and no $SYS traffic (both live on timers of their
 * own), no access control, and the limits that mosquitto documents as its defaults said
 * aloud. Later lines of the scenario's own may change them. The log goes to stderr, which
 * is not buffered, so that it is whole when the broker dies. */
static const char fixed_conf[] = "allow_anonymous true\n"
				 "persistence false\n"
				 "sys_interval 0\n"
				 "connection_messages true\n"
				 "log_dest stderr\n"
				 "log_type error\n"
				 "log_type warning\n"
				 "log_type notice\n"
				 "log_type information\n";

static int write_conf(const struct broker *broker, const char *more,
		      struct sim_error *error)
{
	FILE *file = fopen(broker->conf_path, "we");

	if (!file)
		return sim_fail(error, SIM_EIO, "%s: %s", broker->conf_path,
				strerror(errno));
	fprintf(file, "listener 0 %s\n%s", broker->socket_path, fixed_conf);
	if (geteuid() == 0)
		fputs("user root\n",
		      file); /* it would leave its folder behind otherwise */
	fputs(more ? more : "", file);
	if (fclose(file) != 0)
		return sim_fail(error, SIM_EIO, "%s: %s", broker->conf_path,
				strerror(errno));
	return SIM_OK;
}

/* The path must be short: sun_path holds 108 bytes. */
static int make_folder(struct broker *broker, const char *log_path,
		       struct sim_error *error)
{
	const char *path = broker->folder.path;
	int status = folder_make(&broker->folder, error);

	if (status != SIM_OK)
		return status;
	snprintf(broker->socket_path, sizeof(broker->socket_path), "%s/b", path);
	snprintf(broker->conf_path, sizeof(broker->conf_path), "%s/conf", path);
	if (log_path)
		snprintf(broker->log_path, sizeof(broker->log_path), "%s", log_path);
	else
		snprintf(broker->log_path, sizeof(broker->log_path), "%s/log", path);
	return SIM_OK;
}

/* The broker names itself in the first line of its log. */
static void read_version(struct broker *broker)
{
	char line[256];
	FILE *log = fopen(broker->log_path, "re");

	strcpy(broker->version, "unknown");
	if (!log)
		return;
	while (fgets(line, sizeof(line), log)) {
		const char *start = strstr(line, "mosquitto version ");
		size_t length =
			start ? strcspn(start + strlen("mosquitto version "), " \n") : 0;

		if (!start)
			continue;
		length += strlen("mosquitto version ");
		if (length >= sizeof(broker->version))
			length = sizeof(broker->version) - 1;
		memcpy(broker->version, start, length);
		broker->version[length] = '\0';
		break;
	}
	fclose(log);
}

/* The words that start it. A command may write to its private folder, but is looked for
 * where the user stands. */
static int find_words(struct broker *broker, const struct broker_options *options,
		      struct sim_error *error)
{
	const struct exec_value values[] = {
		{"socket", broker->socket_path},
		{"dir", broker->folder.path},
		{"conf", broker->conf_path},
		{"port", EXEC_PORT_TEXT},
		{NULL, NULL},
	};
	const char *command = options->command ? options->command : "mosquitto";
	int status;

	if (!broker->exec) {
		broker->command.argv[0] = broker->path;
		broker->command.argv[1] = "-c";
		broker->command.argv[2] = broker->conf_path;
		return guest_find(command, broker->path, sizeof(broker->path), error);
	}
	snprintf(broker->path, sizeof(broker->path), "%s", command);
	status = exec_words_parse("--broker exec:", broker->exec, values,
				  &broker->command, error);
	if (status != SIM_OK || strstr(broker->exec, "{conf}"))
		return status;
	return exec_words_port("--broker exec:", broker->exec, "listens on",
			       &broker->port, error);
}

/* A mosquitto listens at its first rest or has ended; a command might do neither. */
static int check_listens(const struct broker *broker, struct sim_error *error)
{
	struct stat status;

	if (!broker->exec ||
	    (stat(broker->socket_path, &status) == 0 && S_ISSOCK(status.st_mode)))
		return SIM_OK;
	return sim_fail(
		error, SIM_EUNFIT,
		"--broker %s: it came to rest without listening on %s; "
		"what it said is in broker.log",
		broker->path,
		broker->port ? "127.0.0.1, port {port} (" EXEC_PORT_TEXT ")"
					    : "{socket}, an AF_UNIX path");
}

/* Only a mosquitto reads what broker{} of a scenario says. */
static void tell_unread_conf(const struct broker *broker,
			     const struct broker_options *options)
{
	if (!broker->exec || !options->conf || !*options->conf || !options->trace ||
	    strstr(broker->exec, "{conf}"))
		return;
	trace_say(options->trace, 0, KIND_NOTE, "broker",
		  F_TEXT("text", "the broker is a command without {conf}: what broker{} "
				 "says does not reach it"));
}

int broker_start(const struct broker_options *options, struct broker **ret_broker,
		 struct sim_error *error)
{
	struct broker *broker = calloc(1, sizeof(*broker));
	int status;

	if (!broker)
		return sim_fail(error, SIM_ENOMEM, "no memory for the broker");
	broker->exec = exec_words_of(options->command);
	status = make_folder(broker, options->log_path, error);
	if (status == SIM_OK)
		status = find_words(broker, options, error);
	if (status == SIM_OK)
		status = write_conf(broker, options->conf, error);
	if (status != SIM_OK)
		goto fail;
	broker->seed = options->seed;
	broker->lives = 1;
	broker->options = (struct guest_options){
		.name = options->name ? options->name : "broker",
		.argv = broker->command.argv,
		.shim_path = options->shim_path,
		.work_dir = broker->exec ? NULL : broker->folder.path,
		.output_path = broker->log_path,
		.start_utc_ns = options->start_utc_ns,
		.seed = options->seed,
		.threads = broker->exec != NULL,
		.tick_exact = options->tick_exact,
		.core = options->core,
		.watchdog_ms = options->watchdog_ms,
		.trace = options->trace,
		.peer_port = options->peer_port,
		.peer_path = options->peer_path,
		.listen_port = broker->port,
		.listen_path = broker->socket_path,
	};
	status = guest_start(&broker->options, &broker->guest, error);
	if (status == SIM_OK)
		status = check_listens(broker, error);
	if (status != SIM_OK)
		goto fail;
	read_version(broker);
	tell_unread_conf(broker, options);
	*ret_broker = broker;
	return SIM_OK;
fail:
	broker_free(broker);
	return status;
}

/* What a disk that was replaced does not have: all but what jobjam itself needs. */
static void wipe(const char *path)
{
	static const char *const OURS[] = {".", "..", "pid", "conf", "log", "b"};
	DIR *folder = opendir(path);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		size_t i = 0;

		while (i < sizeof(OURS) / sizeof(OURS[0]) &&
		       strcmp(OURS[i], entry->d_name) != 0)
			i++;
		if (i == sizeof(OURS) / sizeof(OURS[0]))
			unlinkat(dirfd(folder), entry->d_name, 0);
	}
	if (folder)
		closedir(folder);
}

int broker_restart(struct broker *broker, sim_ns now, bool keep, trace_id cause,
		   struct sim_error *error)
{
	struct guest *old = broker->guest;
	uint64_t life = (uint64_t)broker->lives++;
	int status;

	/* The clock goes on as it went; luck is new, as in any process. */
	if (old)
		broker->options.start_utc_ns = guest_clock_offset(old, now);
	broker->options.seed = text_hash(broker->seed, &life, sizeof(life));
	broker->options.start_at = now;
	broker->options.append_output = true;
	broker->options.cause = cause;
	guest_free(old);
	broker->guest = NULL;
	unlink(broker->socket_path); /* a killed one leaves it behind */
	if (!keep)
		wipe(broker->folder.path);
	status = guest_start(&broker->options, &broker->guest, error);
	return status == SIM_OK ? check_listens(broker, error) : status;
}

void broker_stop(struct broker *broker)
{
	if (broker->guest && guest_alive(broker->guest))
		guest_stop(broker->guest);
}

void broker_free(struct broker *broker)
{
	if (!broker)
		return;
	guest_free(broker->guest);
	folder_remove(&broker->folder);
	free(broker);
}

int broker_dial(struct broker *broker)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	if (!broker || !broker->guest || !guest_alive(broker->guest))
		return -ECONNREFUSED;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", broker->socket_path);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
		int refused = errno;

		close(fd);
		return -refused;
	}
	return fd;
}

struct guest *broker_guest(const struct broker *broker)
{
	return broker->guest;
}

const char *broker_path(const struct broker *broker)
{
	return broker->path;
}

const char *broker_version(const struct broker *broker)
{
	return broker->version;
}
