/*
 * rig.h - a world with a real mosquitto and a few clients that remember what they saw.
 *
 * One rig at a time. rig_fini() leaves neither process nor file behind.
 */
#ifndef JOBJAM_TEST_WORLD_RIG_H
#define JOBJAM_TEST_WORLD_RIG_H

#include "tests/testing.h"

#include "net/client.h"
#include "net/fault.h"
#include "sim/world/world.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#define START_UTC_S INT64_C(1692025200) /* 2023-08-14T15:00:00Z */
#define RIG_CLIENTS 4
#define RIG_SEEN    4096

/* Every test uses its own choice of what follows. */
#pragma GCC diagnostic ignored "-Wunused-function"

struct rig_client {
	struct rig *rig;
	struct client *client;
	const char *topic; /* subscribed to as soon as it is connected; NULL: none */
	const char *answer_to; /* each message is sent on to this topic; NULL: none */
	int answers;           /* so many times; -1: for ever */
	int connects, disconnects, received, acknowledged;
	bool session_present; /* said the last CONNACK */
	sim_ns connected_at, disconnected_at; /* the last time */
	sim_ns lost_at;                       /* the first time; 0: never */
	sim_ns received_at[RIG_SEEN], acknowledged_at;
	int first_byte[RIG_SEEN]; /* of each message's payload */
};

struct rig {
	char dir[64], shim[300], log[100];
	struct world_options options; /* to be changed before rig_new() */
	struct world *world;
	bool keep_sessions; /* of clients made from here on … */
	int protocol;       /* … and their MQTT; 0: 4 */
	struct rig_client clients[RIG_CLIENTS];
	int n_clients;
	struct sim_error error;
};

static void rig_init(struct rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	strcpy(rig->dir, "/tmp/jobjam-world-XXXXXX");
	assert_non_null(mkdtemp(rig->dir));
	snprintf(rig->shim, sizeof(rig->shim), "%.200s/vclock.so", testing_build_dir());
	snprintf(rig->log, sizeof(rig->log), "%s/broker.log", rig->dir);
	rig->options = (struct world_options){
		.start_utc_ns = START_UTC_S * SIM_S,
		.length = SIM_H,
		.seed = 1,
		.level = TRACE_FULL,
		.shim_path = rig->shim,
		.log_path = rig->log,
		.core = -1,
		.watchdog_ms = 60000, /* no test is to fail because the machine is slow */
	};
}

static void rig_new(struct rig *rig)
{
	assert_int_equal(world_new(&rig->options, &rig->world, &rig->error), SIM_OK);
}

static void rig_fini(struct rig *rig)
{
	if (rig->world)
		world_end(rig->world);
	world_free(rig->world);
	rig->world = NULL;
	unlink(rig->log);
	(void)rmdir(rig->dir);
}

static sim_ns rig_now(const struct rig *rig)
{
	return world_clock(rig->world)->now;
}

/* ---- clients ---- */

static void rig_publish(struct rig_client *from, sim_ns now, const char *topic, int qos,
			const char *payload, size_t length)
{
	const struct client_message message = {
		.topic = topic, .payload = payload, .length = length, .qos = qos};

	(void)client_publish(from->client, now, &message, 0, NULL);
}

static void rig_connected(void *arg, sim_ns now, int rc, bool session_present, trace_id cause)
{
	struct rig_client *client = arg;

	(void)cause;
	assert_int_equal(rc, 0);
	client->session_present = session_present;
	client->connects++;
	client->connected_at = now;
	if (client->topic)
		client_subscribe(client->client, now, client->topic, 1);
}

static void rig_disconnected(void *arg, sim_ns now, int rc, const char *reason, trace_id cause)
{
	struct rig_client *client = arg;

	(void)rc;
	(void)reason;
	(void)cause;
	if (client->disconnects++ == 0)
		client->lost_at = now;
	client->disconnected_at = now;
}

static void rig_message(void *arg, sim_ns now, const char *topic, const void *payload,
			size_t length, int qos, bool retain, trace_id cause)
{
	struct rig_client *client = arg;

	(void)topic;
	(void)qos;
	(void)retain;
	(void)cause;
	if (client->received < RIG_SEEN) {
		client->received_at[client->received] = now;
		client->first_byte[client->received] =
			length ? *(const unsigned char *)payload : -1;
	}
	client->received++;
	if (client->answer_to && client->answers != 0) {
		client->answers -= client->answers > 0;
		rig_publish(client, now, client->answer_to, 0, payload, length);
	}
}

static void rig_published(void *arg, sim_ns now, int mid, trace_id cause)
{
	struct rig_client *client = arg;

	(void)mid;
	(void)cause;
	client->acknowledged++;
	client->acknowledged_at = now;
}

static void rig_dial(void *arg, sim_ns now)
{
	client_connect(((struct rig_client *)arg)->client, now, 0);
}

/* A client that connects at `at` and subscribes to topic. */
static struct rig_client *rig_client(struct rig *rig, const char *name, sim_ns at,
				     const char *topic)
{
	struct rig_client *client = &rig->clients[rig->n_clients++];
	const struct client_options options = {
		.name = name,
		.keepalive_s = 60,
		.clean_session = !rig->keep_sessions,
		.protocol = rig->protocol ? rig->protocol : 4,
		.events = {.arg = client,
			   .connected = rig_connected,
			   .disconnected = rig_disconnected,
			   .message = rig_message,
			   .published = rig_published},
	};

	assert_true(rig->n_clients <= RIG_CLIENTS);
	client->rig = rig;
	client->topic = topic;
	assert_int_equal(client_new(world_net(rig->world), &options, &client->client,
				    &rig->error),
			 SIM_OK);
	queue_add(world_queue(rig->world), at, rig_dial, client);
	return client;
}

/* ---- looking ---- */

static bool rig_log_says(const struct rig *rig, const char *wanted, long *ret_utc_s)
{
	char line[512];
	bool found = false;
	FILE *log = fopen(rig->log, "re");

	while (log && !found && fgets(line, sizeof(line), log)) {
		found = strstr(line, wanted) != NULL;
		*ret_utc_s = strtol(line, NULL, 10);
	}
	if (log)
		fclose(log);
	return found;
}

/* The broker's private folder: it is its working directory. */
static void rig_broker_folder(const struct rig *rig, char ret_path[PATH_MAX])
{
	char link[64];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/%d/cwd", (int)guest_pid(world_broker(rig->world)));
	length = readlink(link, ret_path, PATH_MAX - 1);
	assert_true(length > 0);
	ret_path[length] = '\0';
}

static bool exists(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

#endif
