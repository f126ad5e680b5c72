/* SPDX-License-Identifier: Apache-2.0 */
/* Runs every operation of firmware.S, then the payload of payload.S, and says what was run. */
#include "guest.h"
#include "measure.h"
#include "request.h"

/* Ticks that a payload's operation may take: after that the timer ends it. */
#define PATIENCE 10000ul

extern uint64_t payload_start[];
void trap_entry(void);

static const struct operation *current;

static void run_firmware(void)
{
	static uint64_t word;
	uint64_t cycles[2];

	for (const struct operation *op = __start_operations; op != __stop_operations; op++) {
		if (!op->code)
			continue;
		operation_run(op->code, &word, cycles);
		say_operation(op, cycles[1] - cycles[0]);
	}
	csr_write(CSR_MSCRATCH, this_hart()); /* was an operand; the trap entry needs it */
}

static void use_handler(const uint32_t *handler)
{
	uint64_t trap = handler ? (uint64_t)handler | 1 : (uint64_t)trap_entry;

	csr_write(CSR_MTVEC, trap);
}

/* The payload wants the next operation; a1 is what the last one took. */
static void serve_request(struct frame *f, struct trap *t)
{
	uint64_t deadline = time_now() + PATIENCE;

	if (current != __start_operations)
		say_operation(current - 1, f->x[11]);
	while (current != __stop_operations && current->code)
		current++;
	f->x[10] = deadline | 1ul << SERVED;
	t->epc += 4;
	if (current == __stop_operations) {
		say("end\n");
		return; /* the payload powers off: it may, where the firmware may not */
	}
	store64(CLINT_MTIMECMP(0), current->handler ? deadline : ~0ul);
	use_handler(current->handler);
	current++;
}

static void payload_trapped(struct frame *f, struct trap *t)
{
	if (t->cause == (CAUSE_IRQ | IRQ_MTI)) {
		store64(CLINT_MTIMECMP(0), ~0ul);
		use_handler(NULL);
	} else if (t->cause == CAUSE_ECALL_S && f->x[17] == REQUEST) {
		serve_request(f, t);
	} else {
		say_trap("FAIL a payload's operation took too long, or trapped", t);
		finish();
	}
}

void guest_main(void)
{
	uint64_t status = csr_read(CSR_MSTATUS) & ~MSTATUS_MPP;

	run_firmware();
	current = __start_operations;
	hook_set(payload_trapped);
	csr_write(CSR_MCOUNTEREN, 1); /* cycle, and no time */
	csr_write(CSR_MIE, IRQ_BIT(IRQ_MTI));
	csr_write(CSR_MEPC, payload_start);
	csr_write(CSR_MSTATUS, status | (uint64_t)MODE_S << MSTATUS_MPP_SHIFT);
	__asm__ volatile("mret");
}
