/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other privileged instructions of the firmware, and its own exceptions.
 *
 * Proved, each from every state: mret to M, S and U, sret, wfi, sfence.vma, ecall and ebreak, an
 * unknown word; the exceptions that the firmware's own accesses and jumps raise: pc, privilege,
 * every register and CSR are afterwards as the model's, and the cage holds in both worlds.
 * Assumed: as in csr/proof.c. sret is the payload's of an outer monitor: it goes by its own way.
 * Bounds: as in csr/proof.c.
 */
#include "hw/csr_num.h"
#include "monitor/emulate.h"
#include "monitor/trap.h"
#include "proof.h"

#define MRET 0x30200073
#define SRET 0x10200073
#define WFI 0x10500073
#define SFENCE_VMA 0x12b50073 /* sfence.vma a0, a1 */
#define UNKNOWN 0x80000073

static void check_word(uint32_t word)
{
	start_anywhere();
	word_at_pc = word;
	hart.tval = physical.mtval = native.can.illegal_tval ? word : 0;
	emulate_privileged(&hart, word);
	model_step(&native, word);
	leave_monitor();
	compare_everything();
}

/* The firmware's own exceptions: hardware brings tval, and the cause that U-mode has. */
static void check_exception(uint64_t in_u_mode, uint64_t in_m_mode)
{
	uint64_t tval = any_u64();

	start_anywhere();
	monitor_takes(in_u_mode, tval);
	model_trap(&native, in_m_mode, tval);
	compare_everything();
}

int main(void)
{
#if PROOF_PART == 0
	check_word(MRET);
#elif PROOF_PART == 1
	check_word(SRET);
#elif PROOF_PART == 2
	start_anywhere();
	check_symbols();
	check_word(WFI);
	check_word(SFENCE_VMA);
	check_word(UNKNOWN);
#else
	check_exception(CAUSE_ECALL_U, CAUSE_ECALL_M);
	check_exception(CAUSE_BREAKPOINT, CAUSE_BREAKPOINT);
	check_exception(CAUSE_LOAD_MISALIGNED, CAUSE_LOAD_MISALIGNED);
	check_exception(CAUSE_STORE_MISALIGNED, CAUSE_STORE_MISALIGNED);
#endif
	witness();
	return 0;
}
