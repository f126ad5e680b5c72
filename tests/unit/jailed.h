/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware in the sandbox on the fake hart, and the payload that it lets in. */
#ifndef UNIT_JAILED_H
#define UNIT_JAILED_H

#include "unit.h"

#include "hw/uart.h"
#include "lib/log.h"
#include "monitor/context.h"
#include "monitor/hsm.h"
#include "monitor/policy.h"
#include "monitor/regs.h"
#include "monitor/remote.h"
#include "monitor/sbi.h"
#include "monitor/trap.h"
#include "monitor/vcsr.h"
#include "monitor/world.h"
#include "policies/sandbox/sandbox.h"

#define IMAGE FAKE_RAM_BASE
#define IMAGE_SIZE ((u64)0x4000)
#define CODE (IMAGE + 0x100)
#define HANDLER (IMAGE + 0x1000)
#define BEGIN (FAKE_RAM_BASE + 0x10000) /* of the payload */
#define CALL_PC (FAKE_RAM_BASE + 0x11000)
#define S_HANDLER (FAKE_RAM_BASE + 0x12000)
#define SECRET (FAKE_RAM_BASE + 0x20000)
#define PATTERN(n) (0xa5a5000000000000u + 0x0101u * (n))

#define MRET 0x30200073u
#define SRET 0x10200073u
#define LD_X5_X11 0x0005b283u
#define SD_X5_X11 0x0055b023u
#define RDTIME_X5 0xc01022f3u

/* One more device on the list that the sandbox judges by. */
static inline void jailed_add_device(u64 base, u64 size, enum device_kind kind)
{
	struct device *d = &machine.devices.d[machine.devices.count++];

	d->r = range_make(base, size);
	d->kind = kind;
	strcpy(d->name, "thing");
}

/* What a0 to a7 hold in a call. */
struct jailed_call {
	u64 a[6];
	u64 function;
	u64 extension;
};

static inline void jailed_start(void)
{
	memset(&sandbox, 0, sizeof(sandbox));
	memset(sandbox_harts, 0, sizeof(sandbox_harts));
	fake_tree = (struct tree_report){0};
	machine.ram = range_make(FAKE_RAM_BASE, FAKE_RAM_SIZE);
	machine.memory[0] = machine.ram;
	machine.memory_count = 1;
	machine.firmware = range_make(IMAGE, IMAGE_SIZE);
	machine.timebase = 1000000;
	hart.timer.mtimecmp_addr = FAKE_CLINT_BASE + 0x4000;
	uart_use_8250(FAKE_8250_BASE, 0, 1);
	log_set_putc(NULL);
	fake.mtime = 1000;
	assert_true(policy_init(&hart));
	hsm_init(&fake_other);
	remote_join(&hart); /* the other hart is parked, as far as a rendezvous goes */
	assert_true(vcsr_write(&hart, CSR_MTVEC, VCSR_RW, HANDLER, 0));
	hart.pc = CODE;
}

static inline int jailed_setup(void **state)
{
	unit_setup(state);
	jailed_start();
	return 0;
}

static inline int jailed_setup_old(void **state)
{
	unit_setup_old(state);
	jailed_start();
	return 0;
}

/* Hardware takes a trap: at pc stands this word. */
static inline void jailed_trap(u64 cause, u64 tval, u32 word)
{
	fake_store(hart.pc, 4, word);
	fake.csr[CSR_MCAUSE] = cause;
	fake.csr[CSR_MTVAL] = tval;
	trap_handle(&hart, cause);
}

/* The firmware executes one instruction that traps. */
static inline void jailed_executes(u32 word)
{
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	hart.pc = CODE;
	jailed_trap(CAUSE_ILLEGAL, word, word);
}

/* csrrw x0, num, x5 and csrrs x5, num, x0. */
static inline void jailed_writes(unsigned int num, u64 value)
{
	hart.x[5] = value;
	jailed_executes(SYSTEM_CSR(1, 0, 5, num));
}

static inline u64 jailed_reads(unsigned int num)
{
	jailed_executes(SYSTEM_CSR(2, 5, 0, num));
	return hart.x[5];
}

/* It wants to run the payload in mode priv at pc. */
static inline void jailed_mret(u64 priv, u64 pc)
{
	jailed_writes(CSR_MEPC, pc);
	jailed_writes(CSR_MSTATUS, field_set(jailed_reads(CSR_MSTATUS), MSTATUS_MPP, priv));
	jailed_executes(MRET);
}

/* The payload runs for the first time: the lock. Its registers hold patterns. */
static inline void jailed_boot(void)
{
	reg_write(&hart, 11, 0);
	jailed_mret(PRIV_S, BEGIN);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, BEGIN);
	for (unsigned int n = 1; n < 32; n++) {
		reg_write(&hart, n, PATTERN(n));
	}
	fake.csr[CSR_STVEC] = S_HANDLER;
}

/* It traps for cause, with mstatus as it would come from S-mode. */
static inline void jailed_payload_traps(u64 cause, u64 tval, u32 word)
{
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	hart.pc = CALL_PC;
	fake.csr[CSR_MSTATUS] = field_set(fake.csr[CSR_MSTATUS], MSTATUS_MPP, PRIV_S);
	jailed_trap(cause, tval, word);
}

static inline void jailed_payload_calls(const struct jailed_call *c)
{
	for (unsigned int i = 0; i < 6; i++) {
		reg_write(&hart, 10 + i, c->a[i]);
	}
	reg_write(&hart, 16, c->function);
	reg_write(&hart, 17, c->extension);
	jailed_payload_traps(CAUSE_ECALL_S, 0, 0x73);
}

static inline void jailed_calls(u64 extension, u64 function, u64 a0, u64 a1, u64 a2)
{
	struct jailed_call c = {{a0, a1, a2, PATTERN(13), PATTERN(14), PATTERN(15)},
				function, extension};

	jailed_payload_calls(&c);
}

/* The firmware answers the call as it should, whatever traps it has had meanwhile. */
static inline void jailed_answers(u64 a0, u64 a1)
{
	reg_write(&hart, 10, a0);
	reg_write(&hart, 11, a1);
	jailed_mret(PRIV_S, hart.payload.shown_pc + 4);
}

#define JAILED_TEST(name) cmocka_unit_test_setup(name, jailed_setup)
#define JAILED_TEST_OLD(name) cmocka_unit_test_setup(name, jailed_setup_old)

#endif
