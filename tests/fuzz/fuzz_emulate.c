/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzing the decoder and a step of emulation: traps of any word, out of the firmware and out of
 * the payload, on the fake hart (tests/host), one after the other. Whatever they are, no CHECK
 * fails, the fake hart has nothing to say, the cage holds (I-WLD-1), and an instruction of the
 * firmware changes one register at most, and none if it traps (I-PC-1).
 */
#include "unit.h"

#include "input.h"
#include "monitor/decode.h"
#include "monitor/regs.h"
#include "monitor/trap.h"
#include "monitor/vcsr.h"
#include "monitor/vpmp.h"
#include "monitor/world.h"

#define CODE (FAKE_RAM_BASE + 0x400)
#define HANDLER (FAKE_RAM_BASE + 0x3000)
#define STEPS 64u

static jmp_buf asleep;

/* Nothing wakes it: the next input does. */
static void sleep_on(void)
{
	longjmp(asleep, 1);
}

static void start(u64 kind)
{
	fake_reset();
	if ((kind & 1) != 0) {
		fake_make_old();
	}
	if ((kind & 3) == 2) {
		fake_make_mpv_fixed();
	}
	fake.misaligned_traps = (kind & 4) != 0;
	fake.on_wfi = sleep_on;
	fake_start(&hart);
	machine.memory[0] = machine.ram = range_make(FAKE_RAM_BASE, FAKE_RAM_SIZE);
	machine.memory_count = 1;
	promise(vcsr_write(&hart, CSR_MTVEC, VCSR_RW, HANDLER, 0));
	promise(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, ~(u64)0, 0));
	promise(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, PMP_A_NAPOT | PMP_RWX, 0));
}

static void take_registers(u64 *x)
{
	for (unsigned int n = 0; n < 32; n++) {
		x[n] = reg_read(&hart, n);
	}
}

static unsigned int count_changes(const u64 *before)
{
	unsigned int count = 0;

	for (unsigned int n = 1; n < 32; n++) {
		count += reg_read(&hart, n) != before[n];
	}
	return count;
}

/* Hardware takes a trap at CODE, where this word is. */
static void trap(u64 cause, u64 tval, u32 word)
{
	fake.csr[CSR_MCAUSE] = cause;
	fake.csr[CSR_MTVAL] = tval;
	if ((cause & CAUSE_INTERRUPT) == 0) {
		fake_store(CODE, 4, word);
	}
	hart.pc = CODE;
	trap_handle(&hart, cause);
	if (hart.world == WORLD_FIRMWARE) {
		fake_check_firmware_world(&hart);
	} else {
		promise(hart.view == VIEW_PAYLOAD && fake.csr[CSR_MTVEC] == FAKE_OUR_MTVEC);
		promise((fake.csr[CSR_MSTATUS] & (MSTATUS_MIE | MSTATUS_MPRV)) == 0);
		promise(field_get(fake.csr[CSR_MSTATUS], MSTATUS_MPP) != PRIV_M);
	}
}

/* The firmware's illegal instruction, or its access that PMP refused. */
static void firmware_step(struct input *in)
{
	u32 word = (u32)input_take(in, 4);
	u64 before[32];
	bool is_access = input_take(in, 1) % 4 == 0;
	u64 cause = (word & 0x7f) == 0x23 ? CAUSE_STORE_ACCESS : CAUSE_LOAD_ACCESS;

	take_registers(before);
	if (is_access) {
		trap(cause, input_value(in, FAKE_CLINT_BASE), word);
	} else {
		trap(CAUSE_ILLEGAL, (word & 1) != 0 ? word : 0, word);
	}
	promise(count_changes(before) <= 1);
	if (hart.world == WORLD_FIRMWARE && hart.vm.mepc == CODE && hart.pc != CODE + 4 &&
	    hart.pc != CODE + 2 && (hart.vm.mtvec & ~(u64)3) == hart.pc) {
		promise(count_changes(before) == 0 || is_access);
	}
}

/* Some exception that a payload causes, in one of its modes. */
static void payload_step(struct input *in)
{
	static const u8 causes[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15};
	u32 word = (u32)input_take(in, 4);
	u64 cause = causes[input_take(in, 1) % sizeof(causes)];
	u64 mode = cause == 8 ? PRIV_U : cause == 9 ? PRIV_S : input_take(in, 1) & 1;

	fake.csr[CSR_MSTATUS] = field_set(fake.csr[CSR_MSTATUS] & ~MSTATUS_MPV, MSTATUS_MPP, mode);
	if (cause == CAUSE_ILLEGAL) {
		trap(cause, word, word);
	} else {
		trap(cause, input_value(in, FAKE_CLINT_BASE), word);
	}
}

/* Time goes on, devices ring: hardware takes what it would take. */
static void interrupt(struct input *in)
{
	u64 how = input_take(in, 1);
	int irq;

	fake.mtime = input_value(in, 0);
	fake.msip[0] = how & 1;
	fake.wires = (how & 2) != 0 ? BIT(IRQ_MEI) : 0;
	irq = fake_highest_irq(fake_mip() & fake.csr[CSR_MIE] & ~fake.csr[CSR_MIDELEG]);
	if (irq >= 0) {
		trap(CAUSE_INTERRUPT | (u64)irq, 0, 0);
	}
}

static void step(struct input *in)
{
	u64 what = input_take(in, 1);

	if (what < 0x60) {
		reg_write(&hart, what & 31, input_value(in, FAKE_RAM_BASE));
	} else if (what < 0x70) {
		interrupt(in);
	} else if (what < 0x78) {
		u64 offset = input_take(in, 2);

		fake_store(FAKE_RAM_BASE + 0x10000 + 8 * offset % 0x10000, 8,
			   input_value(in, FAKE_RAM_BASE >> 2));
	} else if (hart.world == WORLD_FIRMWARE) {
		firmware_step(in);
	} else {
		payload_step(in);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};

	start(input_take(&in, 1));
	if (setjmp(asleep) != 0) {
		return 0;
	}
	for (unsigned int i = 0; i < STEPS && in.left != 0; i++) {
		step(&in);
	}
	return 0;
}
