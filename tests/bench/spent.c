/*
 * spent.c - runs a command and prints what it took: seconds, and seconds of processor time
 * of it and its children. Its standard output goes to standard error.
 *
 *	spent COMMAND …
 */
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
	double began = now_s();
	struct rusage used;
	int status;
	pid_t child = argc > 1 ? fork() : -1;

	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &used) != child) {
		fputs("usage: spent COMMAND ...\n", stderr);
		return 2;
	}
	printf("%.3f %.3f\n", now_s() - began,
	       (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
		       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
