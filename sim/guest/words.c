/* words.c - the last words of a guest, made inert. */
#include "sim/guest/inside.h"

#include "sim/core/text.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define TAIL_MAX  480 /* bytes: they must fit a sim_error beside the sentence */
#define LINES_MAX 8

static size_t read_tail(const char *path, char *ret_tail, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t end;
	ssize_t n;

	if (fd < 0)
		return 0;
	end = lseek(fd, 0, SEEK_END);
	n = pread(fd, ret_tail, size, end > (off_t)size ? end - (off_t)size : 0);
	close(fd);
	return n > 0 ? (size_t)n : 0;
}

/* Where the last LINES_MAX lines begin. */
static size_t last_lines(const char *tail, size_t length)
{
	int lines = 0;

	for (size_t i = length; i > 0; i--)
		if (tail[i - 1] == '\n' && ++lines == LINES_MAX)
			return i;
	return 0;
}

void guest_add_last_words(struct text *text, const char *path)
{
	char tail[TAIL_MAX + 1];
	size_t length = read_tail(path, tail, TAIL_MAX), at;

	while (length > 0 && (tail[length - 1] == '\n' || tail[length - 1] == '\0'))
		length--;
	for (size_t i = 0; i < length; i++)
		if (tail[i] == '\0')
			tail[i] = '?'; /* it would end the string */
	tail[length] = '\0';
	at = last_lines(tail, length);
	while (at < length) {
		size_t end = at + strcspn(tail + at, "\n");

		tail[end] = '\0';
		text_add(text, "\n  | ");
		text_add_plain(text, tail + at);
		at = end + 1;
	}
}

void guest_copy_inert(char *to, size_t size, const char *from, size_t length)
{
	size_t n = 0;

	while (n + 1 < size && n < length && from[n]) {
		to[n] = from[n] > ' ' && from[n] <= '~' ? from[n] : '?';
		n++;
	}
	to[n] = '\0';
}
