/* SPDX-License-Identifier: Apache-2.0 */
/* The memory and string functions, which the monitor supplies itself. */
#ifndef CRYPTO_LIBC_STRING_H
#define CRYPTO_LIBC_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *to, int byte, size_t len);
int memcmp(const void *a, const void *b, size_t len);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);

#endif
