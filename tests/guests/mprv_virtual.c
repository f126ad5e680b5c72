/* SPDX-License-Identifier: Apache-2.0 */
/* MPRV with MPV: both stages of translation, guest page faults with tval2 and tinst. */
#include "probe.h"
#include "insn.h"

#define AS_VS (MSTATUS_MPV | 1ul << MSTATUS_MPP_SHIFT)
#define AS_VU MSTATUS_MPV
#define GPA   0x10000000ul

static void try_all(const char *name, uint64_t va)
{
	__asm__ volatile(".word 0x62000073; .word 0x22000073" ::: "memory");
	say("%s\n", name);
	probe_load(" ld as VS", 3, va, AS_VS);
	probe_load(" lbu as VU", 4, va, AS_VU);
	probe_store(" sd as VS", 3, va, AS_VS);
	probe_store(" sb as VU", 0, va, AS_VU);
	probe_mprv(" amoor.w as VS", insn_amo(8, 2, A0, A1, A2), va & ~3ul, AS_VS);
	probe_mprv(" c.lw as VS", insn_pair(0x4188, C_NOP), va & ~3ul, AS_VS);
}

void guest_main(void)
{
	struct space first, second;
	uint64_t at = (uint64_t)data_pages;

	data_fill();
	space_init(&second, 3, true);
	csr_write(CSR_HGATP, space_atp(&second));
	try_all("second stage empty", GPA);
	space_map(&second, GPA, at, 0, PTE_RWX | PTE_U);
	try_all("second stage only", GPA + 8);
	space_map(&second, GPA, at, 0, PTE_RWX);
	try_all("second stage without U", GPA + 8);
	space_map(&second, GPA, at, 0, PTE_R | PTE_U | PTE_A | PTE_V);
	try_all("second stage read-only", GPA + 8);
	space_map(&second, GPA, at, 0, PTE_RWX | PTE_U);
	try_all("across the end", GPA + PAGE_SIZE - 3);
	space_map(&second, 1ul << 39, at, 0, PTE_RWX | PTE_U);
	try_all("in the wide part", (1ul << 39) + 8);
	try_all("beyond the wide part", 1ul << 41);
	space_init(&first, 3, false);
	space_map(&first, PROBE_DATA, GPA, 0, PTE_RWX | PTE_U);
	csr_write(CSR_VSATP, space_atp(&first));
	try_all("first stage table not mapped by the second", PROBE_DATA + 8);
	for (unsigned i = 0; i < 512; i++)
		space_map(&second, 0x80000000ul + i * PAGE_SIZE, 0x80000000ul + i * PAGE_SIZE, 0,
			PTE_RWX | PTE_U);
	try_all("both stages", PROBE_DATA + 8);
	csr_set(CSR_VSSTATUS, MSTATUS_SUM);
	try_all("both stages, vsstatus.SUM", PROBE_DATA + 8);
	space_map(&second, GPA, at, 0, PTE_X | PTE_U | PTE_A | PTE_V);
	try_all("second stage execute-only", PROBE_DATA + 8);
	csr_set(CSR_VSSTATUS, MSTATUS_MXR);
	try_all("execute-only, vsstatus.MXR", PROBE_DATA + 8);
	csr_set(CSR_MSTATUS, MSTATUS_MXR);
	try_all("execute-only, mstatus.MXR", PROBE_DATA + 8);
	csr_clear(CSR_MSTATUS, MSTATUS_MXR);
	space_map(&first, PROBE_DATA, GPA + PAGE_SIZE, 0, PTE_RWX | PTE_U);
	try_all("second stage empty behind the first", PROBE_DATA + 8);
	try_all("first stage empty", PROBE_DATA + PAGE_SIZE);
	csr_write(CSR_HGATP, 0);
	try_all("first stage only, nothing there", PROBE_DATA + PAGE_SIZE);
	space_map(&first, PROBE_DATA, at, 0, PTE_RWX);
	try_all("first stage only", PROBE_DATA + 8);
}
