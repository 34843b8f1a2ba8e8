/* options.c - what can be set about people, and what each setting means. */
#include "sim/people/person.h"

static const char *const AWAY_ON[] = {"weekdays", "daily", NULL};
static const char *const ANSWERS[] = {"truthfully", "blindly", "never", NULL};
static const char *const PROGRAMS[] = {"app", "studio", NULL};

#define DAY_S 86400.0

/* clang-format off */
static const struct param PEOPLE_PARAMS[N_PEOPLE_PARAMS] = {
	[PEOPLE_ASLEEP] = {"asleep", PARAM_HOURS, "", "23:00-07:00", 0, 0, NULL,
		"When owners sleep, in local time; twice the same time: never."},
	[PEOPLE_AWAY] = {"away", PARAM_HOURS, "", "00:00-00:00", 0, 0, NULL,
		"When owners are out of the house, in local time; twice the same time: never. Out, "
		"they see only what the app shows."},
	[PEOPLE_AWAY_ON] = {"away_on", PARAM_CHOICE, "", "weekdays", 0, 0, AWAY_ON,
		"On which days they are away: Monday to Friday, or daily."},
	[PEOPLE_DAY_SPREAD] = {"day_spread", PARAM_DURATION, "s", "20m", 0, 4 * 3600, NULL,
		"Each bedtime, getting up, leaving and coming back is earlier or later by up to "
		"this much (uniform, anew each day)."},
	[PEOPLE_RESEND_AFTER] = {"resend_after", PARAM_DURATION, "s", "4m", 1, 7 * DAY_S, NULL,
		"Median of how long a person waits after a tap for something visible to happen "
		"before he thinks of tapping again."},
	[PEOPLE_RESEND_SIGMA] = {"resend_sigma", PARAM_REAL, "", "0.6", 0, 3, NULL,
		"Spread of resend_after: sigma of the log-normal distribution (0.6: two of three "
		"waits lie between 0.55 and 1.8 times the median; 0: always the median)."},
	[PEOPLE_RESEND_MOST] = {"resend_most", PARAM_INT, "taps", "3", 0, 60, NULL,
		"A person taps again at most this often for one wish."},
	[PEOPLE_RESEND_AGAIN] = {"resend_again", PARAM_REAL, "", "0.7", 0, 1, NULL,
		"Probability that he does tap again after each such wait. The number of resends is "
		"thus geometric, cut off at resend_most: with 0.7 and 3, 30 % never resend, 21 % "
		"once, 15 % twice, 34 % three times, if nothing ever happens."},
	[PEOPLE_HONEST_PATIENCE] = {"honest_patience", PARAM_REAL, "times", "6", 1, 1000, NULL,
		"By how much longer he waits when the app says honestly that it is waiting for the "
		"printer (honest_progress). An assumption; no study was found."},
	[PEOPLE_GIVES_UP_AFTER] = {"gives_up_after", PARAM_DURATION, "s", "0s", 0, 7 * DAY_S, NULL,
		"How long after the first tap he stops wanting it; 0s: not before bedtime."},
	[PEOPLE_ASKS_ANEW] = {"asks_anew", PARAM_INT, "times", "2", 0, 20, NULL,
		"How often a person who was told that it will not print makes the same wish anew "
		"(a new intent with a first tap of its own)."},
	[PEOPLE_ANEW_AFTER] = {"anew_after", PARAM_DURATION, "s", "10m", 1, 7 * DAY_S, NULL,
		"Median of how long he waits before that (log-normal, sigma 0.6)."},
	[PEOPLE_CLEARS_AFTER] = {"clears_plate_after", PARAM_DURATION, "s", "20m", 1, 7 * DAY_S, NULL,
		"Median of how long after he learns that a print has ended, while awake and at "
		"home, he takes it off the plate. Asleep or away he does not, and what has not "
		"been taken by bedtime lies there until morning."},
	[PEOPLE_CLEARS_SIGMA] = {"clears_sigma", PARAM_REAL, "", "0.8", 0, 3, NULL,
		"Spread of clears_plate_after: sigma of the log-normal distribution."},
	[PEOPLE_CHECKS_PLATE] = {"checks_plate_before_sending", PARAM_REAL, "", "1", 0, 1, NULL,
		"Probability that he looks at the plate before he sends a job, and takes off what "
		"lies there; out of the house, he then sends only when he knows it to be clear. "
		"Plates are occupied at night although everybody checks: an evening's print ends "
		"while its owner sleeps."},
	[PEOPLE_STOPS_UNWANTED] = {"stops_unwanted", PARAM_BOOL, "", "true", 0, 0, NULL,
		"Whether he presses stop when he sees the machine print what he already has or has "
		"cancelled (after answers_after)."},
	[PEOPLE_ANSWERS_PROMPTS] = {"answers_prompts", PARAM_CHOICE, "", "truthfully", 0, 0, ANSWERS,
		"How he answers \"is the plate clear?\". truthfully: takes off what lies there, then "
		"yes if he wants the print, else no; where he cannot see the plate, yes only if he "
		"knows it to be clear. blindly: yes, wherever he is. never: ignores it."},
	[PEOPLE_ANSWERS_AFTER] = {"answers_after", PARAM_DURATION, "s", "2m", 1, 7 * DAY_S, NULL,
		"Median of how long it takes him to answer or to press stop, once he could know."},
	[PEOPLE_ANSWERS_SIGMA] = {"answers_sigma", PARAM_REAL, "", "0.7", 0, 3, NULL,
		"Spread of answers_after: sigma of the log-normal distribution."},
	[PEOPLE_ANSWERS_IN_APP] = {"answers_in_app", PARAM_BOOL, "", "true", 0, 0, NULL,
		"Whether he answers prompts that the app shows."},
	[PEOPLE_USES] = {"uses", PARAM_CHOICE, "", "app", 0, 0, PROGRAMS,
		"What he sends with: the phone app, or the desktop program, which repeats a request "
		"by itself as soon as the API fails it."},
	[PEOPLE_STUDIO_SHARE] = {"studio_share", PARAM_REAL, "", "0", 0, 1, NULL,
		"With uses = \"app\": the share of owners who use the desktop program all the same."},
	[PEOPLE_REQUEST_TIMEOUT] = {"request_timeout", PARAM_DURATION, "s", "10s", 0.1, 3600, NULL,
		"How long an app waits for the API's answer. The API may still carry the call out."},
	[PEOPLE_ERROR_RETRY_AFTER] = {"error_retry_after", PARAM_DURATION, "s", "40s", 1, DAY_S, NULL,
		"Median of how soon a person whose app shows an error, or \"no confirmation\", "
		"thinks of tapping again (log-normal, sigma resend_sigma)."},
	[PEOPLE_STUDIO_THINK] = {"studio_think", PARAM_DURATION, "s", "200ms", 0.001, 60, NULL,
		"Pause of the desktop program between a failed request and the next. It does not "
		"grow."},
	[PEOPLE_STUDIO_PER_SECOND] = {"studio_per_second", PARAM_INT, "per second", "4", 1, 1000, NULL,
		"At most this many requests a second from one desktop program."},
	[PEOPLE_STUDIO_TRIES_FOR] = {"studio_tries_for", PARAM_DURATION, "s", "30m", 1, 7 * DAY_S, NULL,
		"How long after a tap the desktop program goes on repeating its request."},
};

static const struct param SAFEGUARD_PARAMS[N_PEOPLE_SAFEGUARDS] = {
	[SAFE_HONEST_PROGRESS] = {"honest_progress", PARAM_BOOL, "", "false", 0, 0, NULL,
		"The app shows \"waiting for printer\" until the printer has reported, instead of "
		"\"success\" as soon as the service has taken the job; people then wait longer "
		"before they resend (honest_patience)."},
	[SAFE_WISH_KEY] = {"wish_key", PARAM_BOOL, "", "false", 0, 0, NULL,
		"The app gives every tap for one wish the same key, by which a service with "
		"idempotent_resend knows a resend for certain. Does nothing by itself."},
};

static const struct param SEND_PARAMS[N_SEND_PARAMS] = {
	[SEND_EACH] = {"each", PARAM_INT, "jobs", "1", 1, 100, NULL,
		"How many jobs each owner wants printed."},
	[SEND_SHARE] = {"share", PARAM_REAL, "", "1", 0, 1, NULL,
		"Probability that an owner takes part at all."},
	[SEND_BETWEEN] = {"between", PARAM_HOURS, "", "18:00-22:30", 0, 0, NULL,
		"The owner's local hours; each job has an instant of its own in them (uniform). The "
		"first such window that begins after now."},
	[SEND_ON_DAY] = {"on_day", PARAM_INT, "days", "0", 0, 366, NULL,
		"How many days later than that first window."},
	[SEND_OVERNIGHT] = {"overnight", PARAM_BOOL, "", "false", 0, 0, NULL,
		"Sent on purpose to run while he sleeps: he goes to bed without having seen it "
		"start and still wants it. If nothing has come of it when he gets up and sees the "
		"machine at rest, he no longer does; while it prints something else, or he is not "
		"there to see, it is a wish of that day."},
	[SEND_JOB] = {"job", PARAM_TEXT, "", "", 0, 0, NULL,
		"Name of the job; empty: one from a list of household things. Or a sliced file, as "
		"job{ } returns it: then it alone says how long, how hot, how large."},
	[SEND_PRINT_FOR] = {"print_for", PARAM_SPAN, "s", "45m..3h", 60, 7 * DAY_S, NULL,
		"How long it prints (uniform in the span)."},
	[SEND_WIDTH] = {"width", PARAM_REAL, "mm", "40", 1, 400, NULL, "Width of the object."},
	[SEND_DEPTH] = {"depth", PARAM_REAL, "mm", "40", 1, 400, NULL, "Depth of the object."},
	[SEND_HEIGHT] = {"height", PARAM_REAL, "mm", "30", 0.2, 400, NULL, "Height of the object."},
	[SEND_GRAMS] = {"grams", PARAM_REAL, "g", "25", 0.1, 5000, NULL, "Filament in the object."},
	[SEND_NOZZLE] = {"nozzle", PARAM_REAL, "degrees C", "220", 150, 350, NULL,
		"Nozzle temperature."},
	[SEND_BED] = {"bed", PARAM_REAL, "degrees C", "60", 0, 140, NULL, "Bed temperature."},
	[SEND_SPREAD] = {"spread", PARAM_REAL, "", "0.3", 0, 0.9, NULL,
		"Each object's measures and weight differ from these by up to this part (uniform)."},
	[SEND_LAN] = {"lan", PARAM_BOOL, "", "false", 0, 0, NULL,
		"Sent as a local job is: all its ids are 0, without stamp and key. Neither machine "
		"nor service can tell such jobs apart."},
};

static const struct param CANCEL_PARAMS[N_CANCEL_PARAMS] = {
	[CANCEL_SHARE] = {"share", PARAM_REAL, "", "1", 0, 1, NULL,
		"Probability that an owner cancels a wish that he has sent and not yet seen."},
	[CANCEL_AFTER] = {"after", PARAM_SPAN, "s", "0s..5m", 0, 7 * DAY_S, NULL,
		"How long after now each does it (uniform); whoever sleeps then does not."},
};
#define ORDER_SHARE_AND_AFTER \
	[ORDER_SHARE] = {"share", PARAM_REAL, "", "1", 0, 1, NULL, \
		"Probability that an owner does it."}, \
	[ORDER_AFTER] = {"after", PARAM_SPAN, "s", "0s..0s", 0, 7 * DAY_S, NULL, \
		"How long after now each does it (uniform); whoever sleeps then does not."}

static const struct param ORDER_PARAMS[N_ORDER_PARAMS] = {ORDER_SHARE_AND_AFTER};
static const struct param GCODE_PARAMS[N_GCODE_PARAMS] = {
	ORDER_SHARE_AND_AFTER,
	[GCODE_LINES] = {"lines", PARAM_TEXT, "", NULL, 0, 0, NULL,
		"What the machine is told, a line each: M104 M109 S<nozzle>, M140 M190 S<bed>, "
		"and what some firmware takes for an acknowledgement: M562, FIRMWARE_RESTART, M80."},
};
/* clang-format on */

#define ROW(NAME, PARAMS, N) .name = (NAME), .params = (PARAMS), .n_params = (N)

static const struct vocab_row PEOPLE_ROW = {
	ROW("owners", PEOPLE_PARAMS, N_PEOPLE_PARAMS),
	.summary = "the people whose printers these are, and the programs they send with",
	.help = "People know what they see: the machine when they are there and awake, else what "
		"the app shows, which is what the service believes. All numbers are assumptions "
		"unless a scenario names a source.",
};
static const struct vocab_row SAFEGUARD_ROW = {
	ROW("owners.safeguards", SAFEGUARD_PARAMS, N_PEOPLE_SAFEGUARDS),
	.summary = "what the app does so that people need not guess",
};
static const struct vocab_row SEND_ROW = {
	ROW("send_jobs", SEND_PARAMS, N_SEND_PARAMS),
	.summary = "owners want things printed",
	.help = "A job whose instant comes while its owner sleeps, while his machine is busy, or "
		"while his last wish is unsettled, is sent once that is over.",
};
static const struct vocab_row CANCEL_ROW = {
	ROW("cancel", CANCEL_PARAMS, N_CANCEL_PARAMS),
	.summary = "owners cancel what they have sent and not yet seen print",
};

#define ORDER_HELP                                                                               \
	"In the app, awake, at home or not, and whatever they believe the machine to be doing. " \
	"It goes out once: nobody sends it again."
static const struct vocab_row PAUSE_ROW = {
	ROW("pause_jobs", ORDER_PARAMS, N_ORDER_PARAMS),
	.summary = "owners pause what their machine prints",
	.help = ORDER_HELP,
};
static const struct vocab_row RESUME_ROW = {
	ROW("resume_jobs", ORDER_PARAMS, N_ORDER_PARAMS),
	.summary = "owners let a paused print go on",
	.help = ORDER_HELP,
};
static const struct vocab_row GCODE_ROW = {
	ROW("send_gcode", GCODE_PARAMS, N_GCODE_PARAMS),
	.summary = "owners send their machine lines of G-code: temperatures",
	.help = ORDER_HELP,
};

const struct vocab_row *people_pause_row(void)
{
	return &PAUSE_ROW;
}

const struct vocab_row *people_resume_row(void)
{
	return &RESUME_ROW;
}

const struct vocab_row *people_gcode_row(void)
{
	return &GCODE_ROW;
}

const struct vocab_row *people_row(void)
{
	return &PEOPLE_ROW;
}

const struct vocab_row *people_safeguard_row(void)
{
	return &SAFEGUARD_ROW;
}

const struct vocab_row *people_send_row(void)
{
	return &SEND_ROW;
}

const struct vocab_row *people_cancel_row(void)
{
	return &CANCEL_ROW;
}

static struct hours hours_of(const struct value *value)
{
	return (struct hours){value->as.hours.from_s, value->as.hours.to_s};
}

void habits_read(struct habits *habits, const struct value *values,
		 const struct value *safeguards)
{
	*habits = (struct habits){
		.asleep = hours_of(&values[PEOPLE_ASLEEP]),
		.away = hours_of(&values[PEOPLE_AWAY]),
		.away_on = (enum away_on)values[PEOPLE_AWAY_ON].as.choice,
		.day_spread = values[PEOPLE_DAY_SPREAD].as.ns,
		.resend_after = values[PEOPLE_RESEND_AFTER].as.ns,
		.resend_sigma = values[PEOPLE_RESEND_SIGMA].as.real,
		.resend_most = (int)values[PEOPLE_RESEND_MOST].as.integer,
		.resend_again = values[PEOPLE_RESEND_AGAIN].as.real,
		.honest_patience = values[PEOPLE_HONEST_PATIENCE].as.real,
		.gives_up_after = values[PEOPLE_GIVES_UP_AFTER].as.ns,
		.asks_anew = (int)values[PEOPLE_ASKS_ANEW].as.integer,
		.anew_after = values[PEOPLE_ANEW_AFTER].as.ns,
		.clears_after = values[PEOPLE_CLEARS_AFTER].as.ns,
		.clears_sigma = values[PEOPLE_CLEARS_SIGMA].as.real,
		.checks_plate = values[PEOPLE_CHECKS_PLATE].as.real,
		.stops_unwanted = values[PEOPLE_STOPS_UNWANTED].as.yes,
		.answers = (enum answers)values[PEOPLE_ANSWERS_PROMPTS].as.choice,
		.answers_after = values[PEOPLE_ANSWERS_AFTER].as.ns,
		.answers_sigma = values[PEOPLE_ANSWERS_SIGMA].as.real,
		.answers_in_app = values[PEOPLE_ANSWERS_IN_APP].as.yes,
		.program = (enum program)values[PEOPLE_USES].as.choice,
		.studio_share = values[PEOPLE_STUDIO_SHARE].as.real,
		.request_timeout = values[PEOPLE_REQUEST_TIMEOUT].as.ns,
		.error_retry_after = values[PEOPLE_ERROR_RETRY_AFTER].as.ns,
		.studio_think = values[PEOPLE_STUDIO_THINK].as.ns,
		.studio_per_second = (int)values[PEOPLE_STUDIO_PER_SECOND].as.integer,
		.studio_tries_for = values[PEOPLE_STUDIO_TRIES_FOR].as.ns,
		.honest = safeguards[SAFE_HONEST_PROGRESS].as.yes,
		.sends_key = safeguards[SAFE_WISH_KEY].as.yes,
	};
}
