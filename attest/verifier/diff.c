/* SPDX-License-Identifier: Apache-2.0 */
/* cordon diff: in what two tokens differ, claim by claim. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cose.h"
#include "decode.h"
#include "item.h"
#include "options.h"

struct side {
	struct span file;
	struct sign1 message;
	struct claims claims;
};

static void load(const char *path, struct side *out)
{
	const char *fault;

	out->file = file_read(path);
	fault = sign1_parse(out->file, &out->message);
	if (fault == NULL && !out->message.has_chain) {
		fault = "it has no certificate chain";
	}
	if (fault == NULL) {
		fault = claims_parse(out->message.payload, &out->claims);
	}
	if (fault != NULL) {
		die(CORDON_MALFORMED, "%s is no token: %s", path, fault);
	}
}

static void print_side(const char *mark, struct span item)
{
	(void)printf("  %s ", mark);
	if (item.len == 0) {
		(void)fputs("(none)", stdout);
	} else {
		decode_item(item, stdout);
	}
	(void)putchar('\n');
}

static unsigned int compare_item(const char *name, struct span a, struct span b)
{
	if (span_equal(a, b)) {
		return 0;
	}
	(void)printf("%s\n", name);
	print_side("-", a);
	print_side("+", b);
	return 1;
}

/* The value of a claim as it stands; empty if there is none. */
static struct span find_claim(struct span payload, int64_t key)
{
	struct cursor c = cursor_at(payload);
	uint64_t count = cursor_map(&c);

	for (uint64_t i = 0; !c.failed && i < count; i++) {
		bool found = cursor_take_key(&c, key);
		struct span value;

		if (!found) {
			(void)cursor_skip(&c);
		}
		value = cursor_skip(&c);
		if (found) {
			return value;
		}
	}
	return (struct span){NULL, 0};
}

static unsigned int compare_components(const struct claims *a, const struct claims *b)
{
	unsigned int found = 0;

	for (int i = 0; i < COMPONENT_TYPES; i++) {
		const struct component *x = &a->component[i];
		const struct component *y = &b->component[i];

		if (x->present != y->present || memcmp(x->digest, y->digest, DIGEST_LEN) != 0) {
			(void)printf("component %s%s\n", component_name((enum component_type)i),
				     !x->present ? " is only in the second"
				     : !y->present ? " is only in the first" : " differs");
			found++;
		}
	}
	return found;
}

static unsigned int compare_registers(const struct claims *a, const struct claims *b)
{
	unsigned int found = 0;

	for (unsigned int i = 0; i < REGISTERS; i++) {
		if (memcmp(a->reg[i], b->reg[i], DIGEST_LEN) != 0) {
			(void)printf("register %u differs\n", i);
			found++;
		}
	}
	return found;
}

static unsigned int compare_claims(const struct side *a, const struct side *b)
{
	static const struct {
		int64_t key;
		const char *name;
	} claim[] = {
		{8, "cnf"}, {10, "nonce"}, {256, "ueid"}, {258, "oemid"}, {259, "hwmodel"},
		{261, "uptime"}, {262, "oemboot"}, {263, "dbgstat"}, {267, "bootcount"},
		{268, "bootseed"}, {-70001, "requester"}, {-70002, "counters"}, {-70003, "log"},
		{-70004, "identity class"}, {-70005, "policies"}, {-70006, "isolation"},
		{-70007, "crypto"}, {-70008, "firmware"}, {-70009, "update"},
		{-70011, "firmware code"},
	};
	unsigned int found = 0;

	for (size_t i = 0; i < sizeof(claim) / sizeof(claim[0]); i++) {
		found += compare_item(claim[i].name,
				      find_claim(a->message.payload, claim[i].key),
				      find_claim(b->message.payload, claim[i].key));
	}
	return found;
}

static unsigned int compare_chains(const struct side *a, const struct side *b)
{
	static const char *const name[CHAIN_LEN] = {"attestation key", "monitor", "device"};
	unsigned int found = 0;

	for (int i = 0; i < CHAIN_LEN; i++) {
		if (!span_equal(a->message.chain[i], b->message.chain[i])) {
			(void)printf("certificate of the %s differs\n", name[i]);
			found++;
		}
	}
	return found;
}

int cmd_diff(int argc, char **argv)
{
	const struct option_row rows[] = {{NULL, OPTION_FLAG, NULL, NULL}};
	int at = options_parse(argc, argv, rows, "TOKEN TOKEN");
	struct side a;
	struct side b;
	unsigned int found;

	if (argc - at < 2) {
		die(CORDON_USAGE, "diff needs two tokens; see cordon diff --help");
	}
	options_end(argc, argv, at + 2);
	load(argv[at], &a);
	load(argv[at + 1], &b);
	found = compare_chains(&a, &b) + compare_claims(&a, &b) +
		compare_components(&a.claims, &b.claims) +
		compare_registers(&a.claims, &b.claims);
	(void)printf("%u differences; nothing is verified\n", found);
	free((void *)(uintptr_t)a.file.data);
	free((void *)(uintptr_t)b.file.data);
	return found == 0 ? CORDON_OK : CORDON_REFERENCE;
}
