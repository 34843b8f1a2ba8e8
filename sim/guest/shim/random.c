/*
 * random.c - randomness from the seed.
 *
 * SplitMix64 (public domain description by Vigna): not for secrets, and meant not to
 * be. The libc's own early call, /dev/urandom and the processor's instruction are out
 * of reach. OpenSSL's two doors are here because brokers name clients through them.
 */
#include "sim/guest/shim/shim.h"

#define GETRANDOM_FLAGS 7u /* GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE */

SHIM_EXPORT long getrandom(void *bytes, unsigned long length, unsigned flags);
SHIM_EXPORT int getentropy(void *bytes, unsigned long length);
SHIM_EXPORT unsigned arc4random(void);
SHIM_EXPORT void arc4random_buf(void *bytes, unsigned long length);
SHIM_EXPORT unsigned arc4random_uniform(unsigned bound);
SHIM_EXPORT int RAND_bytes(unsigned char *bytes, int length);
SHIM_EXPORT int RAND_priv_bytes(unsigned char *bytes, int length);

static uint64_t next(struct guest_page *page)
{
	uint64_t z = page->random_state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void fill(void *bytes, unsigned long length)
{
	struct guest_page *page = shim_page();
	unsigned char *to = bytes;

	page->random_bytes += length;
	while (length > 0) {
		uint64_t word = next(page);

		for (int i = 0; i < 8 && length > 0; i++, length--, word >>= 8)
			*to++ = (unsigned char)word;
	}
}

long getrandom(void *bytes, unsigned long length, unsigned flags)
{
	if (flags & ~GETRANDOM_FLAGS)
		return shim_result(-EINVAL);
	fill(bytes, length);
	return (long)length;
}

int getentropy(void *bytes, unsigned long length)
{
	if (length > 256)
		return (int)shim_result(-EIO);
	fill(bytes, length);
	return 0;
}

unsigned arc4random(void)
{
	return (unsigned)(next(shim_page()) >> 32);
}

void arc4random_buf(void *bytes, unsigned long length)
{
	fill(bytes, length);
}

/* Draws again below the remainder, so that no value is favoured. */
unsigned arc4random_uniform(unsigned bound)
{
	unsigned least, value;

	if (bound < 2)
		return 0;
	least = -bound % bound;
	do
		value = arc4random();
	while (value < least);
	return value % bound;
}

int RAND_bytes(unsigned char *bytes, int length)
{
	if (length < 0)
		return 0;
	fill(bytes, (unsigned long)length);
	return 1;
}

int RAND_priv_bytes(unsigned char *bytes, int length)
{
	return RAND_bytes(bytes, length);
}
