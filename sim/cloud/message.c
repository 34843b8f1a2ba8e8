/* message.c - what the service says to printers: printers/DIALECT.md, "Requests". */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "sim/cloud/service.h"

static void add_text(struct text *text, const char *key, const char *value)
{
	text_addf(text, ",\"%s\":", key);
	text_add_json(text, value, strlen(value));
}

static void add_id(struct text *text, const char *key, int64_t value)
{
	text_addf(text, ",\"%s\":\"", key);
	text_add_int(text, value);
	text_add_char(text, '"');
}

static struct text *begin(struct cloud *cloud, const char *kind, const char *command)
{
	struct text *text = &cloud->payload;
	text_clear(text);
	text_addf(text, "{\"%s\":{\"sequence_id\":\"", kind);
	text_add_int(text, ++cloud->sequence);
	text_addf(text, "\",\"command\":\"%s\"", command);
	return text;
}

/* job: the start is its; NULL: any other command. expiry_s: how long the broker may keep it,
 * where it speaks MQTT 5.0; 0: as long as it likes. */
static int publish(struct cloud *cloud, sim_ns now, int printer, const struct job *job,
		   uint32_t expiry_s, trace_id cause, int *ret_mid)
{
	const struct printer_belief *to = &cloud->printers[printer];
	char topic[160], reply[160], number[24];
	int mid = 0;
	struct cloud_manner manner = {.qos = cloud->set.start_qos,
				      .expiry_s = expiry_s,
				      .response_topic = reply,
				      .correlation = number};

	if (job != NULL) {
		manner.retain = cloud->set.retain_starts;
		manner.task = job->task;
	}
	snprintf(reply, sizeof(reply), "device/%s/report", to->serial);
	snprintf(number, sizeof(number), "%lld", (long long)cloud->sequence);

	if (cloud->payload.failed)
		sim_out_of_memory("a message of the print service");
	int length = snprintf(topic, sizeof(topic), "device/%s/request", to->serial);
	assert(length > 0 &&
	       (size_t)length < sizeof(topic)); /* cloud_new checks serials */
	int rc = cloud->out.publish(cloud->out.arg, now, to->client, topic,
				    text_cstr(&cloud->payload), cloud->payload.length,
				    &manner, cause, &mid);
	if (ret_mid != NULL)
		*ret_mid = mid;
	return rc;
}

int message_start(struct job *job, sim_ns now, trace_id cause, int *ret_mid)
{
	struct cloud *cloud = job->cloud;
	struct text *text = begin(cloud, "print", "project_file");

	add_text(text, "param", "Metadata/plate_1.gcode");
	int64_t id = job->lan ? 0 : job->task; /* a local job is nobody's task */
	add_id(text, "project_id", id);
	add_id(text, "profile_id", job->lan ? 0 : 1);
	add_id(text, "task_id", id);
	add_id(text, "subtask_id", id);
	add_text(text, "subtask_name", job->name);
	text_add(text, ",\"url\":");
	char url[128];
	snprintf(url, sizeof(url), "https://cdn.example.invalid/p/%s.3mf", job->file);
	text_add_json(text, url, strlen(url));
	add_text(text, "md5", job->file);
	text_add(text,
		 ",\"timelapse\":false,\"bed_type\":\"auto\",\"bed_levelling\":true"
		 ",\"flow_cali\":true,\"vibration_cali\":true,\"layer_inspect\":true"
		 ",\"use_ams\":false");
	if (cloud->set.stamp && !job->lan)
		add_id(text, "sent_at", job->tapped_utc_ms);
	if (cloud->set.idempotent && !job->lan)
		add_text(text, "job_key", job->wish_key);
	text_add(text, "}}");
	return publish(cloud, now, job->printer, job, cloud->set.message_expiry_s, cause,
		       ret_mid);
}

int message_stop(struct cloud *cloud, sim_ns now, int printer, int64_t task,
		 trace_id cause)
{
	struct text *text = begin(cloud, "print", "stop");
	add_text(text, "param", "");
	add_id(text, "task_id", task);
	text_add(text, "}}");
	return publish(cloud, now, printer, NULL, 0, cause, NULL);
}

int message_ask(struct cloud *cloud, sim_ns now, int printer, trace_id cause)
{
	text_add(begin(cloud, "pushing", "pushall"), "}}");
	return publish(cloud, now, printer, NULL, 0, cause, NULL);
}

int message_order(struct cloud *cloud, sim_ns now, const struct cloud_call *call,
		  trace_id cause)
{
	struct text *text = begin(cloud, "print", call->command);
	add_text(text, "param", call->param);
	if (cloud->set.stamp)
		add_id(text, "sent_at", call->tapped_utc_ms);
	text_add(text, "}}");
	return publish(cloud, now, call->printer, NULL, cloud->set.message_expiry_s,
		       cause, NULL);
}

int message_confirm(struct cloud *cloud, sim_ns now, const struct cloud_call *call,
		    trace_id cause)
{
	struct text *text = begin(cloud, "print", "plate_confirm");
	add_id(text, "prompt_id", call->prompt);
	add_id(text, "task_id", call->task);
	add_id(text, "plate_epoch", call->plate_epoch);
	add_text(text, "answer", call->yes ? "yes" : "no");
	add_id(text, "not_after", call->not_after_utc_ms);
	text_add(text, "}}");
	return publish(cloud, now, call->printer, NULL, 0, cause, NULL);
}
