/* SPDX-License-Identifier: Apache-2.0 */
/* An ecall of the payload's S-mode to the monitor's own SBI services, for the tests of them. */
#ifndef UNIT_SBI_CALL_H
#define UNIT_SBI_CALL_H

#include "unit.h"

#include "monitor/hsm.h"
#include "monitor/regs.h"
#include "monitor/sbi.h"
#include "monitor/sbi_serve.h"
#include "monitor/vcsr.h"
#include "monitor/virq.h"
#include "monitor/vpmp.h"
#include "monitor/world.h"

#define CALL_PC (FAKE_RAM_BASE + 0x1000)
#define UNTOUCHED 0x1234567u /* in a1 of legacy calls, and of a call that is passed on */

static const struct sbi_services sbi_all = {.extensions = ~(u64)0, .legacy = ~(u64)0};

/* The payload in S-mode on hart 0; the firmware lets it use everything. */
static inline void sbi_start_payload(void)
{
	machine.memory[0] = range_make(FAKE_RAM_BASE, FAKE_RAM_SIZE);
	machine.memory_count = 1;
	machine.online = 3;
	assert_true(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, ~(u64)0, 0));
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, PMP_A_NAPOT | PMP_RWX, 0));
	world_enter_payload(&hart, PRIV_S, false);
	hart.hsm.state = HSM_STARTED;
	fake_other.hsm.state = HSM_STOPPED;
}

/* Makes the call with a0 to a2; registers are as left by sbi_serve. */
static inline enum verdict sbi_call(u64 extension, u64 function, u64 a0, u64 a1, u64 a2)
{
	hart.pc = CALL_PC;
	reg_write(&hart, 10, a0);
	reg_write(&hart, 11, a1);
	reg_write(&hart, 12, a2);
	reg_write(&hart, 16, function);
	reg_write(&hart, 17, extension);
	return sbi_serve(&hart, &sbi_all);
}

/* The call is answered with these two values, and goes on behind the ecall. */
#define assert_answer(verdict, error, value)                                  \
	do {                                                                  \
		assert_int_equal(verdict, HANDLED);                           \
		assert_int_equal((s64)reg_read(&hart, 10), (s64)(error));     \
		assert_int_equal(reg_read(&hart, 11), value);                 \
		assert_int_equal(hart.pc, CALL_PC + 4);                       \
	} while (0)

/* The call is passed on as it came. */
#define assert_passed(verdict)                                                \
	do {                                                                  \
		assert_int_equal(verdict, PASS);                              \
		assert_int_equal(hart.pc, CALL_PC);                           \
	} while (0)

#endif
