/* SPDX-License-Identifier: Apache-2.0 */
/* A payload of a real firmware: measures its calls, then those that reach all other harts. */
#include "../../guests/payloads/sbi.h"
#include "measure.h"

#define OTHERS_MARKER 100
#define HARTS_MOST 16

/* What calls.S knows of the other harts. */
struct others {
	uint64_t mask, count, interrupts;
};

enum role { TARGET, CLOCK, LEADER };

struct others others;
static enum role role; /* of the hart that starts next */
static uint64_t started;
extern uint64_t secondary_opaque;
void _start(void);
void count_interrupt(void);
void count_forever(void) __attribute__((noreturn));

/*
 * Hart 0 does nothing but set its timer again and again. QEMU, counting instructions, lets each
 * hart run until the next timer is due: so all of them go on at the same pace, and one that waits
 * for another waits as long as that takes.
 */
static void __attribute__((noreturn)) beat(void)
{
	csr_write(CSR_SIE, IRQ_BIT(IRQ_STI));
	for (;;) {
		csr_write(CSR_STIMECMP, csr_read(CSR_TIME) + 10);
		__asm__ volatile("wfi");
	}
}

static bool exists(uint64_t id)
{
	return call(HSM, 2, id, 0, 0, 0).error == 0;
}

static void start(uint64_t id, enum role r)
{
	uint64_t before = started;

	role = r;
	fence();
	call(HSM, 0, id, (uint64_t)_start, (uint64_t)&secondary_opaque, 0);
	while (__atomic_load_n(&started, __ATOMIC_ACQUIRE) == before)
		;
}

static void __attribute__((noreturn)) measure(uint64_t id)
{
	uint64_t cycles[2];

	csr_write(CSR_SSCRATCH, id);
	for (uint64_t other = 1; other < HARTS_MOST; other++)
		if (other != id && exists(other)) {
			start(other, TARGET);
			others.mask |= 1ul << other;
			others.count++;
		}
	say("hart %d %x\n", id, others.mask);
	for (const struct operation *op = __start_operations; op != __stop_operations; op++) {
		if (op->marker > OTHERS_MARKER && !others.count)
			continue;
		operation_run(op->code, &others.mask, cycles);
		say_operation(op, cycles[1] - cycles[0]);
	}
	say("end\n");
	call(SRST, 0, 0, 0, 0, 0);
	for (;;)
		;
}

void payload_other(uint64_t id)
{
	enum role mine = role;

	__atomic_fetch_add(&started, 1, __ATOMIC_RELEASE);
	if (mine == CLOCK)
		beat();
	if (mine == LEADER)
		measure(id);
	csr_write(CSR_STVEC, count_interrupt);
	csr_write(CSR_SIE, IRQ_BIT(IRQ_SSI));
	csr_set(CSR_SSTATUS, MSTATUS_SIE);
	count_forever();
}

void payload_main(uint64_t id)
{
	__asm__ volatile("slti x0, x0, %0" :: "i"(REST));
	if (id == 0 && exists(1)) {
		start(1, LEADER);
		beat();
	}
	if (id != 0)
		start(0, CLOCK);
	measure(id);
}
