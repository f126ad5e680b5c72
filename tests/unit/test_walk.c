/* SPDX-License-Identifier: Apache-2.0 */
/* Translation in software, and the one door to guest memory (Priv. 12.3 to 12.6, 3.1.6.3). */
#include "unit.h"

#include "monitor/guestmem.h"
#include "monitor/vcsr.h"
#include "monitor/vpmp.h"
#include "monitor/world.h"

enum { V = 1, R = 2, W = 4, X = 8, U = 16, A = 64, D = 128 };

#define TABLES (FAKE_RAM_BASE + 0x10000)
#define SV39 ((u64)8 << 60)
#define SV48 ((u64)9 << 60)
#define SV57 ((u64)10 << 60)

static void open_all_memory(void)
{
	assert_true(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, ~(u64)0, 0));
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, 0x1f, 0));
}

static int setup_payload(void **state)
{
	unit_setup(state);
	open_all_memory();
	world_enter_payload(&hart, PRIV_S, false);
	return 0;
}

static int levels_of(u64 satp)
{
	return (int)(satp >> 60) - 5;
}

/* A table per level, one below the other, for va; the leaf at this level gets the given bits. */
static void map(u64 satp, u64 va, int leaf_level, u64 pa, u64 bits)
{
	u64 table = TABLES;

	for (int level = levels_of(satp) - 1; level >= leaf_level; level--) {
		u64 at = table + (va >> (12 + 9 * level) & 511) * 8;

		table += 0x1000;
		fake_store(at, 8,
			   level == leaf_level ? pa >> 12 << 10 | bits : table >> 12 << 10 | V);
	}
	fake.csr[CSR_SATP] = satp | TABLES >> 12;
}

static bool translate(u64 va, bool store, u64 *pa)
{
	struct guest_context c = guest_payload(&hart);

	return guestmem_translate(&hart, &c, va, store, pa);
}

static bool translate_code(u64 va, u64 *pa)
{
	struct guest_context c = guest_payload(&hart);

	return guestmem_translate_code(&hart, &c, va, pa);
}

static void become(u64 priv, u64 sum_mxr)
{
	fake_csr_put(CSR_MSTATUS, field_set(fake.csr[CSR_MSTATUS] & ~(MSTATUS_SUM | MSTATUS_MXR),
					    MSTATUS_MPP, priv) |
					  sum_mxr);
}

static void bare_address_is_physical(void **state)
{
	u64 pa;

	(void)state;
	assert_true(translate(0x2004000, false, &pa));
	assert_int_equal(pa, 0x2004000);
}

static void unknown_mode_and_guest_stage_are_not_translated(void **state)
{
	u64 pa;

	(void)state;
	fake.csr[CSR_SATP] = (u64)3 << 60;
	assert_false(translate(0x2004000, false, &pa));
	fake.csr[CSR_SATP] = 0;
	fake.csr[CSR_MSTATUS] |= MSTATUS_MPV;
	assert_false(translate(0x2004000, false, &pa));
}

static void each_scheme_maps_pages_and_superpages(void **state)
{
	static const u64 schemes[] = {SV39, SV48, SV57};
	u64 va = 0x0000001234567678;

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		for (int level = 0; level < levels_of(schemes[i]); level++) {
			u64 span = (u64)1 << (12 + 9 * level);
			u64 frame = 0x2000000 / span * span;
			u64 pa;

			memset(fake.ram, 0, sizeof(fake.ram));
			map(schemes[i], va, level, frame, V | R | W | A | D);
			assert_true(translate(va, false, &pa));
			assert_int_equal(pa, frame + va % span);
		}
	}
}

/* Priv. 12.3.2 step 6: the low bits of a superpage's PPN must be zero. */
static void misaligned_superpage_faults(void **state)
{
	u64 pa;

	(void)state;
	map(SV39, 0x40000000, 1, 0x2001000, V | R | A | D);
	assert_false(translate(0x40000000, false, &pa));
	map(SV39, 0x40000000, 2, 0x200000, V | R | A | D);
	assert_false(translate(0x40000000, false, &pa));
}

/* Priv. 12.4.1: bits above the highest translated one must equal it. */
static void non_canonical_address_faults(void **state)
{
	static const u64 schemes[] = {SV39, SV48, SV57};

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		unsigned int bits = 12 + 9 * (unsigned int)levels_of(schemes[i]);
		u64 va = (BIT(bits - 1) | 0x1000) | ~(BIT(bits) - 1);
		u64 pa;

		memset(fake.ram, 0, sizeof(fake.ram));
		map(schemes[i], va, 0, 0x2000000, V | R | A | D);
		assert_true(translate(va, false, &pa));
		assert_false(translate(va ^ BIT(bits), false, &pa));
		assert_false(translate(va ^ BIT(63), false, &pa));
		assert_false(translate(va & (BIT(bits) - 1), false, &pa));
	}
}

/* Priv. 12.3.1: U, SUM, MXR, R, W in all combinations. */
static void leaf_bits_decide_as_the_manual_says(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 16 * 4 * 2 * 2; n++) {
		u64 bits = V | (n & 15) << 1 | A | D;
		u64 sum_mxr = ((n >> 4 & 1) != 0 ? MSTATUS_SUM : 0) |
			      ((n >> 5 & 1) != 0 ? MSTATUS_MXR : 0);
		u64 priv = n >> 6 & 1;
		bool store = n >> 7 != 0;
		bool user_ok = priv == PRIV_U ? (bits & U) != 0
					      : (bits & U) == 0 || (sum_mxr & MSTATUS_SUM) != 0;
		bool readable =
			(bits & R) != 0 || ((sum_mxr & MSTATUS_MXR) != 0 && (bits & X) != 0);
		bool legal = (bits & (R | W | X)) != 0 && (bits & (R | W)) != W;
		u64 pa;

		map(SV39, 0x5000, 0, 0x2004000, bits);
		become(priv, sum_mxr);
		assert_int_equal(translate(0x5008, store, &pa),
				 legal && user_ok && (store ? (bits & W) != 0 : readable));
		/* Priv. 12.1.1.2: SUM does not let S-mode execute a user's page. */
		assert_int_equal(translate_code(0x5008, &pa),
				 legal && (priv == PRIV_U) == ((bits & U) != 0) && (bits & X) != 0);
	}
}

/* Svnapot: N and PPN 1000 in the last level are 64 KiB; everything else with N is reserved. */
static void naturally_aligned_pages_are_walked(void **state)
{
	u64 pa;

	(void)state;
	map(SV39, 0x53000, 0, 0x2008000, BIT(63) | V | R | A | D);
	assert_true(translate(0x53458, false, &pa));
	assert_int_equal(pa, 0x2003458);
	map(SV39, 0x5f000, 0, 0x2008000, BIT(63) | V | R | A | D);
	assert_true(translate(0x5fffc, false, &pa));
	assert_int_equal(pa, 0x200fffc);
	for (u64 n = 0; n < 16; n++) {
		map(SV39, 0x53000, 0, 0x2000000 | n << 12, BIT(63) | V | R | A | D);
		assert_int_equal(translate(0x53458, false, &pa), n == 8);
	}
	map(SV39, 0x200000, 1, 0x2008000, BIT(63) | V | R | A | D);
	assert_false(translate(0x200000, false, &pa));
}

static void invalid_or_missing_leaf_faults(void **state)
{
	u64 pa;

	(void)state;
	map(SV39, 0x5000, 0, 0x2004000, R | W | A | D); /* V = 0 */
	assert_false(translate(0x5000, false, &pa));
	map(SV39, 0x5000, 0, TABLES, V); /* a pointer at the last level */
	assert_false(translate(0x5000, false, &pa));
}

/* Whatever the tables hold, the answer is that of a second walk written from the manual. */
static void random_tables_are_walked_as_by_the_fake_hart(void **state)
{
	static const u64 schemes[] = {SV39, SV48, SV57};

	(void)state;
	for (unsigned int n = 0; n < 20000; n++) {
		u64 satp = schemes[n % 3];
		int level = (int)(unit_random() % (u64)levels_of(satp));
		u64 span = (u64)1 << (12 + 9 * level);
		u64 va = (u64)((s64)unit_random() >> (unit_random() % 64)) | BIT(40);
		u64 frame = FAKE_CLINT_BASE / span * span + (unit_random() % 8 == 0 ? 0x1000 : 0);
		enum pmp_access how = (enum pmp_access)(unit_random() % 3);
		struct fake_view view;
		bool found;
		u64 cause;
		u64 want;
		u64 pa;

		map(satp, va, level, frame,
		    (unit_random() & 31) | (unit_random() % 8 != 0 ? V : 0) | A | D);
		become(unit_random() % 2, unit_random() & (MSTATUS_SUM | MSTATUS_MXR));
		view = (struct fake_view){
			.mode = (unsigned int)field_get(fake.csr[CSR_MSTATUS], MSTATUS_MPP),
			.status = fake.csr[CSR_MSTATUS]};
		cause = fake_translate(&view, va, 1, how, &want);
		found = how == ACCESS_EXECUTE ? translate_code(va, &pa)
					      : translate(va, how == ACCESS_WRITE, &pa);
		if (found) {
			assert_int_equal(pa, want); /* the device itself is shielded */
			assert_true(cause == 0 || cause == 1 || cause == 5 || cause == 7);
		} else {
			assert_true(cause == 12 || cause == 13 || cause == 15 ||
				    want == va); /* or no table there */
		}
		fake.logged = 0;
	}
}

/* A PTE that another hart changes between two reads must not be judged twice. */
static void each_pte_is_read_once(void **state)
{
	u64 pa;

	(void)state;
	map(SV57, 0x5000, 0, 0x2004000, V | R | A | D);
	fake.logged = 0;
	assert_true(translate(0x5008, false, &pa));
	assert_int_equal(fake.logged, 5);
	for (unsigned int i = 0; i < 5; i++) {
		assert_int_equal(fake.log[i].pa / 0x1000, TABLES / 0x1000 + i);
		assert_int_equal(fake.log[i].size, 8);
		assert_false(fake.log[i].is_store);
	}
}

/* Tables where the guest itself may not read are no tables: the monitor's memory least of all. */
static void table_in_the_monitors_memory_is_not_read(void **state)
{
	u64 pa;

	(void)state;
	fake_store(FAKE_SELF_BASE, 8, V | R | A | D); /* frame 0: a leaf at any level */
	fake.csr[CSR_SATP] = SV39 | FAKE_SELF_BASE >> 12;
	assert_false(translate(0, false, &pa));
	map(SV39, 0, 1, 0x2000000, V | R | A | D);
	fake_store(TABLES, 8, FAKE_SELF_BASE >> 12 << 10 | V);
	assert_false(translate(0, false, &pa));
}

static void walk_leaves_the_hart_as_it_was(void **state)
{
	static struct fake_hart before;
	u64 pa;

	(void)state;
	map(SV39, 0x5000, 0, 0x2004000, V | R | A | D);
	before = fake;
	assert_true(translate(0x5008, false, &pa));
	assert_memory_equal(fake.csr, before.csr, sizeof(fake.csr));
	assert_memory_equal(&fake.pmp, &before.pmp, sizeof(fake.pmp));
}

/* ---- the firmware under MPRV ---- */

static void firmware_under_mprv_sees_with_the_payloads_eyes_and_only_then(void **state)
{
	struct guest_context c;
	struct guarded g;

	(void)state;
	open_all_memory();
	map(SV39, 0x5000, 0, FAKE_RAM_BASE + 0x8000, V | R | W | U | A | D);
	hart.held.satp = fake.csr[CSR_SATP];
	fake.csr[CSR_SATP] = 0;
	hart.held.senvcfg = 0;
	fake_store(FAKE_RAM_BASE + 0x8008, 8, 0x1122334455667788);
	assert_true(vcsr_write(&hart, CSR_MSTATUS, VCSR_RW, MSTATUS_MPRV, 0));
	c = guest_under_mprv(&hart);
	g = guestmem_access(&hart, &c, GUARD_LD, 0x5008, 0);
	assert_int_equal(g.fault, 0);
	assert_int_equal(g.value, 0x1122334455667788);
	fake_check_firmware_world(&hart);
	assert_int_equal(fake.csr[CSR_SENVCFG], vcsr_senvcfg_for_firmware(&hart));
	g = guestmem_access(&hart, &c, GUARD_LD, 0x6000, 0);
	assert_int_equal(guard_cause(g), CAUSE_LOAD_PAGE);
	assert_int_equal(fake.csr[CSR_MTVAL], 0x6000);
	fake_check_firmware_world(&hart);
}

/* I-PMP-1, I-MEM-1: not even through page tables of its own does the firmware reach the monitor. */
static void firmware_under_mprv_cannot_read_the_monitor(void **state)
{
	struct guest_context c;

	(void)state;
	open_all_memory();
	map(SV39, 0x5000, 0, FAKE_SELF_BASE, V | R | W | A | D);
	hart.held.satp = fake.csr[CSR_SATP];
	fake.csr[CSR_SATP] = 0;
	assert_true(vcsr_write(&hart, CSR_MSTATUS, VCSR_RW,
			       MSTATUS_MPRV | field_set(0, MSTATUS_MPP, PRIV_S), 0));
	c = guest_under_mprv(&hart);
	assert_int_equal(guard_cause(guestmem_access(&hart, &c, GUARD_LD, 0x5000, 0)),
			 CAUSE_LOAD_ACCESS);
	assert_int_equal(guard_cause(guestmem_access(&hart, &c, GUARD_SD, 0x5000, 0)),
			 CAUSE_STORE_ACCESS);
}

/* ---- fetching the instruction again ---- */

static void put_code(u64 pc, u32 word)
{
	fake_store(pc, 4, word);
	hart.pc = pc;
}

static void firmware_instruction_is_fetched_half_by_half(void **state)
{
	u32 word = 0;

	(void)state;
	put_code(FAKE_RAM_BASE + 0x1ffe, 0x30200073);
	assert_true(guestmem_fetch_firmware(&hart, &word));
	assert_int_equal(word, 0x30200073);
	put_code(FAKE_RAM_BASE + 0x1ffe,
		 0xffff4398); /* compressed: the other half is not looked at */
	assert_true(guestmem_fetch_firmware(&hart, &word));
	assert_int_equal(word & 0xffff, 0x4398);
}

static void firmware_instruction_in_the_monitor_is_never_fetched(void **state)
{
	u32 word;

	(void)state;
	put_code(FAKE_SELF_BASE, 0x30200073);
	assert_false(guestmem_fetch_firmware(&hart, &word));
	fake_store(FAKE_SELF_BASE - 2, 2, 0x0073); /* its second half lies in the monitor */
	hart.pc = FAKE_SELF_BASE - 2;
	assert_false(guestmem_fetch_firmware(&hart, &word));
	fake_store(FAKE_SELF_BASE - 2, 2, 0x4398);
	assert_true(guestmem_fetch_firmware(&hart, &word));
	hart.pc = FAKE_CLINT_BASE;
	assert_false(guestmem_fetch_firmware(&hart, &word));
}

/* The firmware's own locked rules bind it: execute-only is enough, no execute is not. */
static void firmware_instruction_needs_the_x_of_its_own_rules(void **state)
{
	u32 word;

	(void)state;
	assert_true(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, ~(u64)0, 0));
	put_code(FAKE_RAM_BASE + 0x100, 0x30200073);
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, PMP_L | PMP_A_NAPOT | PMP_X, 0));
	assert_true(guestmem_fetch_firmware(&hart, &word));
	unit_setup(state);
	assert_true(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, ~(u64)0, 0));
	put_code(FAKE_RAM_BASE + 0x100, 0x30200073);
	assert_true(
		vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, PMP_L | PMP_A_NAPOT | PMP_R | PMP_W, 0));
	assert_false(guestmem_fetch_firmware(&hart, &word));
}

/* A 32-bit word that hardware fetched; at a page's end the checked way. */
static void trapped_word_is_read_from_memory(void **state)
{
	u32 word = 0;

	(void)state;
	put_code(FAKE_RAM_BASE + 0x1004, 0x10500073);
	assert_true(guestmem_trapped_word(&hart, &word));
	assert_int_equal(word, 0x10500073);
	put_code(FAKE_RAM_BASE + 0x1ffe, 0x10500073);
	assert_true(guestmem_trapped_word(&hart, &word));
	assert_int_equal(word, 0x10500073);
}

/* Code pages are execute-only for many kernels: MXR for the fetch, not for the guest. */
static void payload_instruction_is_fetched_through_its_translation(void **state)
{
	u64 status;
	u32 word = 0;

	(void)state;
	map(SV39, 0x5000, 0, FAKE_RAM_BASE + 0x8000, V | X | A);
	fake_store(FAKE_RAM_BASE + 0x8010, 4, 0x0005b503);
	hart.pc = 0x5010;
	status = fake.csr[CSR_MSTATUS];
	assert_true(guestmem_fetch_payload(&hart, &word));
	assert_int_equal(word, 0x0005b503);
	assert_int_equal(fake.csr[CSR_MSTATUS], status);
	hart.pc = 0x7000;
	assert_false(guestmem_fetch_payload(&hart, &word));
}

static void payload_instruction_across_unmapped_pages_is_not_fetched(void **state)
{
	u32 word;

	(void)state;
	map(SV39, 0x5000, 0, FAKE_RAM_BASE + 0x8000, V | X | R | A);
	fake_store(FAKE_RAM_BASE + 0x8ffe, 2, 0xb503);
	hart.pc = 0x5ffe;
	assert_false(guestmem_fetch_payload(&hart, &word));
	fake_store(FAKE_RAM_BASE + 0x8ffe, 2, 0x4398);
	assert_true(guestmem_fetch_payload(&hart, &word));
	fake.csr[CSR_MSTATUS] |= MSTATUS_MPV;
	assert_false(guestmem_fetch_payload(&hart, &word));
}

/* ---- code that PMP lets the payload execute and not read ---- */

#define CODE (FAKE_RAM_BASE + 0x8000)

/* Two pages at CODE with these rights, by the rule that comes first; the rest is the payload's. */
static void restrict_code(unsigned int rights)
{
	world_enter_firmware(&hart);
	assert_true(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, CODE >> 2 | 0x3ff, 0));
	assert_true(vcsr_write(&hart, CSR_PMPADDR0 + 1, VCSR_RW, ~(u64)0, 0));
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, 0x1f00 | PMP_A_NAPOT | rights, 0));
	world_enter_payload(&hart, PRIV_S, false);
}

static bool fetches(u64 pc, u32 *word)
{
	*word = 0;
	hart.pc = pc;
	return guestmem_fetch_payload(&hart, word);
}

static void instruction_that_may_only_be_executed_is_fetched(void **state)
{
	u32 word;

	(void)state;
	restrict_code(PMP_X);
	fake_store(CODE + 0x10, 4, 0x00b5b023);
	fake_store(CODE + 0xffe, 4, 0x0005b503);
	fake_store(CODE + 0x20, 4, 0xffff4398);
	fake.csr[CSR_MTVAL] = 0x11;
	fake.csr[CSR_MTINST] = 0x22;
	assert_true(fetches(CODE + 0x10, &word));
	assert_int_equal(word, 0x00b5b023);
	assert_int_equal(fake.csr[CSR_MTVAL], 0x11); /* the trap may yet be handed on */
	assert_int_equal(fake.csr[CSR_MTINST], 0);
	map(SV39, 0x5000, 0, CODE, V | X | A);
	fake_store(TABLES + 0x2000 + 6 * 8, 8, (CODE + 0x1000) >> 12 << 10 | V | X | A);
	assert_true(fetches(0x5ffe, &word));
	assert_int_equal(word, 0x0005b503);
	assert_true(fetches(0x5020, &word));
	assert_int_equal(word, 0x4398);
}

/* One half may be read, the other only executed. */
static void each_half_of_an_instruction_is_judged_by_itself(void **state)
{
	u32 word;

	(void)state;
	restrict_code(PMP_X);
	fake_store(CODE - 2, 4, 0x0005b503);
	assert_true(fetches(CODE - 2, &word));
	assert_int_equal(word, 0x0005b503);
	fake_store(CODE + 0x1ffe, 4, 0x00b5b023);
	assert_true(fetches(CODE + 0x1ffe, &word));
	assert_int_equal(word, 0x00b5b023);
	restrict_code(0);
	assert_false(fetches(CODE - 2, &word));
	assert_false(fetches(CODE + 0x1ffe, &word));
}

static void instruction_that_may_not_be_executed_is_not_fetched(void **state)
{
	u32 word;

	(void)state;
	fake_store(CODE + 0x10, 4, 0x00b5b023);
	restrict_code(0);
	fake.csr[CSR_MTVAL] = 0x11;
	assert_false(fetches(CODE + 0x10, &word));
	assert_int_equal(word, 0);
	assert_int_equal(fake.csr[CSR_MTVAL], 0x11);
	restrict_code(PMP_X);
	map(SV39, 0x5000, 0, CODE, V | R | A); /* not by the page */
	assert_false(fetches(0x5010, &word));
	map(SV39, 0x5000, 0, CODE, V | X | U | A); /* not by S-mode */
	become(PRIV_S, MSTATUS_SUM);
	assert_false(fetches(0x5010, &word));
	become(PRIV_U, 0);
	assert_true(fetches(0x5010, &word));
	fake.csr[CSR_MSTATUS] |= MSTATUS_MPV;
	assert_false(fetches(0x5010, &word));
}

/* I-PMP-1, I-MEM-1: page tables lead neither to the monitor's memory nor to what it shields. */
static void no_instruction_is_fetched_from_the_monitor(void **state)
{
	u32 word;

	(void)state;
	restrict_code(PMP_X);
	fake_store(FAKE_SELF_BASE + 0x10, 4, 0x00b5b023);
	assert_false(fetches(FAKE_SELF_BASE + 0x10, &word));
	assert_int_equal(word, 0);
	fake_store(FAKE_SELF_BASE - 2, 2, 0xb023); /* the second half lies in the monitor */
	assert_false(fetches(FAKE_SELF_BASE - 2, &word));
	assert_int_equal(word, 0);
	map(SV39, 0x5000, 0, FAKE_SELF_BASE, V | R | X | A);
	assert_false(fetches(0x5010, &word));
	map(SV39, 0x5000, 0, FAKE_CLINT_BASE, V | R | X | A);
	assert_false(fetches(0x5000, &word));
	fake.csr[CSR_SATP] = SV39 | FAKE_SELF_BASE >> 12; /* nor do tables lie there */
	fake_store(FAKE_SELF_BASE, 8, CODE >> 12 << 10 | V | X | A);
	assert_false(fetches(0, &word));
}

/* What a policy closes is closed (vpmp.h: its entries come before the firmware's). */
static void no_instruction_is_fetched_that_a_policy_keeps(void **state)
{
	enum { FREE = 2 }; /* the entry below vPMP 0 */
	struct pmp_view *view = &hart.vpmp.view[VIEW_PAYLOAD];
	u32 word;

	(void)state;
	restrict_code(PMP_X);
	fake_store(CODE + 0x10, 4, 0x00b5b023);
	fake_store(CODE + 0x1010, 4, 0x00b5b023);
	assert_int_equal(view->cfg[0] >> 8 * FREE & 0xff, 0);
	view->addr[FREE] = CODE >> 2 | 0x1ff;
	view->cfg[0] |= (u64)PMP_A_NAPOT << 8 * FREE;
	fake_csr_put(CSR_PMPADDR0 + FREE, view->addr[FREE]);
	fake_csr_put(CSR_PMPCFG0, view->cfg[0]);
	assert_false(fetches(CODE + 0x10, &word));
	assert_int_equal(word, 0);
	assert_true(fetches(CODE + 0x1010, &word));
}

#define PAYLOAD_TEST(name) cmocka_unit_test_setup(name, setup_payload)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PAYLOAD_TEST(bare_address_is_physical),
		PAYLOAD_TEST(unknown_mode_and_guest_stage_are_not_translated),
		PAYLOAD_TEST(each_scheme_maps_pages_and_superpages),
		PAYLOAD_TEST(misaligned_superpage_faults),
		PAYLOAD_TEST(non_canonical_address_faults),
		PAYLOAD_TEST(leaf_bits_decide_as_the_manual_says),
		PAYLOAD_TEST(naturally_aligned_pages_are_walked),
		PAYLOAD_TEST(invalid_or_missing_leaf_faults),
		PAYLOAD_TEST(random_tables_are_walked_as_by_the_fake_hart),
		PAYLOAD_TEST(each_pte_is_read_once),
		PAYLOAD_TEST(table_in_the_monitors_memory_is_not_read),
		PAYLOAD_TEST(walk_leaves_the_hart_as_it_was),
		UNIT_TEST(firmware_under_mprv_sees_with_the_payloads_eyes_and_only_then),
		UNIT_TEST(firmware_under_mprv_cannot_read_the_monitor),
		UNIT_TEST(firmware_instruction_is_fetched_half_by_half),
		UNIT_TEST(firmware_instruction_in_the_monitor_is_never_fetched),
		UNIT_TEST(firmware_instruction_needs_the_x_of_its_own_rules),
		UNIT_TEST(trapped_word_is_read_from_memory),
		PAYLOAD_TEST(payload_instruction_is_fetched_through_its_translation),
		PAYLOAD_TEST(payload_instruction_across_unmapped_pages_is_not_fetched),
		PAYLOAD_TEST(instruction_that_may_only_be_executed_is_fetched),
		PAYLOAD_TEST(each_half_of_an_instruction_is_judged_by_itself),
		PAYLOAD_TEST(instruction_that_may_not_be_executed_is_not_fetched),
		PAYLOAD_TEST(no_instruction_is_fetched_from_the_monitor),
		PAYLOAD_TEST(no_instruction_is_fetched_that_a_policy_keeps),
	};

	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
