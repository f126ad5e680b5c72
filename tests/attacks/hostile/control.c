/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware decides where the payload goes on, or does not let it go on at all. */
#include "hostile.h"

/* ---- back to S-mode elsewhere (0), or to U-mode (1) ---- */

static uint64_t return_step(struct context *c, uint64_t step)
{
	c->pc = c->x[A0];
	if (step == 1)
		c->mode = MODE_U;
	return 0;
}

/* ---- the same by sret, which M-mode may execute, too ---- */

void run_by_sret(struct hart *h);

static uint64_t sret_step(struct context *c, uint64_t step)
{
	struct hart *h = this_hart();

	(void)step;
	csr_write(CSR_SEPC, c->x[A0]);
	csr_set(CSR_MSTATUS, MSTATUS_SPP);
	for (unsigned n = 1; n < 32; n++)
		h->frame.x[n] = c->x[n];
	run_by_sret(h);
	if (csr_read(CSR_MCAUSE) != CAUSE_ECALL_S)
		return 0;
	/* It went; what has come since is the payload's next call, answered like the first. */
	for (unsigned n = 1; n < 32; n++)
		c->x[n] = h->frame.x[n];
	c->pc = csr_read(CSR_MEPC) + 4;
	return 0;
}

/* ---- the machine is switched off, and nobody has asked for it ---- */

static uint64_t power_step(struct context *c, uint64_t step)
{
	(void)step;
	c->x[A1] = try_store32(FINISHER_BASE, 0x5555);
	return 0;
}

/* ---- the firmware does not come back ---- */

static void lose_way(void)
{
	/* A handler without end: every trap lands where nothing is. */
	csr_write(CSR_MTVEC, UNMAPPED);
	__asm__ volatile("jr %0" :: "r"(UNMAPPED));
}

static uint64_t lost_step(struct context *c, uint64_t step)
{
	(void)c;
	if (step == 0) {
		for (;;)
			__asm__ volatile("");
	}
	if (step == 1) {
		csr_write(CSR_MIE, 0);
		for (;;)
			__asm__ volatile("wfi");
	}
	if (step == 2)
		lose_way();
	if (step == 3) {
		csr_write(CSR_MTVEC, monitor_base);
		__asm__ volatile("unimp");
	}
	if (step == 4) {
		csr_write(CSR_MTVEC, payload_entry);
		__asm__ volatile("unimp");
	}
	return 0;
}

const struct attack hostile_control[] = {
	{ .name = "A-15.elsewhere", .step = return_step },
	{ .name = "A-15.user", .step = return_step },
	{ .name = "A-27", .step = sret_step },
	{ .name = "A-17.loop", .step = lost_step },
	{ .name = "A-17.sleep", .step = lost_step },
	{ .name = "A-17.others", .step = lost_step },
	{ .name = "A-32", .step = power_step },
	{ .name = "A-37.monitor", .step = lost_step },
	{ .name = "A-37.payload", .step = lost_step },
	{ .name = "A-53.crash", .step = lost_step },
	{ 0 },
};
