/* SPDX-License-Identifier: Apache-2.0 */
/* The payload sets its timer by stimecmp and takes the interrupt itself, or sleeps until it. */
#include "guest.h"

__asm__(
	".align 2\n"
	"timer_payload:\n"
	"	la t0, timer_trap\n"
	"	csrw stvec, t0\n"
	"	li t0, 0x20\n"
	"	csrs sie, t0\n"
	"	csrr t1, time\n"
	"	add t1, t1, a0\n"
	"	csrw 0x14d, t1\n"
	"	beqz a1, 1f\n"
	"	wfi\n"
	"1:	csrsi sstatus, 2\n"
	"2:	j 2b\n"
	".align 2\n"
	"timer_trap:\n"
	"	csrr t2, time\n"
	"	csrr s2, scause\n"
	"	csrr s3, sip\n"
	"	sltu s4, t2, t1\n"
	"	li t0, -1\n"
	"	csrw 0x14d, t0\n"
	"	csrr s5, sip\n"
	"	ecall\n");
extern const char timer_payload[];

void guest_main(void)
{
	if (!has_csr(CSR_STIMECMP)) {
		say("no stimecmp\n");
		return;
	}
	csr_write(CSR_STIMECMP, ~0ul);
	csr_write(CSR_MENVCFG, 1ul << 63);
	csr_write(CSR_MCOUNTEREN, 7);
	csr_write(CSR_MIDELEG, 0x222);
	for (uint64_t i = 0; i < 6; i++) {
		struct context c;

		context_init(&c, MODE_S, (uint64_t)timer_payload);
		c.x[10] = i / 2 * 20000;
		c.x[11] = i & 1;
		csr_clear(CSR_MSTATUS, MSTATUS_SIE);
		run(&c);
		say("delay %x wfi %x: cause=%x scause=%x sip=%x early=%x sip=%x\n",
			c.x[10], c.x[11],
			c.trap.cause, c.x[18], c.x[19], c.x[20], c.x[21]);
	}
}
