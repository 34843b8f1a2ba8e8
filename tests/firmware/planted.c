/*
 * planted.c - third-party.c with one thing planted in it: -DPLANT_… says which. What goes
 * wrong in the middle of a print goes wrong in its fifth minute.
 */
#define jobjam_firmware good
#include "third-party.c"
#undef jobjam_firmware

#include <time.h>
#include <unistd.h>

static volatile int zero;
static double heat_c; /* whatever the job; a process has one machine */

#if defined(PLANT_EARLY)
#include <signal.h>
__attribute__((constructor)) static void early(void)
{
	kill(getppid(), SIGKILL); /* whoever loads it */
}
#endif

static int bad_step(struct jobjam_fw *fw, const struct jobjam_fw_sensors *in, uint64_t dt_us,
		    struct jobjam_fw_actuators *out)
{
	int status = step(fw, in, dt_us, out);
	if (fw->s.state != JOBJAM_FW_RUNNING || fw->s.ends_us - in->now_us > fw->s.file.print_us - 300000000)
		return status;
#if defined(PLANT_CRASH)
	*(int *)(long)zero = 1;
#elif defined(PLANT_LOOP)
	while (!zero)
		;
#elif defined(PLANT_OUTSIDE)
	memset(out, 0, 100000);
#elif defined(PLANT_STATUS)
	status = 99;
#elif defined(PLANT_SOCKET)
	close(dup(0)); /* a system call that it has no business with */
#endif
	return status;
}

static int bad_rx(struct jobjam_fw *fw, const void *payload, size_t length, uint64_t message)
{
#if defined(PLANT_HUGE)
	char text[16];
	memcpy(text, payload, length); /* as long as nobody sends more */
	zero = text[0] == 1;
#endif
#if defined(PLANT_OBEDIENT) /* whoever says it, whatever has happened */
	char order[300] = "";
	memcpy(order, payload, length < sizeof(order) ? length : 0);
	if (strstr(order, "M104"))
		heat_c = 60;
#endif
	return net_rx(fw, payload, length, message);
}

static int bad_event(struct jobjam_fw *fw, uint32_t event)
{
#if defined(PLANT_EAGER)
	heat_c = event ? 200 : 0;
#endif
	return net_event(fw, event);
}

static int bad_save(const struct jobjam_fw *fw, void *bytes, size_t *size)
{
	int status = save(fw, bytes, size);
#if defined(PLANT_FORGETS)
	if (bytes)
		((struct state *)bytes)->ends_us = 0;
#endif
	return status;
}

static int wake_step(struct jobjam_fw *fw, const struct jobjam_fw_sensors *in, uint64_t dt_us,
		     struct jobjam_fw_actuators *out)
{
	int status = bad_step(fw, in, dt_us, out);
#if defined(PLANT_WAKE)
	out->next_wake_us = in->now_us;
#endif
#if defined(PLANT_SIZE)
	out->size = 5;
#endif
	if (heat_c > 0) {
		out->nozzle_target_c = heat_c;
		out->nozzle_pwm = in->nozzle_c < heat_c;
		out->next_wake_us = in->now_us + 250000;
	}
#if defined(PLANT_HOT) /* what ends is kept warm for the next */
	if (fw->s.state == JOBJAM_FW_FINISH)
		out->nozzle_target_c = 150, out->nozzle_pwm = in->nozzle_c < 150;
#endif
#if defined(PLANT_CHANCE)
	out->bed_pwm += (double)(time(NULL) & 1) * 1e-9 + (double)((long)fw & 0xff0) * 1e-12;
#endif
	return status;
}

#if !defined(PLANT_SYMBOL)
#if defined(PLANT_ABI)
#define MAJOR 7
#else
#define MAJOR JOBJAM_FW_ABI_MAJOR
#endif
const struct jobjam_fw_api jobjam_firmware = {
	.size = sizeof(good), .abi_major = MAJOR, .get_info = get_info, .create = create,
	.step = wake_step, .net_rx = bad_rx, .net_event = bad_event, .user = user,
	.save = bad_save, .load = load, .destroy = destroy};
#endif
