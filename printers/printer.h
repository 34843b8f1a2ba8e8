/*
 * printer.h - one machine: plant (heat, plate, motion, filament, damage) and a firmware
 * build, in virtual time.
 *
 * A printer runs ahead by itself: printer_due() computes up to the first instant at which
 * something would leave it (a report, an event for the trace), keeps that back, and says
 * when. An input that comes earlier restores the saved state and runs again to that
 * instant. So between network events a printer costs no turn of anybody else, and an
 * idle one costs nothing.
 *
 * Harm follows from geometry, heat and motion alone. Nothing here knows what a stale
 * message is, what a cloud is, or that MQTT exists: messages come in as bytes, reports
 * leave as bytes (dialect: printers/DIALECT.md).
 */
#ifndef JOBJAM_PRINTER_H
#define JOBJAM_PRINTER_H

#include "printers/firmware/build.h"
#include "printers/job_file.h"
#include "printers/model.h"
#include "sim/core/trace.h"

struct printer;

struct printer_outlets {
	void *arg;
	/* A message for device/<serial>/report. level FULL: routine. */
	void (*report)(void *arg, sim_ns now, const void *payload, size_t length, int qos,
		       enum trace_level level, trace_id cause);
};

struct printer_options {
	const char *name;   /* "printer/007"; copied */
	const char *serial; /* "SIM00007"; copied */
	const struct printer_model *model;
	const struct firmware_build *build; /* borrowed */
	const char *settings; /* "start_expiry=300s\n…": the build's switches; copied */
	const struct job_shelf *shelf; /* files by url or md5; borrowed */
	uint64_t seed;
	struct trace *trace; /* borrowed */
	const struct clock *clock;
	double room_c; /* 22 */
	double mains_v; /* 0: 110 */
	double noise_c; /* of the readings, rms; below 0: as the model has it */
	/* After how long without its build the machine boots it anew; 0: the usual 4 s,
	 * SIM_NEVER: it has no watchdog. */
	sim_ns watchdog;
	/* Each question to the plate sensor: how probably it misses an object, sees one where
	 * there is none, or cannot tell. All 0: it is perfect. */
	double sensor_misses, sensor_false_alarms, sensor_unavailable;
	struct printer_outlets outlets;
};

int printer_new(const struct printer_options *options, struct printer **ret_printer,
		struct sim_error *error);
void printer_free(struct printer *printer);

/* The earliest instant >= now at which something leaves it; SIM_NEVER: nothing will until
 * an input comes. Ask again after every input and every advance. */
sim_ns printer_due(struct printer *printer, sim_ns now);
/* Commits everything up to and including now, calling outlets and trace at the right
 * instants. now must not lie beyond printer_due(). */
void printer_advance(struct printer *printer, sim_ns now);

/* Inputs. Each first brings the machine to now. */
void printer_message(struct printer *printer, sim_ns now, const void *payload,
		     size_t length, trace_id cause);
void printer_online(struct printer *printer, sim_ns now, bool online, trace_id cause);
/* A person at the machine: answers a prompt, takes what lies on the plate, presses stop,
 * turns the power switch. who: "owner/007". */
void printer_answer(struct printer *printer, sim_ns now, int prompt, bool yes,
		    const char *who, trace_id cause);
void printer_take_object(struct printer *printer, sim_ns now, const char *who,
			 trace_id cause);
void printer_press_stop(struct printer *printer, sim_ns now, const char *who,
			trace_id cause);
void printer_power(struct printer *printer, sim_ns now, bool on, trace_id cause);
/* The switch of a heater sticks closed: full power while its supply is on. */
void printer_switch_sticks(struct printer *printer, sim_ns now, bool bed, trace_id cause);
/* Somebody sets another nozzle target (0 to 500 C) at the screen; builds take it in the
 * printing itself, and at rest (a preheat). */
void printer_turn_nozzle(struct printer *printer, sim_ns now, int target_c, trace_id cause);

/* Off now, and on again by itself after length (SIM_NEVER: somebody has to). */
void printer_power_cut(struct printer *printer, sim_ns now, sim_ns length,
		       trace_id cause);
/* Is the power on? Without it the machine has no network either: whoever holds its
 * connection lets it go. */
bool printer_powered(const struct printer *printer);

/* Faults of the machine itself (vocabulary: printers/faults.h). */
/* Its wall clock is off by so much (behind when negative) and gains ppm microseconds in each
 * second from now on. */
void printer_set_clock_skew(struct printer *printer, sim_ns now, sim_ns off, int64_t ppm,
			    trace_id cause);
enum plate_sensor_state {
	PLATE_SENSOR_WORKS,
	PLATE_SENSOR_UNAVAILABLE,
	PLATE_SENSOR_BLIND
};
void printer_set_plate_sensor(struct printer *printer, sim_ns now,
			      enum plate_sensor_state state, trace_id cause);

/* Its firmware hangs from now on, because a fault wants it: outputs stay as they are until
 * the watchdog boots it anew (options: watchdog). Nothing happens where none runs. */
void printer_hang(struct printer *printer, sim_ns now, trace_id cause);

/* The heat of it at now, to break something in (its faults, its mains; never a
 * temperature). */
struct heat;
struct heat *printer_heat(struct printer *printer, sim_ns now, trace_id cause);

/* Watches a true temperature, from now on: at the first step of the plant at which it is
 * above (or below) that one, the machine says heat.crossed, once. *ret_number: which one.
 * SIM_EINVAL: more than WATCHES_MAX are waiting. */
enum {
	WATCHES_MAX = 8
};
struct printer_watch {
	bool bed;   /* else the nozzle */
	bool above; /* else below */
	double c;
};
int printer_watch(struct printer *printer, sim_ns now, const struct printer_watch *watch,
		  trace_id cause, int *ret_number, struct sim_error *error);
/* Has that one come? */
bool printer_watch_came(const struct printer *printer, int number);

/* What a person standing before it sees. Brings it to now. */
struct printer_view {
	const char *state; /* "IDLE", "RUNNING", … as on its screen */
	bool printing;     /* something moves or heats for a job */
	int64_t task;      /* of the job on it, or that a prompt asks about; 0: none */
	char job[64];      /* its name */
	char file[40];     /* md5 */
	int objects;       /* on the plate */
	int prompt;        /* waiting on the screen, 0: none */
	bool asks_to_resume; /* that one: may the job that a power cut ended go on? */
	double nozzle_c, bed_c; /* true temperatures */
	trace_id start_event; /* firmware.start or .resumed of the job on it, or the last one */
};
void printer_look(struct printer *printer, sim_ns now, struct printer_view *ret_view);

/* Sums over the run, for the impact table. Wasted: printed onto an old object, into the
 * air, or purged. Reprints: starts of a file that had been started here before (the last
 * 64 are remembered). */
enum {
	IMPACT_PARTS = 4
};
struct printer_impact {
	double grams_printed, grams_wasted, metres_wasted, energy_j;
	double grams_over, grams_air; /* of the wasted ones */
	int starts, starts_on_object, reprints;
	int collisions, presses, laterals, printed_over;
	int damages, damaged[IMPACT_PARTS]; /* by printer_impact_part() */
	double heated_s;                    /* while any heater got power */
	double peak_nozzle_c, peak_bed_c;   /* true temperatures */
};
/* As of what has been said so far. */
void printer_impact(const struct printer *printer, struct printer_impact *ret_impact);
/* Brings it to now first. Like a look, it changes nothing. */
void printer_impact_at(struct printer *printer, sim_ns now,
		       struct printer_impact *ret_impact);
/* "nozzle", "front_cover", "plate", "cable"; NULL past the end. */
const char *printer_impact_part(int part);

/* Plant and firmware steps taken, for the benchmark. */
uint64_t printer_steps(const struct printer *printer);

#endif
