/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One mtimecmp for two: the firmware's own tick and the timer that its payload asks for by SBI. The
 * firmware multiplexes both, as one has to; if a policy answers the payload before it, the tick
 * alone is left to it. Each case logs whether both came, and not too early.
 */
#include "guest.h"

#define SBI_TIME 0x54494d45ul
#define DONE     0x0a000000ul
#define NEVER    (~0ul)
#define FAR      6000000000ul /* ten minutes */

__asm__(
	".align 2\n"
	"shared_payload:\n" /* a0: when */
	"	la t0, shared_trap\n"
	"	csrw stvec, t0\n"
	"	li t0, 0x20\n"
	"	csrs sie, t0\n"
	"	csrsi sstatus, 2\n"
	"	li a6, 0\n"
	"	li a7, 0x54494d45\n"
	"	ecall\n"
	"1:	j 1b\n"
	".align 2\n"
	"shared_trap:\n"
	"	rdtime s3\n"
	"	csrr s4, scause\n"
	"	csrw sie, x0\n"
	"	li a7, 0x0a000000\n"
	"	ecall\n"
	"1:	j 1b\n");
extern const char shared_payload[];

static uint64_t tick, payload_due; /* what waits */
static uint64_t ticked, alarmed;   /* when it came */
static uint64_t answer;            /* of set_timer */

/* What there is to wait for; nothing at all leaves the timer off. */
static void program(void)
{
	store64(CLINT_MTIMECMP(0), tick < payload_due ? tick : payload_due);
	csr_set(CSR_MIE, IRQ_BIT(IRQ_MTI));
}

static void machine_timer(void)
{
	uint64_t now = load64(CLINT_MTIME);

	if (now >= tick) {
		ticked = now;
		tick = NEVER;
	}
	if (now >= payload_due) {
		csr_set(CSR_MIP, IRQ_BIT(IRQ_STI));
		payload_due = NEVER;
	}
	program();
}

/* False: not one of the payload's calls. */
static bool payload_call(struct context *c)
{
	c->pc = c->trap.epc + 4;
	if (c->x[17] == SBI_TIME) {
		payload_due = c->x[10];
		csr_clear(CSR_MIP, IRQ_BIT(IRQ_STI));
		program();
		c->x[10] = c->x[11] = 0;
		return true;
	}
	alarmed = c->x[19];
	answer = c->x[10];
	return c->x[17] == DONE;
}

static const char *outcome(uint64_t came, uint64_t due)
{
	return !came ? "none" : came < due ? "early" : "in time";
}

/* Until what is awaited has come. */
static void run_both(const char *name, struct context *c, bool await_tick, bool await_alarm)
{
	while ((await_tick && !ticked) || (await_alarm && !alarmed)) {
		run(c);
		if (c->trap.cause == (CAUSE_IRQ | IRQ_MTI)) {
			machine_timer();
			c->pc = c->trap.epc;
		} else if (c->trap.cause != CAUSE_ECALL_S || !payload_call(c)) {
			say("%s: cause=%x\n", name, c->trap.cause);
			break;
		}
	}
}

/* Both in ticks of 100 ns from now; 0: never. What is FAR away is set and not waited for. */
static void both(const char *name, uint64_t own, uint64_t payload)
{
	uint64_t now = load64(CLINT_MTIME), due = now + payload;
	struct context c;

	tick = own ? now + own : NEVER;
	ticked = alarmed = answer = 0;
	context_init(&c, MODE_S, (uint64_t)shared_payload);
	c.x[10] = payload ? due : NEVER;
	csr_clear(CSR_MSTATUS, MSTATUS_SIE);
	program();
	run_both(name, &c, own && own < FAR, payload && payload < FAR);
	say("%s: tick %s, alarm %s, call %x\n", name,
	    outcome(ticked, now + own), outcome(alarmed, due), answer);
	check(!alarmed || c.x[20] == (CAUSE_IRQ | IRQ_STI), "another interrupt than the timer's");
	store64(CLINT_MTIMECMP(0), NEVER);
	payload_due = NEVER;
	csr_clear(CSR_MIP, IRQ_BIT(IRQ_STI));
}

void guest_main(void)
{
	csr_write(CSR_MCOUNTEREN, 7);
	csr_write(CSR_MIDELEG, 0x222);
	payload_due = NEVER;
	both("tick first", 20000, 60000);
	both("alarm first", 60000, 20000);
	both("at once", 30000, 30000);
	both("tick past", 1, 30000);
	both("alarm past", 30000, 1);
	both("tick alone", 20000, 0);
	both("alarm alone", 0, 20000);
	both("tick before a far alarm", 20000, FAR);
	both("alarm before a far tick", FAR, 20000);
	for (uint64_t i = 0; i < 20; i++)
		both("close", 5000 + 40 * i, 5400);
}
