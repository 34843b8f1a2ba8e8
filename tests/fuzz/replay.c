/* replay.c - runs a fuzzer over the files of directories, without any searching. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PATH_BYTES = 4096,
	INPUT_BYTES = 2 * 1024 * 1024
};

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL) {
		perror(path);
		return -1;
	}
	uint8_t *read = malloc(INPUT_BYTES), *exact = NULL;
	size_t size = read != NULL ? fread(read, 1, INPUT_BYTES, file) : 0;
	fclose(file);
	/* No byte more than the input has, so that reading beyond it shows. */
	exact = malloc(size > 0 ? size : 1);
	if (read == NULL || exact == NULL)
		abort();
	memcpy(exact, read, size);
	free(read);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	return 0;
}

/* Sorted, so that a crash has the same place each time. */
static int replay_directory(const char *directory, int *count)
{
	struct dirent **entries;
	int n = scandir(directory, &entries, visible, alphasort), status = 0;
	if (n < 0) {
		perror(directory);
		return -1;
	}
	for (int i = 0; i < n; i++) {
		char path[PATH_BYTES];
		snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
		if (replay_file(path) != 0)
			status = -1;
		free(entries[i]);
	}
	free(entries);
	*count += n;
	return status;
}

int main(int argc, char **argv)
{
	int status = 0, count = 0;
	for (int i = 1; i < argc; i++)
		if (replay_directory(argv[i], &count) != 0)
			status = 1;
	printf("%s: %d inputs\n", argc > 1 ? argv[1] : "nothing", count);
	return count > 0 ? status : 1;
}
