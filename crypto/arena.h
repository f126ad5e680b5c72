/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of the cryptographic library: one static arena, inside the monitor's image, that
 * neither world can reach. For crypto/ alone; everybody else sees crypto/crypto.h.
 */
#ifndef CRYPTO_ARENA_H
#define CRYPTO_ARENA_H

#include <stddef.h>

/*
 * size * count bytes of zeros, aligned to 16 bytes; NULL when the product overflows, is 0, or no
 * gap is long enough. Not for two harts at once.
 */
void *crypto_arena_calloc(size_t count, size_t size);

/* Erases and gives back what crypto_arena_calloc gave. p may be NULL. */
void crypto_arena_free(void *p);

#endif
