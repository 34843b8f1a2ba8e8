/* motion.c - contacts of the head with what lies on the plate, and filament. */
#include "printers/plant/motion.h"

static const double FOOT_N_MM2 = 0.04; /* 4 N/cm2 */
static const double STALL_N = 50.0;
static const double PRESS_DAMAGE = 0.02, CABLE_TORN = 0.02;
static const double NOTICED_LEAST_S = 300.0, NOTICED_MOST_S = 900.0;
static const double THIN_MM = 1.0, MELTS_C = 180.0, SCAR = 0.3;
static const double TOUCH_MM = 0.3; /* less than this is a dirty plate, not an object */
static const double COPY_COVER =
	0.9; /* so much of the new foot must lie on the old top */
static const double SAME_TOP_MM = 0.6, SAME_EDGE_MM = 1.0; /* two layers; where it was */
static const double FILAMENT_MM2 = 2.405;                  /* 1.75 mm thick */
static const double DEBRIS_MM = 15.0; /* height of a nest of loose filament */

void motion_init(struct motion *motion)
{
	*motion = (struct motion){.x_mm = 65, .y_mm = 265, .noticed_at = SIM_NEVER};
}

void motion_new_job(struct motion *motion)
{
	struct motion fresh = {
		.move = motion->move,
		.began = motion->began,
		.x_mm = motion->x_mm,
		.y_mm = motion->y_mm,
		.noticed_at = SIM_NEVER,
	};
	*motion = fresh;
}

const char *motion_name(uint32_t kind)
{
	static const char *const NAMES[] = {
		[JOBJAM_FW_MOVE_PARKED] = "parked",  [JOBJAM_FW_MOVE_HOME_XY] = "homing",
		[JOBJAM_FW_MOVE_PURGE] = "purging",  [JOBJAM_FW_MOVE_WIPE] = "purging",
		[JOBJAM_FW_MOVE_HOME_Z] = "homing",  [JOBJAM_FW_MOVE_PROBE] = "probing",
		[JOBJAM_FW_MOVE_SCAN] = "probing",   [JOBJAM_FW_MOVE_PRIME] = "purging",
		[JOBJAM_FW_MOVE_PRINT] = "printing",
	};
	return kind < sizeof(NAMES) / sizeof(NAMES[0]) ? NAMES[kind] : "parked";
}

/* --- what part of the machine meets a box ---------------------------------------- */

/* How far above the nozzle's tip each part begins, and how wide it is. */
struct reach {
	const char *part;
	double above_mm, radius_mm;
};

static void reaches(const struct printer_model *model, struct reach ret_reaches[2])
{
	ret_reaches[0] = (struct reach){"nozzle", 0.0, model->nozzle_radius_mm};
	ret_reaches[1] =
		(struct reach){"head", model->nozzle_length_mm, model->head_radius_mm};
}

struct meeting {
	int box; /* -1: nothing */
	const char *part;
	double by_mm; /* how much too high the box is for that part at tip height z */
};

static void keep_worst(struct meeting *worst, int box, const char *part, double by_mm)
{
	if (by_mm > TOUCH_MM && by_mm > worst->by_mm)
		*worst = (struct meeting){box, part, by_mm};
}

/* Where the tip goes: along a line, or all over a rectangle. */
struct sweep {
	double x0, y0, x1, y1;
	bool area;
};

static struct sweep over_box(const struct jobjam_fw_motion *move)
{
	return (struct sweep){move->x0_mm, move->y0_mm, move->x1_mm, move->y1_mm, true};
}

/* The worst obstacle for a tip at height z_mm anywhere on its way. */
static struct meeting meet(const struct plate *plate, const struct printer_model *model,
			   const struct sweep *way, double z_mm)
{
	struct meeting worst = {.box = -1};
	struct reach reach[2];
	double front = (way->y0 < way->y1 ? way->y0 : way->y1) - model->rod_distance_mm;
	double back = (way->y0 < way->y1 ? way->y1 : way->y0) + model->rod_distance_mm;

	reaches(model, reach);
	for (int i = 0; i < plate->n; i++) {
		const struct plate_box *box = &plate->box[i];
		if (box->top <= z_mm)
			continue;
		double distance =
			way->area
				? plate_gap(box, way->x0, way->y0, way->x1, way->y1)
				: plate_distance(box, way->x0, way->y0, way->x1, way->y1);
		for (int part = 0; part < 2; part++)
			if (distance <= reach[part].radius_mm)
				keep_worst(&worst, i, reach[part].part,
					   box->top - z_mm - reach[part].above_mm);
		if (box->y1 > front && box->y0 < back)
			keep_worst(&worst, i, "rod",
				   box->top - z_mm - model->rod_height_mm);
	}
	return worst;
}

/* --- consequences ---------------------------------------------------------------- */

static double hold_n(const struct plate_box *box)
{
	double width = box->x1 - box->x0, depth = box->y1 - box->y0;
	double least = width < depth ? width : depth, high = box->top - box->base;
	double lever = high > least ? least / high : 1.0;
	return FOOT_N_MM2 * width * depth * lever * box->adhered;
}

static double lateral_damage(double speed_mm_s)
{
	double p = 0.05 + (speed_mm_s - 100.0) / 400.0 * 0.25;
	return p < 0.02 ? 0.02 : p > 0.35 ? 0.35 : p;
}

static void hurt_lateral(struct motion_contact *contact, struct chance *luck)
{
	/* All are drawn always, so that one outcome does not shift the next one's luck. */
	double hit = chance_unit(luck), which = chance_unit(luck),
	       cable = chance_unit(luck);
	if (hit < lateral_damage(contact->speed_mm_s))
		contact->damaged = which < 0.5   ? "nozzle"
				   : which < 0.9 ? "front_cover"
						 : "plate";
	contact->cable = cable < CABLE_TORN;
	contact->thermistor = cable < CABLE_TORN / 2; /* as likely as the heater's */
}

static struct motion_contact touch(const struct plate *plate,
				   const struct meeting *meeting,
				   enum motion_contact_kind kind, double speed_mm_s)
{
	const struct plate_box *box = &plate->box[meeting->box];
	return (struct motion_contact){
		.kind = kind,
		.part = meeting->part,
		.speed_mm_s = speed_mm_s,
		.object_mm = box->top,
		.object_task = box->task,
	};
}

static void lateral(struct motion *motion, struct plate *plate,
		    const struct meeting *meeting, double speed_mm_s, struct chance *luck,
		    struct motion_contact *ret_contact)
{
	struct plate_box *box = &plate->box[meeting->box];
	*ret_contact = touch(plate, meeting, CONTACT_LATERAL, speed_mm_s);
	hurt_lateral(ret_contact, luck);
	if (hold_n(box) > STALL_N)
		motion->sense |= JOBJAM_FW_SENSE_STALL;
	else
		box->adhered = 0.0;
	motion->crashed = true;
}

static bool press(struct motion *motion, const struct plate *plate,
		  const struct meeting *meeting, struct chance *luck,
		  struct motion_contact *ret_contact)
{
	uint32_t bit = UINT32_C(1) << meeting->box;
	motion->sense |= JOBJAM_FW_SENSE_FORCE;
	if (motion->hit & bit)
		return false; /* said once a job */
	motion->hit |= bit;
	*ret_contact = touch(plate, meeting, CONTACT_PRESS, 0.0);
	if (chance_unit(luck) < PRESS_DAMAGE)
		ret_contact->damaged = "nozzle";
	else if (meeting->by_mm < THIN_MM && motion->nozzle_c > MELTS_C &&
		 chance_unit(luck) < SCAR)
		ret_contact->damaged = "plate";
	return true;
}

/* --- moves ----------------------------------------------------------------------- */

struct context {
	struct motion *motion;
	struct plate *plate;
	const struct printer_model *model;
	struct chance *luck;
	struct motion_contact *contacts;
	int n;
};

/* To the move's place at its clearance. Before anything was touched the bed is low and
 * there is room for everything. */
static void travel(struct context *at, double x, double y)
{
	struct motion *motion = at->motion;
	if (motion->zero_known && !motion->crashed) {
		double z = motion->zero_mm + motion->move.z_mm;
		struct sweep way = {motion->x_mm, motion->y_mm, x, y, false};
		struct meeting meeting = meet(at->plate, at->model, &way, z);
		if (meeting.box >= 0)
			lateral(motion, at->plate, &meeting, motion->move.speed_mm_s,
				at->luck, &at->contacts[at->n++]);
	}
	motion->x_mm = x;
	motion->y_mm = y;
}

static void home_z(struct context *at)
{
	struct motion *motion = at->motion;
	travel(at, motion->move.x0_mm, motion->move.y0_mm);
	if (motion->crashed)
		return;
	struct sweep way = {motion->x_mm, motion->y_mm, motion->x_mm, motion->y_mm, true};
	struct meeting meeting = meet(at->plate, at->model, &way, 0.0);
	motion->zero_mm = meeting.box >= 0 ? meeting.by_mm : 0.0;
	motion->zero_known = true;
	if (meeting.box >= 0 &&
	    press(motion, at->plate, &meeting, at->luck, &at->contacts[at->n]))
		at->n++;
}

/* Touches all over the box: the zero becomes what is under it. */
static void probe(struct context *at)
{
	struct motion *motion = at->motion;
	const struct jobjam_fw_motion *move = &motion->move;
	double x = (move->x0_mm + move->x1_mm) / 2, y = (move->y0_mm + move->y1_mm) / 2;
	struct plate_under under;

	travel(at, x, y);
	if (motion->crashed)
		return;
	plate_under(at->plate, move->x0_mm, move->y0_mm, move->x1_mm, move->y1_mm,
		    &under);
	struct sweep way = over_box(move);
	struct meeting meeting = meet(at->plate, at->model, &way, 0.0);
	motion->zero_mm = meeting.box >= 0 ? meeting.by_mm : 0.0;
	motion->probe_spread_mm = under.covered < 1.0 ? motion->zero_mm : 0.0;
	if (meeting.box >= 0 &&
	    press(motion, at->plate, &meeting, at->luck, &at->contacts[at->n]))
		at->n++;
}

static bool near(double a, double b, double by)
{
	return a - b <= by && b - a <= by;
}

/* The object that a print at this height goes on with: its number, from 1; 0: none. */
static int goes_on_with(const struct motion *motion, const struct plate *plate,
			double from_mm)
{
	const struct jobjam_fw_motion *move = &motion->move;
	if (motion->from_mm <= 0.0 || motion->crashed)
		return 0;
	for (int i = 0; i < plate->n; i++) {
		const struct plate_box *box = &plate->box[i];
		if (near(box->top, from_mm, SAME_TOP_MM) && box->adhered > 0.0 &&
		    near(box->x0, move->x0_mm, SAME_EDGE_MM) &&
		    near(box->y0, move->y0_mm, SAME_EDGE_MM) &&
		    near(box->x1, move->x1_mm, SAME_EDGE_MM) &&
		    near(box->y1, move->y1_mm, SAME_EDGE_MM))
			return i + 1;
	}
	return 0;
}

static enum motion_support support(const struct motion *motion,
				   const struct plate_under *under)
{
	if (motion->crashed)
		return SUPPORT_AIR;
	if (motion->from_mm > 0.0)
		return motion->grows ? SUPPORT_PLATE : SUPPORT_AIR;
	if (motion->zero_mm <= TOUCH_MM)
		return SUPPORT_PLATE;
	return under->covered >= COPY_COVER && under->top >= motion->zero_mm - TOUCH_MM
		       ? SUPPORT_OBJECT
		       : SUPPORT_AIR;
}

static void print(struct context *at, sim_ns now)
{
	struct motion *motion = at->motion;
	const struct jobjam_fw_motion *move = &motion->move;
	struct plate_under under;
	double y = (move->y0_mm + move->y1_mm) / 2;

	motion->goes_on = motion->printing && motion->from_mm > 0.0;
	if (motion->goes_on) {
		motion->x_mm = (move->x0_mm + move->x1_mm) / 2;
		motion->y_mm = y;
		return;
	}
	double from = motion->zero_mm + motion->from_mm;
	int same = goes_on_with(motion, at->plate, from);

	/* The first layer: whatever stands higher than it beside or in the way. */
	struct sweep way = over_box(move);
	if (same && at->plate->box[same - 1].top > from)
		from = at->plate->box[same - 1].top; /* the head follows it up */
	struct meeting meeting = meet(at->plate, at->model, &way, from);
	if (meeting.box >= 0 && motion->zero_known && !motion->crashed)
		lateral(motion, at->plate, &meeting, move->speed_mm_s, at->luck,
			&at->contacts[at->n++]);
	motion->x_mm = (move->x0_mm + move->x1_mm) / 2;
	motion->y_mm = y;

	plate_under(at->plate, move->x0_mm, move->y0_mm, move->x1_mm, move->y1_mm,
		    &under);
	motion->printing = true;
	motion->grows = motion->crashed ? 0 : same;
	motion->support = support(motion, &under);
	motion->x0 = move->x0_mm;
	motion->y0 = move->y0_mm;
	motion->x1 = move->x1_mm;
	motion->y1 = move->y1_mm;
	motion->base_mm = motion->support == SUPPORT_OBJECT ? motion->zero_mm : 0.0;
	if (under.n > (motion->grows ? 1 : 0))
		at->contacts[at->n++] = (struct motion_contact){
			.kind = CONTACT_OVER,
			.part = "nozzle",
			.object_mm = under.top,
			.object_task = under.task,
			.objects = under.n,
		};
	double wait_s = NOTICED_LEAST_S +
			chance_unit(at->luck) * (NOTICED_MOST_S - NOTICED_LEAST_S);
	if (motion->support == SUPPORT_AIR && at->model->has_plate_sensor)
		motion->noticed_at = now + (sim_ns)(wait_s * 1e9);
}

int motion_begin(struct motion *motion, struct plate *plate,
		 const struct printer_model *model, const struct jobjam_fw_motion *move,
		 sim_ns now, struct chance *luck,
		 struct motion_contact ret_contacts[MOTION_CONTACTS_MAX])
{
	struct context at = {motion, plate, model, luck, ret_contacts, 0};
	motion->move = *move;
	motion->began = now;
	switch (move->kind) {
	case JOBJAM_FW_MOVE_HOME_Z:
		home_z(&at);
		break;
	case JOBJAM_FW_MOVE_PROBE:
		probe(&at);
		break;
	case JOBJAM_FW_MOVE_SCAN:
		travel(&at, (move->x0_mm + move->x1_mm) / 2,
		       (move->y0_mm + move->y1_mm) / 2);
		break;
	case JOBJAM_FW_MOVE_PRIME:
		travel(&at, move->x0_mm, move->y0_mm);
		motion->x_mm = move->x1_mm;
		break;
	case JOBJAM_FW_MOVE_PRINT:
		print(&at, now);
		break;
	default: /* beside the plate or with the bed low */
		motion->x_mm = 65;
		motion->y_mm = 265;
		break;
	}
	return at.n;
}

/* --- filament -------------------------------------------------------------------- */

double motion_flow_mm3_s(const struct motion *motion)
{
	return motion->move.feed_mm_s * FILAMENT_MM2;
}

/* The part of [from, from + dt) that lies within the move. */
static sim_ns within(const struct motion *motion, sim_ns from, sim_ns dt)
{
	sim_ns end = motion->began + (sim_ns)motion->move.duration_us * SIM_US;
	if (from >= end)
		return 0;
	return from + dt > end ? end - from : dt;
}

void motion_run(struct motion *motion, sim_ns from, sim_ns dt)
{
	if (motion->move.feed_mm_s > 0.0) {
		double metres =
			motion->move.feed_mm_s * (double)within(motion, from, dt) / 1e12;
		double grams = metres * motion->move.grams_per_m;
		bool print = motion->move.kind == JOBJAM_FW_MOVE_PRINT;
		double *to_metres =
			!print                              ? &motion->metres_purged
			: motion->support == SUPPORT_PLATE  ? &motion->metres_good
			: motion->support == SUPPORT_OBJECT ? &motion->metres_over
							    : &motion->metres_air;
		double *to_grams =
			!print                              ? &motion->grams_purged
			: motion->support == SUPPORT_PLATE  ? &motion->grams_good
			: motion->support == SUPPORT_OBJECT ? &motion->grams_over
							    : &motion->grams_air;
		*to_metres += metres;
		*to_grams += grams;
	}
	if (motion->printing && motion->move.kind == JOBJAM_FW_MOVE_PRINT) {
		double all = (double)motion->move.duration_us * 1e3;
		double share = all > 0 ? (double)(from + dt - motion->began) / all : 1.0;
		bool on_top = motion->grows || motion->goes_on;
		double there = on_top ? motion->from_mm : 0.0;
		motion->height_mm = there + (motion->move.z_mm - motion->from_mm) *
						    (share < 1.0 ? share : 1.0);
	}
	if (from + dt >= motion->noticed_at)
		motion->sense |= JOBJAM_FW_SENSE_SPAGHETTI;
}

/* false: it is not there any more. */
static bool grow(const struct motion *motion, struct plate *plate, double grams)
{
	if (motion->grows == 0 || motion->grows > plate->n)
		return false;
	struct plate_box *box = &plate->box[motion->grows - 1];
	if (box->top < motion->height_mm)
		box->top = motion->height_mm;
	box->grams += grams;
	return true;
}

bool motion_leave_object(struct motion *motion, struct plate *plate, int64_t task)
{
	double grams = motion->grams_good + motion->grams_over + motion->grams_air;
	if (!motion->printing || grams < 0.01)
		return false;
	motion->printing = false;
	if (grow(motion, plate, grams))
		return true;
	double height = motion->height_mm;
	if (motion->support == SUPPORT_AIR && height > DEBRIS_MM)
		height = DEBRIS_MM;
	plate_add(plate, &(struct plate_box){
				 .x0 = motion->x0,
				 .y0 = motion->y0,
				 .x1 = motion->x1,
				 .y1 = motion->y1,
				 .base = motion->base_mm,
				 .top = motion->base_mm + height,
				 .grams = grams,
				 .adhered = motion->support == SUPPORT_AIR ? 0.1 : 0.6,
				 .task = task,
			 });
	return true;
}
