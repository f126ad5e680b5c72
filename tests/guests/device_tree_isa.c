/* SPDX-License-Identifier: Apache-2.0 */
/* The ISA string of each hart in the device tree agrees with misa. */
/* Evidence for I-DTB-1. */
#include "fdt.h"
#include "guest.h"

static void visit(const char *path, const char *name, uint64_t value, uint32_t size)
{
	const char *isa = (const char *)value;

	(void)size;
	if (!fdt_begins(path, "/cpus/cpu@") || !fdt_equal(name, "riscv,isa"))
		return;
	say("%s: %s\n", path, isa);
	if (!fdt_begins(isa, "rv64")) {
		fail("the ISA string does not begin with rv64");
		return;
	}
	for (isa += 4; *isa && *isa != '_'; isa++)
		check(*isa == 'g' || has_ext((char)(*isa - 'a' + 'A')), "a letter misa lacks");
}

void guest_main(void)
{
	check(fdt_walk(boot_a1, visit), "the device tree is broken");
	say("misa %x\n", csr_read(CSR_MISA));
}
