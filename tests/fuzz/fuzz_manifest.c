/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzing what reads a manifest: its envelope, and the payload that no fuzzer could sign. The first
 * byte of the input says which; the rest is read in a buffer of exactly its size.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "attest/cbor_read.h"
#include "attest/manifest_fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool promise)
{
	if (!promise) {
		abort();
	}
}

static bool is_within(struct crypto_bytes part, const uint8_t *whole, size_t len)
{
	const uint8_t *at = part.data;

	return part.len == 0 || (at >= whole && part.len <= len - (size_t)(at - whole));
}

/* What is accepted keeps what manifest.h promises. */
static void check_promises(const struct manifest *m, const uint8_t *bytes, size_t len)
{
	require(m->svn <= MANIFEST_SVN_MAX && m->segment_count <= MANIFEST_SEGMENTS_MAX);
	require(m->segment_count != 0 && m->policy_count <= MANIFEST_POLICIES_MAX);
	require(is_within(m->name, bytes, len) && is_within(m->platform, bytes, len));
	require(is_within((struct crypto_bytes){m->monitor, CRYPTO_SHA384_LEN}, bytes, len));
	for (unsigned int i = 0; i < m->segment_count; i++) {
		const struct manifest_segment *s = &m->segment[i];

		require(s->mem_len != 0 && s->file_len <= s->mem_len);
		require(s->load <= IMAGE_ADDR_LIMIT - s->mem_len);
		require(is_within((struct crypto_bytes){s->digest, CRYPTO_SHA384_LEN}, bytes, len));
	}
}

/* The walk over a sound item and the one that takes it apart agree on where it ends. */
static void check_item(struct crypto_bytes item)
{
	struct cbor_reader r = cbor_open(item);

	if (cbor_check(item, CBOR_DEPTH_MAX)) {
		require(cbor_take_item(&r).len == item.len && cbor_at_end(&r));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manifest m = {.svn = 0};
	enum manifest_status status;
	struct crypto_bytes bytes;
	uint8_t *copy;

	if (size == 0) {
		return 0;
	}
	copy = malloc(size);
	require(copy != NULL);
	memcpy(copy, data + 1, size - 1);
	bytes = (struct crypto_bytes){copy, size - 1};
	check_item(bytes);
	status = data[0] % 2 == 0 ? manifest_parse(bytes, &m) : manifest_fields(bytes, &m);
	if (status == MANIFEST_OK) {
		check_promises(&m, copy, size - 1);
	}
	require(manifest_status_text(status)[0] != '\0');
	free(copy);
	return 0;
}
