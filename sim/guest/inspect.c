/* inspect.c - finding a binary, and whether it can be run in virtual time at all. */
#include "sim/guest/inside.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define INTERPRETERS_MAX    4 /* scripts that start scripts; the kernel's own limit is 4 */
#define PROGRAM_HEADERS_MAX 64
#define NOTES_MAX           4096
#define SHEBANG_MAX         256

#if defined(__x86_64__)
#define OUR_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define OUR_MACHINE EM_AARCH64
#else
#error "guests: no machine number for this architecture"
#endif

/* --- finding --- */

static bool is_program(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
	       access(path, X_OK) == 0;
}

static bool find_in(const char *directories, const char *command, char *ret_path,
		    size_t size)
{
	while (*directories) {
		size_t length = strcspn(directories, ":");
		int n = snprintf(ret_path, size, "%.*s/%s", (int)length, directories,
				 command);

		if (length > 0 && n > 0 && (size_t)n < size && is_program(ret_path))
			return true;
		directories += length + (directories[length] == ':');
	}
	return false;
}

int guest_find(const char *command, char *ret_path, size_t size, struct sim_error *error)
{
	const char *path = getenv("PATH");

	if (strchr(command, '/')) {
		struct stat status;

		if (stat(command, &status) != 0)
			return sim_fail(error, SIM_ENOENT,
					"there is no program %s (%s); check the path",
					command, strerror(errno));
		if (strlen(command) >= size)
			return sim_fail(error, SIM_ENOENT,
					"the path of %.80s… is too long", command);
		memcpy(ret_path, command, strlen(command) + 1);
		return SIM_OK;
	}
	if (*command && path && find_in(path, command, ret_path, size))
		return SIM_OK;
	if (*command && find_in("/usr/sbin:/usr/local/sbin", command, ret_path, size))
		return SIM_OK;
	return sim_fail(
		error, SIM_ENOENT,
		"there is no program %s in PATH, /usr/sbin or /usr/local/sbin; install "
		"it (on Debian: apt-get install %s), or give the path of the one to run",
		command, command);
}

/* --- looking at ELF --- */

struct program {
	Elf64_Ehdr head;
	Elf64_Phdr headers[PROGRAM_HEADERS_MAX];
	size_t n_headers;
};

static bool read_at(int fd, void *to, size_t length, uint64_t offset)
{
	return offset <= INT64_MAX &&
	       pread(fd, to, length, (off_t)offset) == (ssize_t)length;
}

/* True when the file is a 64-bit ELF program whose headers could be read. */
static bool read_program(int fd, struct program *ret_program)
{
	Elf64_Ehdr *head = &ret_program->head;

	if (!read_at(fd, head, sizeof(*head), 0) ||
	    head->e_ident[EI_CLASS] != ELFCLASS64 ||
	    head->e_phentsize != sizeof(Elf64_Phdr) ||
	    head->e_phnum > PROGRAM_HEADERS_MAX)
		return false;
	ret_program->n_headers = head->e_phnum;
	return read_at(fd, ret_program->headers, head->e_phnum * sizeof(Elf64_Phdr),
		       head->e_phoff);
}

static const Elf64_Phdr *header_of(const struct program *program, uint32_t type)
{
	for (size_t i = 0; i < program->n_headers; i++)
		if (program->headers[i].p_type == type)
			return &program->headers[i];
	return NULL;
}

/* The preload is done by the loader that the binary names: no loader, no preload. */
static int inspect_loader(int fd, const struct program *program, const char *path,
			  struct sim_error *error)
{
	const Elf64_Phdr *interpreter = header_of(program, PT_INTERP);
	char loader[PATH_MAX];

	if (!interpreter)
		return sim_fail(
			error, SIM_EUNFIT,
			"%s is statically linked: the clock cannot be preloaded into it and "
			"it would run on real time; use a dynamically linked build",
			path);
	if (interpreter->p_filesz == 0 || interpreter->p_filesz >= sizeof(loader) ||
	    !read_at(fd, loader, interpreter->p_filesz, interpreter->p_offset))
		return sim_fail(error, SIM_EUNFIT, "%s is a damaged ELF file", path);
	loader[interpreter->p_filesz] = '\0';
	if (access(loader, X_OK) == 0)
		return SIM_OK;
	return sim_fail(
		error, SIM_EUNFIT,
		"%s needs the loader %.200s, which is not on this machine (a build for "
		"another libc?); use a build for this system",
		path, loader);
}

static int inspect_elf(int fd, const char *path, struct sim_error *error)
{
	unsigned char ident[EI_NIDENT];
	struct program program;

	if (!read_at(fd, ident, sizeof(ident), 0) || ident[EI_CLASS] != ELFCLASS64)
		return sim_fail(
			error, SIM_EUNFIT,
			"%s is not a 64-bit program; use a build for this machine", path);
	if (!read_program(fd, &program))
		return sim_fail(error, SIM_EUNFIT, "%s is a damaged ELF file", path);
	if (program.head.e_machine != OUR_MACHINE)
		return sim_fail(
			error, SIM_EUNFIT,
			"%s was built for another architecture (ELF machine %u, this one "
			"is %u); use a build for this machine",
			path, program.head.e_machine, OUR_MACHINE);
	return inspect_loader(fd, &program, path, error);
}

/* --- privileges: the loader drops preloads from a program that gains any --- */

static int inspect_privileges(int fd, const char *path, struct sim_error *error)
{
	struct stat status;
	const char *what = NULL;

	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return sim_fail(error, SIM_EUNFIT, "%s is not a file that can be run",
				path);
	if (status.st_mode & S_ISUID)
		what = "is setuid";
	else if ((status.st_mode & S_ISGID) && (status.st_mode & S_IXGRP))
		what = "is setgid";
	else if (fgetxattr(fd, "security.capability", NULL, 0) > 0)
		what = "carries file capabilities";
	if (what)
		return sim_fail(
			error, SIM_EUNFIT,
			"%s %s: the system would not preload the clock into it; use a copy "
			"without (cp drops them)",
			path, what);
	if (access(path, X_OK) != 0)
		return sim_fail(error, SIM_EUNFIT, "%s may not be executed (%s)", path,
				strerror(errno));
	return SIM_OK;
}

/* --- scripts --- */

static int inspect_at(const char *binary, int depth, struct sim_error *error);

/* "#!/usr/bin/env name" runs name, which is therefore looked at as well. */
static int inspect_env(char *words, int depth, struct sim_error *error)
{
	char path[PATH_MAX];
	char *save = NULL;

	for (char *word = strtok_r(words, " \t", &save); word;
	     word = strtok_r(NULL, " \t", &save)) {
		int status;

		if (*word == '-' || strchr(word, '='))
			continue;
		status = guest_find(word, path, sizeof(path), error);
		return status != SIM_OK ? status : inspect_at(path, depth, error);
	}
	return SIM_OK;
}

static int inspect_script(char *line, const char *path, int depth,
			  struct sim_error *error)
{
	char *interpreter, *end, *name;
	int status;

	line[strcspn(line, "\n")] = '\0';
	interpreter = line + strspn(line, " \t");
	end = interpreter + strcspn(interpreter, " \t");
	if (end == interpreter || depth >= INTERPRETERS_MAX)
		return sim_fail(
			error, SIM_EUNFIT,
			"%s is a script whose first line names no usable interpreter",
			path);
	if (*end)
		*end++ = '\0';
	if (access(interpreter, F_OK) != 0)
		return sim_fail(error, SIM_EUNFIT,
				"%s is a script for %s, which is not on this machine",
				path, interpreter);
	status = inspect_at(interpreter, depth + 1, error);
	name = strrchr(interpreter, '/');
	if (status == SIM_OK && name && strcmp(name, "/env") == 0)
		status = inspect_env(end, depth + 1, error);
	return status;
}

static int inspect_at(const char *binary, int depth, struct sim_error *error)
{
	char start[SHEBANG_MAX + 1];
	int fd = open(binary, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n;
	int status;

	if (fd < 0)
		return sim_fail(
			error, errno == EACCES ? SIM_EUNFIT : SIM_ENOENT,
			"%s cannot be read (%s); check the path and its permissions",
			binary, strerror(errno));
	status = inspect_privileges(fd, binary, error);
	if (status != SIM_OK)
		goto out;
	n = pread(fd, start, SHEBANG_MAX, 0);
	start[n > 0 ? n : 0] = '\0';
	if (n >= SELFMAG && memcmp(start, ELFMAG, SELFMAG) == 0)
		status = inspect_elf(fd, binary, error);
	else if (n >= 2 && memcmp(start, "#!", 2) == 0)
		status = inspect_script(start + 2, binary, depth, error);
	else
		status = sim_fail(
			error, SIM_EUNFIT,
			"%s is neither an ELF program nor a script with a #! line",
			binary);
out:
	close(fd);
	return status;
}

int guest_inspect(const char *binary, struct sim_error *error)
{
	return inspect_at(binary, 0, error);
}

/* --- the build, for the record --- */

/* Walks one note segment; notes are padded to four bytes. */
static bool find_build_id(const unsigned char *notes, size_t size,
			  const unsigned char **ret_id, size_t *ret_length)
{
	size_t at = 0;

	while (size - at >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr note;
		size_t name, id;

		memcpy(&note, notes + at, sizeof(note));
		if (note.n_namesz > size || note.n_descsz > size)
			return false;
		name = at + sizeof(note);
		id = name + (note.n_namesz + 3u) / 4 * 4;
		if (id > size || note.n_descsz > size - id)
			return false;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    memcmp(notes + name, "GNU", 4) == 0) {
			*ret_id = notes + id;
			*ret_length = note.n_descsz;
			return true;
		}
		at = id + (note.n_descsz + 3u) / 4 * 4;
		if (at > size)
			return false;
	}
	return false;
}

void guest_build_id(const char *path, char *ret_text, size_t size)
{
	unsigned char notes[NOTES_MAX];
	struct program program;
	const unsigned char *id;
	size_t length;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	snprintf(ret_text, size, "unknown");
	if (fd < 0)
		return;
	if (!read_program(fd, &program) ||
	    memcmp(program.head.e_ident, ELFMAG, SELFMAG) != 0)
		goto out;
	for (size_t i = 0; i < program.n_headers; i++) {
		const Elf64_Phdr *header = &program.headers[i];
		int used;

		if (header->p_type != PT_NOTE || header->p_filesz > sizeof(notes) ||
		    !read_at(fd, notes, header->p_filesz, header->p_offset) ||
		    !find_build_id(notes, header->p_filesz, &id, &length))
			continue;
		used = snprintf(ret_text, size, "build-id ");
		for (size_t b = 0; b < length && (size_t)used + 3 <= size; b++)
			used += snprintf(ret_text + used, size - (size_t)used, "%02x",
					 id[b]);
		break;
	}
out:
	close(fd);
}
