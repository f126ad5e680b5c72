/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes one bit of every byte of a token, one at a time, and has each appraised.
 *
 *	flip TOKEN NONCE REF REF-KEY ROOT FIRST LAST
 *
 * Prints how often each exit code came out, as "code count" lines. Status 1, and the place, if a
 * changed token is accepted.
 */
#include <stdlib.h>
#include <string.h>

#include "attest/verifier/appraise.h"

static int appraise_changed(struct appraise_input *in, uint8_t *copy, size_t at, uint8_t mask)
{
	struct appraisal result;
	const uint8_t *whole = in->token.data;

	copy[at] ^= mask;
	in->token.data = copy;
	(void)appraise(in, &result);
	in->token.data = whole;
	copy[at] ^= mask;
	return (int)result.code;
}

static void flip_all(struct appraise_input *in, size_t first, size_t last)
{
	unsigned int count[8] = {0};
	uint8_t *copy = alloc_zeroed(in->token.len);

	memcpy(copy, in->token.data, in->token.len);
	for (size_t at = first; at < last; at++) {
		int code = appraise_changed(in, copy, at, (uint8_t)(1u << at % 8));

		if (code == CORDON_OK) {
			(void)printf("accepted: byte %zu, bit %zu\n", at, at % 8);
			exit(1);
		}
		count[code]++;
	}
	for (int i = 0; i < 8; i++) {
		(void)printf("%d %u\n", i, count[i]);
	}
	free(copy);
}

int main(int argc, char **argv)
{
	uint8_t nonce[64];
	struct span root;
	struct appraise_input in = {.roots = &root, .root_count = 1, .now = 1795000000};

	if (argc != 8 || !hex_decode(argv[2], nonce, sizeof(nonce), &in.nonce.len)) {
		die(CORDON_USAGE, "flip TOKEN NONCE REF REF-KEY ROOT FIRST LAST");
	}
	in.nonce.data = nonce;
	in.token = file_read(argv[1]);
	in.corim = file_read(argv[3]);
	in.corim_key = file_read(argv[4]);
	root = file_read(argv[5]);
	flip_all(&in, (size_t)number_parse(argv[6], "FIRST"),
		 (size_t)number_parse(argv[7], "LAST"));
	free((void *)(uintptr_t)in.token.data);
	free((void *)(uintptr_t)in.corim.data);
	free((void *)(uintptr_t)in.corim_key.data);
	free((void *)(uintptr_t)root.data);
	return 0;
}
