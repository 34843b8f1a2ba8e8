/* sections.c - every table of the vocabulary, in the order in which the manual has them. */
#include "sim/script/room.h"

#include "net/fault.h"
#include "net/match.h"
#include "net/on.h"
#include "printers/classes.h"
#include "printers/faults.h"
#include "printers/model.h"
#include "printers/safeguards.h"
#include "sim/world/broker_faults.h"

/* A room that has one row. */
#define ONE_ROW(function, of)                                 \
	static const struct vocab_row *function(size_t index) \
	{                                                     \
		return index == 0 ? of() : NULL;              \
	}
ONE_ROW(scenario, plan_scenario_row)
ONE_ROW(printers, plan_printers_row)
ONE_ROW(machine, plant_machine_row)
ONE_ROW(cloud, cloud_row)
ONE_ROW(cloud_safeguards, cloud_safeguard_row)
ONE_ROW(owners, people_row)
ONE_ROW(owners_safeguards, people_safeguard_row)
ONE_ROW(send_jobs, people_send_row)
ONE_ROW(cancel_jobs, people_cancel_row)
ONE_ROW(pause_jobs, people_pause_row)
ONE_ROW(resume_jobs, people_resume_row)
ONE_ROW(send_gcode, people_gcode_row)
ONE_ROW(broker, plan_broker_row)
ONE_ROW(bridge, plan_bridge_row)
ONE_ROW(match, match_row)
ONE_ROW(on, net_on_row)
ONE_ROW(delay_answer, delay_row)
ONE_ROW(known_bad, known_bad_row)
ONE_ROW(job, job_row)
ONE_ROW(wait_until, wait_row)

/* All words of all classes but handles' faults, as rows without parameters. */
static const struct vocab_row *words(size_t index)
{
	const struct script_class *class;
	for (size_t c = 0; (class = script_class_at(c)) != NULL; c++) {
		if (index < class->n_words)
			return &class->words[index].row;
		index -= class->n_words;
	}
	return NULL;
}

/* Models and builds have names and a line each, but no parameters. */
enum {
	NAMED_MAX = 32
};

static const struct vocab_row *models(size_t index)
{
	static struct vocab_row rows[NAMED_MAX];
	const struct printer_model *model =
		index < NAMED_MAX ? printer_model_at(index) : NULL;
	if (model == NULL)
		return NULL;
	rows[index] = (struct vocab_row){.name = model->name, .summary = model->summary};
	return &rows[index];
}

static const struct vocab_row *cloud_builds(size_t index)
{
	static struct vocab_row rows[NAMED_MAX];
	const struct cloud_build *build =
		index < NAMED_MAX ? cloud_build_at(index) : NULL;
	if (build == NULL)
		return NULL;
	rows[index] = (struct vocab_row){.name = build->name, .summary = build->summary};
	return &rows[index];
}

static const struct vocab_row *kinds(size_t index)
{
	static struct vocab_row rows[N_TRACE_KINDS];
	if (index >= N_TRACE_KINDS)
		return NULL;
	enum trace_kind kind = (enum trace_kind)index;
	rows[index] = (struct vocab_row){.name = trace_kind_name(kind),
					 .summary = trace_kind_help(kind)};
	return &rows[index];
}

static const struct script_section SECTIONS[] = {
	{"functions", "What a scenario can say.", words},
	{"scenario", "Keys of scenario{ }.", scenario},
	{"printers", "Keys of a group in printers{ }.", printers},
	{"models", "Machines: printers { model = … }.", models},
	{"machine", "Keys of machine{ }, in SI units.", machine},
	{"printer safeguards",
	 "printers { safeguards = { … } } and --set printers.…=…; a build may lack some.",
	 printer_safeguard_at},
	{"printer faults",
	 "Methods of a fleet and of a printer: fleet[3]:power_cut { … }.",
	 printer_fault_row},
	{"cloud", "Keys of cloud{ }.", cloud},
	{"cloud builds", "cloud { build = … }.", cloud_builds},
	{"cloud safeguards", "cloud { safeguards = { … } } and --set cloud.…=….",
	 cloud_safeguards},
	{"service actions", "Methods of what cloud{ } returns.", service_row},
	{"owners", "Keys of owners{ }.", owners},
	{"owner safeguards", "owners { safeguards = { … } } and --set people.…=….",
	 owners_safeguards},
	{"send_jobs", "Keys of people:send_jobs{ }.", send_jobs},
	{"cancel_jobs", "Keys of people:cancel_jobs{ }.", cancel_jobs},
	{"pause_jobs", "Keys of people:pause_jobs{ }.", pause_jobs},
	{"resume_jobs", "Keys of people:resume_jobs{ }.", resume_jobs},
	{"send_gcode", "Keys of people:send_gcode{ }.", send_gcode},
	{"job", "Keys of job{ }, a sliced file.", job},
	{"broker", "Keys of broker{ }.", broker},
	{"bridge", "Keys of bridge{ }, a site with a broker of its own.", bridge},
	{"broker faults",
	 "What can happen to the broker's process: broker:restart { … }.",
	 broker_fault_row},
	{"faults", "Methods of a link: net.link \"cloud/command-a\":timeout().",
	 fault_row},
	{"match", "Keys that faults on packets take beside their own: which packets.",
	 match},
	{"net.on", "Keys of net.on{ } beside those of match, and a function.", on},
	{"delay", "Keys of the second argument of delay(), the answer.", delay_answer},
	{"packet",
	 "Fields of a packet, as functions of net.on see it and replace{ } changes it.",
	 packet_field_row},
	{"wait_until", "Keys of the second argument of wait_until.", wait_until},
	{"properties", "What expect.never and expect.sometimes can name.", property_row},
	{"known_bad", "Keys of known_bad{ }.", known_bad},
	{"kinds", "Kinds of events, as functions that judge see them, with their fields.",
	 kinds},
};

const struct script_section *script_section(size_t index)
{
	return index < WORD_COUNT(SECTIONS) ? &SECTIONS[index] : NULL;
}
