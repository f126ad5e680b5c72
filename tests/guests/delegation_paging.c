/* SPDX-License-Identifier: Apache-2.0 */
/* Page faults of the payload under Sv39, delegated or not, with cause, tval and pc. */
/* Evidence for I-WLD-2. */
#include "guest.h"
#include "insn.h"
#include "probe.h"

__asm__(
	".align 12\n"
	"paging_trap:\n"
	"	csrr s2, scause\n"
	"	csrr s3, stval\n"
	"	csrr s4, sepc\n"
	"	csrr s5, sstatus\n"
	"	ecall\n"
	".align 12\n");
extern const char paging_trap[];
#define TRAP_VA 0x40400000ul

static struct space space;

static void probe(enum mode mode, const char *name, uint32_t word, uint64_t va, uint64_t pc)
{
	struct context c;

	code_put(&word, 1);
	for (unsigned delegated = 0; delegated < 2; delegated++) {
		csr_write(CSR_MEDELEG, delegated ? 0xb1fful & ~(1ul << 9) : 0);
		context_init(&c, mode, pc);
		c.x[A1] = va;
		sfence_vma();
		run(&c);
		csr_write(CSR_MEDELEG, 0);
		say("%s %s: M cause=%x tval=%x epc=%x status=%x", mode_name(mode), name,
			c.trap.cause, c.trap.tval, c.trap.epc, c.trap.status);
		say(" S cause=%x tval=%x epc=%x sstatus=%x\n", c.x[S2], c.x[S3], c.x[20], c.x[21]);
	}
}

static void sweep(enum mode mode, uint64_t user)
{
	uint64_t code = PROBE_CODE, data = PROBE_DATA;

	space_map(&space, code, (uint64_t)code_page, 0, PTE_RWX | user);
	space_map(&space, data, (uint64_t)data_pages, 0, PTE_RWX | user);
	probe(mode, "good load", insn_load(3, A0, A1, 0), data, code);
	probe(mode, "good store", insn_store(3, A0, A1, 0), data, code);
	probe(mode, "load nowhere", insn_load(3, A0, A1, 0), data + PAGE_SIZE, code);
	probe(mode, "store nowhere", insn_store(3, A0, A1, 0), data + PAGE_SIZE, code);
	probe(mode, "amo nowhere", insn_amo(0, 3, A0, A1, A1), data + PAGE_SIZE, code);
	probe(mode, "lr nowhere", insn_amo(2, 3, A0, A1, 0), data + PAGE_SIZE, code);
	probe(mode, "load across", insn_load(3, A0, A1, 0), data + PAGE_SIZE - 4, code);
	probe(mode, "store across", insn_store(3, A0, A1, 0), data + PAGE_SIZE - 4, code);
	probe(mode, "jump nowhere", insn_i(0x67, 0, RA, A1, 0), data + PAGE_SIZE, code);
	probe(mode, "fetch nowhere", INSN_NOP, 0, code + PAGE_SIZE);
	code_page[PAGE_SIZE / 4 - 1] = INSN_NOP << 16 | C_NOP;
	probe(mode, "fetch across", INSN_NOP, 0, code + PAGE_SIZE - 2);
	probe(mode, "not canonical", insn_load(3, A0, A1, 0), 1ul << 40, code);
	probe(mode, "illegal", 0xffffffff, 0, code);
	space_map(&space, data, (uint64_t)data_pages, 0, (PTE_RWX | user) & ~PTE_W);
	probe(mode, "store read-only", insn_store(3, A0, A1, 0), data, code);
	probe(mode, "sc read-only", insn_amo(3, 3, A0, A1, A1), data, code);
	space_map(&space, data, (uint64_t)data_pages, 0, (PTE_RWX | user) & ~PTE_X);
	probe(mode, "jump to data", insn_i(0x67, 0, RA, A1, 0), data, code);
	space_map(&space, data, UNMAPPED, 0, PTE_RWX | user);
	probe(mode, "load of nothing", insn_load(3, A0, A1, 0), data, code);
	space_map(&space, data, (uint64_t)data_pages, 0, PTE_RWX | (user ^ PTE_U));
	probe(mode, "load of the other mode", insn_load(3, A0, A1, 0), data, code);
	probe(mode, "fetch of the other mode", INSN_NOP, 0, data);
	space_map(&space, code, (uint64_t)code_page, 0, PTE_X | PTE_A | PTE_V | user);
	probe(mode, "illegal in execute-only", 0xffffffff, 0, code);
	probe(mode, "mret in execute-only", INSN_MRET, 0, code);
}

void guest_main(void)
{
	space_init(&space, 3, false);
	space_map(&space, TRAP_VA, (uint64_t)paging_trap, 0, PTE_RWX);
	csr_write(CSR_STVEC, TRAP_VA);
	csr_write(CSR_SATP, space_atp(&space));
	sweep(MODE_S, 0);
	sweep(MODE_U, PTE_U);
	csr_write(CSR_SATP, 0);
}
