/* SPDX-License-Identifier: Apache-2.0 */
/* The means to keep payload and firmware apart (monitor/isolate.h, monitor/context.h). */
#include "unit.h"

#include "monitor/context.h"
#include "monitor/isolate.h"
#include "monitor/regs.h"
#include "monitor/timer.h"
#include "monitor/vcsr.h"
#include "monitor/vpmp.h"
#include "monitor/vtrap.h"
#include "monitor/world.h"

#define PC (FAKE_RAM_BASE + 0x400)
#define HANDLER (FAKE_RAM_BASE + 0x3000)
#define S_HANDLER (FAKE_RAM_BASE + 0x5000)
#define DATA (FAKE_RAM_BASE + 0x6001)
#define RDTIME_X5 0xc01022f3u
#define LD_X5_X11 0x0005b283u
#define SD_X5_X11 0x0055b023u
#define PATTERN(n) (0xa5a5000000000000u + 0x0101u * (n))
#define CSR_MVIP 0x309
#define CSR_MCYCLECFG 0x321
#define CSR_MINSTRETCFG 0x322
#define CSR_MHPMEVENT3 0x323
#define CSR_MHPMEVENT31 0x33f

static int setup(void **state)
{
	unit_setup(state);
	machine.saves_payload = true;
	assert_true(vcsr_write(&hart, CSR_MTVEC, VCSR_RW, HANDLER, 0));
	assert_true(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, ~(u64)0, 0));
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, PMP_A_NAPOT | PMP_RWX, 0));
	fake.csr[CSR_STVEC] = S_HANDLER;
	return 0;
}

/* ---- registers ---- */

static void fill_registers(u64 salt)
{
	for (unsigned int n = 1; n < 32; n++) {
		reg_write(&hart, n, PATTERN(n) ^ salt);
	}
}

/* Those that stay live in hardware, too: x3, x4, x18 to x27. */
static void all_registers_are_saved_and_restored(void **state)
{
	(void)state;
	fill_registers(0);
	hart.pc = PC;
	hart.held.hstatus = 0x77;
	context_save(&hart, CAUSE_ECALL_S, 0x1234);
	assert_true(context_is_call(&hart));
	assert_int_equal(context_next_pc(&hart), PC + 4);
	assert_int_equal(hart.payload.shown_pc, PC);
	assert_int_equal(hart.payload.status, 0x1234);
	assert_int_equal(hart.payload.hstatus, 0x77);
	for (unsigned int n = 1; n < 32; n++) {
		assert_int_equal(hart.payload.x[n], PATTERN(n));
	}
	fill_registers(~(u64)0);
	context_restore(&hart);
	for (unsigned int n = 1; n < 32; n++) {
		assert_int_equal(reg_read(&hart, n), PATTERN(n));
	}
	assert_int_equal(reg_read(&hart, 0), 0);
}

static void registers_are_hidden_but_for_a_mask(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 33; i++) {
		u32 mask = i < 32 ? (u32)BIT(i) : 0x00030ff0;

		fill_registers(0);
		context_save(&hart, CAUSE_ECALL_S, 0);
		context_hide(&hart, mask);
		for (unsigned int n = 1; n < 32; n++) {
			bool is_shown = n >= 10 && n <= 17 && (mask >> n & 1) != 0;

			assert_int_equal(reg_read(&hart, n), is_shown ? PATTERN(n) : 0);
		}
	}
}

static void what_is_no_call_goes_on_where_it_was(void **state)
{
	static const u64 causes[] = {CAUSE_ILLEGAL, CAUSE_ECALL_U, CAUSE_ECALL_VS,
				     CAUSE_INTERRUPT | IRQ_MTI, CAUSE_INTERRUPT | CAUSE_ECALL_S};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(causes); i++) {
		hart.pc = PC;
		context_save(&hart, causes[i], 0);
		assert_false(context_is_call(&hart));
		assert_int_equal(context_next_pc(&hart), PC);
	}
	context_save(&hart, CAUSE_ECALL_S, 0);
	hart.payload.valid = false;
	assert_false(context_is_call(&hart));
}

static void registers_are_saved_for_those_who_ask(void **state)
{
	(void)state;
	machine.saves_payload = false;
	fill_registers(0);
	context_save(&hart, CAUSE_ECALL_S, 0);
	for (unsigned int n = 1; n < 32; n++) {
		assert_int_equal(hart.payload.x[n], 0);
	}
	assert_true(hart.payload.valid);
}

/* ---- the pattern ---- */

static void set_up_payload(void)
{
	assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, 0xf0b509, 0));
	assert_true(vcsr_write(&hart, CSR_MIDELEG, VCSR_RW, 0x222, 0));
	assert_true(vcsr_write(&hart, CSR_MCOUNTEREN, VCSR_RW, 7, 0));
	assert_true(vcsr_write(&hart, CSR_MENVCFG, VCSR_RW, BIT(63) | 0xf0, 0));
	assert_true(vcsr_write(&hart, CSR_MSTATEEN0, VCSR_RW, BIT(63) | BIT(62), 0));
	assert_true(vcsr_write(&hart, CSR_PMPADDR0 + 1, VCSR_RW, 0x20001000, 0));
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, 0x0f1f, 0));
	isolate_record(&hart);
}

/* I-ISO-1 */
static void the_pattern_is_put_in_force(void **state)
{
	(void)state;
	set_up_payload();
	assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, ~(u64)0, 0));
	assert_true(vcsr_write(&hart, CSR_MIDELEG, VCSR_RW, 0, 0));
	assert_true(vcsr_write(&hart, CSR_MCOUNTEREN, VCSR_RW, ~(u64)0, 0));
	assert_true(vcsr_write(&hart, CSR_MENVCFG, VCSR_RW, 0, 0));
	assert_true(vcsr_write(&hart, CSR_MSTATEEN0, VCSR_RW, 0, 0));
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, 0, 0));
	assert_true(vcsr_write(&hart, CSR_PMPADDR0 + 1, VCSR_RW, 0, 0));
	hart.vm.mstatus |= MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR | MSTATUS_SBE | MSTATUS_MPELP;
	isolate_apply(&hart);
	assert_int_equal(hart.vm.medeleg, 0xf0b509);
	assert_int_equal(hart.vm.mideleg & 0x222, 0x222);
	assert_int_equal(hart.vm.mcounteren, 7);
	assert_int_equal(hart.vm.menvcfg, BIT(63) | 0xf0);
	assert_int_equal(fake.csr[CSR_MSTATEEN0], BIT(63) | BIT(62));
	assert_int_equal(hart.vpmp.cfg[0], 0x1f);
	assert_int_equal(hart.vpmp.cfg[1], 0x0f);
	assert_int_equal(hart.vpmp.addr[1], 0x20001000);
	assert_true(vpmp_payload_may(&hart, FAKE_RAM_BASE, 8, PMP_R));
	assert_int_equal(hart.vm.mstatus & (MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR | MSTATUS_SBE |
					    MSTATUS_MPELP), 0);
	world_enter_payload(&hart, PRIV_S, false);
	assert_int_equal(fake.csr[CSR_MEDELEG], 0xf0b509 & ~(BIT(5) | BIT(7)));
}

/* I-ISO-1: what would give firmware more of the payload's traps than S-mode's ecalls. */
static void the_pattern_is_corrected(void **state)
{
	(void)state;
	assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, ~(u64)0, 0));
	assert_true(vcsr_write(&hart, CSR_MIDELEG, VCSR_RW, 0, 0));
	isolate_record(&hart);
	isolate_apply(&hart);
	assert_int_equal(hart.vm.medeleg & (BIT(CAUSE_ECALL_S) | BIT(CAUSE_ECALL_M) | BIT(16)), 0);
	assert_int_equal(hart.vm.mideleg & 0x2222, 0x2222);
	assert_int_equal(hart.vm.mideleg & (BIT(IRQ_MSI) | BIT(IRQ_MTI) | BIT(IRQ_MEI)), 0);
}

/* I-SBX-10: external interrupts that firmware holds up by mip, or takes to itself by mvien. */
static void no_interrupt_is_held_up(void **state)
{
	(void)state;
	set_up_payload();
	fake.csr[CSR_MIP] |= BIT(IRQ_SEI);
	fake.csr[CSR_MVIEN] = fake.csr[CSR_MVIP] = BIT(IRQ_SEI) | BIT(IRQ_LCOFI);
	hart.held.mvien = fake.csr[CSR_MVIEN];
	isolate_apply(&hart);
	assert_int_equal(fake_mip() & BIT(IRQ_SEI), 0);
	assert_int_equal(fake.csr[CSR_MVIEN] | fake.csr[CSR_MVIP] | hart.held.mvien, 0);
	fake.wires = BIT(IRQ_SEI); /* the device's own is as ever */
	isolate_apply(&hart);
	assert_int_equal(fake_mip() & BIT(IRQ_SEI), BIT(IRQ_SEI));
}

/* A hart that has less than the first takes what it has. */
static void the_pattern_is_legal_on_each_hart(void **state)
{
	(void)state;
	set_up_payload();
	fake.mask[CSR_MEDELEG] = 0xb109;
	fake.mask[CSR_MENVCFG] = 0xf1;
	fake.csr[CSR_MENVCFG] = hart.vm.menvcfg = 0;
	isolate_apply(&hart);
	assert_int_equal(hart.vm.medeleg, 0xb109);
	assert_int_equal(hart.vm.menvcfg, 0xf0);
}

static void counting_starts_afresh(void **state)
{
	(void)state;
	set_up_payload();
	fake.csr[CSR_MCOUNTINHIBIT] = ~(u64)0;
	fake.csr[CSR_MCYCLECFG] = fake.csr[CSR_MINSTRETCFG] = ~(u64)0;
	fake.csr[CSR_MHPMEVENT3] = fake.csr[CSR_MHPMEVENT31] = PATTERN(1);
	isolate_apply(&hart);
	assert_int_equal(fake.csr[CSR_MCOUNTINHIBIT] & 5, 0);
	assert_int_equal(fake.csr[CSR_MCYCLECFG] | fake.csr[CSR_MINSTRETCFG], 0);
	for (unsigned int n = CSR_MHPMEVENT3; n <= CSR_MHPMEVENT31; n++) {
		assert_int_equal(fake.csr[n], 0);
	}
}

/* ---- a payload that will go on ---- */

/* I-ISO-2 */
static void status_is_hidden_and_comes_back(void **state)
{
	u64 status;

	(void)state;
	fake.csr[CSR_HSTATUS] |= HSTATUS_SPV;
	world_enter_payload(&hart, PRIV_S, false);
	fake.csr[CSR_HSTATUS] |= HSTATUS_SPV;
	fake.csr[CSR_MSTATUS] |= MSTATUS_FS | MSTATUS_VS | MSTATUS_SUM | MSTATUS_MXR |
				 MSTATUS_SPP | MSTATUS_SPIE | MSTATUS_TVM | MSTATUS_SPELP;
	status = fake.csr[CSR_MSTATUS];
	hart.pc = PC;
	vtrap_leave_payload(&hart, CAUSE_ECALL_S);
	isolate_hide_status(&hart);
	assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_LIVE, 0);
	assert_int_equal(fake.csr[CSR_SSTATEEN0], 0);
	hart.held.hstatus = 0;
	hart.vm.mstatus &= ~MSTATUS_TVM;
	world_enter_payload(&hart, PRIV_S, false);
	isolate_show_status(&hart);
	assert_int_equal(fake.csr[CSR_MSTATUS], status);
	assert_int_equal(fake.csr[CSR_HSTATUS] & HSTATUS_SPV, HSTATUS_SPV);
}

static void counters_are_hidden(void **state)
{
	(void)state;
	assert_int_equal(fake.csr[CSR_MCOUNTEREN], fake.mask[CSR_MCOUNTEREN]);
	isolate_hide_counters(&hart);
	assert_int_equal(fake.csr[CSR_MCOUNTEREN], BIT(1));
	world_enter_payload(&hart, PRIV_S, false);
	assert_int_equal(fake.csr[CSR_MCOUNTEREN], hart.vm.mcounteren);
	world_enter_firmware(&hart);
	assert_int_equal(fake.csr[CSR_MCOUNTEREN], BIT(1)); /* from now on */
}

/* ---- a payload that will not go on ---- */

static const u16 supervisor[] = {
	0x011, 0x017, 0x105, 0x140, 0x141, 0x142, 0x143, 0x150, 0x14e, 0x200, 0x205, 0x240, 0x241,
	0x242, 0x243, 0x250, 0x280, 0x602, 0x603, 0x605, 0x606, 0x607, 0x608, 0x609, 0x60a, 0x60c,
	0x643, 0x64a, 0x646, 0x680, 0x5a8, 0x6a8,
};

static void fill_state(u64 salt)
{
	fake.csr[CSR_MSTATUS] |= MSTATUS_FS;
	for (unsigned int n = 0; n < 32; n++) {
		fake.f[n] = hart.payload.x[n] = PATTERN(n) ^ salt;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(supervisor); i++) {
		fake.csr[supervisor[i]] = PATTERN(4 * i) ^ salt;
	}
	hart.held = (struct held_csrs){PATTERN(1) ^ salt, PATTERN(2) ^ salt, PATTERN(3) ^ salt,
				       PATTERN(4) ^ salt, PATTERN(5) ^ salt, 0};
	fake.csr[CSR_STIMECMP] = 5 ^ salt;
	hart.vm.mie = (BIT(IRQ_SSI) ^ salt) | BIT(IRQ_MSI);
}

static void expect_nothing(void)
{
	for (unsigned int n = 0; n < 32; n++) {
		assert_int_equal(fake.f[n], 0);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(supervisor); i++) {
		if (fake.csr[supervisor[i]] != 0) {
			fail_msg("CSR %03x is left", supervisor[i]);
		}
	}
	assert_int_equal(hart.held.satp | hart.held.scounteren | hart.held.senvcfg |
				 hart.held.sstateen0 | hart.held.hstatus,
			 0);
	assert_int_equal(hart.vm.mie & ~(BIT(IRQ_MSI) | BIT(IRQ_MTI) | BIT(IRQ_MEI)), 0);
	assert_int_equal(fake.csr[CSR_STIMECMP], ~(u64)0);
	assert_int_equal(fake_mip() & (BIT(IRQ_SSI) | BIT(IRQ_STI)), 0);
}

/* I-ISO-3 */
static void nothing_is_left_of_what_is_cleared(void **state)
{
	(void)state;
	fill_state(0);
	hart.payload.valid = true;
	fake.csr[CSR_MIP] |= BIT(IRQ_SSI) | BIT(IRQ_STI);
	isolate_clear(&hart);
	expect_nothing();
	for (unsigned int n = 0; n < 32; n++) {
		assert_int_equal(hart.payload.x[n], 0);
	}
	assert_false(hart.payload.valid);
	isolate_take_back(&hart); /* nor anywhere else */
	assert_int_equal(fake.csr[CSR_STVEC], 0);
	assert_int_equal(hart.held.satp, 0);
}

/* I-ISO-3: what is set aside is out of reach, and comes back whatever was done meanwhile. */
static void what_is_set_aside_comes_back(void **state)
{
	(void)state;
	fill_state(0);
	fake.csr[CSR_MIP] |= BIT(IRQ_SSI);
	isolate_set_aside(&hart);
	expect_nothing();
	assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_LIVE, 0);
	fill_state(~(u64)3);
	fake.csr[CSR_MIP] = BIT(IRQ_STI);
	isolate_take_back(&hart);
	for (unsigned int n = 0; n < 32; n++) {
		assert_int_equal(fake.f[n], PATTERN(n));
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(supervisor); i++) {
		assert_int_equal(fake.csr[supervisor[i]], PATTERN(4 * i));
	}
	assert_int_equal(hart.held.satp, PATTERN(1));
	assert_int_equal(hart.held.hstatus, PATTERN(5));
	assert_int_equal(hart.vm.mie & BIT(IRQ_SSI), BIT(IRQ_SSI));
	assert_int_equal(hart.vm.mie & BIT(IRQ_STI), 0);
	assert_int_equal(fake.csr[CSR_STIMECMP], 5);
	assert_int_equal(fake_mip() & (BIT(IRQ_SSI) | BIT(IRQ_STI)), BIT(IRQ_SSI));
}

static void a_suspended_payload_is_watched_for_its_interrupts(void **state)
{
	(void)state;
	hart.hsm.state = HSM_SUSPENDED;
	hart.hsm.resumes = true;
	hart.vm.mie = BIT(IRQ_STI) | BIT(IRQ_SEI) | BIT(IRQ_MTI);
	fake.csr[CSR_STIMECMP] = 5;
	fake.csr[CSR_MIP] |= BIT(IRQ_SSI);
	isolate_set_aside(&hart);
	fake.csr[CSR_STIMECMP] = 77; /* firmware's */
	assert_int_equal(isolate_watch(&hart), BIT(IRQ_STI) | BIT(IRQ_SEI));
	assert_int_equal(fake.csr[CSR_STIMECMP], 5);
	assert_int_equal(fake.csr[CSR_MIP] & BIT(IRQ_SSI), BIT(IRQ_SSI));
	isolate_unwatch(&hart);
	assert_int_equal(fake.csr[CSR_STIMECMP], 77);
	assert_int_equal(fake.csr[CSR_MIP] & BIT(IRQ_SSI), 0);
	fake.csr[CSR_MIP] |= BIT(IRQ_SSI); /* firmware's, too */
	isolate_watch(&hart);
	isolate_unwatch(&hart);
	assert_int_equal(fake.csr[CSR_MIP] & BIT(IRQ_SSI), BIT(IRQ_SSI));
}

/* A hart that was stopped waits for nobody but the one that starts it; nor has one that goes on. */
static void nobody_else_is_watched_for(void **state)
{
	(void)state;
	hart.hsm.state = HSM_STOP_PENDING;
	hart.hsm.resumes = true;
	hart.vm.mie = BIT(IRQ_STI);
	fake.csr[CSR_STIMECMP] = 5;
	isolate_set_aside(&hart);
	assert_int_equal(isolate_watch(&hart), 0);
	isolate_unwatch(&hart);
	assert_int_equal(fake.csr[CSR_STIMECMP], ~(u64)0);
	isolate_take_back(&hart);
	hart.hsm.state = HSM_SUSPENDED;
	isolate_set_aside(&hart);
	assert_int_not_equal(isolate_watch(&hart), 0);
	isolate_unwatch(&hart);
	isolate_take_back(&hart);
	assert_int_equal(isolate_watch(&hart), 0);
	isolate_set_aside(&hart);
	isolate_clear(&hart);
	assert_int_equal(isolate_watch(&hart), 0);
	isolate_unwatch(&hart);
	assert_int_equal(fake.csr[CSR_STIMECMP], ~(u64)0);
}

/* A hart without D and V, H and Sstc is not asked for them. */
static void an_old_hart_forgets_what_it_has(void **state)
{
	unit_setup_old(state);
	fake.csr[CSR_STVEC] = PATTERN(1);
	hart.caps.misa &= ~(MISA_EXT('D') | MISA_EXT('V'));
	fake.f[1] = PATTERN(2);
	isolate_clear(&hart);
	assert_int_equal(fake.csr[CSR_STVEC], 0);
	assert_int_equal(fake.f[1], PATTERN(2));
}

static void triggers_are_disarmed(void **state)
{
	u64 trigger = (u64)2 << 60 | BIT(6) | BIT(4) | BIT(3) | 7;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		assert_true(vcsr_write(&hart, CSR_TSELECT, VCSR_RW, i, 0));
		assert_true(vcsr_write(&hart, CSR_TDATA1, VCSR_RW, trigger, 0));
	}
	assert_int_not_equal(fake.tdata1[0], 0);
	isolate_disarm(&hart);
	assert_int_equal(fake.tdata1[0], 0);
	assert_int_equal(fake.tdata1[1], 0);
	assert_int_equal(fake.csr[CSR_TSELECT], 1);
	world_enter_payload(&hart, PRIV_S, false);
	assert_int_equal(fake.tdata1[0], 0);
	assert_int_equal(fake.tdata1[1], 0);
}

/* ---- interrupts of M-mode ---- */

static void firmware_is_muted_in_both_worlds(void **state)
{
	u64 machine_irqs = BIT(IRQ_MTI) | BIT(IRQ_MEI);

	(void)state;
	hart.vm.mie |= machine_irqs | BIT(IRQ_MSI) | BIT(IRQ_SSI);
	isolate_mute(&hart);
	assert_int_equal(hart.vm.mie, BIT(IRQ_SSI));
	hart.vm.mie |= machine_irqs;
	world_enter_payload(&hart, PRIV_S, false);
	assert_int_equal(fake.csr[CSR_MIE] & machine_irqs, machine_irqs);
	isolate_mute(&hart);
	assert_int_equal(fake.csr[CSR_MIE] & machine_irqs, 0);
	assert_int_equal(fake.csr[CSR_MIE] & BIT(IRQ_MSI), BIT(IRQ_MSI)); /* the doorbell */
	hart.timer.shared = hart.timer.waits = true;
	hart.vm.mie |= machine_irqs;
	csr_set(CSR_MIE, machine_irqs);
	isolate_mute(&hart);
	assert_int_equal(fake.csr[CSR_MIE] & machine_irqs, BIT(IRQ_MTI)); /* the payload's timer */
}

/* ---- the payload's own exceptions ---- */

static void payload_traps(u64 cause, u64 tval, u32 word)
{
	world_enter_payload(&hart, PRIV_S, false);
	isolate_seal(&hart);
	fake_store(PC, 4, word);
	hart.pc = PC;
	fake.csr[CSR_MSTATUS] = field_set(fake.csr[CSR_MSTATUS], MSTATUS_MPP, PRIV_S);
	fake.csr[CSR_MCAUSE] = cause;
	fake.csr[CSR_MTVAL] = tval;
	isolate_own_trap(&hart, cause);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
}

/* I-SBX-6 */
static void traps_go_to_the_payloads_handler(void **state)
{
	static const u64 causes[] = {0,  1,  2,  3,  5,  7,  8,  10, 12,
				     13, 15, 16, 18, 19, 20, 21, 22, 23};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(causes); i++) {
		setup(state);
		hart.vm.medeleg = 0; /* whatever the firmware has delegated */
		payload_traps(causes[i], 0x1230 + i, 0xffffffff);
		assert_int_equal(hart.pc, S_HANDLER);
		assert_int_equal(fake.csr[CSR_SEPC], PC);
		assert_int_equal(fake.csr[CSR_SCAUSE], causes[i]);
		assert_int_equal(fake.csr[CSR_STVAL], 0x1230 + i);
		assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_SPP, MSTATUS_SPP);
	}
}

static void time_reads_are_carried_out(void **state)
{
	(void)state;
	fake.mtime = 0x123456;
	payload_traps(CAUSE_ILLEGAL, RDTIME_X5, RDTIME_X5);
	assert_int_equal(hart.x[5], 0x123456);
	assert_int_equal(hart.pc, PC + 4);
}

static void misaligned_accesses_are_carried_out(void **state)
{
	(void)state;
	fake.misaligned_traps = true;
	fake_store(DATA, 8, 0x1122334455667788);
	hart.x[11] = DATA;
	payload_traps(CAUSE_LOAD_MISALIGNED, DATA, LD_X5_X11);
	assert_int_equal(hart.x[5], 0x1122334455667788);
	assert_int_equal(hart.pc, PC + 4);
	setup(state);
	fake.misaligned_traps = true;
	hart.x[11] = DATA;
	hart.x[5] = 0x99;
	payload_traps(CAUSE_STORE_MISALIGNED, DATA, SD_X5_X11);
	assert_int_equal(fake_load(DATA, 8), 0x99);
	assert_int_equal(hart.pc, PC + 4);
}

/* A misaligned access to what the payload may not have is a fault of its own. */
static void misaligned_accesses_keep_to_the_rules(void **state)
{
	(void)state;
	fake.misaligned_traps = true;
	hart.x[11] = FAKE_SELF_BASE + 1;
	hart.x[5] = 0;
	payload_traps(CAUSE_LOAD_MISALIGNED, FAKE_SELF_BASE + 1, LD_X5_X11);
	assert_int_equal(hart.x[5], 0);
	assert_int_equal(hart.pc, S_HANDLER);
	assert_int_equal(fake.csr[CSR_SCAUSE], CAUSE_LOAD_ACCESS);
}

#define ISOLATE_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ISOLATE_TEST(all_registers_are_saved_and_restored),
		ISOLATE_TEST(registers_are_hidden_but_for_a_mask),
		ISOLATE_TEST(what_is_no_call_goes_on_where_it_was),
		ISOLATE_TEST(registers_are_saved_for_those_who_ask),
		ISOLATE_TEST(the_pattern_is_put_in_force),
		ISOLATE_TEST(the_pattern_is_corrected),
		ISOLATE_TEST(the_pattern_is_legal_on_each_hart),
		ISOLATE_TEST(no_interrupt_is_held_up),
		ISOLATE_TEST(counting_starts_afresh),
		ISOLATE_TEST(status_is_hidden_and_comes_back),
		ISOLATE_TEST(counters_are_hidden),
		ISOLATE_TEST(nothing_is_left_of_what_is_cleared),
		ISOLATE_TEST(what_is_set_aside_comes_back),
		ISOLATE_TEST(a_suspended_payload_is_watched_for_its_interrupts),
		ISOLATE_TEST(nobody_else_is_watched_for),
		ISOLATE_TEST(an_old_hart_forgets_what_it_has),
		ISOLATE_TEST(triggers_are_disarmed),
		ISOLATE_TEST(firmware_is_muted_in_both_worlds),
		ISOLATE_TEST(traps_go_to_the_payloads_handler),
		ISOLATE_TEST(time_reads_are_carried_out),
		ISOLATE_TEST(misaligned_accesses_are_carried_out),
		ISOLATE_TEST(misaligned_accesses_keep_to_the_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
