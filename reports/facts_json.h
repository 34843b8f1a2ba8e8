/*
 * facts_json.h - the facts about a run, as an object of JSON: in the header of
 * events.ndjson (only what two equal runs share) and in verdict.json (all).
 */
#ifndef JOBJAM_REPORTS_FACTS_JSON_H
#define JOBJAM_REPORTS_FACTS_JSON_H

#include "reports/emit.h"
#include "reports/run.h"

#define EVENTS_SCHEMA   "jobjam-events"
#define EVENTS_VERSION  1
#define VERDICT_SCHEMA  "jobjam-verdict"
#define VERDICT_VERSION 1

/* Members only, without the brackets. */
void facts_json_shared(struct emit *emit, const struct run_facts *facts);
/* What belongs to this execution: paths, the command, where the run ended. */
void facts_json_own(struct emit *emit, const struct run_facts *facts);

#endif
