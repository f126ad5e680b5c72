/* SPDX-License-Identifier: Apache-2.0 */
/* The few memory and string functions that the monitor, libfdt and the crypto library use. */
#ifndef LIB_STRING_H
#define LIB_STRING_H

#include <stddef.h>

/* As in C11 7.24; none of them ever uses x18..x27 (docs/decisions/0003). */
void *memcpy(void *restrict to, const void *restrict from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *to, int value, size_t len);
int memcmp(const void *a, const void *b, size_t len);
void *memchr(const void *s, int c, size_t len);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t max);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);

#endif
