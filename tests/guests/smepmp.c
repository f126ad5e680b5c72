/* SPDX-License-Identifier: Apache-2.0 */
/* mseccfg's RLB, MMWP and MML: what can be set, what sticks, and the rules that follow. */
/* Evidence for I-PMP-4. */
#include "payload.h"
#include "probe.h"

#define RLB  4ul

static void access(const char *name)
{
	uint64_t at = (uint64_t)data_pages;
	struct trap t;

	payload_access(name, MODE_S, at);
	catch_begin();
	load8(at);
	t = catch_end();
	say_cause(" M load", &t);
	catch_begin();
	store8(at, 2);
	t = catch_end();
	say_cause(" M store", &t);
}

static void write_mseccfg(uint64_t value)
{
	uint64_t got;
	uint64_t cause = csr_try_write(MODE_M, CSR_MSECCFG, value);

	csr_try_read(MODE_M, CSR_MSECCFG, &got);
	say("mseccfg %x: cause %x, reads %x\n", value, cause, got & 7);
}

void guest_main(void)
{
	uint64_t at = (uint64_t)data_pages;

	data_fill();
	write_mseccfg(RLB);
	pmp_set(0, PMP_NAPOT | PMP_L | PMP_R, PMP_NAPOT_ADDR(at, PAGE_SIZE));
	access("locked and readable");
	pmp_set(0, PMP_NAPOT | PMP_L, PMP_NAPOT_ADDR(at, PAGE_SIZE));
	say("RLB lets it change: %x\n", (uint64_t)pmp_cfg(0));
	write_mseccfg(0);
	write_mseccfg(RLB);
	pmp_set(0, 0, 0);
	say("RLB off again: %x\n", (uint64_t)pmp_cfg(0));
	pmp_set(1, PMP_NAPOT | PMP_R | PMP_W | PMP_X, ~0ul);
	access("still locked");
}
