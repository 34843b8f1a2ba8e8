/*
 * odd_build.h - builds that go wrong: compiled here from a text, with something planted in
 * it by macros. Include it in one file of a test.
 *
 *	MISCHIEF  done in each step once AFTER (100) of them have been, one each second
 *	CREATE    done in create()
 *	EARLY     done in a constructor
 */
#ifndef JOBJAM_TESTS_ODD_BUILD_H
#define JOBJAM_TESTS_ODD_BUILD_H

#include "tests/unit/printers/rig.h"

#include <unistd.h>

static char dir[64];

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/jobjam-remote-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	(void)state;
	char path[128];
	snprintf(path, sizeof(path), "%s/build.c", dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/build.so", dir);
	unlink(path);
	return rmdir(dir);
}

/* A build that ticks each second once it is online, and does `mischief` when its number of
 * steps has reached `after` (which its saved state carries). */
static const char SOURCE[] =
	"#include \"printers/firmware/jobjam_firmware.h\"\n"
	"#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n"
	"#include <sys/socket.h>\n#include <sys/prctl.h>\n#include <sys/syscall.h>\n"
	"#include <fcntl.h>\n#include <signal.h>\n"
	"struct jobjam_fw { const struct jobjam_fw_host *host; unsigned steps; int on; };\n"
	"static volatile int nothing;\n"
	"static const struct jobjam_fw_info *info(void) { static const struct jobjam_fw_info "
	"i = {.size = sizeof(i), .abi_major = 1, .caps = 1, .name = \"mine\", .version = "
	"\"9\", .about = \"\"}; return &i; }\n"
	"static int create(const struct jobjam_fw_host *h, const struct jobjam_fw_config *c, "
	"uint64_t t, struct jobjam_fw **f) { *f = calloc(1, sizeof(**f)); (*f)->host = h; "
	"(void)c; (void)t; CREATE return 0; }\n"
	"static int step(struct jobjam_fw *f, const struct jobjam_fw_sensors *s, uint64_t d, "
	"struct jobjam_fw_actuators *a) { (void)d; f->steps += f->on; memset((char *)a + 4, "
	"0, a->size - 4); a->nozzle_pwm = 0.5; a->next_wake_us = f->on ? s->now_us + 1000000 "
	": JOBJAM_FW_NEVER; if (f->steps > AFTER) { MISCHIEF } return 0; }\n"
	"static int rx(struct jobjam_fw *f, const void *p, size_t n, uint64_t m) { (void)f; "
	"(void)p; (void)n; (void)m; f->host->net_tx(f->host->arg, \"{}\", 2, 0, 0, m); "
	"return 0; }\n"
	"static int ev(struct jobjam_fw *f, uint32_t e) { f->on = e == 1; return 0; }\n"
	"static int us(struct jobjam_fw *f, uint32_t e, uint32_t a) { (void)f; (void)e; "
	"(void)a; return 0; }\n"
	"static int save(const struct jobjam_fw *f, void *b, size_t *n) { if (b) memcpy(b, f, "
	"sizeof(*f)); *n = sizeof(*f); return 0; }\n"
	"static int load(struct jobjam_fw *f, const void *b, size_t n) { const struct "
	"jobjam_fw_host *h = f->host; memcpy(f, b, n); f->host = h; return 0; }\n"
	"static void gone(struct jobjam_fw *f) { free(f); }\n"
	"__attribute__((constructor)) static void early(void) { EARLY }\n"
	"const struct jobjam_fw_api jobjam_firmware = {sizeof(jobjam_firmware), MAJOR, 0, 0, "
	"info, create, step, rx, ev, us, save, load, gone};\n";

static const char *compile(const char *flags)
{
	static char path[128];
	char command[700];
	snprintf(path, sizeof(path), "%s/build.c", dir);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(SOURCE, file);
	fclose(file);
	snprintf(command, sizeof(command),
		 "cc -std=c11 -D_GNU_SOURCE -O1 -w -I. -shared -fPIC -DMAJOR=1 -DCREATE= -DEARLY= "
		 "-DAFTER=100 %s -o %s/build.so %s",
		 flags, dir, path);
	assert_int_equal(system(command), 0);
	snprintf(path, sizeof(path), "%s/build.so", dir);
	return path;
}

static void begin(struct rig *rig, const char *flags)
{
	rig_isolation = FIRMWARE_AUTO; /* a path: a process of its own */
	rig_init(rig, "p1p", compile(flags), NULL);
	rig_isolation = FIRMWARE_INSIDE;
}

static void it_dies(const char *flags, const char *how, const char *detail)
{
	struct rig rig;
	begin(&rig, flags);
	rig_until(&rig, 99 * SIM_S);
	assert_null(rig_last(&rig, KIND_FIRMWARE_CRASHED));
	rig_until(&rig, 103 * SIM_S);
	const struct trace_event *event = rig_last(&rig, KIND_FIRMWARE_CRASHED);
	assert_non_null(event);
	assert_string_equal(trace_text(event, "how", ""), how);
	assert_string_equal(trace_text(event, "detail", ""), detail);
	assert_string_equal(trace_text(event, "call", ""), "step");
	assert_false(trace_bool(event, "asked", true));
	assert_true(event->t >= 99 * SIM_S && event->t <= 101 * SIM_S);
	rig_fini(&rig);
}

#endif
