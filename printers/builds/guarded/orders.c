/* orders.c - what an order from far away may do: pausing and cooling always, heating by the
 * rules of a start. Nobody is asked: who stands before the machine can do it himself. */
#include "printers/builds/guarded/guard.h"

/* A line of G-code may set a target, and a resume goes on with one. */
static bool order_heats(const struct fw *fw, const struct fw_order *order)
{
	return order->kind == FW_RESUME || fw_order_heats_c(fw, order) > 0;
}

static bool order_is_expired(const struct fw *fw, const struct fw_order *order)
{
	return guard_is_expired(fw, order->sent_at_ms);
}

/* There is nobody to ask (confirm) when it comes unstamped. */
static bool order_is_unstamped(const struct fw *fw, const struct fw_order *order)
{
	return guard_on(fw, START_EXPIRY) && !guard_is_stamped(fw, order->sent_at_ms) &&
	       fw->values[UNSTAMPED].integer != UNSTAMPED_ACCEPT;
}

static bool order_was_seen(const struct fw *fw, const struct fw_order *order)
{
	return guard_on(fw, IDEMPOTENCY) && guard_is_stamped(fw, order->sent_at_ms) &&
	       order->sent_at_ms == guard_of(fw)->order_ms;
}

static bool order_is_superseded(const struct fw *fw, const struct fw_order *order)
{
	return guard_on(fw, SUPERSEDE) && guard_is_stamped(fw, order->sent_at_ms) &&
	       order->sent_at_ms < guard_of(fw)->order_ms;
}

static bool order_is_tripped(const struct fw *fw, const struct fw_order *order)
{
	bool forgets = guard_defects.heats_when_told && order->kind == FW_GCODE;
	return guard_on(fw, NO_REHEAT_WITHOUT_ACK) && guard_of(fw)->nv.trip != 0 &&
	       !forgets;
}

/* Somebody is asked about a job, and until then nothing heats. */
static bool order_is_asked(const struct fw *fw, const struct fw_order *order)
{
	(void)order;
	return guard_must_wait(fw) && !fw->s->busy;
}

static const struct {
	bool (*refuses)(const struct fw *fw, const struct fw_order *order);
	const char *reason;
} ORDER_RULES[] = {
	{order_was_seen, "seen"},          {order_is_expired, "expired"},
	{order_is_unstamped, "unstamped"}, {order_is_superseded, "superseded"},
	{order_is_tripped, "tripped"},     {order_is_asked, "busy"},
};

/* Without no_reheat_without_ack an order ends a fault as a start does. */
static void forget_fault(struct fw *fw)
{
	if (guard_of(fw)->nv.trip != 0 || fw->s->fault_code == 0)
		return;
	fw->s->fault_code = fw->s->alert = 0;
	fw->s->supply_off = false;
	guard_of(fw)->nv.supply_open = 0;
	guard_store(fw);
}

const char *guard_order(struct fw *fw, const struct fw_order *order)
{
	struct guard *guard = guard_of(fw);
	for (size_t i = 0;
	     order_heats(fw, order) && i < sizeof(ORDER_RULES) / sizeof(ORDER_RULES[0]);
	     i++)
		if (ORDER_RULES[i].refuses(fw, order))
			return ORDER_RULES[i].reason;
	if (guard_is_stamped(fw, order->sent_at_ms) &&
	    order->sent_at_ms > guard->order_ms)
		guard->order_ms = order->sent_at_ms;
	if (order_heats(fw, order)) {
		forget_fault(fw);
		guard->warmed = true;
	}
	return NULL;
}
