/* SPDX-License-Identifier: Apache-2.0 */
/* What the short ways through the monitor stand on: what is known of the rules, and who may see. */
/* Evidence for I-RUN-1, I-RUN-2, I-RUN-3, I-MEM-2. */
#include "unit.h"

#include "monitor/emulate.h"
#include "monitor/guestmem.h"
#include "monitor/policy.h"
#include "monitor/regs.h"
#include "monitor/timer.h"
#include "monitor/trap.h"
#include "monitor/vclint.h"
#include "monitor/vcsr.h"
#include "monitor/vpmp.h"
#include "monitor/world.h"

#define PC (FAKE_RAM_BASE + 0x400)
#define MTIME (FAKE_CLINT_BASE + 0xbff8)
#define MTIMECMP (FAKE_CLINT_BASE + 0x4000)

static int setup(void **state)
{
	unit_setup(state);
	machine.ram = range_make(FAKE_RAM_BASE, FAKE_RAM_SIZE);
	return 0;
}

/* ---- windows ---- */

static u64 pick_rule(void)
{
	u64 ones = BIT(unit_random() % 20) - 1;

	switch (unit_random() % 3) {
	case 0:
		return (FAKE_RAM_BASE + unit_random() % FAKE_RAM_SIZE) >> 2;
	case 1:
		return FAKE_CLINT_BASE >> 2 | ones;
	default:
		return ((FAKE_RAM_BASE + unit_random() % FAKE_RAM_SIZE) >> 2 & ~ones) | ones >> 1;
	}
}

static void change_a_rule(void)
{
	unsigned int n = (unsigned int)(unit_random() % 12);

	if (unit_random() % 16 == 0) {
		vcsr_write(&hart, CSR_MSECCFG, VCSR_RW, unit_random() & 7, 0);
	} else if (unit_random() % 2 == 0) {
		vcsr_write(&hart, CSR_PMPADDR0 + n, VCSR_RW, pick_rule(), 0);
	} else { /* rarely locked */
		u64 mask = unit_random() % 8 == 0 ? ~(u64)0 : 0x7f7f7f7f7f7f7f7f;

		vcsr_write(&hart, CSR_PMPCFG0 + n / 8 * 2, VCSR_RW, unit_random() & mask, 0);
	}
}

/* What begins in the window is granted by the view, in plain memory. */
static void check_window(const struct window *w, enum pmp_view_id view, unsigned int need)
{
	for (unsigned int i = 0; i < 8 && w->size != 0; i++) {
		u64 at = w->base + (i == 0 ? 0 : i == 1 ? w->size - 1 : unit_random() % w->size);

		assert_true(range_has(machine.ram, at, 8));
		assert_true(vpmp_view_may(&hart, view, at, 8, need));
		assert_false(range_touches(machine.self, at, 8));
	}
}

/* Does a rule that decides the access hold all of its bytes? */
static void windows_say_what_the_rules_say(void **state)
{
	static void (*const find[])(struct hart *h, u64 addr) = {
		guestmem_find_code, guestmem_find_data, guestmem_find_text,
	};
	unsigned int found = 0;
	unsigned int texts = 0;

	(void)state;
	for (unsigned int round = 0; round < 20000; round++) {
		u64 at = FAKE_RAM_BASE + unit_random() % FAKE_RAM_SIZE;

		if (unit_random() % 3 == 0) {
			change_a_rule();
		} else {
			find[unit_random() % ARRAY_SIZE(find)](&hart, at);
		}
		check_window(&hart.code, VIEW_FIRMWARE, PMP_X);
		check_window(&hart.data, VIEW_FIRMWARE, PMP_R | PMP_W);
		check_window(&hart.text, VIEW_PAYLOAD, PMP_R);
		found += (hart.code.size != 0 ? 1u : 0) + (hart.data.size != 0 ? 1u : 0);
		texts += hart.text.size != 0 ? 1u : 0;
		if (round % 200 == 0) { /* before everything is locked */
			setup(NULL);
		}
	}
	assert_true(found > 1000);
	assert_true(texts > 100);
}

/* I-MEM-2: nothing is known of memory while loads and stores are to trap. */
static void no_data_is_known_under_mprv(void **state)
{
	(void)state;
	guestmem_find_data(&hart, PC);
	assert_int_not_equal(hart.data.size, 0);
	assert_true(vcsr_write(&hart, CSR_MSTATUS, VCSR_RW, MSTATUS_MPRV, 0));
	assert_int_equal(hart.view, VIEW_FIRMWARE_MPRV);
	assert_int_equal(hart.data.size, 0);
	guestmem_find_data(&hart, PC);
	assert_int_equal(hart.data.size, 0);
}

/* ---- who may see ---- */

static void quick_is_off_where_somebody_would_notice(void **state)
{
	u32 needs = SPARES_EXIT | SPARES_FIRMWARE | SPARES_TRAP_CSRS;

	(void)state;
	for (u32 spared = 0; spared <= SPARES_ALL; spared++) {
		hart.spared = spared;
		hart.timer.whole = true;
		world_note_quick(&hart);
		assert_int_equal((hart.quick & QUICK_ON) != 0, (spared & needs) == needs);
		assert_int_equal(hart.quick, hart.quick_firmware);
		if (hart.quick != 0) {
			assert_int_equal((hart.quick & QUICK_STATUS) != 0,
					 (spared & SPARES_STATUS) != 0);
			assert_int_equal((hart.quick & QUICK_CLINT) != 0,
					 (spared & SPARES_CLINT) != 0);
		} else {
			assert_int_equal(hart.quick, 0);
		}
	}
	assert_true(vcsr_write(&hart, CSR_TDATA1, VCSR_RW, (u64)2 << 60, 0));
	assert_int_equal(hart.quick, 0);
	hart.triggers_armed = 0;
	world_note_quick(&hart);
	assert_int_not_equal(hart.quick, 0);
	world_enter_payload(&hart, PRIV_S, false);
	assert_int_equal(hart.quick, 0);
	world_note_quick(&hart);
	assert_int_equal(hart.quick, 0);
	world_enter_firmware(&hart);
	assert_int_not_equal(hart.quick, 0);
}

static void the_first_tier_is_for_those_who_spare_it(void **state)
{
	u32 needs = SPARES_TIME | SPARES_EXIT;

	(void)state;
	timer_share(&hart);
	for (u32 spared = 0; spared <= SPARES_ALL; spared++) {
		bool on = (spared & needs) == needs;

		hart.spared = spared;
		timer_note_fast(&hart);
		assert_int_equal(hart.timer.fast_mtime, on ? MTIME : 0);
		assert_int_equal(hart.timer.fast_mtimecmp, on ? hart.timer.mtimecmp_addr : 0);
	}
	hart.timer.shared = false;
	timer_note_fast(&hart);
	assert_int_equal(hart.timer.fast_mtimecmp, 0);
	fake.device_dead = true;
	machine.clint.mtime = 0;
	timer_note_fast(&hart);
	assert_int_equal(hart.timer.fast_mtime, 0);
	assert_false(hart.timer.whole);
}

/* ---- the CLINT ---- */

static u32 pick_access(void)
{
	u32 regs = (u32)(unit_random() % 32) << 7 | (u32)(unit_random() % 32) << 20;
	u32 width = (u32)(unit_random() % 4 == 0 ? unit_random() % 8 : 2 + unit_random() % 2);

	switch (unit_random() % 4) {
	case 0: /* any load, with an offset by the rs2 field */
		return width << 12 | 11u << 15 | regs | 0x03;
	case 1: /* any store */
		return width << 12 | 11u << 15 | regs | 0x23;
	case 2: /* c.lw, c.ld, c.sw, c.sd and their neighbours */
		return ((u32)unit_random() & 0xfffc & ~0x380u) | 3u << 7;
	default:
		return (u32)unit_random();
	}
}

static u64 pick_register(void)
{
	static const u64 at[] = {MTIME, MTIMECMP, MTIMECMP + 8, FAKE_CLINT_BASE,
				 FAKE_CLINT_BASE + 4, FAKE_CLINT_BASE + 0x8000};
	u64 inside = unit_random() % 4 == 0 ? unit_random() % 8 : 0;

	return at[unit_random() % ARRAY_SIZE(at)] + inside;
}

/* Takes a picture of the machine, or goes back to it. */
static void begin(struct hart *from, struct fake_hart *with, bool take)
{
	static struct hart h;
	static struct fake_hart f;

	if (take) {
		h = *from;
		f = *with;
	} else {
		*from = h;
		*with = f;
	}
}

/* A firmware whose load or store, one of many, has just been refused. */
static void prepare(u32 word, u64 at, unsigned int round)
{
	setup(NULL);
	if (round % 2 != 0) {
		timer_share(&hart);
	}
	hart.timer.whole = true;
	if (round % 5 == 0) {
		vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, FAKE_CLINT_BASE >> 2 | 0x1fff, 0);
		vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, PMP_A_NAPOT | PMP_L | unit_random() % 8,
			   0);
	}
	for (unsigned int n = 1; n < 32; n++) {
		reg_write(&hart, n, unit_random());
	}
	hart.x[11] = at - (unit_random() % 2 == 0 ? 0 : (u64)(s64)insn_decode(word).imm);
	hart.pc = PC;
	hart.irq_check = 0;
	guestmem_find_code(&hart, PC);
	fake_store(PC, 4, word);
	fake.mtime = unit_random();
	fake.mtime_step = 0;
	fake.csr[CSR_MTVAL] = at;
}

static void assert_same_machine(const struct hart *h, const struct fake_hart *f)
{
	assert_int_equal(h->pc, hart.pc);
	assert_memory_equal(h->x, hart.x, sizeof(h->x));
	assert_memory_equal(f->x, fake.x, sizeof(f->x));
	assert_memory_equal(f->mtimecmp, fake.mtimecmp, sizeof(f->mtimecmp));
	assert_int_equal(f->mtime, fake.mtime);
	assert_int_equal(h->vmsip, hart.vmsip);
	assert_int_equal(h->timer.vmtimecmp, hart.timer.vmtimecmp);
}

/* What it carries out is what the long way would have done; the rest it leaves alone. */
static void clint_quick_is_as_slow_and_exact(void **state)
{
	static struct hart after;
	static struct fake_hart machine_after;
	unsigned int done = 0;

	(void)state;
	for (unsigned int round = 0; round < 4000; round++) {
		u32 word = pick_access();
		u64 at = pick_register();
		bool store = (insn_decode(word).flags & INSN_F_WRITE) != 0;

		prepare(word, at, round);
		begin(&hart, &fake, true);
		vclint_quick(&hart, at);
		after = hart;
		machine_after = fake;
		begin(&hart, &fake, false);
		if (after.pc != PC) {
			done++;
			emulate_firmware_access(&hart, store ? CAUSE_STORE_ACCESS :
							       CAUSE_LOAD_ACCESS);
		}
		assert_same_machine(&after, &machine_after);
	}
	assert_true(done > 100);
}

/* A hart's own msip is an interrupt at once. */
static void own_msip_is_looked_at(void **state)
{
	(void)state;
	hart.timer.whole = true;
	hart.pc = PC;
	hart.irq_check = 0;
	hart.x[11] = FAKE_CLINT_BASE;
	reg_write(&hart, 5, 1);
	guestmem_find_code(&hart, PC);
	fake_store(PC, 4, 0x0055a023); /* sw x5, 0(x11) */
	vclint_quick(&hart, FAKE_CLINT_BASE);
	assert_int_equal(hart.pc, PC + 4);
	assert_int_equal(hart.vmsip, 1);
	assert_int_not_equal(hart.irq_check, 0);
}

/* ---- instructions that follow ---- */

static void what_follows_is_carried_out_without_a_trap(void **state)
{
	u32 word = SYSTEM_CSR(2, 5, 0, CSR_MISA);

	(void)state;
	hart.pc = PC;
	trap_go_on(&hart, word, false);
	assert_int_equal(hart.pc, PC + 4);
	assert_int_equal(hart.x[5], hart.caps.misa);
}

/* Its mtval is what hardware would have told (Priv. 3.1.16). */
static void what_follows_may_be_illegal(void **state)
{
	u32 word = SYSTEM_CSR(2, 5, 0, 0x5c0);

	(void)state;
	for (unsigned int tells = 0; tells < 2; tells++) {
		setup(NULL);
		hart.tells_word = tells != 0;
		hart.pc = PC;
		trap_go_on(&hart, word, false);
		assert_int_equal(hart.vm.mcause, CAUSE_ILLEGAL);
		assert_int_equal(hart.vm.mepc, PC);
		assert_int_equal(hart.vm.mtval, tells != 0 ? word : 0);
	}
	fake.csr[CSR_MTVAL] = 0x77;
	hart.pc = PC;
	trap_go_on(&hart, word, true);
	assert_int_equal(hart.vm.mtval, 0x77);
}

/* The shield: a rule that concerns it is looked at when it comes. */
static void rules_of_the_shield_are_asked_again(void **state)
{
	(void)state;
	assert_int_equal(vpmp_firmware_shield(&hart) & PMP_RWX, PMP_R | PMP_W);
	vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, FAKE_CLINT_BASE >> 2 | 0x1fff, 0);
	vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, PMP_A_NAPOT | PMP_L | PMP_R, 0);
	assert_int_equal(vpmp_firmware_shield(&hart) & PMP_RWX, PMP_R);
}

#define QUICK_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		QUICK_TEST(windows_say_what_the_rules_say),
		QUICK_TEST(no_data_is_known_under_mprv),
		QUICK_TEST(quick_is_off_where_somebody_would_notice),
		QUICK_TEST(the_first_tier_is_for_those_who_spare_it),
		QUICK_TEST(clint_quick_is_as_slow_and_exact),
		QUICK_TEST(rules_of_the_shield_are_asked_again),
		QUICK_TEST(own_msip_is_looked_at),
		QUICK_TEST(what_follows_is_carried_out_without_a_trap),
		QUICK_TEST(what_follows_may_be_illegal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
