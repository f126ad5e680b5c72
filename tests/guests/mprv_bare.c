/* SPDX-License-Identifier: Apache-2.0 */
/* MPRV without translation: loads and stores of every width as U, S and M. */
/* Evidence for I-MEM-1, I-MEM-2. */
#include "probe.h"
#include "insn.h"

void guest_main(void)
{
	uint64_t at = (uint64_t)data_pages;

	data_fill();
	for (uint64_t mpp = 0; mpp < 4; mpp++) {
		say("MPP %x\n", mpp);
		for (unsigned f3 = 0; f3 < 7; f3++)
			probe_load("load", f3, at + 8, mpp << MSTATUS_MPP_SHIFT);
		for (unsigned f3 = 0; f3 < 4; f3++)
			probe_store("store", f3, at + 8, mpp << MSTATUS_MPP_SHIFT);
		probe_load("misaligned", 3, at + 1, mpp << MSTATUS_MPP_SHIFT);
		probe_load("page-crossing", 3, at + PAGE_SIZE - 3, mpp << MSTATUS_MPP_SHIFT);
		probe_load("unmapped", 3, UNMAPPED, mpp << MSTATUS_MPP_SHIFT);
		probe_store("unmapped", 3, UNMAPPED, mpp << MSTATUS_MPP_SHIFT);
		probe_load("far away", 2, 1ul << 60, mpp << MSTATUS_MPP_SHIFT);
		probe_load("the CLINT", 2, CLINT_MSIP(0), mpp << MSTATUS_MPP_SHIFT);
		probe_mprv("amoadd.d", insn_amo(0, 3, A0, A1, A2), at + 16,
			mpp << MSTATUS_MPP_SHIFT);
		probe_mprv("lr.w", insn_amo(2, 2, A0, A1, 0), at + 16, mpp << MSTATUS_MPP_SHIFT);
		probe_mprv("sc.w nowhere", insn_amo(3, 2, A0, A1, A2), UNMAPPED,
			mpp << MSTATUS_MPP_SHIFT);
		probe_mprv("sc.d on the CLINT", insn_amo(3, 3, A0, A1, A2), CLINT_MTIMECMP(0),
			mpp << MSTATUS_MPP_SHIFT);
		probe_mprv("c.ld", insn_pair(0x6188, C_NOP), at + 24, mpp << MSTATUS_MPP_SHIFT);
		probe_mprv("c.sd", insn_pair(0xe190, C_NOP), at + 24, mpp << MSTATUS_MPP_SHIFT);
		data_fill();
	}
}
