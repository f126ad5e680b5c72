/* SPDX-License-Identifier: Apache-2.0 */
/* The digest of a device tree that is the same at each start of the same machine. */
#ifndef ATTEST_TREE_DIGEST_H
#define ATTEST_TREE_DIGEST_H

#include "crypto/crypto.h"

/*
 * SHA-384 of the size bytes at tree, with zeros for the values of rng-seed and kaslr-seed of
 * /chosen, which are other ones at each start, and for what fills up a word. The bytes may be
 * anything: of what is not a flattened device tree (Devicetree 0.4, 5) as far as it is understood
 * nothing is left out.
 */
void tree_digest(const void *tree, size_t size, uint8_t out[CRYPTO_SHA384_LEN]);

#endif
