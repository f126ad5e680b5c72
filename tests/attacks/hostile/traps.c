/* SPDX-License-Identifier: Apache-2.0 */
/* Delegation, injected interrupts, triggers, counters and environment: what is the payload's. */
#include "hostile.h"

/* ---- delegation and the trap bits of mstatus ---- */

static uint64_t exceptions_seen;

static bool count_exceptions(struct context *c)
{
	if ((int64_t)c->trap.cause >= 0 && c->trap.cause != CAUSE_ECALL_S)
		exceptions_seen++;
	return false;
}

static uint64_t grab_step(struct context *c, uint64_t step)
{
	if (step == 1) {
		c->x[A1] = exceptions_seen;
		return 0;
	}
	catch_begin();
	csr_write(CSR_MEDELEG, 0);
	csr_set(CSR_MSTATUS, MSTATUS_TVM | MSTATUS_TW);
	catch_end();
	return 0;
}

/* ---- the payload's exceptions are swallowed ---- */

static bool swallow(struct context *c)
{
	if ((int64_t)c->trap.cause < 0 || c->trap.cause == CAUSE_ECALL_S)
		return false;
	c->pc += 4;
	return true;
}

static void keep_exceptions(void)
{
	csr_write(CSR_MEDELEG, 0);
}

static uint64_t swallow_step(struct context *c, uint64_t step)
{
	(void)c;
	(void)step;
	keep_exceptions();
	return 0;
}

/* ---- interrupts that nobody has asked for ---- */

static uint64_t inject_step(struct context *c, uint64_t step)
{
	static const uint64_t bits[] = {
		IRQ_BIT(IRQ_SSI), IRQ_BIT(IRQ_STI), IRQ_BIT(IRQ_SEI), IRQ_BIT(IRQ_SSI),
	};

	catch_begin();
	if (step == 3)
		csr_set(CSR_SIP, bits[step]);
	else
		csr_set(CSR_MIP, bits[step & 3]);
	c->x[A1] = catch_end().cause;
	return 0;
}

/* ---- a breakpoint and a watchpoint in the payload ---- */

#define MCONTROL (2ul << 60)
#define IN_S_AND_U (1ul << 4 | 1ul << 3)

static void set_trigger(uint64_t n, uint64_t kind, uint64_t at)
{
	csr_write(CSR_TSELECT, n);
	csr_write(CSR_TDATA1, 0);
	csr_write(CSR_TDATA2, at);
	csr_write(CSR_TDATA1, MCONTROL | IN_S_AND_U | kind);
}

static uint64_t trigger_step(struct context *c, uint64_t step)
{
	uint64_t code = c->x[A0], data = c->x[A2];

	(void)step;
	catch_begin();
	set_trigger(0, 4, code);
	set_trigger(1, 3, data);
	c->x[A1] = catch_end().cause;
	return 0;
}

static void trigger_before(void)
{
	catch_begin();
	set_trigger(0, 3, payload_entry + 0x100000);
	catch_end();
}

/* ---- counters are stopped and turned back ---- */

static uint64_t counter_step(struct context *c, uint64_t step)
{
	catch_begin();
	switch (step) {
	case 0: csr_write(CSR_MCOUNTINHIBIT, ~0ul); break;
	case 1: csr_write(CSR_MINSTRET, 5); break;
	case 2: csr_write(CSR_MCYCLE, 5); break;
	case 3: csr_write(CSR_MCOUNTEREN, 0); break;
	default: c->x[A1] = csr_read(CSR_CYCLE); return catch_end().cause == NO_TRAP;
	}
	c->x[A1] = catch_end().cause;
	return 0;
}

/* ---- the environment ---- */

#define CBZE (1ul << 7)
#define CBCFE (1ul << 6)

static void grant_cache_blocks(void)
{
	csr_set(CSR_MENVCFG, CBZE | CBCFE);
}

static uint64_t environment_step(struct context *c, uint64_t step)
{
	(void)step;
	catch_begin();
	csr_write(CSR_MENVCFG, 0);
	c->x[A1] = catch_end().cause;
	return 0;
}

/* ---- hypervisor loads and counters that the payload has opened for U-mode ---- */

static uint64_t doors_step(struct context *c, uint64_t step)
{
	uint64_t at = c->x[A0], value = 0;

	catch_begin();
	if (step == 0) /* hlv.d */
		__asm__ volatile("mv t0, %1\n .word 0x6c02c2f3\n mv %0, t0"
				 : "=r"(value) : "r"(at) : "t0", "memory");
	else
		__asm__ volatile("mv t0, %1\n .word 0x6002c2f3\n mv %0, t0" /* hlv.b */
				 : "=r"(value) : "r"(at) : "t0", "memory");
	c->x[A1] = catch_end().cause;
	return value;
}

/* ---- every CSR number is written in a call ---- */

/* What the firmware itself stands on. */
static bool is_own(unsigned csr)
{
	return csr == CSR_MTVEC || csr == CSR_MSCRATCH || csr == CSR_MEPC || csr == CSR_MSTATUS ||
		csr == CSR_MIE || (csr >= CSR_PMPCFG0 && csr < CSR_PMPADDR0 + 64) ||
		csr == CSR_MSECCFG || (csr & 0xc00) == 0xc00;
}

static uint64_t sweep_step(struct context *c, uint64_t step)
{
	uint64_t value;

	(void)c;
	for (unsigned csr = 0; csr < 4096; csr++) {
		if (is_own(csr) || csr_try_read(MODE_M, csr, &value) != NO_TRAP)
			continue;
		csr_try_write(MODE_M, csr, step == 0 ? ~0ul : 0);
		if (csr >= CSR_MSTATUS)
			csr_try_write(MODE_M, csr, value); /* as the honest part needs it */
	}
	return 0;
}

/* ---- CSRs of a maker's own ---- */

static uint64_t custom_step(struct context *c, uint64_t step)
{
	static const unsigned starts[] = { 0x5c0, 0x6c0, 0x7c0, 0x800, 0x9c0, 0xac0, 0xbc0, 0xcc0 };
	uint64_t reached = 0, value;

	(void)step;
	for (unsigned i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		for (unsigned csr = starts[i]; csr < starts[i] + 64; csr++)
			if (csr_try_read(MODE_M, csr, &value) == NO_TRAP ||
			    csr_try_write(MODE_M, csr, ~0ul) == NO_TRAP) {
				reached++;
				c->x[A1] = csr;
			}
	return reached;
}

/* ---- addresses in the monitor's memory, in registers that a guest finds ---- */

static uint64_t traces;

static bool look_for_monitor(struct context *c)
{
	/* A payload that has emptied its registers first. */
	for (unsigned n = 1; n < 32 && !c->x[SP]; n++)
		traces |= (uint64_t)(c->x[n] - monitor_base < monitor_size) << n;
	return false;
}

static uint64_t traces_step(struct context *c, uint64_t step)
{
	if (step == 1)
		c->x[A1] = monitor_base;
	else if (step == 2)
		c->x[A1] = monitor_size;
	else
		c->x[A1] = traces;
	return 0;
}

const struct attack hostile_traps[] = {
	{ .name = "A-11", .step = grab_step, .trap = count_exceptions },
	{ .name = "A-51", .step = swallow_step, .trap = swallow },
	{ .name = "A-13", .step = inject_step },
	{ .name = "A-22", .before = trigger_before, .step = trigger_step },
	{ .name = "A-23", .step = counter_step },
	{ .name = "A-25", .before = grant_cache_blocks, .step = environment_step },
	{ .name = "A-59", .step = doors_step },
	{ .name = "A-26", .step = sweep_step },
	{ .name = "A-31", .step = custom_step },
	{ .name = "A-36", .step = traces_step, .trap = look_for_monitor },
	{ 0 },
};
