/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupts come to the firmware when, and as, they would in M-mode.
 *
 * Proved: from every state, with any interrupts pending and enabled, the physical hart interrupts
 * the firmware exactly when the native hart must take an interrupt; the monitor then delivers the
 * one that comes first, and pc, privilege, registers and CSRs are as the model's. PROOF_IRQ is the
 * interrupt by which hardware enters the monitor, whichever it then delivers.
 * Assumed: msip is not pending, whose doorbell is another hart's (virq's unit tests); else as in
 * csr/proof.c. Bounds: as there.
 */
#include "proof.h"

int main(void)
{
	uint64_t cause;

	start_with_interrupts();
	__CPROVER_assume((native.lines & MB(MODEL_MSI)) == 0);
	cause = model_interrupt(&physical);
	__CPROVER_assert((cause != 0) == (model_interrupt(&native) != 0),
			 "the firmware is interrupted when M-mode would be");
	__CPROVER_assume(cause == (MODEL_INTERRUPT | PROOF_IRQ));
	monitor_takes(MODEL_INTERRUPT | PROOF_IRQ, 0);
	native_takes_interrupts();
	compare_everything();
	witness();
	return 0;
}
