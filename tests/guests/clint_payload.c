/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The payload reaches the CLINT directly, Bare and through Sv39, when the firmware's PMP lets it;
 * from code, too, that it may execute and not read.
 */
/* Evidence for I-PMP-2, I-MEM-1. */
#include "payload.h"
#include "probe.h"
#include "insn.h"

static void sweep(enum mode mode, uint64_t clint)
{
	store64(CLINT_MTIMECMP(0), 0x8123456789abcdeful);
	store32(CLINT_MSIP(0), 0);
	payload_word("ld mtimecmp", mode, insn_load(3, A0, A1, 0), clint + 0x4000);
	payload_word("lw msip", mode, insn_load(2, A0, A1, 0), clint);
	payload_word("sw msip", mode, insn_store(2, A1, A1, 0), clint);
	payload_word("sd mtimecmp", mode, insn_store(3, A1, A1, 0), clint + 0x4000);
	payload_word("c.sw", mode, insn_pair(0xc18c, C_NOP), clint + 0x4004);
	payload_word("lb", mode, insn_load(0, A0, A1, 0), clint + 0x4000);
	payload_word("past the end", mode, insn_load(2, A0, A1, 0), clint + 0xfffc);
	payload_word("amoadd.w", mode, insn_amo(0, 2, A0, A1, A1), clint);
	say("now %x %x\n", (uint64_t)load32(CLINT_MSIP(0)), load64(CLINT_MTIMECMP(0)));
}

void guest_main(void)
{
	struct space s;

	sweep(MODE_S, CLINT_BASE);
	sweep(MODE_U, CLINT_BASE);
	space_init(&s, 3, false);
	space_map(&s, 0x80000000ul, 0x80000000ul, 2, PTE_RWX);
	space_map(&s, 0x50000000ul, CLINT_BASE, 1, PTE_RWX);
	for (unsigned i = 0; i < 16; i++) /* Svnapot: 64 KiB */
		space_map(&s, 0x60000000ul + i * PAGE_SIZE, CLINT_BASE + 0x8000, 0,
			PTE_RWX | 1ul << 63);
	csr_write(CSR_SATP, space_atp(&s));
	sfence_vma();
	sweep(MODE_S, 0x50000000ul);
	sweep(MODE_S, 0x60000000ul);
	csr_write(CSR_SATP, 0);
	pmp_set(1, PMP_NAPOT | PMP_R | PMP_W | PMP_X, ~0ul);
	pmp_set(0, PMP_NAPOT, PMP_NAPOT_ADDR(CLINT_BASE, 0x10000));
	say("PMP denies\n");
	sweep(MODE_S, CLINT_BASE);
	pmp_set(0, PMP_NAPOT | PMP_R, PMP_NAPOT_ADDR(CLINT_BASE, 0x10000));
	say("PMP lets it read\n");
	sweep(MODE_S, CLINT_BASE);
	pmp_set(0, PMP_NAPOT | PMP_X, PMP_NAPOT_ADDR((uint64_t)code_page, PAGE_SIZE));
	say("PMP lets its code be executed only\n");
	sweep(MODE_S, CLINT_BASE);
	sweep(MODE_U, CLINT_BASE);
	csr_write(CSR_SATP, space_atp(&s));
	sfence_vma();
	sweep(MODE_S, 0x50000000ul);
	csr_write(CSR_SATP, 0);
}
