/* arc4random.c - the stream of the seed; a bound is kept. */
#include "tests/probes/probe.h"

int main(void)
{
	unsigned char bytes[4];

	probe_begin();
	printf("%08x\n", arc4random());
	arc4random_buf(bytes, sizeof(bytes));
	printf("%02x%02x%02x%02x\n", bytes[0], bytes[1], bytes[2], bytes[3]);
	for (int i = 0; i < 10; i++)
		printf("%u", arc4random_uniform(6));
	printf(" %u\n", arc4random_uniform(1));
	return 0;
}
