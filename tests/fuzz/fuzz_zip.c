/* fuzz_zip.c - a .gcode.3mf whose headers lie: sizes, offsets, names, methods, sums.
 *
 * What is right in a zip is right from the start (a mutation would never find the sums);
 * then the input says which bytes of it are other ones. First byte: how many lies, then 3
 * bytes each (place, place, value), then a byte for the entry's name, then the G-code. */
#include "tests/fuzz/fuzz.h"

#include "printers/gcode/gcode.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	LOCAL = 30,
	CENTRAL = 46,
	END = 22,
	LIES_MAX = 16,
	CODE_MAX = 60000
};

static const char *const NAMES[] = {
	"Metadata/plate_1.gcode",
	"Metadata/plate_2.gcode",
	"../../../etc/passwd",
	"Metadata/../Metadata/plate_1.gcode",
	"Metadata/plate_1.gcode/",
	"/Metadata/plate_1.gcode",
	"",
};

static uint32_t crc_of(const uint8_t *bytes, size_t n)
{
	uint32_t crc = ~0U;
	for (size_t i = 0; i < n; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320U : 0);
	}
	return ~crc;
}

static void put(uint8_t *at, uint32_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* The fields that local and central header have in common, from "version needed" on. */
static void put_entry(uint8_t *at, uint32_t crc, size_t code, size_t name)
{
	put(at, 20, 2);
	put(at + 2, 0, 2);          /* flags */
	put(at + 4, 0, 2);          /* stored */
	put(at + 6, 0x00210000, 4); /* 1980-01-01 */
	put(at + 10, crc, 4);
	put(at + 14, (uint32_t)code, 4);
	put(at + 18, (uint32_t)code, 4);
	put(at + 22, (uint32_t)name, 2);
	put(at + 24, 0, 2);
}

static size_t make_zip(uint8_t *zip, const char *name, const uint8_t *code, size_t n)
{
	size_t length = strlen(name), central = LOCAL + length + n;
	uint32_t crc = crc_of(code, n);
	uint8_t *at = zip;
	memset(zip, 0, central + CENTRAL + length + END);
	put(at, 0x04034b50, 4);
	put_entry(at + 4, crc, n, length);
	memcpy(at + LOCAL, name, length);
	memcpy(at + LOCAL + length, code, n);
	at += central;
	put(at, 0x02014b50, 4);
	put(at + 4, 20, 2);
	put_entry(at + 6, crc, n, length);
	memcpy(at + CENTRAL, name, length);
	at += CENTRAL + length;
	put(at, 0x06054b50, 4);
	put(at + 8, 1, 2);
	put(at + 10, 1, 2);
	put(at + 12, (uint32_t)(CENTRAL + length), 4);
	put(at + 16, (uint32_t)central, 4);
	return central + CENTRAL + length + END;
}

/* Headers are where lies tell: a place counts over them alone, the code left out. */
static void lie(uint8_t *zip, size_t size, size_t local, size_t code, const uint8_t *said)
{
	size_t place = (size_t)(said[0] | said[1] << 8) % (size - code);
	zip[place < local ? place : place + code] = said[2];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct gcode_limits LIMITS = {.bytes = 1 << 20, .lines = 50000};
	size_t lies = size > 0 ? bytes[0] % (LIES_MAX + 1) : 0;
	size_t head = 2 + 3 * lies;
	struct gcode_facts facts;
	struct sim_error error = {0};

	if (size < head || size - head > CODE_MAX)
		return 0;
	const char *name = NAMES[bytes[head - 1] % (sizeof(NAMES) / sizeof(NAMES[0]))];
	size_t n = size - head;
	uint8_t *zip = malloc(LOCAL + CENTRAL + END + 2 * strlen(name) + n);
	assert(zip);
	size_t length = make_zip(zip, name, bytes + head, n);
	for (size_t i = 0; i < lies; i++)
		lie(zip, length, LOCAL + strlen(name), n, bytes + 1 + 3 * i);
	if (gcode_read_bytes("fuzz.gcode.3mf", zip, length, 1, &LIMITS, &facts, &error) !=
	    SIM_OK) {
		assert(error.code != SIM_OK &&
		       strncmp(error.text, "fuzz.gcode.3mf", 14) == 0);
		for (const char *c = error.text; *c; c++)
			assert(*c != '\n' && *c != '\x1B');
	} else {
		assert(facts.lines <= LIMITS.lines && facts.n_boxes >= 1);
	}
	free(zip);
	return 0;
}
