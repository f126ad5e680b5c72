/* SPDX-License-Identifier: Apache-2.0 */
/* Machine interrupts stop the payload at any time, whatever MIE and SIE say. */
/* Evidence for I-WLD-4. */
#include "guest.h"
#include "insn.h"

static void probe(const char *name, enum mode mode, uint64_t status)
{
	/* A payload that counts for ever. */
	uint32_t loop[] = { 0x00150513, 0xffdff06f };
	struct context c;

	context_init(&c, mode, 0);
	c.status_set = status;
	run_words(&c, mode, loop, 2);
	say("%s, %s: cause=%x status=%x mip=%x\n", name, mode_name(mode), c.trap.cause,
		c.trap.status, csr_read(CSR_MIP));
}

void guest_main(void)
{
	static const enum mode modes[] = { MODE_S, MODE_U, MODE_VS, MODE_VU };

	for (unsigned m = 0; m < (has_ext('H') ? 4 : 2); m++) {
		csr_write(CSR_MIE, IRQ_BIT(IRQ_MTI) | IRQ_BIT(IRQ_MSI));
		store64(CLINT_MTIMECMP(0), time_now() + 30000);
		probe("timer", modes[m], 0);
		store64(CLINT_MTIMECMP(0), time_now() + 30000);
		probe("timer, SIE", modes[m], MSTATUS_SIE);
		store64(CLINT_MTIMECMP(0), 0);
		probe("timer already due", modes[m], 0);
		store64(CLINT_MTIMECMP(0), ~0ul);
		store32(CLINT_MSIP(0), 1);
		probe("software", modes[m], 0);
		store32(CLINT_MSIP(0), 0);
	}
}
