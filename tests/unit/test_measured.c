/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attest, and one bit of each byte of what it measures: firmware, device tree, initrd and payload.
 * One register and one claim change, and nothing else. Of a device tree of QEMU's the seeds and
 * what fills up a word change nothing, as libfdt finds them.
 */
/* Evidence for I-ATT-4. */
#include <stdlib.h>

#include <libfdt.h>

#include "attest_call.h"
#include "dtb.h"

#define LEN CRYPTO_SHA384_LEN
#define REGION 700u

/* Memory that the policy is told of: the fake hart's cannot be read by a plain pointer. */
static _Alignas(8) u8 real[16384];
static u8 quiet[sizeof(real)];

/* What is known after a measurement. */
struct known {
	struct measure_log log;
	struct evidence_component component[EVIDENCE_COMPONENTS];
};

static int setup(void **state)
{
	unit_setup(state);
	machine.memory[1] = range_make((u64)(uintptr_t)real, sizeof(real));
	machine.memory_count = 2;
	return 0;
}

static void measure(struct known *k, enum measured what, size_t size)
{
	memset(attest_take(), 0, sizeof(struct measure_log));
	attest_give();
	policy_attest.on_measure(&hart, what, range_make((u64)(uintptr_t)real, size));
	k->log = *attest_take();
	attest_give();
	attest_components(k->component);
}

/* Has exactly this register changed, and its event's digest? */
static bool register_changed(const struct known *a, const struct known *b, unsigned int reg)
{
	unsigned int others = 0;

	for (unsigned int i = 0; i < MEASURE_REGISTERS; i++) {
		others += i != reg && memcmp(a->log.value[i], b->log.value[i], LEN) != 0;
	}
	return others == 0 && memcmp(a->log.value[reg], b->log.value[reg], LEN) != 0 &&
	       memcmp(a->log.event[0].data + 16, b->log.event[0].data + 16, LEN) != 0 &&
	       memcmp(a->log.event[0].data, b->log.event[0].data, 16) == 0;
}

/* Exactly this claim? That of the firmware is over all segments since the start. */
static bool claim_changed(const struct known *a, const struct known *b, unsigned int claim)
{
	bool changed = false;

	for (unsigned int i = 0; i < EVIDENCE_COMPONENTS; i++) {
		bool differs = memcmp(a->component[i].digest, b->component[i].digest, LEN) != 0;

		if (i == EVIDENCE_FIRMWARE && claim != EVIDENCE_FIRMWARE && differs) {
			return false;
		}
		if (i != claim && i != EVIDENCE_FIRMWARE && differs) {
			return false;
		}
		changed = changed || (i == claim && differs);
	}
	return changed;
}

static bool nothing_changed(const struct known *a, const struct known *b)
{
	return memcmp(a->log.value, b->log.value, sizeof(a->log.value)) == 0 &&
	       !claim_changed(a, b, EVIDENCE_COMPONENTS);
}

struct object {
	const char *name;
	enum measured what;
	unsigned int reg;
	unsigned int claim;
};

static const struct object firmware = {"firmware", MEASURED_FIRMWARE, MEASURE_FIRMWARE,
				       EVIDENCE_FIRMWARE};
static const struct object tree = {"device tree", MEASURED_TREE, MEASURE_HANDOVER, EVIDENCE_TREE};
static const struct object initrd = {"initrd", MEASURED_INITRD, MEASURE_HANDOVER,
				     EVIDENCE_INITRD};
static const struct object payload = {"payload", MEASURED_PAYLOAD, MEASURE_HANDOVER,
				      EVIDENCE_PAYLOAD_IMAGE};

/* Returns how many changes were seen. */
static unsigned int flip_all(const struct object *o, size_t size)
{
	static struct known before;
	static struct known after;
	unsigned int seen = 0;

	measure(&before, o->what, size);
	measure(&after, o->what, size);
	assert_memory_equal(before.log.value, after.log.value, sizeof(before.log.value));
	for (size_t at = 0; at < size; at++) {
		real[at] ^= (u8)(1u << at % 8);
		measure(&after, o->what, size);
		real[at] ^= (u8)(1u << at % 8);
		if (quiet[at] != 0 ? !nothing_changed(&before, &after)
				   : !register_changed(&before, &after, o->reg) ||
				     !claim_changed(&before, &after, o->claim)) {
			fail_msg("%s: byte %zu%s", o->name, at, quiet[at] != 0 ? ", a seed" : "");
		}
		seen += quiet[at] == 0;
	}
	print_message("%s: %u of %zu changes are seen\n", o->name, seen, size);
	return seen;
}

static void every_byte_of_regions_counts(void **state)
{
	const struct object *objects[] = {&firmware, &initrd, &payload};

	(void)state;
	memset(quiet, 0, sizeof(quiet));
	for (size_t i = 0; i < REGION; i++) {
		real[i] = (u8)unit_random();
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(objects); i++) {
		assert_int_equal(flip_all(objects[i], REGION), REGION);
	}
}

/* ---- device trees ---- */

static unsigned int mark(size_t from, size_t end)
{
	assert_true(from <= end && end <= sizeof(quiet));
	memset(quiet + from, 1, end - from);
	return (unsigned int)(end - from);
}

/* Where the value of a property of /chosen is; it is there. */
static unsigned int mark_seed(const char *name)
{
	int node = fdt_path_offset(real, "/chosen");
	int len = 0;
	const u8 *value = fdt_getprop(real, node, name, &len);

	assert_non_null(value);
	assert_true(len > 0);
	return mark((size_t)(value - real), (size_t)(value - real) + (size_t)len);
}

/* Behind names and values, up to the next word. */
static unsigned int mark_filling(void)
{
	unsigned int base = (unsigned int)fdt_off_dt_struct(real);
	unsigned int count = 0;
	int next = 0;

	for (int at = 0;; at = next) {
		uint32_t tag = fdt_next_tag(real, at, &next);
		const struct fdt_property *p = fdt_offset_ptr(real, at, sizeof(*p));
		int used = next - at;

		assert_true(next > 0);
		if (tag == FDT_END) {
			return count;
		}
		if (tag == FDT_PROP) {
			used = (int)sizeof(*p) + (int)fdt32_to_cpu(p->len);
		} else if (tag == FDT_BEGIN_NODE) {
			used = 4 + (int)strlen((const char *)real + base + at + 4) + 1;
		}
		count += mark(base + (unsigned int)(at + used), base + (unsigned int)next);
	}
}

static void every_byte_of_a_tree_counts_but_seeds(void **state)
{
	struct dtb t = dtb_load("qemu", 0);
	unsigned int left_out;

	(void)state;
	assert_true(t.size <= sizeof(real));
	memset(quiet, 0, sizeof(quiet));
	memcpy(real, t.bytes, t.size);
	left_out = mark_seed("rng-seed");
	assert_int_equal(left_out, 32);
	left_out += mark_filling();
	assert_true(left_out < t.size / 8);
	assert_int_equal(flip_all(&tree, t.size), t.size - left_out);
	free(t.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_byte_of_regions_counts, setup),
		cmocka_unit_test_setup(every_byte_of_a_tree_counts_but_seeds, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
