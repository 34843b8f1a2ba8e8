/* What a receipt counts, beside a recording made at both ends of the link by sockets that
 * know nothing of our codec: which packets are missing at the far end, and which are there
 * that nobody sent. */
#include "net/inside.h"
#include "tests/unit/net/peer.h"

#include <sys/un.h>

enum {
	PACKETS_MAX = 256,
	ROUNDS = 6
};

/* One direction: what went in and what came out. */
struct tape {
	struct bytes in, out;
};
static struct tape up, down;
static int fd; /* the client's end */

struct piece {
	const uint8_t *bytes;
	size_t length;
	bool paired;
};

/* Type and length, as any reader of the standard would find them (2.1). */
static size_t cut_up(const struct bytes *tape, struct piece pieces[PACKETS_MAX])
{
	const uint8_t *at = bytes_data(tape), *end = at + bytes_length(tape);
	size_t n = 0;
	while (at < end) {
		size_t length = 0, head = 1;
		do
			length |= (size_t)(at[head] & 0x7f) << (7 * (head - 1));
		while (at[head++] & 0x80);
		assert_true(n < PACKETS_MAX && at + head + length <= end);
		pieces[n++] = (struct piece){at, head + length, false};
		at += head + length;
	}
	return n;
}

struct difference {
	size_t missing, missing_bytes, extra, extra_bytes;
	bool reordered;
};

static void compare(const struct tape *tape, struct difference *sum)
{
	struct piece in[PACKETS_MAX], out[PACKETS_MAX];
	size_t n_in = cut_up(&tape->in, in), n_out = cut_up(&tape->out, out), last = 0;
	for (size_t i = 0; i < n_in; i++) {
		size_t k = 0;
		while (k < n_out && (out[k].paired || out[k].length != in[i].length ||
				     memcmp(out[k].bytes, in[i].bytes, in[i].length)))
			k++;
		if (k == n_out) {
			sum->missing++;
			sum->missing_bytes += in[i].length;
			continue;
		}
		out[k].paired = true;
		if (in[i].length == 2) /* pings are all the same */
			continue;
		sum->reordered |= k < last;
		last = k;
	}
	for (size_t k = 0; k < n_out; k++) {
		sum->extra += !out[k].paired;
		sum->extra_bytes += out[k].paired ? 0 : out[k].length;
	}
}

/* --- both ends -------------------------------------------------------------------- */

static void listen_at_both_ends(void)
{
	uint8_t buffer[4096];
	ssize_t n;
	settle();
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		assert_true(bytes_add(&down.out, buffer, (size_t)n));
	for (size_t i = 0; i < w.n_peers; i++) {
		struct bytes *seen = &w.peers[i].seen;
		assert_true(bytes_add(&up.out, bytes_data(seen), bytes_length(seen)));
		bytes_clear(seen);
	}
}

static void client_says(const void *bytes, size_t length)
{
	assert_true(bytes_add(&up.in, bytes, length));
	assert_int_equal(write(fd, bytes, length), length);
	listen_at_both_ends();
}

static void broker_says(const void *bytes, size_t length)
{
	assert_true(bytes_add(&down.in, bytes, length));
	assert_int_equal(write(w.peers[0].fd, bytes, length), length);
	listen_at_both_ends();
}

#define SAY(who, ...)                                 \
	do {                                          \
		const uint8_t said[] = {__VA_ARGS__}; \
		who##_says(said, sizeof(said));       \
	} while (0)

static void begin(void)
{
	const struct sockaddr_un nowhere = {.sun_family = AF_UNIX, .sun_path = "/b"};
	w.silent = true;
	stream_expect(&net_link(w.net, "a")->door);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	stream_expect(NULL);
	assert_int_equal(connect(fd, (const struct sockaddr *)&nowhere, sizeof(nowhere)),
			 0);
	settle();
}

/* A session in 3.1.1, a second to each round. Nobody listens to anybody: what is said is
 * the same whatever arrives. */
static void converse(void)
{
	SAY(client, 0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 1, 'r');
	SAY(broker, 0x20, 2, 0, 0);
	SAY(client, 0x82, 6, 0, 9, 0, 1, 't', 1);
	SAY(broker, 0x90, 3, 0, 9, 1);
	for (uint8_t i = 1; i <= ROUNDS; i++) {
		SAY(client, 0x32, 8, 0, 1, 't', 0, i, 'u', 'p', i);
		SAY(broker, 0x40, 2, 0, i);
		SAY(broker, 0x32, 10, 0, 1, 't', 0, i, 'd', 'o', 'w', 'n', i);
		SAY(client, 0x40, 2, 0, i);
		SAY(client, 0xc0, 0);
		SAY(broker, 0xd0, 0);
		run_to(w.clock.now + SIM_S);
		listen_at_both_ends();
	}
	run_to(w.clock.now + SIM_MIN);
	listen_at_both_ends();
}

/* --- the table -------------------------------------------------------------------- */

/* So many packets of each that was affected are missing at the far end, or are there in
 * addition; affected: what the receipt must say. */
static const struct {
	const char *fault, *options;
	size_t affected, missing, extra;
	bool reordered;
} cases[] = {
	{"drop", "type=PUBACK", 2 * ROUNDS, 1, 0, false},
	{"drop", "type=PUBLISH dir=up every=2", ROUNDS / 2, 1, 0, false},
	{"delay", "type=PUBLISH by=10s", 2 * ROUNDS, 0, 0, false},
	{"delay", "type=PUBLISH by=10s overtake=true", 2 * ROUNDS, 0, 0, true},
	{"duplicate", "type=PUBLISH dir=down", ROUNDS, 0, 1, false},
	{"duplicate", "type=PUBACK copies=3", 2 * ROUNDS, 0, 3, false},
	{"duplicate", "type=PUBLISH dir=up new_id=true", ROUNDS, 0, 1, false},
	{"hold", "type=PUBLISH", 2 * ROUNDS, 1, 0, false},
	{"reorder", "type=PUBLISH dir=up window=3", ROUNDS, 0, 0, true},
	{"replay", "type=PUBLISH dir=up after=10s", ROUNDS, 0, 1, false},
	{"rewrite", "set_retain=true", 2 * ROUNDS, 1, 1, false},
	{"rewrite", "set_payload_bytes=1 dir=down", ROUNDS, 1, 1, false},
	{"rewrite", "set_keepalive=1", 1, 1, 1, false},
	{"rewrite", "set_level=6", 1, 1, 1, false},
	{"retarget", "to=elsewhere", 2 * ROUNDS, 1, 1, false},
	{"forge", "packet=ack toward=client how=instead type=PUBLISH dir=up", ROUNDS, 1,
	 1, false},
	{"forge", "packet=PINGRESP toward=client how=after type=PUBACK dir=up", ROUNDS, 0,
	 1, false},
	{"forge", "packet=DISCONNECT toward=broker how=before type=PUBLISH copies=2",
	 2 * ROUNDS, 0, 2, false},
	{"connect_twice", "", 1, 0, 1, false},
	{"session_wiped", "times=1", 1, 0, 0, false}, /* it was clean already */
	{"session_resurrected", "", 1, 1, 1, false},
	{"client_id_collides", "with=x", 1, 1, 1, false},
	{"connack_lost", "", 1, 1, 0, false},
	{"connack_twice", "", 1, 0, 1, false},
	{"session_claimed", "", 1, 1, 1, false},
	{"connack_code", "code=5", 1, 1, 1, false},
	{"retain", "dir=up", ROUNDS, 1, 1, false},
	{"qos_changed", "to=0 dir=down", ROUNDS, 1, 1, false},
	{"payload_truncated", "to=0", 2 * ROUNDS, 1, 1, false},
	{"false_delivery", "", ROUNDS, 1, 1, false},
	{"puback_lost", "", ROUNDS, 1, 0, false},
	{"withhold", "dir=up", ROUNDS, 1, 0, false},
	{"ack_late", "by=3s", 2 * ROUNDS, 0, 0, true},
	{"ack_twice", "dir=down", ROUNDS, 0, 1, false},
	{"ack_wrong_id", "dir=up", ROUNDS, 1, 1, false},
	{"subscription_refused", "", 1, 1, 1, false},
	{"subscription_believed", "", 1, 1, 1, false},
	{"suback_lost", "", 1, 1, 0, false},
	{"starve_ping", "", ROUNDS, 1, 0, false},
	{"pong_lost", "", ROUNDS, 1, 0, false},
	{"forged_pongs", "", ROUNDS, 1, 1, false},
};

static void check_case(size_t index)
{
	struct difference is = {0};
	size_t n = cases[index].affected, missing = n * cases[index].missing;
	begin();
	struct fault *fault = arm("a", cases[index].fault, cases[index].options);
	converse();
	struct receipt receipt = receipt_of(fault);
	compare(&up, &is);
	compare(&down, &is);
	if (receipt.affected != n || is.missing != missing ||
	    is.extra != n * cases[index].extra || is.reordered != cases[index].reordered)
		fail_msg(
			"%s { %s }: the receipt says %llu affected; recorded: %zu missing, "
			"%zu in addition%s",
			cases[index].fault, cases[index].options,
			(unsigned long long)receipt.affected, is.missing, is.extra,
			is.reordered ? ", out of order" : "");
	if (missing > 0 && receipt.bytes != is.missing_bytes)
		fail_msg("%s { %s }: the receipt says %llu bytes; recorded: %zu",
			 cases[index].fault, cases[index].options,
			 (unsigned long long)receipt.bytes, is.missing_bytes);
}

static void receipts_say_what_was_recorded_at_both_ends(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(world_setup(state), 0);
		check_case(i);
		close(fd);
		world_teardown(state);
		bytes_fini(&up.in);
		bytes_fini(&up.out);
		bytes_fini(&down.in);
		bytes_fini(&down.out);
	}
}

static void without_a_fault_both_ends_recorded_the_same(void **state)
{
	struct difference is = {0};
	(void)state;
	begin();
	converse();
	compare(&up, &is);
	compare(&down, &is);
	assert_int_equal(is.missing + is.extra, 0);
	assert_false(is.reordered);
	assert_int_equal(bytes_length(&up.in), bytes_length(&up.out));
	close(fd);
	bytes_fini(&up.in);
	bytes_fini(&up.out);
	bytes_fini(&down.in);
	bytes_fini(&down.out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			without_a_fault_both_ends_recorded_the_same, world_setup,
			world_teardown),
		cmocka_unit_test(receipts_say_what_was_recorded_at_both_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
