/* check_machine.c - checks that live with a build on a whole machine, in its own process:
 * plant, plate, files and a person, without a network. */
#include "printers/firmware/check_room.h"

#include "printers/machine.h"

#include <stdio.h>
#include <string.h>

struct room {
	struct clock clock;
	struct trace *trace;
	struct job_shelf *shelf;
	struct firmware_build *build;
	struct printer *printer;
	int sequence;
};

static const int64_t START_UTC_S = 1692025200; /* 2023-08-14T15:00:00Z */

static void room_close(struct room *room)
{
	printer_free(room->printer);
	firmware_build_free(room->build);
	job_shelf_free(room->shelf);
	trace_free(room->trace);
}

static bool room_open(struct room *room, const char *path, char why[CHECK_WHY])
{
	struct sim_error error = {0};
	const struct job_file file = {
		.name = "bracket",
		.md5 = "aa11",
		.url = "https://cdn.example.invalid/p/aa11.3mf",
		.x0_mm = 108,
		.y0_mm = 108,
		.x1_mm = 148,
		.y1_mm = 148,
		.height_mm = 8,
		.layer_mm = 0.2,
		.layers = 40,
		.print_for = 10 * SIM_MIN,
		.grams = 5,
		.metres = 1.68,
		.nozzle_c = 220,
		.bed_c = 60,
	};
	memset(room, 0, sizeof(*room));
	room->clock.start_utc_s = START_UTC_S;
	room->trace = trace_new(&room->clock, TRACE_STORY);
	room->shelf = job_shelf_new();
	int status = room->trace && room->shelf ? SIM_OK : SIM_ENOMEM;
	if (!status)
		status = job_shelf_add(room->shelf, &file, &error);
	if (!status)
		status = firmware_build_open(path, "", FIRMWARE_PROCESS, &room->build,
					     &error);
	struct printer_options options = {
		.name = "printer/001",
		.serial = "SIM00001",
		.model = printer_model_find("x1c"),
		.build = room->build,
		.shelf = room->shelf,
		.seed = 1,
		.trace = room->trace,
		.clock = &room->clock,
		.room_c = 22,
	};
	if (!status)
		status = printer_new(&options, &room->printer, &error);
	if (!status)
		printer_online(room->printer, 0, true, 0);
	if (!status)
		return true;
	snprintf(why, CHECK_WHY, "%.500s", error.text);
	room_close(room);
	return false;
}

static void live(struct room *room, sim_ns length)
{
	sim_ns until = room->clock.now + length, due;
	while ((due = printer_due(room->printer, room->clock.now)) <= until) {
		room->clock.now = due;
		printer_advance(room->printer, due);
	}
	room->clock.now = until;
}

static void hear(struct room *room, const char *text)
{
	printer_message(room->printer, room->clock.now, text, strlen(text), 0);
}

static void ask_to_print(struct room *room, int task)
{
	char text[400];
	snprintf(
		text, sizeof(text),
		"{\"print\":{\"sequence_id\":\"%d\",\"command\":\"project_file\",\"task_id\":"
		"\"%d\",\"subtask_id\":\"9%d\",\"subtask_name\":\"bracket\",\"url\":"
		"\"https://cdn.example.invalid/p/aa11.3mf\",\"md5\":\"aa11\",\"sent_at\":%lld}}",
		++room->sequence, task, task,
		(long long)(clock_utc_ns(&room->clock, room->clock.now) / SIM_MS));
	hear(room, text);
}

static const struct trace_event *last(const struct room *room, enum trace_kind kind)
{
	for (size_t i = trace_count(room->trace); i > 0; i--)
		if (trace_at(room->trace, i - 1)->kind == kind)
			return trace_at(room->trace, i - 1);
	return NULL;
}

static int count(const struct room *room, enum trace_kind kind)
{
	int n = 0;
	for (size_t i = 0; i < trace_count(room->trace); i++)
		n += trace_at(room->trace, i)->kind == kind;
	return n;
}

/* Whatever else: it must still be there. */
static bool lives(const struct room *room, char why[CHECK_WHY])
{
	const struct trace_event *event = last(room, KIND_FIRMWARE_CRASHED);
	if (!event)
		return true;
	snprintf(why, CHECK_WHY, "after %lld s %.20s%s%.20s: %.300s",
		 (long long)(event->t / SIM_S), trace_text(event, "how", ""),
		 trace_text(event, "call", "")[0] ? " in " : "",
		 trace_text(event, "call", ""), trace_text(event, "detail", ""));
	return false;
}

static bool is_hot(const struct room *room)
{
	const struct jobjam_fw_actuators *out = &room->printer->m.out;
	return out->nozzle_pwm > 0 || out->bed_pwm > 0 || out->nozzle_target_c > 0 ||
	       out->bed_target_c > 0;
}

/* A second of life first: it may take a step to come true. */
static bool is_cold_now(struct room *room, const char *when, char why[CHECK_WHY])
{
	live(room, SIM_S);
	struct printer_view view;
	printer_look(room->printer, room->clock.now, &view);
	if (!is_hot(room))
		return lives(room, why);
	const struct jobjam_fw_actuators *out = &room->printer->m.out;
	snprintf(why, CHECK_WHY,
		 "%s: nozzle duty %d/100 for %d C, bed duty %d/100 for %d C", when,
		 (int)(out->nozzle_pwm * 100), (int)out->nozzle_target_c,
		 (int)(out->bed_pwm * 100), (int)out->bed_target_c);
	return false;
}

/* Asks, says yes to what it asks back, and waits until it prints. */
static bool get_it_to_print(struct room *room, char why[CHECK_WHY])
{
	struct printer_view view;
	ask_to_print(room, 1);
	for (int i = 0; i < 60 && !last(room, KIND_FIRMWARE_START); i++) {
		live(room, SIM_S);
		printer_look(room->printer, room->clock.now, &view);
		if (view.prompt)
			printer_answer(room->printer, room->clock.now, view.prompt, true,
				       "a person", 0);
	}
	if (last(room, KIND_FIRMWARE_START))
		return true;
	snprintf(why, CHECK_WHY,
		 "it did not begin a job that was asked for within a minute");
	return false;
}

/* --- the checks -------------------------------------------------------------------- */

bool check_idle_is_cold(const char *path, char why[CHECK_WHY])
{
	struct room room;
	bool ok = true;
	if (!room_open(&room, path, why))
		return false;
	for (int i = 0; ok && i < 60; i++) {
		live(&room, SIM_MIN);
		if (i % 10 == 5)
			hear(&room, "{\"pushing\":{\"command\":\"pushall\"}}");
		if (i % 20 == 15)
			printer_online(room.printer, room.clock.now, i % 40 == 15, 0);
		ok = is_cold_now(&room, "idle", why);
	}
	room_close(&room);
	return ok;
}

bool check_start_is_heard(const char *path, char why[CHECK_WHY])
{
	struct room room;
	if (!room_open(&room, path, why))
		return false;
	ask_to_print(&room, 1);
	live(&room, SIM_MIN);
	bool ok = last(&room, KIND_FIRMWARE_START) ||
		  last(&room, KIND_FIRMWARE_REFUSED) ||
		  last(&room, KIND_FIRMWARE_WAITING);
	const struct trace_event *refused = last(&room, KIND_FIRMWARE_REFUSED);
	if (!ok)
		snprintf(why, CHECK_WHY, "a minute later it has said nothing of it");
	else if (refused)
		snprintf(why, CHECK_WHY, "refused: %.60s",
			 trace_text(refused, "reason", ""));
	ok = ok && lives(&room, why);
	room_close(&room);
	return ok;
}

bool check_one_job_at_a_time(const char *path, char why[CHECK_WHY])
{
	struct room room;
	if (!room_open(&room, path, why))
		return false;
	bool ok = get_it_to_print(&room, why);
	for (int i = 2; ok && i < 8; i++) {
		ask_to_print(&room, i);
		live(&room, SIM_MIN);
		if (count(&room, KIND_FIRMWARE_START) <=
		    count(&room, KIND_FIRMWARE_ENDED) + 1)
			continue;
		snprintf(why, CHECK_WHY, "it began task %d while another one runs", i);
		ok = false;
	}
	/* The machine itself ends the first job when a second begins. */
	const struct trace_event *ended = last(&room, KIND_FIRMWARE_ENDED);
	if (ok && ended && strcmp(trace_text(ended, "how", ""), "aborted") == 0) {
		snprintf(why, CHECK_WHY, "a second start put an end to the first job");
		ok = false;
	}
	ok = ok && lives(&room, why);
	room_close(&room);
	return ok;
}

bool check_off_after_the_end(const char *path, char why[CHECK_WHY])
{
	struct room room;
	if (!room_open(&room, path, why))
		return false;
	bool ok = get_it_to_print(&room, why);
	for (int i = 0; ok && i < 120 && !last(&room, KIND_FIRMWARE_ENDED); i++)
		live(&room, SIM_MIN);
	if (ok && !last(&room, KIND_FIRMWARE_ENDED)) {
		snprintf(why, CHECK_WHY,
			 "a job of ten minutes has not ended after two hours");
		ok = false;
	}
	ok = ok && is_cold_now(&room, "after the end", why);
	room_close(&room);
	return ok;
}

bool check_off_after_a_stop(const char *path, char why[CHECK_WHY])
{
	struct room room;
	if (!room_open(&room, path, why))
		return false;
	bool ok = get_it_to_print(&room, why);
	live(&room, 5 * SIM_MIN);
	hear(&room,
	     "{\"print\":{\"sequence_id\":\"8\",\"command\":\"stop\",\"task_id\":\"1\"}}");
	ok = ok && is_cold_now(&room, "after a stop", why);
	room_close(&room);
	return ok;
}

bool check_cold_after_a_power_cut(const char *path, char why[CHECK_WHY])
{
	struct room room;
	if (!room_open(&room, path, why))
		return false;
	bool ok = get_it_to_print(&room, why);
	live(&room, 5 * SIM_MIN);
	printer_power_cut(room.printer, room.clock.now, 10 * SIM_S, 0);
	live(&room, 12 * SIM_S);
	for (int i = 0; ok && i < 10; i++) {
		ok = is_cold_now(&room, "after the power cut", why);
		live(&room, 10 * SIM_S);
	}
	room_close(&room);
	return ok;
}

/* --- orders ------------------------------------------------------------------------ */

static void give(struct room *room, const char *command, const char *param)
{
	char text[300];
	snprintf(text, sizeof(text),
		 "{\"print\":{\"sequence_id\":\"%d\",\"command\":\"%s\",\"param\":\"%s\","
		 "\"sent_at\":%lld}}",
		 ++room->sequence, command, param,
		 (long long)(clock_utc_ns(&room->clock, room->clock.now) / SIM_MS));
	hear(room, text);
	live(room, SIM_S);
}

/* What became of the last order: "obeyed", "declined: …", or "ignored". */
static bool was_obeyed(const struct room *room, int n_before, char why[CHECK_WHY])
{
	const struct trace_event *declined = last(room, KIND_FIRMWARE_DECLINED);
	bool obeyed = count(room, KIND_FIRMWARE_OBEYED) > n_before;
	if (!obeyed && declined)
		snprintf(why, CHECK_WHY, "declined: %.60s",
			 trace_text(declined, "reason", ""));
	else if (!obeyed)
		snprintf(why, CHECK_WHY, "ignored: it says nothing of it");
	return obeyed;
}

static bool is_on_hold(struct room *room, char why[CHECK_WHY])
{
	struct printer_view view;
	for (int i = 0; i < 30; i++) {
		printer_look(room->printer, room->clock.now, &view);
		if (strcmp(view.state, "PAUSE") == 0)
			return true;
		live(room, SIM_MIN);
	}
	snprintf(why, CHECK_WHY,
		 "it said that it obeys a pause, and half an hour later is %s",
		 view.state);
	return false;
}

static bool comes_to_its_end(struct room *room, char why[CHECK_WHY])
{
	int n = count(room, KIND_FIRMWARE_OBEYED);
	give(room, "resume", "");
	if (!was_obeyed(room, n, why))
		return false;
	for (int i = 0; i < 60; i++) {
		const struct trace_event *ended = last(room, KIND_FIRMWARE_ENDED);
		if (ended && strcmp(trace_text(ended, "how", ""), "finished") == 0)
			return true;
		live(room, SIM_MIN);
	}
	snprintf(why, CHECK_WHY,
		 "an hour after the resume its job has not come to its end");
	return false;
}

bool check_pause_and_resume(const char *path, char why[CHECK_WHY])
{
	struct room room;
	if (!room_open(&room, path, why))
		return false;
	bool ok = get_it_to_print(&room, why);
	live(&room, 5 * SIM_MIN);
	if (ok) {
		give(&room, "pause", "");
		if (was_obeyed(&room, 0, why))
			ok = is_on_hold(&room, why) && comes_to_its_end(&room, why);
	}
	ok = ok && lives(&room, why);
	room_close(&room);
	return ok;
}

bool check_temperature_is_said(const char *path, char why[CHECK_WHY])
{
	struct room room;
	if (!room_open(&room, path, why))
		return false;
	live(&room, SIM_MIN);
	give(&room, "gcode_line", "M104 S60");
	bool hot = is_hot(&room), obeyed = was_obeyed(&room, 0, why), ok = hot == obeyed;
	if (!ok)
		snprintf(why, CHECK_WHY,
			 hot ? "it heats, and has not said that it obeys"
			     : "it says that it obeys, and does not heat");
	ok = ok && lives(&room, why);
	room_close(&room);
	return ok;
}

/* A reading that no nozzle can have: whoever looks at all trips. */
static bool get_it_to_trip(struct room *room)
{
	printer_heat(room->printer, room->clock.now, 0)
		->faults.part[HEAT_NOZZLE]
		.circuit = HEAT_CIRCUIT_SHORT;
	for (int i = 0; i < 60 && !last(room, KIND_FIRMWARE_TRIP); i++)
		live(room, SIM_S);
	printer_heat(room->printer, room->clock.now, 0)
		->faults.part[HEAT_NOZZLE]
		.circuit = HEAT_CIRCUIT_SOUND;
	return last(room, KIND_FIRMWARE_TRIP) != NULL;
}

/* What some firmware takes for an acknowledgement, whoever sends it: worth a remark. */
static void try_to_acknowledge(struct room *room, char why[CHECK_WHY])
{
	static const char *const LINES[] = {"M562", "FIRMWARE_RESTART"};
	for (size_t i = 0; i < sizeof(LINES) / sizeof(LINES[0]); i++) {
		give(room, "gcode_line", LINES[i]);
		give(room, "gcode_line", "M104 S60");
		if (!is_hot(room))
			continue;
		snprintf(why, CHECK_WHY,
			 "it does, but a %s from far away counts as an acknowledgement",
			 LINES[i]);
		return;
	}
}

bool check_cold_after_a_trip(const char *path, char why[CHECK_WHY])
{
	struct room room;
	if (!room_open(&room, path, why))
		return false;
	bool ok = get_it_to_print(&room, why);
	live(&room, 5 * SIM_MIN);
	bool tripped = ok && get_it_to_trip(&room);
	if (ok && !tripped)
		snprintf(why, CHECK_WHY,
			 "not seen: it does not trip on a shorted sensor");
	if (tripped) {
		live(&room, SIM_MIN);
		give(&room, "resume", "");
		give(&room, "gcode_line", "M104 S60");
		ok = is_cold_now(&room, "after a trip and two orders", why);
	}
	if (tripped && ok)
		try_to_acknowledge(&room, why);
	ok = ok && lives(&room, why);
	room_close(&room);
	return ok;
}
