/*
 * kinds.h - every kind of event, in one table.
 *
 * KIND(symbol, "name", level, "fields and meaning"). level: STORY events are always
 * recorded; FULL ones only when the run asks for it (--trace full). A kind may be demoted
 * for one event (trace_emit_at), never promoted. Fields named *_ns are nanoseconds since
 * the start, durations *_for_ns. `task` is the cloud's number of one start order; several
 * tasks (resends) may serve one `intent`.
 */
#ifndef JOBJAM_CORE_KINDS_H
#define JOBJAM_CORE_KINDS_H

/* clang-format off */
#define TRACE_KINDS(KIND) \
	/* people: who = owner/007 */ \
	KIND(PEOPLE_SLEEP,     "people.sleep",     STORY, "printer: the owner goes to bed") \
	KIND(PEOPLE_WAKE,      "people.wake",      STORY, "printer: gets up") \
	KIND(PEOPLE_LEAVE,     "people.leave",     STORY, "printer: leaves the house") \
	KIND(PEOPLE_RETURN,    "people.return",    STORY, "printer: is back at the machine") \
	KIND(INTENT_TAP,       "intent.tap",       STORY, "intent, tap (1 = first), printer, job, file: a person taps print; a later tap is a resend, its cause the tap before") \
	KIND(INTENT_CANCEL,    "intent.cancel",    STORY, "intent, printer: the person cancels the wish; cause: its first tap") \
	KIND(INTENT_CANCELLED, "intent.cancelled", STORY, "intent, printer: the app shows the cancel as done") \
	KIND(INTENT_SATISFIED, "intent.satisfied", STORY, "intent, printer: the person has seen it print, or holds the object") \
	KIND(INTENT_DROPPED,   "intent.dropped",   STORY, "intent, printer, reason: the person stopped wanting it (bedtime; morning: it was meant for the night; gave up; told: …, that it will not print)") \
	KIND(INTENT_ORDER,     "intent.order",     STORY, "command, param, printer: the person gives an order to the machine, in the app") \
	/* apps: who = app/007 or studio/007 */ \
	KIND(APP_REQUEST,      "app.request",      STORY, "op (submit, cancel, confirm, order), printer, try: a call to the cloud's API leaves the app") \
	KIND(APP_REPLY,        "app.reply",        STORY, "op, printer, ok, reason, task: the answer, as the app got it") \
	KIND(APP_SHOWS,        "app.shows",        STORY, "printer, task, state: what the app tells its person; the cloud's belief, not the truth") \
	/* the service: who = cloud */ \
	KIND(JOB_ACCEPTED,     "job.accepted",     STORY, "task, printer, job, file: stored") \
	KIND(JOB_DISPATCHED,   "job.dispatched",   STORY, "task, printer, client, attempt: handed to an MQTT client") \
	KIND(JOB_TIMEOUT,      "job.timeout",      STORY, "task, printer, attempt, awaits (start, finish), free_after: no report came in time; start: none of it at all, cause: the dispatch, or the timeout before when the printer was asked; finish: none of its end, cause: what was last heard of it (job.started); free_after: not overdue, but its printer is free and its last task was that one (0: none)") \
	KIND(JOB_REFUSED,      "job.refused",      STORY, "task, printer, reason: the printer's report says no") \
	KIND(JOB_STARTED,      "job.started",      STORY, "task, printer: the cloud learns that it prints") \
	KIND(JOB_FINISHED,     "job.finished",     STORY, "task, printer: the cloud learns that it is done") \
	KIND(JOB_FAILED,       "job.failed",       STORY, "task, printer, reason: given up, or the printer says so") \
	KIND(JOB_CANCELLED,    "job.cancelled",    STORY, "task, printer") \
	KIND(JOB_DROPPED,      "job.dropped",      STORY, "task, printer, reason: a safeguard threw it away") \
	KIND(JOB_MERGED,       "job.merged",       STORY, "task, printer: a resend recognised as the same wish") \
	KIND(ORDER_SENT,       "order.sent",       STORY, "command, printer, client: an order to a machine is handed to an MQTT client, once") \
	KIND(ORDER_REFUSED,    "order.refused",    STORY, "command, printer, reason: the machine's reply to an order says no") \
	KIND(ALERT_RECEIVED,   "alert.received",   STORY, "code, printer: the service learns of a machine's alert and passes it on") \
	KIND(API_SHED,         "api.shed",         STORY, "op, queue: the API had no room") \
	/* connections: who = the client (cloud/command-a, printer/007) unless said otherwise */ \
	KIND(SESSION_CONNECTING,"session.connecting", FULL, "attempt: CONNECT goes out") \
	KIND(SESSION_CONNECTED,"session.connected",STORY, "rc, session_present; of MQTT 5.0 also what the server said of receive_max, keepalive_s, session_expiry_s, packet_max, client_id: the library's on_connect") \
	KIND(SESSION_DISCARDED,"session.discarded",STORY, "messages: the server kept no session, so the client threw away what it held and connects anew (discard_on_session_loss)") \
	KIND(SESSION_LOST,     "session.lost",     STORY, "rc, reason: the library's on_disconnect") \
	KIND(SESSION_UP,       "session.up",       STORY, "the service believes this client to be connected") \
	KIND(SESSION_DOWN,     "session.down",     STORY, "the service believes it not to be") \
	KIND(SESSION_ATTACHED, "session.attached", STORY, "who = link/…: the truth; the broker's own CONNACK passed to the client") \
	KIND(SESSION_DETACHED, "session.detached", STORY, "who = link/…, reason: the truth; nothing of this client reaches the broker any more") \
	/* packets: who = link/… unless said otherwise */ \
	KIND(MQTT_QUEUED,      "mqtt.queued",      STORY, "who = the client; topic, mid, qos, bytes: handed to the client library") \
	KIND(MQTT_EXPIRED,     "mqtt.expired",     STORY, "who = the client; topic, mid, held_for_ns: without an acknowledgement for as long as library_expiry allows, and never sent (again)") \
	KIND(MQTT_PUBLISH,     "mqtt.publish",     STORY, "topic, mid, qos, dup, retain, bytes: a PUBLISH leaves the client for the broker") \
	KIND(MQTT_DELIVER,     "mqtt.deliver",     STORY, "topic, mid, qos, dup, retain, bytes: a PUBLISH of the broker reaches the client") \
	KIND(MQTT_PACKET,      "mqtt.packet",      FULL,  "type, dir (up, down), mid, bytes, code (if it has one; the first of several): any other packet") \
	KIND(MQTT_REASON,      "mqtt.reason",      STORY, "who = the client; type (CONNACK, PUBACK, SUBACK), mid, code, reason: the server's code other than success, with its reason string (MQTT 5.0)") \
	KIND(MQTT_MALFORMED,   "mqtt.malformed",   STORY, "dir, offset, reason") \
	KIND(FAULT_ARMED,      "fault.armed",      STORY, "fault, number, options: from here on it may act") \
	KIND(FAULT_ACTED,      "fault.acted",      STORY, "fault, number, action, type, dir: it did; repeats are FULL, but for messages of the story that it held, delayed or doubled") \
	KIND(FAULT_LIFTED,     "fault.lifted",     STORY, "fault, number") \
	KIND(FAULT_RECEIPT,    "fault.receipt",    STORY, "fault, number, matched, affected, bytes, first_ns, last_ns, why, parts (of a fault made of others: what each did, as affected/matched): at the end of the run") \
	KIND(BACKLOG_DEPTH,    "backlog.depth",    STORY, "who = whose; place (sim/core/place.h), depth, oldest_for_ns, bytes: something waits; only when depth >= 2 (1 of what should never lie there)") \
	KIND(BACKLOG_DRAINED,  "backlog.drained",  STORY, "who = whose; place, peak, took_for_ns, released, lost, burst (most let go within 10 s), oldest_for_ns (of those that left), ages (how many were let go after up to 1 s, 10 s, 1 min, 10 min, 1 h, 6 h, more), expired (of those lost, how many because they were too old; only where there are any)") \
	KIND(BACKLOG_LEFT,     "backlog.left",     STORY, "who = whose; place, depth, and the fields of backlog.drained: what is still there when the run ends, of what was told before") \
	/* machines: who = printer/007 */ \
	KIND(FIRMWARE_START,   "firmware.start",   STORY, "task, job, file: the build accepts a start; cause: the delivery. from = report: the firmware is a program, and this is what the service hears") \
	KIND(FIRMWARE_REFUSED, "firmware.refused", STORY, "task, reason (busy, expired, seen, latched, occupied, unstamped, superseded, no_answer, declined)") \
	KIND(FIRMWARE_OBEYED,  "firmware.obeyed",  STORY, "command (pause, resume, gcode_line), task (of the job on it; 0: none), target_c (the highest that it sets or goes on with; none: it heats nothing): the build carries an order out; cause: the delivery") \
	KIND(FIRMWARE_DECLINED,"firmware.declined",STORY, "command, task, reason (busy, expired, not_paused, not_printing, seen, superseded, tripped, unknown, unstamped)") \
	KIND(FIRMWARE_WAITING, "firmware.waiting", STORY, "task, reason: accepted, but nothing moves or heats before a prompt is answered") \
	KIND(FIRMWARE_STATE,   "firmware.state",   STORY, "state (IDLE, PREPARE, RUNNING, PAUSE, FINISH, FAILED), task") \
	KIND(FIRMWARE_STAGE,   "firmware.stage",   FULL,  "stage, task") \
	KIND(FIRMWARE_ENDED,   "firmware.ended",   STORY, "task, how (finished, failed, cancelled, aborted), layers") \
	KIND(FIRMWARE_RESUMED, "firmware.resumed", STORY, "task, job, file, layer: it goes on with a job that a power cut had ended; no second start; cause: the answer at the machine") \
	KIND(FIRMWARE_TRIP,    "firmware.trip",    STORY, "code, part, reading_c, rule: the build switched its heaters off") \
	KIND(FIRMWARE_ALERT,   "firmware.alert",   STORY, "code, part, reading_c, rule: the build raises an alert for its owner; it travels in the next status") \
	KIND(FIRMWARE_CRASHED, "firmware.crashed", STORY, "how (crashed, hung, gave_up, wrong_answer, forbidden, unfit; ended: a program), detail, call, task, asked (a fault wanted it): the build is gone; its outputs stay as they were") \
	KIND(FIRMWARE_RESET,   "firmware.reset",   STORY, "boots, crashes: the watchdog switches everything off and boots the build anew; boots false: it is left off") \
	KIND(FIRMWARE_LOG,     "firmware.log",     FULL,  "text") \
	KIND(PROMPT_SHOWN,     "prompt.shown",     STORY, "prompt, what, where (machine, app), task") \
	KIND(PROMPT_ANSWERED,  "prompt.answered",  STORY, "prompt, answer (yes, no), by, where, task") \
	KIND(PROMPT_EXPIRED,   "prompt.expired",   STORY, "prompt, task") \
	KIND(HEAT_ON,          "heat.on",          STORY, "part (nozzle, bed), target_c, task") \
	KIND(HEAT_REACHED,     "heat.reached",     FULL,  "part, c, task") \
	KIND(HEAT_OFF,         "heat.off",         STORY, "part, c") \
	KIND(HEAT_CROSSED,    "heat.crossed",     STORY, "part (nozzle, bed), is (above, below), limit_c, c, number: a true temperature that was watched") \
	KIND(HEAT_SUPPLY,     "heat.supply",      STORY, "state (cut, on, cannot_cut): what became of the supply that heats the heaters, when the firmware switched it") \
	KIND(HEAT_STUCK,       "heat.stuck",       STORY, "part, supply (switched: the firmware can cut it; unswitched: nothing can but the wall's): a heater's switch sticks closed") \
	KIND(HEAT_DANGER,      "heat.danger",      STORY, "part, limit_c, c: its true temperature passes a documented threshold (printers/danger.h), whatever the firmware reads") \
	KIND(MOTION_STAGE,     "motion.stage",     FULL,  "stage (homing, probing, purging, printing, parked), task") \
	KIND(PLATE_SENSED,     "plate.sensed",     STORY, "result (clear, object, unavailable), task") \
	KIND(PLATE_OCCUPIED,   "plate.occupied",   STORY, "task, job, objects, height_mm, grams: something stays on the plate") \
	KIND(PLATE_CLEARED,    "plate.cleared",    STORY, "by, objects: a person took it") \
	KIND(HARM_COLLISION,   "harm.collision",   STORY, "contact (press, lateral), part, speed_mm_s, object_mm, task; cause: the motion") \
	KIND(HARM_PRINTED_OVER,"harm.printed_over",STORY, "objects, object_mm, task: a new print goes onto an old one") \
	KIND(HARM_SPAGHETTI,   "harm.spaghetti",   STORY, "grams, task: extrusion without support, until it stopped") \
	KIND(HARM_DAMAGE,      "harm.damage",      STORY, "part (nozzle, plate, front_cover, cable), which (of a cable: thermistor, heater), task") \
	KIND(HARM_WASTED,      "harm.wasted",      STORY, "grams, metres, task: filament that became nothing anybody wanted") \
	KIND(IMPACT_PRINTER,   "impact.printer",   STORY, "starts, on_object, reprints, presses, laterals, printed_over, grams_printed, grams_wasted, grams_over, grams_air, metres_wasted, kwh, heated_s, heated_unattended_s, peak_nozzle_c, peak_bed_c, danger_nozzle_c, danger_bed_c (the highest threshold passed, 0: none), damaged_nozzle, damaged_front_cover, damaged_plate, damaged_cable: the account of the whole run, at its end") \
	/* processes: who = broker */ \
	KIND(GUEST_STARTED,    "guest.started",    STORY, "what, version") \
	KIND(GUEST_SPUN,       "guest.spun",       STORY, "reads, advanced_for_ns: asked for the time without progress and was moved on") \
	KIND(GUEST_ENDED,      "guest.ended",      STORY, "status, asked (a fault wanted it)") \
	/* verdicts: who = run */ \
	KIND(PROPERTY_VIOLATED,"property.violated",STORY, "property, label, detail; cause: the event that broke it") \
	KIND(PROPERTY_SEEN,    "property.seen",    STORY, "property, label: a sometimes came true") \
	KIND(NOTE,             "note",             STORY, "text: said by the script")
/* clang-format on */

enum trace_kind {
#define TRACE_KIND_SYMBOL(symbol, name, level, help) KIND_##symbol,
	TRACE_KINDS(TRACE_KIND_SYMBOL)
#undef TRACE_KIND_SYMBOL
	N_TRACE_KINDS
};

#endif
