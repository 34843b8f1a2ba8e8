/* check_imports.c - which symbols a build wants from elsewhere: read from its ELF file,
 * bounded, without loading it. */
#include "printers/firmware/check_room.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FILE_MOST = 256 * 1024 * 1024
};

/* What jobjam_firmware.h forbids. The time and chance of the host, sleeping, files,
 * sockets, processes, threads, environment, and ways out of the program. */
static const char FORBIDDEN[] =
	" time clock clock_gettime gettimeofday timespec_get times ftime localtime gmtime "
	"mktime sleep usleep nanosleep clock_nanosleep alarm setitimer timer_create "
	"timerfd_create rand rand_r srand random srandom drand48 lrand48 mrand48 getrandom "
	"getentropy arc4random arc4random_uniform arc4random_buf getenv secure_getenv setenv "
	"getpid gethostname uname open openat creat fopen fdopen freopen popen system fork "
	"vfork clone execve execv execvp posix_spawn pthread_create thrd_create socket connect "
	"bind listen accept send sendto recv recvfrom poll select epoll_wait kill raise exit "
	"quick_exit _exit _Exit dlopen signal sigaction setlocale ";

struct image {
	uint8_t *bytes;
	size_t size;
};

static const void *at(const struct image *image, uint64_t offset, uint64_t length)
{
	return offset <= image->size && length <= image->size - offset
		       ? image->bytes + offset
		       : NULL;
}

static bool read_image(const char *path, struct image *image)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return false;
	fseek(file, 0, SEEK_END);
	long size = ftell(file);
	rewind(file);
	if (size > 0 && size < FILE_MOST && (image->bytes = malloc((size_t)size)) != NULL)
		image->size = fread(image->bytes, 1, (size_t)size, file);
	fclose(file);
	return image->size > 0;
}

static bool is_forbidden(const char *name)
{
	char word[64];
	size_t length = strlen(name);
	if (length == 0 || length > sizeof(word) - 3)
		return false;
	snprintf(word, sizeof(word), " %s ", name);
	return strstr(FORBIDDEN, word) != NULL;
}

static void look_at_symbols(const struct image *image, const Elf64_Shdr *symbols,
			    const Elf64_Shdr *names, char why[CHECK_WHY])
{
	const char *text = at(image, names->sh_offset, names->sh_size);
	if (!text || names->sh_size == 0 || text[names->sh_size - 1] != '\0')
		return;
	for (uint64_t i = 0; i < symbols->sh_size / sizeof(Elf64_Sym); i++) {
		Elf64_Sym symbol;
		const void *place = at(image, symbols->sh_offset + i * sizeof(symbol),
				       sizeof(symbol));
		if (!place)
			return;
		memcpy(&symbol, place, sizeof(symbol));
		if (symbol.st_shndx != SHN_UNDEF || symbol.st_name >= names->sh_size ||
		    !is_forbidden(text + symbol.st_name))
			continue;
		size_t length = strlen(why);
		snprintf(why + length, CHECK_WHY - length, "%s%s",
			 length ? ", " : "it imports ", text + symbol.st_name);
	}
}

bool check_imports(const char *path, char why[CHECK_WHY])
{
	struct image image = {0};
	Elf64_Ehdr head;
	const void *place;
	why[0] = '\0';
	if (!read_image(path, &image) || !(place = at(&image, 0, sizeof(head)))) {
		snprintf(why, CHECK_WHY, "the file cannot be read");
		free(image.bytes);
		return false;
	}
	memcpy(&head, place, sizeof(head));
	if (memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
	    head.e_ident[EI_CLASS] != ELFCLASS64 ||
	    head.e_shentsize != sizeof(Elf64_Shdr))
		snprintf(why, CHECK_WHY, "it is no 64-bit ELF file with a section table");
	for (uint32_t i = 0; why[0] == '\0' && i < head.e_shnum; i++) {
		Elf64_Shdr section, names;
		place = at(&image, head.e_shoff + i * sizeof(section), sizeof(section));
		if (!place)
			break;
		memcpy(&section, place, sizeof(section));
		if (section.sh_type != SHT_DYNSYM)
			continue;
		place = at(&image, head.e_shoff + section.sh_link * sizeof(names),
			   sizeof(names));
		if (!place)
			break;
		memcpy(&names, place, sizeof(names));
		look_at_symbols(&image, &section, &names, why);
	}
	free(image.bytes);
	return why[0] == '\0';
}
