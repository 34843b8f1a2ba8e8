/* verbs.c - the table of verbs. */
#include "sim/command/verbs.h"

#include <string.h>

#define MANY SIZE_MAX

static const struct verb verbs[] = {
	{VERB_RUN, "run", "SCENARIO...", 0, MANY,
	 "live through scenarios and say which promises held",
	 "Each scenario is run against a real broker in virtual time. What happened is written\n"
	 "to DIR/<scenario>/<variant>/; the variant is named after the builds, the seed and the\n"
	 "settings that differ from the file's own, and DIR/<scenario>/latest leads to the newest.\n"
	 "A folder stands for the scenarios in it, and a bare name for a shipped scenario.\n"
	 "With --filter or --shard and no name, the shipped scenarios are meant. With several\n"
	 "--broker each is run and judged, and then told where their stories part and what differs\n"
	 "in harm.",
	 verb_run},
	{VERB_VERIFY, "verify", "SCENARIO...", 0, MANY,
	 "run twice and compare event by event",
	 "Runs each scenario twice, in fresh processes and with the full trace, and compares\n"
	 "events.ndjson line by line. The first line that differs is printed as both runs have\n"
	 "it, with the chain of causes that led there, and the exit status is 5. Whether promises\n"
	 "were kept does not matter here; scripts that fail do.\n"
	 "With --against RUN the scenario runs once and is compared with that recording; if what\n"
	 "is verified is itself a run directory, the two recordings are compared.",
	 verb_verify},
	{VERB_PROXY, "proxy", "[SCRIPT.lua]", 0, 1,
	 "the fault layer alone, live, between real clients and a real broker",
	 "Clients connect to --listen instead of the broker; what they say is passed on to\n"
	 "--upstream, byte for byte, as long as no fault is set. Addresses: 127.0.0.1:1884,\n"
	 "[::1]:1884, unix:/path, and with tls: before them for TLS that ends here.\n"
	 "A client's link is called client/<client id>, or conn/<n> when its CONNECT has none.\n"
	 "The script knows net.link, at, after, every, wait, wait_until and note, in real time;\n"
	 "jobjam ctl does the same from outside. It ends with SIGINT, SIGTERM or jobjam ctl\n"
	 "stop, prints a receipt for each fault, and the status of an end that was asked for is 0.",
	 verb_proxy},
	{VERB_CTL, "ctl", "SOCKET|PORT COMMAND...", 2, SIZE_MAX,
	 "faults listed, armed, lifted and released while a proxy runs",
	 "PORT is the one that a proxy of yours on this machine listens on; SOCKET the path of its\n"
	 "control socket. jobjam ctl PORT help lists the commands, for instance\n"
	 "  jobjam ctl 1884 arm \"client/printer-*\" drop type=PUBACK first=3\n"
	 "  jobjam ctl 1884 receipts",
	 verb_ctl},
	{VERB_WHY, "why", "RUN ACTOR|EVENT", 2, 2,
	 "why did (or did not) this printer start: the chain of causes",
	 "RUN is a run directory, a file that jobjam proxy --record wrote (*.ndjson), or the name\n"
	 "of a scenario whose newest run is meant. ACTOR is a\n"
	 "name as it stands in the trace (printer/007, owner/007); EVENT the number of an event,\n"
	 "whose causes are told from the first one on.",
	 verb_why},
	{VERB_REPORT, "report", "RUN", 1, 1, "write the reports of a recorded run anew",
	 "Reads events.ndjson and verdict.json of a run directory (or of a scenario's newest run)\n"
	 "and writes every report beside them again.",
	 verb_report},
	{VERB_LIST, "list", "[SCENARIO...]", 0, MANY,
	 "scenarios, with name and what they are about",
	 "Without arguments: the shipped ones. A file that does not load is named with its error,\n"
	 "and the exit status is then 2.",
	 verb_list},
	{VERB_CHECK, "check", "[SCENARIO...]", 0, MANY,
	 "load scenarios without running them",
	 "Says what was found: printers, people, expectations, and at which instants the script\n"
	 "acts. Without arguments: the shipped scenarios.",
	 verb_check},
	{VERB_FAULTS, "faults", "[NAME]", 0, 1,
	 "what can be done to a link, with parameters",
	 "With a name: that fault alone, with every parameter, its unit and its range.",
	 verb_faults},
	{VERB_DOC, "doc", "[NAME]", 0, 1,
	 "the whole vocabulary of scenarios, as Markdown",
	 "With a name: the entries of that name alone (a function, a fault, a property, a\n"
	 "safeguard, a model).",
	 verb_doc},
	{VERB_DOCTOR, "doctor", "", 0, 0,
	 "can this machine do it: broker, shim, limits, time zones",
	 "Every line says ok or problem, and with a problem what to do about it.",
	 verb_doctor},
	{VERB_PROBE, "probe", "[BROKER]", 0, 1,
	 "what this broker can do, by asking it",
	 "BROKER is a mosquitto binary or its name, or exec:COMMAND with {socket} or {port}. Each\n"
	 "question is put to a fresh broker in virtual time by raw connections: protocol levels, delivery,\n"
	 "sessions and queues, how connections end, and what comes of packets that nobody may send.\n"
	 "mqtt://HOST:PORT is a broker that runs already, and is asked in real time (some two\n"
	 "minutes); names of sessions and topics are the probe's own, and sessions are taken back.\n"
	 "With --json as JSON. The status is 4 when a question ended the broker, 2 when nobody\n"
	 "answers or it is no MQTT.",
	 verb_probe},
	{VERB_FIRMWARE, "firmware", "check BUILD", 2, 2,
	 "does a firmware build keep to the ABI: a table of checks",
	 "BUILD is a path to a .so, or the name of a shipped build. Each check runs in a process\n"
	 "of its own, so a build that crashes or loops fails that check and no other. What did\n"
	 "not hold is told with what was seen and what to do; the exit status is then 1. It is 2\n"
	 "when there is no such file.",
	 verb_firmware},
	{VERB_INIT, "init", "NAME", 1, 1,
	 "a new scenario, and definitions for the editor",
	 "Writes NAME.lua, and, where they are not there yet, jobjam.defs.lua and .luarc.json for\n"
	 "the Lua language server. Nothing that exists is overwritten.",
	 verb_init},
};

const struct verb *verb_at(size_t index)
{
	return index < sizeof(verbs) / sizeof(verbs[0]) ? &verbs[index] : NULL;
}

const struct verb *verb_find(const char *name)
{
	const struct verb *verb;

	for (size_t i = 0; (verb = verb_at(i)); i++) {
		if (strcmp(verb->name, name) == 0)
			return verb;
	}
	return NULL;
}
