/* SPDX-License-Identifier: Apache-2.0 */
/* MPRV through page tables: what a load and a store find for each kind of entry. */
#include "mprv_space.h"
#include "probe.h"
#include "insn.h"

#define AS_S (1ul << MSTATUS_MPP_SHIFT)
#define AS_U 0ul

static void try_all(const char *name, uint64_t va)
{
	static const uint64_t bits[] = { 0, MSTATUS_SUM, MSTATUS_MXR, MSTATUS_SUM | MSTATUS_MXR };

	sfence_vma();
	say("%s\n", name);
	for (unsigned i = 0; i < 4; i++) {
		probe_load(" ld as S", 3, va, AS_S | bits[i]);
		probe_load(" ld as U", 3, va, AS_U | bits[i]);
		if (i > 1)
			continue;
		probe_store(" sd as S", 3, va, AS_S | bits[i]);
		probe_store(" sd as U", 3, va, AS_U | bits[i]);
		probe_mprv(" sc.d as S", insn_amo(3, 3, A0, A1, A2), va, AS_S | bits[i]);
	}
	probe_load(" ld as M", 3, (uint64_t)data_pages, MSTATUS_MPP);
}

static void leaf_flags(struct space *s)
{
	static const uint64_t flags[] = {
		PTE_RWX, PTE_RWX | PTE_U, PTE_R | PTE_A | PTE_D | PTE_V,
		PTE_X | PTE_A | PTE_D | PTE_V, PTE_X | PTE_U | PTE_A | PTE_D | PTE_V,
		PTE_R | PTE_W | PTE_A | PTE_V, PTE_R | PTE_W | PTE_D | PTE_V,
		PTE_R | PTE_W | PTE_V, PTE_W | PTE_A | PTE_D | PTE_V,
		PTE_W | PTE_X | PTE_A | PTE_D | PTE_V, PTE_RWX & ~PTE_V, PTE_V,
		PTE_RWX | 1ul << 61, PTE_RWX | 1ul << 60, PTE_RWX | 1ul << 54, PTE_RWX | 1ul << 63,
		PTE_RWX | 3ul << 8,
	};

	for (unsigned i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		space_map(s, PROBE_DATA, (uint64_t)data_pages, 0, flags[i]);
		say("flags %x, ", flags[i]);
		try_all("4 KiB page", PROBE_DATA + 16);
		/* Hardware may set A and D (Svadu); what it left is part of the log. */
		say(" the entry is now %x\n", *space_entry(s, PROBE_DATA, 0));
	}
	space_map(s, PROBE_DATA, (uint64_t)data_pages, 0, PTE_RWX);
}

static void superpages(struct space *s)
{
	uint64_t base = 0x80000000ul, offset = (uint64_t)data_pages - base;

	for (unsigned level = 1; level < s->levels; level++) {
		uint64_t va = (uint64_t)level << (12 + 9 * level);

		if (level == 1)
			va = 0x50000000ul;
		if ((base & ((1ul << (12 + 9 * level)) - 1)) == 0) {
			space_map(s, va, base, level, PTE_RWX);
			try_all("superpage", va + offset + 8);
		}
		space_map(s, va, base + PAGE_SIZE, level, PTE_RWX);
		try_all("misaligned superpage", va + offset + 8);
		space_raw(s, va, level, 0);
	}
}

static void crossings(struct space *s)
{
	uint64_t va = PROBE_DATA + PAGE_SIZE - 4;

	space_map(s, PROBE_DATA, (uint64_t)data_pages, 0, PTE_RWX);
	space_raw(s, PROBE_DATA + PAGE_SIZE, 0, 0);
	try_all("second page unmapped", va);
	try_all("wholly in the second page", va + 4);
	space_map(s, PROBE_DATA + PAGE_SIZE, (uint64_t)data_pages, 0, PTE_RWX);
	try_all("both pages map the first", va);
	space_map(s, PROBE_DATA + PAGE_SIZE, UNMAPPED, 0, PTE_RWX);
	try_all("second page maps nothing", va);
	space_raw(s, PROBE_DATA, 0, 0);
	try_all("first page unmapped", va);
	space_map(s, PROBE_DATA, (uint64_t)data_pages, 0, PTE_RWX);
	space_map(s, PROBE_DATA + PAGE_SIZE, (uint64_t)data_pages + PAGE_SIZE, 0,
		PTE_R | PTE_A | PTE_V);
	try_all("second page read-only", va);
}

void mprv_space_test(unsigned levels)
{
	struct space s;
	uint64_t satp;

	data_fill();
	space_init(&s, levels, false);
	satp = space_atp(&s);
	csr_write(CSR_SATP, satp);
	if (csr_read(CSR_SATP) != satp) {
		say("satp does not take %x\n", satp >> 60);
		return;
	}
	space_map(&s, PROBE_DATA, (uint64_t)data_pages, 0, PTE_RWX);
	leaf_flags(&s);
	superpages(&s);
	crossings(&s);
	try_all("not canonical", 1ul << (12 + 9 * levels));
	try_all("nothing there", 0x10);
	try_all("top of the space", ~7ul);
	/* A pointer entry that leads to nowhere: the walk itself has an access fault. */
	space_raw(&s, 0x60000000ul, 1, (UNMAPPED >> 12) << 10 | PTE_V);
	try_all("table in nowhere", 0x60000000ul);
	space_raw(&s, 0x60000000ul, 1, ((uint64_t)data_pages >> 12) << 10 | PTE_V | PTE_A);
	try_all("pointer with A set", 0x60000000ul);
	csr_write(CSR_SATP, 0);
}
