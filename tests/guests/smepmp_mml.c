/* SPDX-License-Identifier: Apache-2.0 */
/* Machine mode lockdown: every cfg value under MML, as M and as S see it. */
/* Evidence for I-PMP-3. */
#include "payload.h"
#include "probe.h"

#define TEXT_BASE 0x80000000ul
#define TEXT_SIZE 0x4000ul
#define MML 1ul
#define RLB 4ul

void guest_main(void)
{
	uint64_t at = (uint64_t)data_pages;

	/* Under MML: L, R and X is M code; L, R and W is M data; without L it is for S and U. */
	csr_write(CSR_MSECCFG, RLB);
	pmp_set(2, PMP_NAPOT | PMP_L | PMP_R | PMP_X, PMP_NAPOT_ADDR(TEXT_BASE, TEXT_SIZE));
	pmp_set(3, PMP_NAPOT | PMP_L | PMP_R | PMP_W, ~0ul);
	pmp_set(0, 0, 0);
	data_fill();
	csr_write(CSR_MSECCFG, RLB | MML);
	say("mseccfg %x\n", csr_read(CSR_MSECCFG) & 7);
	check((uint64_t)code_page == TEXT_BASE + TEXT_SIZE, "the text is not where it was");
	for (uint64_t cfg = 0; cfg < 256; cfg++) {
		struct trap r, w;

		if (cfg & 0x78)
			continue;
		pmp_set(0, (uint8_t)(cfg | PMP_NAPOT), PMP_NAPOT_ADDR(at, PAGE_SIZE));
		catch_begin();
		load8(at);
		r = catch_end();
		catch_begin();
		store8(at, 2);
		w = catch_end();
		say("cfg %x reads %x: M load %x store %x\n", cfg, (uint64_t)pmp_cfg(0), r.cause,
			w.cause);
	}
}
