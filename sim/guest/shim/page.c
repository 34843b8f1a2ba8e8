/* page.c - getting in: find the page, prove it is ours, and how to say no. */
#include "sim/guest/shim/shim.h"

#include <asm/fcntl.h>
#include <asm/mman.h>
#include <linux/futex.h>
#include <linux/mman.h>

extern char **environ __attribute__((weak));
int *__errno_location(void) __attribute__((weak));

static struct guest_page *the_page;

/* The compiler may ask for these by itself, whatever the flags. */
void *memcpy(void *to, const void *from, unsigned long length);
void *memset(void *to, int byte, unsigned long length);

void *memcpy(void *to, const void *from, unsigned long length)
{
	char *t = to;
	const char *f = from;

	while (length--) {
		*t++ = *f++;
		__asm__ volatile("" ::: "memory"); /* or it becomes a call of itself */
	}
	return to;
}

void *memset(void *to, int byte, unsigned long length)
{
	char *t = to;

	while (length--) {
		*t++ = (char)byte;
		__asm__ volatile("" ::: "memory");
	}
	return to;
}

void *shim_copy(void *to, const void *from, unsigned long length)
{
	return memcpy(to, from, length);
}

static unsigned long length_of(const char *text)
{
	unsigned long n = 0;

	while (text[n])
		n++;
	return n;
}

void shim_say(const char *a, const char *b, const char *c)
{
	char line[256];
	const char *parts[] = {"jobjam: ", a, b, c, "\n"};
	unsigned long used = 0;

	for (unsigned i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		unsigned long n = length_of(parts[i]);

		if (n > sizeof(line) - used)
			n = sizeof(line) - used;
		memcpy(line + used, parts[i], n);
		used += n;
	}
	raw3(__NR_write, 2, line, used); /* one write: one line */
}

void shim_exit(int status)
{
	for (;;)
		raw1(__NR_exit_group, status);
}

void shim_set_errno(int error)
{
	if (__errno_location)
		*__errno_location() = error;
}

long shim_result(long result)
{
	if (result >= 0 || result < -4095)
		return result;
	shim_set_errno((int)-result);
	return -1;
}

int shim_refuse(const char *name, int error)
{
	struct guest_page *page = shim_page();

	if (page->refusals++ == 0) {
		unsigned long n = length_of(name);

		if (n > sizeof(page->refused) - 1)
			n = sizeof(page->refused) - 1;
		memcpy(page->refused, name, n);
		page->refused[n] = '\0';
	}
	shim_say(name, " is not virtualised", "");
	shim_set_errno(error);
	return -1;
}

/* --- attaching --- */

static const char *value_of(const char *entry, const char *name)
{
	while (*name && *entry == *name)
		entry++, name++;
	return *name == '\0' && *entry == '=' ? entry + 1 : NULL;
}

static const char *from_environ(void)
{
	if (&environ == NULL || environ == NULL)
		return NULL;
	for (char **entry = environ; *entry; entry++) {
		const char *value = value_of(*entry, GUEST_PAGE_VARIABLE);

		if (value)
			return value;
	}
	return NULL;
}

/* The libc has not set environ yet, or has none. The simulator's environment is short;
 * what does not fit the buffer was not written by it. */
static const char *from_proc(void)
{
	static char block[8192];
	long fd = raw4(__NR_openat, -100 /* AT_FDCWD */, "/proc/self/environ",
		       O_RDONLY | O_CLOEXEC, 0);
	long used = 0;
	const char *value = NULL;

	if (fd < 0)
		return NULL;
	while (used < (long)sizeof(block) - 1) {
		long n =
			raw3(__NR_read, fd, block + used, (long)sizeof(block) - 1 - used);

		if (n <= 0)
			break;
		used += n;
	}
	raw1(__NR_close, fd);
	for (long i = 0; i < used && !value; i += (long)length_of(block + i) + 1)
		value = value_of(block + i, GUEST_PAGE_VARIABLE);
	return value;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static bool parse_variable(const char *value, int *ret_fd, uint64_t *ret_run_id)
{
	uint64_t id = 0;
	int fd = 0, digits = 0;

	for (; *value >= '0' && *value <= '9' && fd < 100000; value++)
		fd = fd * 10 + (*value - '0');
	if (*value++ != ':')
		return false;
	for (; hex_digit(*value) >= 0; value++, digits++)
		id = id << 4 | (uint64_t)hex_digit(*value);
	*ret_fd = fd;
	*ret_run_id = id;
	return digits == 16 && *value == '\0';
}

static _Noreturn void no_page(const char *reason)
{
	shim_say("vclock.so cannot give this process virtual time: ", reason, "");
	shim_exit(GUEST_EXIT_NO_PAGE);
}

static struct guest_page *attach(void)
{
	const char *value = from_environ();
	struct guest_page *page;
	uint64_t run_id;
	long address;
	int fd;

	if (!value)
		value = from_proc();
	if (!value)
		no_page("it was not started by jobjam (" GUEST_PAGE_VARIABLE
			" is not set)");
	if (!parse_variable(value, &fd, &run_id))
		no_page(GUEST_PAGE_VARIABLE " is malformed");
	address = raw6_of(__NR_mmap, 0, GUEST_PAGE_SIZE, PROT_READ | PROT_WRITE,
			  MAP_SHARED, fd, 0);
	if (address < 0 && address >= -4095)
		no_page("the shared page cannot be mapped");
	page = (struct guest_page *)
		address; /* NOLINT: the kernel's answer is an address */
	if (page->magic != GUEST_PAGE_MAGIC || page->version != GUEST_PAGE_VERSION ||
	    page->size != sizeof(*page))
		no_page("vclock.so and jobjam are of different versions");
	if (page->run_id != run_id)
		no_page("the shared page belongs to another run");
	if (page->guest_pid != (int32_t)raw0(__NR_getpid))
		no_page("a second process cannot share the clock of the first");
	return page;
}

struct guest_page *shim_page(void)
{
	if (!the_page)
		the_page = attach();
	return the_page;
}

__attribute__((constructor)) static void shake_hands(void)
{
	shim_page()->shim_version = GUEST_PAGE_VERSION;
}

/* exit() runs this. The simulator, woken without being given the turn, then waits for the
 * end itself. */
__attribute__((destructor)) static void say_goodbye(void)
{
	struct guest_page *page = shim_page();

	__atomic_store_n(&page->exiting, 1, __ATOMIC_RELEASE);
	raw3(__NR_futex, &page->turn, FUTEX_WAKE, 1);
}
