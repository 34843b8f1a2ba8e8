/* spins.c - a broker that never comes to rest. */
int main(void)
{
	for (volatile int forever = 1; forever;)
		;
	return 0;
}
