/* SPDX-License-Identifier: Apache-2.0 */
/* Memory and string functions: words where both sides are aligned, bytes elsewhere. */
#include "lib/string.h"

#include "lib/base.h"

static bool both_aligned(const void *a, const void *b)
{
	return (((uintptr_t)a | (uintptr_t)b) & 7) == 0;
}

void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
	return memmove(to, from, len);
}

static void copy_up(u8 *d, const u8 *s, size_t len)
{
	if (both_aligned(d, s)) {
		for (; len >= 8; len -= 8, d += 8, s += 8) {
			*(u64 *)(void *)d = *(const u64 *)(const void *)s;
		}
	}
	while (len-- > 0) {
		*d++ = *s++;
	}
}

static void copy_down(u8 *d, const u8 *s, size_t len)
{
	if (both_aligned(d, s)) {
		for (; (len & 7) != 0; len--) {
			d[len - 1] = s[len - 1];
		}
		for (; len >= 8; len -= 8) {
			*(u64 *)(void *)(d + len - 8) = *(const u64 *)(const void *)(s + len - 8);
		}
	}
	for (; len > 0; len--) {
		d[len - 1] = s[len - 1];
	}
}

void *memmove(void *to, const void *from, size_t len)
{
	if ((uintptr_t)to <= (uintptr_t)from || (uintptr_t)to - (uintptr_t)from >= len) {
		copy_up(to, from, len);
	} else {
		copy_down(to, from, len);
	}
	return to;
}

void *memset(void *to, int value, size_t len)
{
	u8 *d = to;
	u64 word = (u64)(u8)value * 0x0101010101010101u;

	for (; len > 0 && ((uintptr_t)d & 7) != 0; len--) {
		*d++ = (u8)value;
	}
	for (; len >= 8; len -= 8, d += 8) {
		*(u64 *)(void *)d = word;
	}
	while (len-- > 0) {
		*d++ = (u8)value;
	}
	return to;
}

int memcmp(const void *a, const void *b, size_t len)
{
	const u8 *p = a;
	const u8 *q = b;

	for (; len > 0; len--, p++, q++) {
		if (*p != *q) {
			return *p - *q;
		}
	}
	return 0;
}

void *memchr(const void *s, int c, size_t len)
{
	const u8 *p = s;

	for (; len > 0; len--, p++) {
		if (*p == (u8)c) {
			return (void *)(uintptr_t)p;
		}
	}
	return NULL;
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n] != '\0') {
		n++;
	}
	return n;
}

size_t strlen(const char *s)
{
	return strnlen(s, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t max)
{
	for (; max > 0; max--, a++, b++) {
		if (*a != *b || *a == '\0') {
			return (u8)*a - (u8)*b;
		}
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

char *strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c) {
			return (char *)(uintptr_t)s;
		}
		if (*s == '\0') {
			return NULL;
		}
	}
}

char *strrchr(const char *s, int c)
{
	const char *found = NULL;

	for (;; s++) {
		if (*s == (char)c) {
			found = s;
		}
		if (*s == '\0') {
			return (char *)(uintptr_t)found;
		}
	}
}
