/* SPDX-License-Identifier: Apache-2.0 */
/* Device trees without their seeds. Nothing in the bytes is believed (I-ATT-4). */
#include "attest/tree_digest.h"

#include <stdbool.h>
#include <string.h>

/* Devicetree 0.4, 5.2 to 5.4: the header's fields, an entry of the reservations, the tokens. */
#define MAGIC 0xd00dfeedu
#define HEADER_LEN 40u
#define OFF_STRUCT 8u
#define OFF_STRINGS 12u
#define OFF_RESERVATIONS 16u
#define OFF_STRINGS_SIZE 32u
#define OFF_STRUCT_SIZE 36u
#define RESERVATION_LEN 16u
#define BEGIN_NODE 1u
#define END_NODE 2u
#define PROP 3u
#define NOP 4u

struct tree {
	const uint8_t *bytes;
	size_t size;
	size_t strings;
	size_t end;         /* of the structure block */
	size_t at;          /* the next token */
	size_t hashed;      /* bytes that the digest has */
	unsigned int depth; /* of the node that at is in; 1: the root */
	bool chosen;        /* it is /chosen */
};

/* The big-endian word at off; 0 behind the end, which is no token. */
static uint32_t word(const struct tree *t, size_t off)
{
	const uint8_t *b = t->bytes + off;

	if (off > t->size || t->size - off < 4) {
		return 0;
	}
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Is there this string at off, with its final zero? */
static bool is_text(const struct tree *t, size_t off, const char *text)
{
	size_t len = strlen(text) + 1;

	return off <= t->size && t->size - off >= len && memcmp(t->bytes + off, text, len) == 0;
}

/* Hashes up to the value at from, and zeros in its place. */
static void blank(struct tree *t, struct crypto_sha384 *hash, size_t from, size_t len)
{
	static const uint8_t zero;

	crypto_sha384_update(hash, t->bytes + t->hashed, from - t->hashed);
	for (size_t i = 0; i < len; i++) {
		crypto_sha384_update(hash, &zero, 1);
	}
	t->hashed = from + len;
}

/*
 * From the end of a name or value to the next token. What fills up the word means nothing, and who
 * puts a property in front of a seed leaves parts of that there: QEMU 10 does.
 */
static void fill_up(struct tree *t, struct crypto_sha384 *hash, size_t end)
{
	t->at = (end + 3) & ~(size_t)3;
	if (t->at <= t->end) {
		blank(t, hash, end, t->at - end);
	}
}

static void enter_node(struct tree *t, struct crypto_sha384 *hash)
{
	size_t name = t->at + 4;
	size_t end = name;

	while (end < t->size && t->bytes[end] != 0) {
		end++;
	}
	t->depth++;
	t->chosen = t->depth == 2 && is_text(t, name, "chosen");
	fill_up(t, hash, end + 1);
}

static bool is_seed(const struct tree *t, size_t name)
{
	return t->chosen && (is_text(t, name, "rng-seed") || is_text(t, name, "kaslr-seed"));
}

/* False: the value is not all there. */
static bool pass_property(struct tree *t, struct crypto_sha384 *hash)
{
	size_t len = word(t, t->at + 4);
	size_t name = t->strings + word(t, t->at + 8);
	size_t value = t->at + 12;

	if (value > t->end || t->end - value < len) {
		return false;
	}
	if (is_seed(t, name)) {
		blank(t, hash, value, len);
	}
	fill_up(t, hash, value + len);
	return true;
}

/* One token further; false at the end, or at what is no token. */
static bool step(struct tree *t, struct crypto_sha384 *hash)
{
	switch (t->at < t->end ? word(t, t->at) : 0) {
	case BEGIN_NODE:
		enter_node(t, hash);
		return true;
	case END_NODE:
		t->chosen = false;
		t->at += 4;
		return t->depth > 1 && t->depth-- != 0;
	case PROP:
		return pass_property(t, hash);
	case NOP:
		t->at += 4;
		return true;
	default:
		return false;
	}
}

/* Do the reservations end, with an entry of zeros, before the structure block? */
static bool reservations_end(const struct tree *t)
{
	size_t at = word(t, OFF_RESERVATIONS);

	while (at >= HEADER_LEN && at + RESERVATION_LEN <= t->at) {
		if ((word(t, at) | word(t, at + 4) | word(t, at + 8) | word(t, at + 12)) == 0) {
			return true;
		}
		at += RESERVATION_LEN;
	}
	return false;
}

/*
 * Nothing else of the tree can lie in a value then: left out is what is a seed, and not what
 * somebody else would read as a name or a reservation.
 */
static bool find_blocks(struct tree *t)
{
	size_t strings_end;

	if (t->size < HEADER_LEN || word(t, 0) != MAGIC) {
		return false;
	}
	t->at = word(t, OFF_STRUCT);
	t->end = t->at + word(t, OFF_STRUCT_SIZE);
	t->strings = word(t, OFF_STRINGS);
	strings_end = t->strings + word(t, OFF_STRINGS_SIZE);
	return t->end <= t->size && strings_end <= t->size &&
	       (t->strings >= t->end || strings_end <= t->at) && reservations_end(t);
}

void tree_digest(const void *tree, size_t size, uint8_t out[CRYPTO_SHA384_LEN])
{
	struct tree t = { .bytes = tree, .size = size };
	struct crypto_sha384 hash;

	crypto_sha384_init(&hash);
	if (find_blocks(&t)) {
		while (step(&t, &hash)) {
		}
	}
	crypto_sha384_update(&hash, t.bytes + t.hashed, size - t.hashed);
	crypto_sha384_finish(&hash, out);
}
