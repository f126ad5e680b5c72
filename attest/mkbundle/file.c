/* SPDX-License-Identifier: Apache-2.0 */
/* Files in and out, memory, and the way out of the program. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mkbundle.h"

_Noreturn void die(enum mkbundle_exit code, const char *format, ...)
{
	va_list args;

	(void)fputs("mkbundle: ", stderr);
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fputc('\n', stderr);
	exit((int)code);
}

void *alloc_zeroed(size_t len)
{
	void *p = calloc(1, len == 0 ? 1 : len);

	if (p == NULL) {
		die(EXIT_READ, "no memory for %zu bytes; free some and try again", len);
	}
	return p;
}

static void die_reading(const char *path)
{
	die(EXIT_READ, "cannot read %s: %s", path, strerror(errno));
}

struct blob file_read(const char *path)
{
	struct blob b = {.name = path};
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0) {
		die_reading(path);
	}
	if (!S_ISREG(st.st_mode)) {
		die(EXIT_READ, "cannot read %s: it is not a regular file", path);
	}
	b.bytes = alloc_zeroed((size_t)st.st_size);
	while (b.len < (size_t)st.st_size) {
		ssize_t n = read(fd, b.bytes + b.len, (size_t)st.st_size - b.len);

		if (n < 0 && errno != EINTR) {
			die_reading(path);
		}
		if (n == 0) {
			die(EXIT_READ, "cannot read %s: it shrank meanwhile; try again", path);
		}
		b.len += n > 0 ? (size_t)n : 0;
	}
	(void)close(fd);
	return b;
}

static bool write_all(int fd, const uint8_t *bytes, size_t len)
{
	while (len != 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno != EINTR) {
			return false;
		}
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	return true;
}

/* mkstemp() makes files that nobody else may read; a bundle is as public as any output. */
static bool set_usual_mode(int fd)
{
	mode_t mask = umask(0);

	(void)umask(mask);
	return fchmod(fd, 0666 & ~mask) == 0;
}

/* The rename is only on the disk once the folder is. Not every file system can do this. */
static void sync_folder_of(const char *path)
{
	char *copy = strdup(path);
	int fd = copy == NULL ? -1 : open(dirname(copy), O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		(void)fsync(fd);
		(void)close(fd);
	}
	free(copy);
}

/* Replacing a device or a folder by a bundle would be a surprise. */
static void check_replaceable(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		die(EXIT_WRITE, "cannot write %s: it exists and is not a regular file", path);
	}
}

void file_write(const char *path, const uint8_t *bytes, size_t len)
{
	static const char suffix[] = ".tmpXXXXXX";
	char *temp = alloc_zeroed(strlen(path) + sizeof(suffix));
	bool done;
	int error;
	int fd;

	check_replaceable(path);
	memcpy(temp, path, strlen(path));
	memcpy(temp + strlen(path), suffix, sizeof(suffix));
	fd = mkstemp(temp);
	if (fd < 0) {
		die(EXIT_WRITE, "cannot write %s: %s", path, strerror(errno));
	}
	done = write_all(fd, bytes, len) && set_usual_mode(fd) && fsync(fd) == 0;
	error = errno;
	done = close(fd) == 0 && done;
	if (done && rename(temp, path) != 0) {
		error = errno;
		done = false;
	}
	if (!done) {
		(void)unlink(temp);
		die(EXIT_WRITE, "cannot write %s: %s", path, strerror(error));
	}
	free(temp);
	sync_folder_of(path);
}
