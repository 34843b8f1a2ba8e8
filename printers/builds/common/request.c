/* request.c - reads a request; whatever is not one is refused with a word for the log. */
#include "printers/builds/common/fw.h"

#include "sim/json/json.h"

#include <string.h>

static void take_text(char *to, size_t size, const struct json *from)
{
	const char *text = json_text(from, "");
	size_t length = strnlen(text, size - 1);
	memcpy(to, text, length);
	to[length] = '\0';
}
#define TAKE(to, from) take_text((to), sizeof(to), (from))

static int64_t stamp_of(const struct json *print)
{
	int64_t stamp = json_int(json_get(print, "sent_at"), 0);
	return stamp > 0 ? stamp : 0;
}

static bool read_start(const struct json *print, struct fw_request *request)
{
	struct fw_start *start = &request->as.start;
	start->message = request->message;
	start->task = json_int(json_get(print, "task_id"), 0);
	start->sent_at_ms = stamp_of(print);
	memcpy(start->sequence, request->sequence, sizeof(start->sequence));
	TAKE(start->task_text, json_get(print, "task_id"));
	TAKE(start->subtask, json_get(print, "subtask_id"));
	TAKE(start->name, json_get(print, "subtask_name"));
	TAKE(start->md5, json_get(print, "md5"));
	TAKE(start->url, json_get(print, "url"));
	TAKE(start->job_key, json_get(print, "job_key"));
	request->kind = FW_START;
	return start->md5[0] != '\0' || start->url[0] != '\0';
}

static bool read_order(const struct json *print, struct fw_request *request,
		       enum fw_order_kind kind)
{
	struct fw_order *order = &request->as.order;
	request->kind = FW_ORDER;
	order->kind = kind;
	order->message = request->message;
	order->sent_at_ms = stamp_of(print);
	memcpy(order->sequence, request->sequence, sizeof(order->sequence));
	return kind != FW_GCODE ||
	       fw_read_lines(json_text(json_get(print, "param"), ""), order);
}

static bool read_pause(const struct json *print, struct fw_request *request)
{
	return read_order(print, request, FW_PAUSE);
}

static bool read_resume(const struct json *print, struct fw_request *request)
{
	return read_order(print, request, FW_RESUME);
}

static bool read_gcode(const struct json *print, struct fw_request *request)
{
	return read_order(print, request, FW_GCODE);
}

static bool read_stop(const struct json *print, struct fw_request *request)
{
	request->kind = FW_STOP;
	request->as.stop_task = json_int(json_get(print, "task_id"), 0);
	return true;
}

static bool read_confirm(const struct json *print, struct fw_request *request)
{
	struct fw_confirm *confirm = &request->as.confirm;
	int64_t prompt = json_int(json_get(print, "prompt_id"), 0);
	const char *answer = json_text(json_get(print, "answer"), "");
	if (prompt <= 0 || prompt > UINT32_MAX)
		return false;
	if (!fw_same(answer, "yes") && !fw_same(answer, "no"))
		return false;
	request->kind = FW_CONFIRM;
	confirm->prompt = (uint32_t)prompt;
	confirm->task = json_int(json_get(print, "task_id"), -1);
	confirm->epoch = json_int(json_get(print, "plate_epoch"), -1);
	confirm->not_after_ms = json_int(json_get(print, "not_after"), 0);
	confirm->yes = answer[0] == 'y';
	return true;
}

static bool read_pushall(const struct json *pushing, struct fw_request *request)
{
	(void)pushing;
	request->kind = FW_PUSHALL;
	return true;
}

static const struct {
	const char *type, *command;
	bool (*read)(const struct json *body, struct fw_request *request);
} COMMANDS[] = {
	{"print", "project_file", read_start}, {"print", "stop", read_stop},
	{"print", "pause", read_pause},        {"print", "resume", read_resume},
	{"print", "gcode_line", read_gcode},   {"print", "plate_confirm", read_confirm},
	{"pushing", "pushall", read_pushall},
};

static bool read_body(const struct json *root, struct fw_request *request,
		      const char **ret_why)
{
	for (size_t i = 0; i < sizeof(COMMANDS) / sizeof(COMMANDS[0]); i++) {
		const struct json *body = json_get(root, COMMANDS[i].type);
		if (!json_is_object(body) ||
		    !fw_same(json_text(json_get(body, "command"), ""),
			     COMMANDS[i].command))
			continue;
		TAKE(request->sequence, json_get(body, "sequence_id"));
		*ret_why = "request ignored: a field is missing or out of range";
		return COMMANDS[i].read(body, request);
	}
	*ret_why = "request ignored: unknown command";
	return false;
}

bool fw_request_read(const void *payload, size_t length, struct fw_request *ret_request,
		     const char **ret_why)
{
	uint64_t message = ret_request->message;
	if (length > FW_TEXT_MAX) {
		*ret_why = "request ignored: too long";
		return false;
	}
	struct json *root = json_parse(payload, length, NULL);
	if (!root) {
		*ret_why = "request ignored: not JSON";
		return false;
	}
	memset(ret_request, 0, sizeof(*ret_request));
	ret_request->message = message;
	bool known = read_body(root, ret_request, ret_why);
	json_free(root);
	return known;
}
