/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A payload's trap comes to the firmware, or to the payload itself, as it would in M-mode.
 *
 * Proved: from every state of a payload in S- or U-mode, with any CSRs, an ecall of S-mode that is
 * not delegated, an illegal instruction that is not, and an ecall of U-mode that is not: pc,
 * privilege, every register and CSR are afterwards as the model's, each CSR lies where the world
 * that runs then needs it, and the cage holds. PROOF_PART is which.
 * Assumed: no interrupt is pending; else as in csr/proof.c. Bounds: as there.
 */
#include "hw/csr_num.h"
#include "monitor/trap.h"
#include "proof.h"

static void check_trap(uint8_t mode, uint64_t cause, uint64_t tval)
{
	start_in_payload(mode);
	__CPROVER_assume((native.medeleg >> cause & 1) == 0);
	monitor_takes(cause, tval);
	model_trap(&native, cause, tval);
	__CPROVER_assert(hart.world == WORLD_FIRMWARE, "the firmware is entered");
	compare_everything();
}

int main(void)
{
#if PROOF_PART == 0
	check_trap(MODEL_S, CAUSE_ECALL_S, 0);
#else
	check_trap(any_bool() ? MODEL_S : MODEL_U, CAUSE_ILLEGAL, any_u64());
	check_trap(MODEL_U, CAUSE_ECALL_U, 0);
#endif
	witness();
	return 0;
}
