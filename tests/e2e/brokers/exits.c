/* exits.c - a broker that does not like its configuration. */
#include <stdio.h>

int main(void)
{
	fprintf(stderr, "Error: the listener is not to my taste.\n");
	return 3;
}
