/*
 * motion.h - where the head goes, what it meets, and what becomes of the filament.
 *
 * A move is judged when it begins: the travel to its place, then what it does there. The
 * build's zero is the height at which it last touched something, so a build that touches
 * an old object thinks the plate is up there: it prints a copy on top, or beside it into
 * the air. Rules are of geometry, heat and speed alone.
 *
 *   press     the nozzle (or the head's body, or the rod) comes down on an object
 *   lateral   the head runs into an object's side: a well-held one stops the head (lost
 *             steps), another breaks loose and is dragged along; either way nothing
 *             holds what is printed afterwards
 *   over      printing begins on top of objects
 *
 * A press on something thinner than a millimetre with a nozzle above 180 C goes through to
 * the plate and may leave a scar there.
 *
 * A print that begins at a height (after a power cut) goes on with the object whose top is
 * there, within its own box, if that still holds: it grows. Without one its filament goes into
 * the air. A cooled part that has come off by itself is not modelled.
 *
 * Support of what is extruded: PLATE good; OBJECT a copy on top of an old object (wasted);
 * AIR spaghetti (wasted). Purge lines are wasted always, but ruin nothing.
 *
 * Estimates [E], all here: object stands at 4 N/cm2 of its foot, less when it is taller
 * than wide; the head stalls at 50 N; damage by a lateral hit 5 % at 100 mm/s rising to
 * 30 % at 500 mm/s, a torn cable 2 %, damage by a press 2 %; a scar by a hot press
 * 30 %; loose filament is noticed by a machine that watches after 5 to 15 minutes (the
 * others never notice: until the end, or until a person comes).
 */
#ifndef JOBJAM_PLANT_MOTION_H
#define JOBJAM_PLANT_MOTION_H

#include "printers/firmware/jobjam_firmware.h"
#include "printers/model.h"
#include "printers/plant/plate.h"
#include "sim/core/chance.h"

enum motion_support {
	SUPPORT_PLATE,
	SUPPORT_OBJECT,
	SUPPORT_AIR
};

struct motion {
	struct jobjam_fw_motion move; /* the present one */
	sim_ns began;
	double x_mm, y_mm; /* head */
	bool goes_on;      /* with what it was making before a pause */
	double zero_mm;    /* what the build takes for the plate, above the real one */
	bool zero_known;
	bool crashed; /* in this job: later moves of it are not judged again */
	uint32_t hit; /* boxes pressed in this job, one bit each */
	double probe_spread_mm;
	uint32_t sense; /* enum jobjam_fw_sense */
	/* the print of this job */
	bool printing;
	enum motion_support support;
	double x0, y0, x1, y1, base_mm, height_mm; /* height_mm: grown so far */
	int grows; /* number of the box that grows, from 1; 0: a new object comes */
	double nozzle_c;   /* true, set by whoever begins moves */
	double from_mm; /* at which a print begins, above the build's zero; set like that */
	sim_ns noticed_at; /* loose filament is seen; SIM_NEVER: nobody looks */
	double grams_good, grams_over, grams_air, grams_purged;
	double metres_good, metres_over, metres_air, metres_purged;
};

enum motion_contact_kind {
	CONTACT_PRESS,
	CONTACT_LATERAL,
	CONTACT_OVER
};

struct motion_contact {
	enum motion_contact_kind kind;
	const char *part; /* nozzle, head, rod: what touched */
	double speed_mm_s, object_mm;
	int64_t object_task;
	int objects;         /* OVER: how many */
	const char *damaged; /* nozzle, front_cover, plate; NULL */
	bool cable;          /* torn as well: that of the thermistor, else the heater's */
	bool thermistor;
};

enum {
	MOTION_CONTACTS_MAX = 4
};

void motion_init(struct motion *motion);
/* A new job: forgets crash, probing and what was extruded, not where the head stands. */
void motion_new_job(struct motion *motion);
/* Begins a move. May loosen objects. Returns how many contacts were written. */
int motion_begin(struct motion *motion, struct plate *plate,
		 const struct printer_model *model, const struct jobjam_fw_motion *move,
		 sim_ns now, struct chance *luck,
		 struct motion_contact ret_contacts[MOTION_CONTACTS_MAX]);
/* Lets dt of the present move pass: filament, height, what the camera sees. */
void motion_run(struct motion *motion, sim_ns from, sim_ns dt);
/* Filament through the hotend at this moment. */
double motion_flow_mm3_s(const struct motion *motion);
/* The job is over, however: what was printed becomes an object, or makes the one that it went
 * on with higher. Returns whether something was printed. */
bool motion_leave_object(struct motion *motion, struct plate *plate, int64_t task);
/* "homing", "probing", "purging", "printing", "parked". */
const char *motion_name(uint32_t kind);

#endif
