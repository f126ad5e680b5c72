/* SPDX-License-Identifier: Apache-2.0 */
/* World switch: where every CSR of it ends up, in both directions (monitor/world.h). */
#include "unit.h"

#include "monitor/vcsr.h"
#include "monitor/vpmp.h"
#include "monitor/world.h"

enum { HSTATUS_ANY = 0x180 /* SPV, SPVP */ };

/* The firmware's wishes for its payload, all different from what it runs with itself. */
static void prepare(void)
{
	static const struct {
		u16 num;
		u64 value;
	} wishes[] = {
		{CSR_SATP, (u64)8 << 60 | 0x80001},
		{CSR_SCOUNTEREN, 0x7},
		{CSR_SENVCFG, ENVCFG_CBZE},
		{CSR_SSTATEEN0, 0x8000000000000001},
		{CSR_MCOUNTEREN, 0x5},
		{CSR_MENVCFG, BIT(63) | ENVCFG_CBCFE},
		{CSR_MEDELEG, ~(u64)0},
		{CSR_MIDELEG, ~(u64)0},
		{CSR_MIE, BIT(IRQ_STI) | BIT(IRQ_MTI)},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(wishes); i++) {
		assert_true(vcsr_write(&hart, wishes[i].num, VCSR_RW, wishes[i].value, 0));
	}
	assert_true(vcsr_write(&hart, CSR_HSTATUS, VCSR_RW, HSTATUS_HU | HSTATUS_ANY, 0));
	assert_true(vcsr_write(&hart, CSR_MSTATUS, VCSR_RW,
			       MSTATUS_TVM | MSTATUS_TSR | MSTATUS_SBE | MSTATUS_UBE | MSTATUS_SUM |
				       MSTATUS_FS | field_set(0, MSTATUS_UXL, 1),
			       0));
}

static void expect_csr(unsigned int num, u64 value)
{
	if (fake.csr[num] != value) {
		fail_msg("CSR 0x%x holds 0x%lx, not 0x%lx", num, fake.csr[num], value);
	}
}

/* I-WLD-5 */
static void payload_gets_every_csr_the_firmware_gave_it(void **state)
{
	(void)state;
	prepare();
	world_enter_payload(&hart, PRIV_S, false);
	expect_csr(CSR_SATP, (u64)8 << 60 | 0x80001);
	expect_csr(CSR_SCOUNTEREN, 0x7);
	expect_csr(CSR_SENVCFG, ENVCFG_CBZE);
	expect_csr(CSR_SSTATEEN0, 0x8000000000000001);
	expect_csr(CSR_MCOUNTEREN, 0x5);
	expect_csr(CSR_MENVCFG, BIT(63) | ENVCFG_CBCFE);
	expect_csr(CSR_HSTATUS, HSTATUS_HU | HSTATUS_ANY);
	expect_csr(CSR_MIDELEG, fake.mask[CSR_MIDELEG] | fake.ones[CSR_MIDELEG]);
	expect_csr(CSR_MIE, BIT(IRQ_STI) | BIT(IRQ_MTI) | BIT(IRQ_MSI));
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.view, VIEW_PAYLOAD);
}

/* The payload may reach the shielded CLINT: its access faults come to the monitor first. */
static void access_faults_come_to_the_monitor_where_the_payload_may_use_the_device(void **state)
{
	u64 faults = BIT(CAUSE_LOAD_ACCESS) | BIT(CAUSE_STORE_ACCESS);

	(void)state;
	prepare();
	assert_true(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, ~(u64)0, 0));
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, 0x1f, 0));
	world_enter_payload(&hart, PRIV_S, false);
	expect_csr(CSR_MEDELEG, fake.mask[CSR_MEDELEG] & ~faults);
	assert_int_equal(hart.vm.medeleg & faults, faults);
}

static void access_faults_are_delegated_where_the_payload_may_not_use_the_device(void **state)
{
	(void)state;
	prepare(); /* no rule grants the payload anything */
	world_enter_payload(&hart, PRIV_S, false);
	expect_csr(CSR_MEDELEG, fake.mask[CSR_MEDELEG]);
}

/* Whatever the rules are: never delegated if any byte of the device is the payload's. */
static void payload_touch_test_misses_no_rule(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 3000; n++) {
		struct pmp_model m = {.count = hart.vpmp.count};
		bool may = false;

		vcsr_write(&hart, CSR_PMPADDR0 + (unsigned int)(unit_random() % 4), VCSR_RW,
			   (FAKE_CLINT_BASE >> 2) + unit_random() % 0x8000 - 0x2000, 0);
		vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, unit_random() & 0x1f1f1f1f, 0);
		memcpy(m.cfg, hart.vpmp.cfg, sizeof(m.cfg));
		memcpy(m.addr, hart.vpmp.addr, sizeof(m.addr));
		for (unsigned int i = 0; i < 64 && !may; i++) {
			u64 byte =
				i < 4 ? m.addr[i] << 2 : FAKE_CLINT_BASE + unit_random() % 0x10000;

			may = range_has(machine.clint.shield, byte, 1) &&
			      (pmp_model_allows(&m, byte, 1, 1, ACCESS_READ) ||
			       pmp_model_allows(&m, byte, 1, 1, ACCESS_WRITE));
		}
		assert_true(!may || vpmp_payload_may_touch(&hart, machine.clint.shield));
	}
}

/* On harts where only traps and xRET write MPV, both directions work all the same. */
static void virtual_payload_is_reached_where_csrs_do_not_write_mpv(void **state)
{
	(void)state;
	fake_reset();
	fake_make_mpv_fixed();
	fake_start(&hart);
	assert_false(hart.caps.mpv_writable);
	fake.csr[CSR_SEPC] = 0x1110;
	fake.csr[CSR_VSATP] = (u64)8 << 60;
	assert_true(vcsr_write(&hart, CSR_HSTATUS, VCSR_RW, HSTATUS_SPVP, 0));
	world_enter_payload(&hart, PRIV_S, true);
	assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_MPV, MSTATUS_MPV);
	assert_int_equal(field_get(fake.csr[CSR_MSTATUS], MSTATUS_MPP), PRIV_S);
	expect_csr(CSR_SEPC, 0x1110);
	expect_csr(CSR_VSATP, (u64)8 << 60);
	expect_csr(CSR_HSTATUS, HSTATUS_SPVP);
	world_enter_firmware(&hart);
	world_refresh_firmware(&hart);
	fake_check_firmware_world(&hart);
	world_enter_payload(&hart, PRIV_U, false);
	assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_MPV, 0);
}

static void payload_gets_the_mstatus_fields_that_bind_it(void **state)
{
	u64 bound = MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR | MSTATUS_SBE | MSTATUS_UBE |
		    MSTATUS_SUM | MSTATUS_UXL;

	(void)state;
	prepare();
	world_enter_payload(&hart, PRIV_U, false);
	assert_int_equal(fake.csr[CSR_MSTATUS] & bound, MSTATUS_TVM | MSTATUS_TSR | MSTATUS_SBE |
								MSTATUS_UBE | MSTATUS_SUM |
								field_set(0, MSTATUS_UXL, 1));
	assert_int_equal(field_get(fake.csr[CSR_MSTATUS], MSTATUS_MPP), PRIV_U);
	assert_int_equal(fake.csr[CSR_MSTATUS] & (MSTATUS_MPV | MSTATUS_MIE | MSTATUS_MPRV), 0);
}

static void virtual_payload_starts_with_mpv(void **state)
{
	(void)state;
	world_enter_payload(&hart, PRIV_S, true);
	assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_MPV, MSTATUS_MPV);
	assert_int_equal(field_get(fake.csr[CSR_MSTATUS], MSTATUS_MPP), PRIV_S);
}

/* The trap that brought us here left these in mstatus; the caller needs them. */
static void entering_the_firmware_reports_the_mstatus_of_the_trap(void **state)
{
	u64 trap = MSTATUS_MPV | MSTATUS_GVA | field_set(0, MSTATUS_MPP, PRIV_S);
	u64 seen;

	(void)state;
	world_enter_payload(&hart, PRIV_S, true);
	fake_csr_put(CSR_MSTATUS, fake.csr[CSR_MSTATUS] | trap);
	seen = world_enter_firmware(&hart);
	assert_int_equal(seen & (trap | MSTATUS_MPP), trap);
	world_refresh_firmware(&hart);
	fake_check_firmware_world(&hart);
}

/* What the payload did to its CSRs is what the firmware finds, and the payload finds again. */
static void payload_csrs_survive_a_round_trip(void **state)
{
	static const u16 own[] = {CSR_SATP,    CSR_SCOUNTEREN, CSR_SENVCFG,    CSR_SSTATEEN0,
				  CSR_HSTATUS, CSR_STVEC,      CSR_SEPC,       CSR_SCAUSE,
				  CSR_STVAL,   0x140,          CSR_VSSTATUS,   CSR_VSATP,
				  CSR_HGATP,   CSR_HEDELEG,    CSR_MCOUNTEREN, CSR_MENVCFG,
				  CSR_MEDELEG, CSR_MIDELEG,    CSR_MIE};
	u64 value[ARRAY_SIZE(own)];
	u64 status;

	(void)state;
	prepare();
	world_enter_payload(&hart, PRIV_S, false);
	for (unsigned int i = 0; i < 14; i++) {
		fake_csr_put(own[i], i == 0 ? (u64)9 << 60 | 0x4321 : unit_random());
	}
	fake_csr_put(CSR_HSTATUS, HSTATUS_HU | HSTATUS_SPV);
	fake_csr_put(CSR_SSTATUS, MSTATUS_SPP | MSTATUS_MXR | field_set(0, MSTATUS_UXL, 2));
	status = fake.csr[CSR_MSTATUS];
	for (unsigned int i = 0; i < ARRAY_SIZE(own); i++) {
		value[i] = fake.csr[own[i]];
	}
	world_enter_firmware(&hart);
	world_refresh_firmware(&hart);
	fake_check_firmware_world(&hart);
	world_enter_payload(&hart, PRIV_S, false);
	for (unsigned int i = 0; i < ARRAY_SIZE(own); i++) {
		expect_csr(own[i], value[i]);
	}
	assert_int_equal(fake.csr[CSR_MSTATUS], status);
}

static void firmware_reads_what_the_payload_wrote(void **state)
{
	u64 v;

	(void)state;
	prepare();
	world_enter_payload(&hart, PRIV_S, false);
	fake_csr_put(CSR_SATP, (u64)10 << 60 | 0x777);
	fake_csr_put(CSR_SCOUNTEREN, 0x2);
	fake_csr_put(0x104, BIT(IRQ_SSI));
	fake_csr_put(CSR_SSTATUS, MSTATUS_SIE | field_set(0, MSTATUS_UXL, 2));
	world_enter_firmware(&hart);
	world_refresh_firmware(&hart);
	assert_true(vcsr_read(&hart, CSR_SATP, &v));
	assert_int_equal(v, (u64)10 << 60 | 0x777);
	assert_true(vcsr_read(&hart, CSR_SCOUNTEREN, &v));
	assert_int_equal(v, 0x2);
	assert_true(vcsr_read(&hart, CSR_MIE, &v));
	assert_int_equal(v, BIT(IRQ_SSI) | BIT(IRQ_MTI));
	v = vcsr_mstatus(&hart);
	assert_int_equal(v & (MSTATUS_SIE | MSTATUS_UBE | MSTATUS_SUM), MSTATUS_SIE);
	assert_int_equal(field_get(v, MSTATUS_UXL), 2);
	assert_int_equal(v & (MSTATUS_TVM | MSTATUS_TSR | MSTATUS_SBE),
			 MSTATUS_TVM | MSTATUS_TSR | MSTATUS_SBE);
}

/* The doorbell's MSIE in hardware is not the firmware's MSIE. */
static void msie_of_the_firmware_is_not_the_doorbells(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		u64 msie = i != 0 ? BIT(IRQ_MSI) : 0;

		assert_true(vcsr_write(&hart, CSR_MIE, VCSR_RW, msie, 0));
		world_enter_payload(&hart, PRIV_S, false);
		world_enter_firmware(&hart);
		world_refresh_firmware(&hart);
		assert_int_equal(hart.vm.mie, msie);
	}
}

static void supervisor_interrupt_state_is_shared_by_both_worlds(void **state)
{
	(void)state;
	world_enter_payload(&hart, PRIV_S, false);
	fake_csr_put(CSR_MIP, BIT(IRQ_SSI));
	world_enter_firmware(&hart);
	world_refresh_firmware(&hart);
	assert_int_equal(vcsr_mip(&hart), BIT(IRQ_SSI));
}

/* AIA 5.3: they need no mideleg, and U-mode is where the firmware runs. I-WLD-5 */
static void virtual_interrupts_for_the_supervisor_wait_for_the_payload(void **state)
{
	u64 v;

	(void)state;
	fake.mask[CSR_MVIEN] = ~(u64)0;
	for (unsigned int i = 0; i < 2; i++) {
		assert_true(vcsr_write(&hart, CSR_MVIEN, VCSR_RW, BIT(IRQ_SSI), 0));
		expect_csr(CSR_MVIEN, 0);
		assert_true(vcsr_read(&hart, CSR_MVIEN, &v));
		assert_int_equal(v, BIT(IRQ_SSI));
		assert_true(vcsr_read(&hart, CSR_SIP, &v)); /* with it in place, and taken away */
		(void)vcsr_mip(&hart);
		expect_csr(CSR_MVIEN, 0);
		world_enter_payload(&hart, PRIV_S, false);
		expect_csr(CSR_MVIEN, BIT(IRQ_SSI));
		(void)vcsr_mip(&hart);
		expect_csr(CSR_MVIEN, BIT(IRQ_SSI));
		world_enter_firmware(&hart);
		expect_csr(CSR_MVIEN, 0);
	}
}

static u64 mvien_at_mvip; /* mvien when mvip was written last */

static void note_mvip(unsigned int num, u64 value)
{
	(void)value;
	if (num == CSR_MVIP) {
		assert_true(fake_csr_get(CSR_MVIEN, &mvien_at_mvip));
	}
}

/* QEMU 10 looks for them when mvip is written, and then only. */
static void pending_virtual_interrupts_are_set_again_for_the_payload(void **state)
{
	(void)state;
	fake.mask[CSR_MVIEN] = ~(u64)0;
	fake.mask[CSR_MVIP] = ~(u64)0;
	mvien_at_mvip = 0;
	assert_true(vcsr_write(&hart, CSR_MVIEN, VCSR_RW, BIT(IRQ_SEI), 0));
	assert_true(vcsr_write(&hart, CSR_MVIP, VCSR_RW, BIT(IRQ_SEI), 0));
	fake.on_csrw = note_mvip;
	world_enter_payload(&hart, PRIV_S, false);
	fake.on_csrw = NULL;
	assert_int_equal(mvien_at_mvip, BIT(IRQ_SEI));
	expect_csr(CSR_MVIP, BIT(IRQ_SEI));
}

/* A hart of before 1.12 has no menvcfg, senvcfg, sstateen0, hstatus: the switch leaves them. */
static void old_hart_is_switched_without_registers_it_lacks(void **state)
{
	(void)state;
	assert_true(vcsr_write(&hart, CSR_SATP, VCSR_RW, (u64)8 << 60 | 1, 0));
	world_enter_payload(&hart, PRIV_S, false);
	expect_csr(CSR_SATP, (u64)8 << 60 | 1);
	world_enter_firmware(&hart);
	world_refresh_firmware(&hart);
	fake_check_firmware_world(&hart);
}

static void firmware_memory_is_closed_to_the_payload_and_back(void **state)
{
	u64 pa = FAKE_RAM_BASE + 0x1000;

	(void)state;
	assert_true(pmp_model_allows(&fake.pmp, pa, 8, 0, ACCESS_READ));
	world_enter_payload(&hart, PRIV_S, false);
	assert_false(pmp_model_allows(&fake.pmp, pa, 8, 1, ACCESS_READ)); /* no vPMP rule yet */
	world_enter_firmware(&hart);
	world_refresh_firmware(&hart);
	assert_true(pmp_model_allows(&fake.pmp, pa, 8, 0, ACCESS_READ));
	assert_false(pmp_model_allows(&fake.pmp, FAKE_SELF_BASE, 8, 0, ACCESS_READ));
}

/* ---- Smstateen ---- */

static void firmware_writes(unsigned int num, u64 value)
{
	assert_true(vcsr_write(&hart, num, VCSR_RW, value, 0));
	fake_check_firmware_world(&hart);
}

static u64 firmware_reads(unsigned int num)
{
	u64 v;

	assert_true(vcsr_read(&hart, num, &v));
	return v;
}

/* A bit that mstateen0 hides is a read-only zero, and shown again what it was. */
static void sstateen0_is_seen_through_mstateen0(void **state)
{
	(void)state;
	firmware_writes(CSR_SSTATEEN0, 0x7);
	firmware_writes(CSR_MSTATEEN0, 0x5);
	assert_int_equal(firmware_reads(CSR_MSTATEEN0), 0x5);
	assert_int_equal(firmware_reads(CSR_SSTATEEN0), 0x5);
	firmware_writes(CSR_SSTATEEN0, 0x1);
	assert_int_equal(firmware_reads(CSR_SSTATEEN0), 0x1);
	firmware_writes(CSR_MSTATEEN0, ~(u64)0);
	assert_int_equal(firmware_reads(CSR_SSTATEEN0), 0x3);
}

/* What it shows is open to the firmware, which is in U-mode; not if a policy has closed it. */
static void what_mstateen0_shows_is_open_to_the_firmware_at_once(void **state)
{
	(void)state;
	firmware_writes(CSR_MSTATEEN0, 0);
	fake.csr[CSR_SSTATEEN0] = 0;
	firmware_writes(CSR_MSTATEEN0, 0x6);
	expect_csr(CSR_SSTATEEN0, 0x6);
	firmware_writes(CSR_MSTATEEN0, ~(u64)0);
	expect_csr(CSR_SSTATEEN0, ~(u64)0);
	assert_int_equal(firmware_reads(CSR_SSTATEEN0), 0);
	hart.sealed = true;
	fake.csr[CSR_SSTATEEN0] = 0;
	assert_true(vcsr_write(&hart, CSR_MSTATEEN0, VCSR_RW, 0x6, 0));
	expect_csr(CSR_SSTATEEN0, 0);
}

/* What mstateen0 hides while the payload runs is neither lost nor the payload's. */
static void hidden_state_enables_survive_a_round_trip(void **state)
{
	u64 v;

	(void)state;
	firmware_writes(CSR_SSTATEEN0, 0x7);
	firmware_writes(CSR_MSTATEEN0, 0x4);
	for (unsigned int i = 0; i < 2; i++) {
		world_enter_payload(&hart, PRIV_S, false);
		assert_true(fake_csr_get(CSR_SSTATEEN0, &v));
		assert_int_equal(v, i == 0 ? 4 : 0);
		assert_true(fake_csr_put(CSR_SSTATEEN0, 0)); /* the payload's write */
		world_enter_firmware(&hart);
		world_refresh_firmware(&hart);
		fake_check_firmware_world(&hart);
	}
	assert_int_equal(firmware_reads(CSR_SSTATEEN0), 0);
	firmware_writes(CSR_MSTATEEN0, ~(u64)0);
	assert_int_equal(firmware_reads(CSR_SSTATEEN0), 0x3);
	world_enter_payload(&hart, PRIV_S, false);
	expect_csr(CSR_SSTATEEN0, 0x3);
}

/* ---- triggers (Debug 5.2) ---- */

#define MCONTROL6 ((u64)6 << 60)
#define MC6_M BIT(6)
#define MC6_S BIT(4)
#define MC6_U BIT(3)

/* The firmware's "m" is U-mode while it runs; the monitor itself never triggers. */
static void trigger_fires_in_the_mode_the_firmware_meant(void **state)
{
	u64 v;

	(void)state;
	assert_true(vcsr_write(&hart, CSR_TDATA1, VCSR_RW, MCONTROL6 | MC6_M | MC6_S | 1, 0));
	assert_int_equal(fake.tdata1[0], MCONTROL6 | MC6_U | 1);
	assert_true(vcsr_read(&hart, CSR_TDATA1, &v));
	assert_int_equal(v, MCONTROL6 | MC6_M | MC6_S | 1);
	world_enter_payload(&hart, PRIV_S, false);
	assert_int_equal(fake.tdata1[0], MCONTROL6 | MC6_S | 1);
	world_enter_firmware(&hart);
	assert_int_equal(fake.tdata1[0], MCONTROL6 | MC6_U | 1);
}

static void trigger_state_of_hardware_survives_the_switch(void **state)
{
	u64 hit = BIT(22);
	u64 v;

	(void)state;
	fake.csr[CSR_TSELECT] = 2;
	assert_true(vcsr_write(&hart, CSR_TDATA1, VCSR_RW, MCONTROL6 | MC6_S, 0));
	world_enter_payload(&hart, PRIV_S, false);
	fake.tdata1[2] |= hit;
	world_enter_firmware(&hart);
	assert_int_equal(fake.csr[CSR_TSELECT], 2);
	assert_true(vcsr_read(&hart, CSR_TDATA1, &v));
	assert_int_equal(v, MCONTROL6 | MC6_S | hit);
}

/* The firmware runs in U-mode with everything that M-mode has without asking. */
static void firmware_has_what_m_mode_has(void **state)
{
	(void)state;
	assert_int_not_equal(hart.caps.menvcfg_cbo, 0);
	assert_true(vcsr_write(&hart, CSR_MENVCFG, VCSR_RW, BIT(63), 0));
	world_enter_payload(&hart, PRIV_S, false);
	expect_csr(CSR_MENVCFG, BIT(63));
	fake.csr[CSR_SCOUNTEREN] = 0;
	fake.csr[CSR_SSTATEEN0] = 0;
	fake.csr[CSR_HSTATUS] |= HSTATUS_HU;
	world_enter_firmware(&hart);
	expect_csr(CSR_MENVCFG, BIT(63) | hart.caps.menvcfg_cbo);
	expect_csr(CSR_SCOUNTEREN, fake.mask[CSR_SCOUNTEREN]);
	expect_csr(CSR_MCOUNTEREN, fake.mask[CSR_MCOUNTEREN]);
	expect_csr(CSR_SSTATEEN0, fake.mask[CSR_SSTATEEN0]);
	assert_int_equal(fake.csr[CSR_HSTATUS] & HSTATUS_HU, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(payload_gets_every_csr_the_firmware_gave_it),
		UNIT_TEST(access_faults_come_to_the_monitor_where_the_payload_may_use_the_device),
		UNIT_TEST(access_faults_are_delegated_where_the_payload_may_not_use_the_device),
		UNIT_TEST(payload_touch_test_misses_no_rule),
		UNIT_TEST(virtual_payload_is_reached_where_csrs_do_not_write_mpv),
		UNIT_TEST(payload_gets_the_mstatus_fields_that_bind_it),
		UNIT_TEST(virtual_payload_starts_with_mpv),
		UNIT_TEST(entering_the_firmware_reports_the_mstatus_of_the_trap),
		UNIT_TEST(payload_csrs_survive_a_round_trip),
		UNIT_TEST(sstateen0_is_seen_through_mstateen0),
		UNIT_TEST(what_mstateen0_shows_is_open_to_the_firmware_at_once),
		UNIT_TEST(hidden_state_enables_survive_a_round_trip),
		UNIT_TEST(firmware_reads_what_the_payload_wrote),
		UNIT_TEST(firmware_has_what_m_mode_has),
		UNIT_TEST(msie_of_the_firmware_is_not_the_doorbells),
		UNIT_TEST(supervisor_interrupt_state_is_shared_by_both_worlds),
		UNIT_TEST(virtual_interrupts_for_the_supervisor_wait_for_the_payload),
		UNIT_TEST(pending_virtual_interrupts_are_set_again_for_the_payload),
		UNIT_TEST_OLD(old_hart_is_switched_without_registers_it_lacks),
		UNIT_TEST(firmware_memory_is_closed_to_the_payload_and_back),
		UNIT_TEST(trigger_fires_in_the_mode_the_firmware_meant),
		UNIT_TEST(trigger_state_of_hardware_survives_the_switch),
	};

	return cmocka_run_group_tests_name("world", tests, NULL, NULL);
}
