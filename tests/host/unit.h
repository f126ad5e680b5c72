/* SPDX-License-Identifier: Apache-2.0 */
/* What every unit test includes: cmocka, the fake hart, reproducible random numbers. */
#ifndef HOST_UNIT_H
#define HOST_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake_hart.h"

/* The hart under test; each test begins with a fresh one (unit_setup). */
extern struct hart hart;

/* cmocka set-up: the full hart, the monitor started on it, the firmware about to run. */
int unit_setup(void **state);
/* The same on the old hart (fake_make_old). */
int unit_setup_old(void **state);

/* A different number at each call, the same sequence in each run. */
u64 unit_random(void);
/* Random, but with many runs of equal bits, zeros and ones at the ends. */
u64 unit_random_bits(void);

/* What the monitor printed since unit_listen(), until log_set_putc() names another listener. */
extern char unit_printed[8192];
void unit_listen(void);

/* Instruction words. */
#define SYSTEM_CSR(funct3, rd, rs1, csr) \
	((u32)(csr) << 20 | (u32)(rs1) << 15 | (u32)(funct3) << 12 | (u32)(rd) << 7 | 0x73u)

#define UNIT_TEST(name) cmocka_unit_test_setup(name, unit_setup)
#define UNIT_TEST_OLD(name) cmocka_unit_test_setup(name, unit_setup_old)

#endif
