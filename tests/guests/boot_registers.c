/* SPDX-License-Identifier: Apache-2.0 */
/*
 * a0, a1 and a2 as the machine passes them: hart id, device tree, fw_dynamic_info; and reset
 * CSRs.
 */
#include "fdt.h"
#include "guest.h"

#define INFO_MAGIC 0x4942534ful /* "OSBI", little-endian */

void guest_main(void)
{
	say("a0 %x mhartid %x\n", boot_a0, csr_read(CSR_MHARTID));
	say("device tree: magic %x version %x\n", (uint64_t)fdt_word(boot_a1, 0),
		(uint64_t)fdt_word(boot_a1, 20));
	check(fdt_word(boot_a1, 0) == 0xd00dfeed, "a1 is no device tree");
	check((boot_a1 & 7) == 0, "the device tree is not aligned");
	say("info: magic %x version %x next %x mode %x options %x boot hart %x\n", load64(boot_a2),
		load64(boot_a2 + 8), load64(boot_a2 + 16), load64(boot_a2 + 24),
		load64(boot_a2 + 32), load64(boot_a2 + 40));
	check(load64(boot_a2) == INFO_MAGIC, "a2 has no fw_dynamic_info");
	say("misa %x mstatus %x medeleg %x mideleg %x mie %x mcounteren %x satp %x\n",
		csr_read(CSR_MISA), csr_read(CSR_MSTATUS), csr_read(CSR_MEDELEG),
		csr_read(CSR_MIDELEG), csr_read(CSR_MIE), csr_read(CSR_MCOUNTEREN),
		csr_read(CSR_SATP));
}
