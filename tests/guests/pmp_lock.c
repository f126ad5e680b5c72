/* SPDX-License-Identifier: Apache-2.0 */
/* A locked entry keeps its cfg and address, TOR locks the address below it, and M-mode obeys it. */
/* Evidence for I-PMP-4. */
#include "probe.h"

static void say_entries(const char *what)
{
	say("%s:", what);
	for (unsigned i = 0; i < 4; i++)
		say(" %x@%x", (uint64_t)pmp_cfg(i), pmp_addr(i));
	say("\n");
}

static void try_change(unsigned i)
{
	pmp_set(i, PMP_NAPOT | PMP_R | PMP_W | PMP_X, 0x1234);
	say("entry %d: cfg %x addr %x\n", (int64_t)i, (uint64_t)pmp_cfg(i), pmp_addr(i));
}

void guest_main(void)
{
	uint64_t at = (uint64_t)data_pages;
	struct trap t;
	uint64_t v;

	data_fill();
	pmp_set(3, PMP_NAPOT | PMP_R | PMP_W | PMP_X, ~0ul);
	pmp_set(0, 0, at >> 2);
	pmp_set(1, PMP_TOR | PMP_R | PMP_L, (at + PAGE_SIZE) >> 2);
	say_entries("locked TOR in entry 1");
	try_change(1);
	csr_write(CSR_PMPADDR0, 0x55);
	say_entries("after writes to the address below");
	csr_write(CSR_PMPADDR1, 0x55);
	csr_write(CSR_PMPCFG0, 0);
	say_entries("after clearing all");
	catch_begin();
	v = load64(at);
	t = catch_end();
	say("read %x, ", v);
	say_cause("load from the locked page", &t);
	catch_begin();
	store64(at, 1);
	t = catch_end();
	say_cause("store to the locked page", &t);
	catch_begin();
	store64(at + PAGE_SIZE, 1);
	t = catch_end();
	say_cause("store behind it", &t);
	pmp_set(2, PMP_NAPOT | PMP_L, PMP_NAPOT_ADDR(at + PAGE_SIZE, PAGE_SIZE));
	say_entries("a second locked entry");
	catch_begin();
	v = load64(at + PAGE_SIZE + 8);
	t = catch_end();
	say_cause("load", &t);
	catch_begin();
	store8(at + 2 * PAGE_SIZE - 1, 0);
	t = catch_end();
	say_cause("store", &t);
	try_change(2);
	csr_set(CSR_PMPCFG0, 0x80);
	say_entries("locked while off");
	try_change(0);
}
