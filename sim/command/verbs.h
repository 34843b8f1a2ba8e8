/*
 * verbs.h - what jobjam can be told to do: one row a verb, one file each.
 */
#ifndef JOBJAM_COMMAND_VERBS_H
#define JOBJAM_COMMAND_VERBS_H

#include "sim/checks/exit_status.h"
#include "sim/command/options.h"

/* One bit a verb, so that an option's row can say which take it. */
enum verb_bit {
	VERB_RUN = 1 << 0,
	VERB_VERIFY = 1 << 1,
	VERB_WHY = 1 << 2,
	VERB_REPORT = 1 << 3,
	VERB_LIST = 1 << 4,
	VERB_CHECK = 1 << 5,
	VERB_FAULTS = 1 << 6,
	VERB_DOC = 1 << 7,
	VERB_DOCTOR = 1 << 8,
	VERB_INIT = 1 << 9,
	VERB_FIRMWARE = 1 << 10,
	VERB_PROXY = 1 << 11,
	VERB_CTL = 1 << 12,
	VERB_PROBE = 1 << 13,
};

struct verb {
	enum verb_bit bit;
	const char *name;
	const char *arguments; /* "SCENARIO…" */
	size_t least, most;    /* how many of them */
	const char *summary;   /* one line */
	const char *text;      /* paragraphs of its --help */
	enum exit_status (*run)(const struct options *options);
};

/* NULL past the end; in the order of --help. */
const struct verb *verb_at(size_t index);
const struct verb *verb_find(const char *name);

enum exit_status verb_run(const struct options *options);
enum exit_status verb_verify(const struct options *options);
enum exit_status verb_why(const struct options *options);
enum exit_status verb_report(const struct options *options);
enum exit_status verb_list(const struct options *options);
enum exit_status verb_check(const struct options *options);
enum exit_status verb_faults(const struct options *options);
enum exit_status verb_doc(const struct options *options);
enum exit_status verb_doctor(const struct options *options);
enum exit_status verb_init(const struct options *options);
enum exit_status verb_probe(const struct options *options);
enum exit_status verb_firmware(const struct options *options);
enum exit_status verb_proxy(const struct options *options);
enum exit_status verb_ctl(const struct options *options);

#endif
