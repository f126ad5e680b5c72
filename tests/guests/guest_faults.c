/* SPDX-License-Identifier: Apache-2.0 */
/* Guest page faults of VS and VU reach M-mode with the guest address, tinst, GVA and MPV. */
#include "guest.h"
#include "insn.h"
#include "probe.h"

static struct space stage2, stage1;

static void probe(const char *name, enum mode mode, uint32_t word, uint64_t va, uint64_t pc)
{
	struct context c;

	code_put(&word, 1);
	__asm__ volatile(".word 0x62000073; .word 0x22000073" ::: "memory");
	context_init(&c, mode, pc);
	c.x[A1] = va;
	c.x[SP] = va;
	run(&c);
	say("%s %s: cause=%x tval=%x epc=%x status=%x tval2=%x tinst=%x\n", mode_name(mode), name,
		c.trap.cause, c.trap.tval, c.trap.epc, c.trap.status, c.trap.tval2, c.trap.tinst);
}

static void sweep(enum mode mode, uint64_t code, uint64_t va)
{
	probe("load", mode, insn_load(3, A0, A1, 16), va, code);
	probe("store", mode, insn_store(2, A2, A1, -16), va, code);
	probe("compressed load", mode, insn_pair(0x6188, C_NOP), va, code);
	probe("compressed sp store", mode, insn_pair(0xe02a, C_NOP), va, code);
	probe("amo", mode, insn_amo(1, 3, A0, A1, A2), va, code);
	probe("lr", mode, insn_amo(2, 2, A0, A1, 0), va, code);
	probe("jump", mode, insn_i(0x67, 0, RA, A1, 0), va, code);
	probe("misaligned load", mode, insn_load(3, A0, A1, 0), va + 0xffc, code);
}

void guest_main(void)
{
	uint64_t gpa_code = PROBE_CODE, gpa_data = PROBE_DATA;

	space_init(&stage2, 3, true);
	space_map(&stage2, gpa_code, (uint64_t)code_page, 0, PTE_RWX | PTE_U);
	csr_write(CSR_HGATP, space_atp(&stage2));
	say("second stage alone, nothing mapped\n");
	sweep(MODE_VS, gpa_code, gpa_data);
	sweep(MODE_VU, gpa_code, gpa_data);
	space_map(&stage2, gpa_data, (uint64_t)data_pages, 0, PTE_R | PTE_U | PTE_A | PTE_V);
	say("second stage read-only\n");
	sweep(MODE_VS, gpa_code, gpa_data + 32);
	space_init(&stage1, 3, false);
	space_map(&stage1, 0x10000000ul, gpa_code, 0, PTE_RWX);
	space_map(&stage1, 0x10001000ul, gpa_data + PAGE_SIZE, 0, PTE_RWX);
	csr_write(CSR_VSATP, space_atp(&stage1));
	say("first stage tables unreachable\n");
	sweep(MODE_VS, 0x10000000ul, 0x10001000ul);
	/* Now the tables themselves are mapped, read-only: A and D cannot be updated there. */
	for (unsigned i = 0; i < 64; i++) {
		uint64_t at = ((uint64_t)stage1.root & ~0xffffful) + i * PAGE_SIZE;

		space_map(&stage2, at, at, 0, PTE_R | PTE_U | PTE_A | PTE_V);
		space_map(&stage2, at + 0x40000, at + 0x40000, 0, PTE_R | PTE_U | PTE_A | PTE_V);
	}
	say("both stages, second has nothing\n");
	sweep(MODE_VS, 0x10000000ul, 0x10001000ul);
	say("first stage has nothing\n");
	sweep(MODE_VS, 0x10000000ul, 0x10002000ul);
	csr_write(CSR_HGATP, 0);
	csr_write(CSR_VSATP, 0);
}
