/* SPDX-License-Identifier: Apache-2.0 */
/* Files in and out, memory, and the way out of the program. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cordon.h"

_Noreturn void die(enum cordon_exit code, const char *format, ...)
{
	va_list args;

	(void)fflush(stdout);
	(void)fputs("cordon: ", stderr);
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
		die(CORDON_USAGE, "no memory for %zu bytes; free some and try again", len);
	}
	return p;
}

static size_t length_of(int fd, const char *path)
{
	struct stat st;

	if (fstat(fd, &st) != 0) {
		die(CORDON_USAGE, "cannot read %s: %s", path, strerror(errno));
	}
	if (!S_ISREG(st.st_mode)) {
		die(CORDON_USAGE, "cannot read %s: it is not a regular file", path);
	}
	if ((uint64_t)st.st_size > FILE_MAX_LEN) {
		die(CORDON_USAGE, "cannot read %s: it is longer than %llu bytes", path,
		    (unsigned long long)FILE_MAX_LEN);
	}
	return (size_t)st.st_size;
}

struct span file_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len;
	size_t done = 0;
	uint8_t *bytes;

	if (fd < 0) {
		die(CORDON_USAGE, "cannot read %s: %s", path, strerror(errno));
	}
	len = length_of(fd, path);
	bytes = alloc_zeroed(len + 1);
	while (done < len) {
		ssize_t n = read(fd, bytes + done, len - done);

		if (n < 0 && errno != EINTR) {
			die(CORDON_USAGE, "cannot read %s: %s", path, strerror(errno));
		}
		if (n == 0) {
			die(CORDON_USAGE, "cannot read %s: it shrank meanwhile; try again", path);
		}
		done += n > 0 ? (size_t)n : 0;
	}
	(void)close(fd);
	return (struct span){bytes, len};
}

static bool write_all(int fd, struct span bytes)
{
	while (bytes.len != 0) {
		ssize_t n = write(fd, bytes.data, bytes.len);

		if (n < 0 && errno != EINTR) {
			return false;
		}
		if (n > 0) {
			bytes.data += n;
			bytes.len -= (size_t)n;
		}
	}
	return true;
}

/* mkstemp() makes files that nobody else may read. */
static bool set_mode(int fd, enum file_policy policy)
{
	mode_t mask = umask(0);

	(void)umask(mask);
	return fchmod(fd, policy == FILE_SECRET ? 0600 : 0666 & ~mask) == 0;
}

/* The name is only on the disk once the folder is. Not every file system can do this. */
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

/* A link, unlike a rename, fails if the name is taken. */
static bool put_in_place(const char *temp, const char *path, enum file_policy policy)
{
	if (policy == FILE_REPLACE) {
		return rename(temp, path) == 0;
	}
	return link(temp, path) == 0 && unlink(temp) == 0;
}

void file_require_new(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0) {
		die(CORDON_USAGE, "will not overwrite %s; move it away first", path);
	}
}

static void check_replaceable(const char *path, enum file_policy policy)
{
	struct stat st;

	if (policy != FILE_REPLACE) {
		file_require_new(path);
	} else if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		die(CORDON_USAGE, "cannot write %s: it exists and is not a regular file", path);
	}
}

void file_write(const char *path, struct span bytes, enum file_policy policy)
{
	static const char suffix[] = ".tmpXXXXXX";
	char *temp = alloc_zeroed(strlen(path) + sizeof(suffix));
	bool done;
	int error;
	int fd;

	check_replaceable(path, policy);
	memcpy(temp, path, strlen(path));
	memcpy(temp + strlen(path), suffix, sizeof(suffix));
	fd = mkstemp(temp);
	if (fd < 0) {
		die(CORDON_USAGE, "cannot write %s: %s", path, strerror(errno));
	}
	done = write_all(fd, bytes) && set_mode(fd, policy) && fsync(fd) == 0;
	error = errno;
	done = close(fd) == 0 && done;
	if (done && !put_in_place(temp, path, policy)) {
		error = errno;
		done = false;
	}
	if (!done) {
		(void)unlink(temp);
		die(CORDON_USAGE, "cannot write %s: %s", path, strerror(error));
	}
	free(temp);
	sync_folder_of(path);
}
