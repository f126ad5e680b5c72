/* SPDX-License-Identifier: Apache-2.0 */
/* cordon-agent: messages, hex and files. */
#include "attest/guest/agent/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int say_error(int code, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fputs("cordon-agent: ", stderr);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
	va_end(list);
	return code;
}

/* ---- hex ---- */

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);

	return at == NULL ? -1 : (int)(at - digits);
}

long hex_read(const char *text, uint8_t *out, size_t room)
{
	size_t size = strlen(text) / 2;

	if (strlen(text) % 2 != 0 || size > room) {
		return -1;
	}
	for (size_t i = 0; i < size; i++) {
		int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);

		if (high < 0 || low < 0) {
			return -1;
		}
		out[i] = (uint8_t)(high << 4 | low);
	}
	return (long)size;
}

void hex_write(const uint8_t *data, size_t size, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < size; i++) {
		out[2 * i] = digits[data[i] >> 4];
		out[2 * i + 1] = digits[data[i] & 15];
	}
	out[2 * size] = '\0';
}

void hex_print(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		printf("%02x", data[i]);
	}
	putchar('\n');
}

/* ---- files ---- */

int file_read(const char *path, size_t limit, struct bytes *out)
{
	FILE *file = fopen(path, "rb");

	if (file == NULL) {
		return say_error(AGENT_FILE, "cannot open %s: %s", path, strerror(errno));
	}
	out->data = malloc(limit + 1);
	out->size = out->data == NULL ? 0 : fread(out->data, 1, limit + 1, file);
	fclose(file);
	if (out->data == NULL || out->size > limit) {
		free(out->data);
		return say_error(AGENT_FILE, "%s has more than %zu bytes", path, limit);
	}
	return AGENT_OK;
}

int file_write(const char *path, const uint8_t *data, size_t size)
{
	FILE *file;
	int fd;

	if (path == NULL) {
		hex_print(data, size);
		return AGENT_OK;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
	file = fd < 0 ? NULL : fdopen(fd, "wb");
	if (file == NULL) {
		return say_error(AGENT_FILE, "cannot write %s: %s", path, strerror(errno));
	}
	if (fwrite(data, 1, size, file) != size) {
		fclose(file);
		return say_error(AGENT_FILE, "cannot write all of %s", path);
	}
	if (fclose(file) != 0) {
		return say_error(AGENT_FILE, "cannot write all of %s: %s", path, strerror(errno));
	}
	return AGENT_OK;
}
