/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzing the verifier. The first byte of the input says which parser sees the rest. What has a
 * signature in front of it in real life is also given to its parser without one, because no fuzzer
 * makes signatures. What item_fault() accepts must be the one encoding of what was read.
 */
#include <stdlib.h>
#include <string.h>

#include "attest/verifier/appraise.h"
#include "attest/verifier/bundle_file.h"
#include "attest/verifier/chain.h"
#include "attest/verifier/item.h"
#include "attest/verifier/log.h"
#include "attest/verifier/put.h"
#include "attest/verifier/reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FUZZ_ITEM, FUZZ_CLAIMS, FUZZ_LOG, FUZZ_REFERENCE, FUZZ_MANIFEST, FUZZ_CERTIFICATE,
	FUZZ_TOKEN, FUZZ_KINDS };

static void write_again(struct cursor *c, struct buffer *out);

static void write_entries(struct cursor *c, struct buffer *out, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		write_again(c, out);
	}
}

/* Reads one item and writes what was read. */
static void write_again(struct cursor *c, struct buffer *out)
{
	uint64_t value;

	switch (cursor_peek(c)) {
	case ITEM_UINT:
	case ITEM_NEGATIVE: /* 64-bit numbers without a sign do not fit put_int() */
	case ITEM_SIMPLE: put_raw(out, cursor_skip(c)); break;
	case ITEM_BYTES: put_bytes(out, cursor_bytes(c)); break;
	case ITEM_TEXT: put_text(out, cursor_text(c)); break;
	case ITEM_ARRAY:
		value = cursor_array(c);
		put_array(out, value);
		write_entries(c, out, value);
		break;
	case ITEM_MAP:
		value = cursor_map(c);
		put_map(out, value);
		write_entries(c, out, 2 * value);
		break;
	case ITEM_TAG:
		put_tag(out, cursor_tag(c));
		write_again(c, out);
		break;
	case ITEM_END: abort();
	}
}

static void fuzz_item(struct span bytes)
{
	struct buffer out = {NULL, 0, 0};
	struct cursor c = cursor_at(bytes);

	if (item_fault(bytes) == NULL) {
		write_again(&c, &out);
		if (!cursor_done(&c) || !span_equal(bytes, buffer_span(&out))) {
			abort();
		}
	}
	free(out.data);
}

static void fuzz_log(struct span bytes)
{
	struct log log;
	size_t where;

	if (log_parse(bytes, &log, &where) == NULL && log.count > LOG_EVENTS_MAX) {
		abort();
	}
	log_free(&log);
}

static void fuzz_reference(struct span bytes)
{
	static const uint8_t content[] = "\x74" CORIM_CONTENT;
	struct sign1 message = {.payload = bytes, .content = {content, sizeof(content) - 1}};
	struct reference reference;

	(void)reference_parse(&message, &reference);
}

static void fuzz_certificate(struct span bytes)
{
	const struct span der[CHAIN_LEN] = {bytes, bytes, bytes};
	const struct anchors anchors = {&bytes, 1, 1795000000};
	struct chain chain;

	if (chain_parse(der, &chain).code == CORDON_OK) {
		(void)chain_judge_links(&chain);
		(void)chain_judge_root(&chain, &anchors);
	}
	chain_free(&chain);
}

static void fuzz_token(struct span bytes)
{
	const struct appraise_input in = {.token = bytes, .nonce = bytes, .corim = bytes,
					  .corim_key = bytes, .roots = &bytes, .root_count = 1,
					  .allow_insecure_identity = true};
	struct appraisal result;

	if (appraise(&in, &result) == CORDON_OK) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct claims claims;
	struct manifest manifest;
	uint8_t *copy;
	struct span bytes;

	if (size == 0) {
		return 0;
	}
	copy = alloc_zeroed(size - 1); /* of its exact size, for the sanitizer */
	memcpy(copy, data + 1, size - 1);
	bytes = (struct span){copy, size - 1};
	switch (data[0] % FUZZ_KINDS) {
	case FUZZ_ITEM: fuzz_item(bytes); break;
	case FUZZ_CLAIMS: (void)claims_parse(bytes, &claims); break;
	case FUZZ_LOG: fuzz_log(bytes); break;
	case FUZZ_REFERENCE: fuzz_reference(bytes); break;
	case FUZZ_MANIFEST: (void)manifest_parse(bytes, &manifest); break;
	case FUZZ_CERTIFICATE: fuzz_certificate(bytes); break;
	default: fuzz_token(bytes); break;
	}
	free(copy);
	return 0;
}
