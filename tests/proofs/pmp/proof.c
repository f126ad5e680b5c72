/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's PMP rules, joined with the monitor's own, are what they are natively.
 *
 * Proved: for arbitrary rules in the first PROOF_ENTRIES of eight virtual entries, the registers
 * that the monitor writes (vpmp_init, vpmp_write_csr for addresses, vpmp_rebuild, vpmp_use) decide
 * every access of 1, 2, 4 or 8 bytes, to fetch, to load and to store, exactly as the native hart's
 * rules decide it: in M-mode for the firmware's view, in S- and U-mode for the payload's, and for
 * fetches alone in M-mode for MPRV's. But the monitor's memory and the shield are accessible in no
 * view (I-PMP-1, I-PMP-2, I-PMP-3). No lock is written (I-PMP-4). Not run, for it was never tried:
 * PROOF_PART 1, that what the monitor says of the rules in software (vpmp_firmware_may,
 * vpmp_payload_may) is the same.
 * Assumed: the rules are legal ones; no Smepmp, no policy, no entry locked by an earlier stage; 16
 * hardware entries; addresses of 56 bits. PROOF_GRAIN is G of Priv. 3.7.1.1.
 * Bounds: PROOF_ENTRIES rules, the others off; loops over 16 entries are unrolled completely.
 */
#include "monitor/vpmp.h"
#include "proof.h"

#define ENTRIES 8
#define SELF 0x9fc00000
#define SHIELD 0x02000000

static struct { uint64_t address, size; enum model_access how; } access;

static void choose_access(void)
{
	access.address = any_u64() & (MB(56) - 1);
	access.size = UINT64_C(1) << (any_u8() & 3);
	access.how = (enum model_access)(any_u8() % 3);
}

/* Every rule has a symbol of its own: an entry that equals another one would prove less. */
static void choose_rules(void)
{
	for (unsigned int i = 0; i < PROOF_ENTRIES; i++) {
		uint8_t cfg = any_u8() & 0x9f;

		__CPROVER_assume((cfg & 3) != MODEL_PMP_W);
		__CPROVER_assume(PROOF_GRAIN == 0 || (cfg & MODEL_PMP_A) != MODEL_PMP_NA4);
		native.pmpcfg[i] = cfg;
		native.pmpaddr[i] = any_u64() & MODEL_PMP_ADDRESS;
	}
}

static void describe_hart(void)
{
	native.can.pmp_count = native.can.pmp_writable = ENTRIES;
	native.can.pmp_grain = PROOF_GRAIN;
	physical.can.pmp_count = physical.can.pmp_writable = 16;
	physical.can.pmp_grain = PROOF_GRAIN;
	physical.mode = MODEL_M;
	hart.caps.pmp_count = ENTRIES + VPMP_RESERVED;
	hart.caps.pmp_grain = PROOF_GRAIN;
	hart.caps.pmp_addr_mask = MODEL_PMP_ADDRESS;
	machine.self = range_make(SELF, 0x200000);
	machine.clint.shield = range_make(SHIELD, 0x10000);
}

static bool is_ours(void)
{
	return range_touches(machine.self, access.address, access.size) ||
	       range_touches(machine.clint.shield, access.address, access.size);
}

/* What hardware lets less privileged modes do with the rules that are in force. */
static bool hardware_may(void)
{
	return model_pmp_check(&physical, MODEL_U, access.how, access.address, access.size);
}

static bool native_may(uint8_t mode)
{
	return model_pmp_check(&native, mode, access.how, access.address, access.size);
}

static void check_views(void)
{
	bool ours = is_ours();
	bool machine_may = native_may(MODEL_M), payload_may = native_may(MODEL_S);

	vpmp_use(&hart, VIEW_PAYLOAD);
	__CPROVER_assert(hardware_may() == (payload_may && !ours), "the payload's view");
	vpmp_use(&hart, VIEW_FIRMWARE_MPRV);
	__CPROVER_assert(hardware_may() == (machine_may && !ours && access.how == MODEL_FETCH),
			 "the firmware's view under MPRV");
	vpmp_use(&hart, VIEW_FIRMWARE);
	__CPROVER_assert(hardware_may() == (machine_may && !ours), "the firmware's view");
}

static void check_software(void)
{
	static const unsigned int need[] = { PMP_X, PMP_R, PMP_W };
	u64 a = access.address, size = access.size;

	__CPROVER_assert(vpmp_firmware_may(&hart, a, size, need[access.how]) == native_may(MODEL_M),
			 "what the monitor knows of the firmware's rights");
	__CPROVER_assert(vpmp_payload_may(&hart, a, size, need[access.how]) == native_may(MODEL_S),
			 "what the monitor knows of the payload's rights");
}

/* Fails, as it must, if all rules can differ from each other in every way. */
static void check_symbols(void)
{
	for (unsigned int i = 1; i < PROOF_ENTRIES; i++) {
		for (unsigned int k = 0; k < i; k++) {
			__CPROVER_assert(hart.vpmp.cfg[i] == hart.vpmp.cfg[k] ||
					 physical.pmpaddr[hart.vpmp.first + i] ==
						 physical.pmpaddr[hart.vpmp.first + k],
					 "witness: two entries differ");
		}
	}
}

int main(void)
{
	describe_hart();
	vpmp_init(&hart);
	choose_rules();
	for (unsigned int i = 0; i < PROOF_ENTRIES; i++) {
		vpmp_write_csr(&hart, CSR_PMPADDR0 + i, native.pmpaddr[i]);
	}
	for (unsigned int i = 0; i < PROOF_ENTRIES; i++) {
		hart.vpmp.cfg[i] = native.pmpcfg[i];
	}
	vpmp_rebuild(&hart);
	choose_access();
#if PROOF_PART == 0
	check_views();
	check_symbols();
#else
	check_software();
#endif
	witness();
	return 0;
}
