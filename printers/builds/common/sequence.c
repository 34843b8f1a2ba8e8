/* sequence.c - a job from the first heat to the parked head, one row a stage. */
#include "printers/builds/common/fw.h"

/* Order and figures follow the public start sequences of X1- and P1-class machines: bed
 * heat first, purge 105 mm at 250 C, Z homing at the back edge with a hot nozzle (first
 * contact with the plate), cooling to 140 C, and on machines with a scanner a second
 * homing in the middle; then probing of the job's own first-layer box. A job that goes on
 * after a power cut homes at the back edge alone: what is there of it stands in the middle. */
enum wait {
	WAIT_TIME,
	WAIT_BED,
	WAIT_NOZZLE,
	WAIT_COOL
};

enum {
	T_SAME = -1, /* as it is */
	T_JOB = -2,  /* what the file says */
};

struct row {
	int stage; /* stg_cur */
	bool sensor_only;
	bool fresh_only; /* a job that goes on has its part where this would go */
	enum wait wait;
	double seconds; /* at least this long */
	double nozzle_c, bed_c;
	enum jobjam_fw_move move;
	double filament_mm;
};

static const struct row ROWS[] = {
	{2, false, false, WAIT_BED, 4, 75, T_JOB, JOBJAM_FW_MOVE_PARKED, 0},
	{13, false, false, WAIT_TIME, 10, T_JOB, T_SAME, JOBJAM_FW_MOVE_HOME_XY, 0},
	{7, false, false, WAIT_NOZZLE, 1, 250, T_SAME, JOBJAM_FW_MOVE_WIPE, 0},
	{7, false, false, WAIT_TIME, 31.5, 250, T_SAME, JOBJAM_FW_MOVE_PURGE, 105},
	{14, false, false, WAIT_TIME, 10, 200, T_SAME, JOBJAM_FW_MOVE_WIPE, 0},
	{13, false, false, WAIT_TIME, 12, 200, T_SAME, JOBJAM_FW_MOVE_HOME_Z, 0},
	{14, false, false, WAIT_COOL, 1, 140, T_SAME, JOBJAM_FW_MOVE_WIPE, 0},
	{13, true, true, WAIT_TIME, 12, 140, T_SAME, JOBJAM_FW_MOVE_HOME_Z, 0},
	{1, false, true, WAIT_TIME, 40, 140, T_SAME, JOBJAM_FW_MOVE_PROBE, 0},
	{9, true, true, WAIT_TIME, 20, 140, T_SAME, JOBJAM_FW_MOVE_SCAN, 0},
	{7, false, false, WAIT_NOZZLE, 1, T_JOB, T_SAME, JOBJAM_FW_MOVE_WIPE, 0},
	{8, false, true, WAIT_TIME, 6, T_JOB, T_SAME, JOBJAM_FW_MOVE_PRIME, 2.1},
	{0, false, false, WAIT_TIME, 0, T_JOB, T_SAME, JOBJAM_FW_MOVE_PRINT, 0},
};
enum {
	N_ROWS = sizeof(ROWS) / sizeof(ROWS[0]),
	PRINT_ROW = N_ROWS - 1,
	WARM_ROW = N_ROWS - 3 /* where a paused one goes on */
};

static const double PREPARE_S = 5;     /* fetching the file */
static const double CLEARANCE_MM = 10; /* Z+10 before each travel */
static const double TRAVEL_MM_S = 500;
static const double PRINT_MM_S = 200;
static const double FILAMENT_G_PER_M = 2.98; /* 1.75 mm PLA at 1.24 g/cm3 */

uint64_t fw_sequence_before_us(const struct fw *fw)
{
	const struct jobjam_fw_file *file = &fw->s->file;
	return fw->s->from_layer > 0 ? file->print_us * fw->s->from_layer / file->layers
				     : 0;
}

double fw_sequence_from_mm(const struct fw *fw)
{
	const struct jobjam_fw_file *file = &fw->s->file;
	return fw->s->from_layer > 0 ? file->height_mm * (double)fw->s->from_layer /
					       (double)file->layers
				     : 0.0;
}

static uint64_t step_us(const struct fw *fw)
{
	if (fw->s->step < 0)
		return (uint64_t)(PREPARE_S * 1e6);
	if (fw->s->step == PRINT_ROW)
		return fw->s->file.print_us - fw_sequence_before_us(fw);
	return (uint64_t)(ROWS[fw->s->step].seconds * 1e6);
}

static double or_now(double wanted, double now, double job)
{
	return wanted == T_SAME ? now : wanted == T_JOB ? job : wanted;
}

/* Where a move goes; boxes are in plate coordinates. */
static void aim(struct fw *fw, const struct row *row, struct jobjam_fw_motion *motion)
{
	const struct jobjam_fw_file *file = &fw->s->file;
	motion->z_mm = CLEARANCE_MM + fw_sequence_from_mm(fw);
	motion->speed_mm_s = TRAVEL_MM_S;
	switch (row->move) {
	case JOBJAM_FW_MOVE_HOME_Z:
		motion->x0_mm = motion->x1_mm = row->sensor_only
							? fw->bed_x_mm / 2
							: 135.0 / 256.0 * fw->bed_x_mm;
		motion->y0_mm = motion->y1_mm =
			row->sensor_only ? fw->bed_y_mm / 2 : fw->bed_y_mm - 3.0;
		break;
	case JOBJAM_FW_MOVE_PRIME:
		motion->x0_mm = 10.0;
		motion->x1_mm = 43.6;
		motion->y0_mm = motion->y1_mm = 1.0;
		break;
	case JOBJAM_FW_MOVE_PRINT:
	case JOBJAM_FW_MOVE_PROBE:
	case JOBJAM_FW_MOVE_SCAN:
		motion->x0_mm = file->x0_mm;
		motion->y0_mm = file->y0_mm;
		motion->x1_mm = file->x1_mm;
		motion->y1_mm = file->y1_mm;
		break;
	default:
		break;
	}
}

static void move(struct fw *fw, const struct row *row)
{
	struct fw_state *s = fw->s;
	struct jobjam_fw_motion motion = {.seq = s->motion.seq + 1, .kind = row->move};
	double filament_mm = row->filament_mm, seconds = row->seconds;

	aim(fw, row, &motion);
	if (row->move == JOBJAM_FW_MOVE_PRINT) {
		motion.z_mm = s->file.height_mm;
		motion.speed_mm_s = PRINT_MM_S;
		filament_mm = s->file.metres * 1000.0;
		seconds = (double)step_us(fw) / 1e6;
		filament_mm *= seconds / ((double)s->file.print_us / 1e6);
	}
	motion.duration_us = (uint64_t)(seconds * 1e6);
	motion.feed_mm_s = seconds > 0 ? filament_mm / seconds : 0;
	motion.grams_per_m =
		s->file.metres > 0 ? s->file.grams / s->file.metres : FILAMENT_G_PER_M;
	s->motion = motion;
}

static void park(struct fw *fw)
{
	uint32_t seq = fw->s->motion.seq + 1;
	fw->s->motion =
		(struct jobjam_fw_motion){.seq = seq, .kind = JOBJAM_FW_MOVE_PARKED};
}

static void enter(struct fw *fw, int step)
{
	struct fw_state *s = fw->s;
	while ((ROWS[step].sensor_only && !fw->has_plate_sensor) ||
	       (ROWS[step].fresh_only && s->from_layer > 0))
		step++;
	const struct row *row = &ROWS[step];
	s->step = step;
	s->step_began_us = s->now_us;
	s->state = JOBJAM_FW_RUNNING;
	s->stage = row->stage;
	fw_set_targets(fw, or_now(row->nozzle_c, s->nozzle.target_c, s->file.nozzle_c),
		       or_now(row->bed_c, s->bed.target_c, s->file.bed_c));
	s->part_fan = row->wait == WAIT_COOL ? 1.0 : 0.0;
	move(fw, row);
	fw_report_soon(fw);
}

void fw_sequence_begin(struct fw *fw)
{
	struct fw_state *s = fw->s;
	s->step = -1;
	s->step_began_us = s->now_us;
	s->state = JOBJAM_FW_PREPARE;
	s->stage = 0;
	s->layer = s->from_layer;
	s->percent = s->from_layer > 0 ? s->percent : 0;
	park(fw);
}

static bool step_over(const struct fw *fw)
{
	const struct fw_state *s = fw->s;
	if (s->now_us - s->step_began_us < step_us(fw))
		return false;
	if (s->step < 0)
		return true;
	switch (ROWS[s->step].wait) {
	case WAIT_BED:
		return fw->sensors->bed_c >= s->bed.target_c - 1.0;
	case WAIT_NOZZLE:
		return fw->sensors->nozzle_c >= s->nozzle.target_c - 1.0;
	case WAIT_COOL:
		return fw->sensors->nozzle_c <= s->nozzle.target_c + 2.0;
	case WAIT_TIME:
		break;
	}
	return true;
}

static void progress(struct fw *fw)
{
	struct fw_state *s = fw->s;
	uint64_t done = s->now_us - s->step_began_us + fw_sequence_before_us(fw);
	uint64_t all = s->file.print_us;
	double share = all > 0 && done < all ? (double)done / (double)all : 1.0;
	uint32_t percent = (uint32_t)(share * 100.0);

	s->layer = (uint32_t)(share * (double)s->file.layers);
	s->part_fan = s->layer >= 1 ? 1.0 : 0.0;
	/* Each percent would be a message of its own on a short job; the periodic report
	 * carries it otherwise. */
	if (percent / 5 != s->percent / 5)
		fw_report_soon(fw);
	s->percent = percent;
}

void fw_sequence_run(struct fw *fw)
{
	struct fw_state *s = fw->s;
	if (!s->busy || s->paused)
		return;
	if (fw_sequence_printing(fw))
		progress(fw);
	if (s->pausing && fw_sequence_printing(fw) && s->layer > 0) {
		fw_sequence_pause(fw);
		return;
	}
	if (fw->sensors->flags & JOBJAM_FW_SENSE_SPAGHETTI) {
		fw_end(fw, "failed", "spaghetti", 0x0C000300);
		return;
	}
	if (!step_over(fw))
		return;
	if (s->step == PRINT_ROW) {
		s->layer = s->file.layers;
		s->percent = 100;
		fw_end(fw, "finished", "", 0);
		return;
	}
	enter(fw, s->step + 1);
}

bool fw_sequence_printing(const struct fw *fw)
{
	return fw->s->busy && !fw->s->paused && fw->s->step == PRINT_ROW;
}

void fw_sequence_pause(struct fw *fw)
{
	struct fw_state *s = fw->s;
	s->pausing = false;
	s->paused = true;
	s->from_layer = s->layer;
	s->state = JOBJAM_FW_PAUSE;
	s->part_fan = 0.0;
	park(fw);
	fw_report_soon(fw);
}

void fw_sequence_go_on(struct fw *fw)
{
	fw->s->paused = false;
	enter(fw, WARM_ROW);
}

/* Control ticks: 250 ms on the way to a temperature, 1 s and 2 s when nothing changes. */
uint64_t fw_sequence_wake(const struct fw *fw)
{
	const struct fw_state *s = fw->s;
	if (!s->busy) /* a preheat must be controlled, too */
		return s->nozzle.target_c > 0 || s->bed.target_c > 0 ? s->now_us + FW_S
								     : JOBJAM_FW_NEVER;
	if (s->paused)
		return s->now_us + (fw_heat_steady(fw) ? 2 * FW_S : FW_S);
	uint64_t end = s->step_began_us + step_us(fw);
	uint64_t tick = FW_S / 4;
	if (s->step < 0)
		tick = FW_S;
	else if (s->step == PRINT_ROW)
		tick = fw_heat_steady(fw) ? 2 * FW_S : FW_S;
	uint64_t wake = s->now_us + tick;
	return end > s->now_us && end < wake ? end : wake;
}
