/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of the policy attest's extension, by the payload on the fake hart. */
#ifndef TESTS_UNIT_ATTEST_CALL_H
#define TESTS_UNIT_ATTEST_CALL_H

#include "sbi_call.h"

#include "policies/attest/attest.h"

/* As many as a call of the extension takes. */
#define ATTEST_CALL_ARGS 5u

static inline enum verdict ask(u64 function, const u64 *args)
{
	hart.pc = CALL_PC;
	for (unsigned int i = 0; i < ATTEST_CALL_ARGS; i++) {
		reg_write(&hart, 10 + i, args[i]);
	}
	reg_write(&hart, 16, function);
	reg_write(&hart, 17, ATTEST_EXTENSION);
	return policy_attest.on_ecall(&hart, CAUSE_ECALL_S);
}

#define attest(function, ...) ask(function, (const u64[ATTEST_CALL_ARGS]){__VA_ARGS__})

static inline u8 *ram(u64 pa)
{
	return &fake.ram[pa - FAKE_RAM_BASE];
}

#endif
