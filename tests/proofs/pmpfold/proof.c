/* SPDX-License-Identifier: Apache-2.0 */
/*
 * However many PMP rules the firmware has, the first that matches decides as it does natively.
 *
 * By induction over the entries, as the model's check goes through them (decide() is its step).
 * Proved, with arbitrary rules in all virtual entries of a hart with PROOF_HARDWARE entries: an
 * access that touches the monitor or the shield is denied by the entries in front of the
 * firmware's, and any other is not decided by them. If hardware has decided an access of a view
 * as the native rules have, or neither has, in front of an entry, then the same holds behind
 * it, for each entry: in M-mode for the firmware's view, in S- and U-mode for the payload's, and
 * for fetches alone in M-mode for MPRV's. And if no rule has decided, hardware's last entry decides
 * as the native default. So every access is decided as natively (I-PMP-1, I-PMP-2, I-PMP-3).
 * Assumed: the rules are legal ones; no Smepmp, no policy, no entry locked by an earlier stage;
 * addresses of 56 bits. PROOF_GRAIN is G of Priv. 3.7.1.1.
 * Bounds: PROOF_HARDWARE entries; accesses of 1, 2, 4 or 8 bytes that do not wrap around.
 */
#define range model_range /* the model has another struct of that name */
#include "tests/model/model_pmp.c"
#undef range

#include "monitor/vpmp.h"
#include "proof.h"

#define ENTRIES (PROOF_HARDWARE - VPMP_RESERVED)
#define SELF 0x9fc00000
#define SHIELD 0x02000000

static struct request access; /* but for who makes it */
static enum pmp_view_id view;

/* Every rule has a symbol of its own. */
static void choose_rules(void)
{
	for (unsigned int i = 0; i < ENTRIES; i++) {
		uint8_t cfg = any_u8() & 0x9f;

		__CPROVER_assume((cfg & 3) != MODEL_PMP_W);
		__CPROVER_assume(PROOF_GRAIN == 0 || (cfg & MODEL_PMP_A) != MODEL_PMP_NA4);
		native.pmpcfg[i] = cfg;
		native.pmpaddr[i] = any_u64() & MODEL_PMP_ADDRESS;
	}
}

static void choose_access(void)
{
	uint64_t size = UINT64_C(1) << (any_u8() & 3);

	access.first = any_u64() & (MB(56) - 1);
	access.last = access.first + size - 1;
	access.access = (enum model_access)(any_u8() % 3);
	view = (enum pmp_view_id)(any_u8() % VIEW_COUNT);
}

static void describe_hart(void)
{
	native.can.pmp_count = native.can.pmp_writable = ENTRIES;
	native.can.pmp_grain = PROOF_GRAIN;
	physical.can.pmp_count = physical.can.pmp_writable = PROOF_HARDWARE;
	physical.can.pmp_grain = PROOF_GRAIN;
	hart.caps.pmp_count = PROOF_HARDWARE;
	hart.caps.pmp_grain = PROOF_GRAIN;
	hart.caps.pmp_addr_mask = MODEL_PMP_ADDRESS;
	machine.self = range_make(SELF, 0x200000);
	machine.clint.shield = range_make(SHIELD, 0x10000);
}

static void write_rules(void)
{
	for (unsigned int i = 0; i < ENTRIES; i++) {
		vpmp_write_csr(&hart, CSR_PMPADDR0 + i, native.pmpaddr[i]);
	}
	for (unsigned int i = 0; i < ENTRIES; i++) {
		hart.vpmp.cfg[i] = native.pmpcfg[i];
	}
	vpmp_rebuild(&hart);
	vpmp_use(&hart, view);
}

/* What the entry makes of what those before it have decided. */
static enum decision step(const struct model_hart *h, unsigned int entry, enum decision before)
{
	struct request q = access;

	q.mode = h == &physical ? MODEL_U : view == VIEW_PAYLOAD ? MODEL_S : MODEL_M;
	return before != UNDECIDED ? before : decide(h, entry, &q);
}

/* Under MPRV the firmware's loads and stores have to trap, whatever its rules say. */
static enum decision wanted(enum decision natively)
{
	bool traps = view == VIEW_FIRMWARE_MPRV && access.access != MODEL_FETCH;

	return traps && natively == GRANTED ? DENIED : natively;
}

static bool is_ours(void)
{
	uint64_t size = access.last - access.first + 1;

	return range_touches(machine.self, access.first, size) ||
	       range_touches(machine.clint.shield, access.first, size);
}

static void check_front(void)
{
	enum decision d = UNDECIDED;

	for (unsigned int i = 0; i < hart.vpmp.first; i++) {
		d = step(&physical, i, d);
	}
	__CPROVER_assert(d == (is_ours() ? DENIED : UNDECIDED), "the monitor's own entries");
}

static void check_entry(void)
{
	unsigned int i = any_u8();
	enum decision before = (enum decision)(any_u8() % 3), natively, decided;

	__CPROVER_assume(i < ENTRIES);
	natively = step(&native, i, before);
	decided = step(&physical, hart.vpmp.first + i, wanted(before));
	__CPROVER_assert(decided == wanted(natively), "the entry decides as natively");
	__CPROVER_assert(i != ENTRIES - 1 || before != UNDECIDED || natively != GRANTED,
			 "witness: the last one decides");
}

/* What no entry decides, only M-mode may do (Priv. 3.7.1.3), which no guest is in. */
static void check_end(void)
{
	enum decision natively = view == VIEW_PAYLOAD ? DENIED : GRANTED;
	enum decision decided = step(&physical, PROOF_HARDWARE - 1, UNDECIDED);

	__CPROVER_assert(hart.vpmp.first + ENTRIES + 1 == PROOF_HARDWARE, "no entry is left over");
	__CPROVER_assert((decided == GRANTED) == (wanted(natively) == GRANTED),
			 "the default is the native one");
}

int main(void)
{
	describe_hart();
	vpmp_init(&hart);
	choose_rules();
	choose_access();
	write_rules();
	check_front();
	check_entry();
	check_end();
	witness();
	return 0;
}
