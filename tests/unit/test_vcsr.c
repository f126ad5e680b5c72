/* SPDX-License-Identifier: Apache-2.0 */
/* CSRs as the firmware sees them, one rule of csr_list.h after the other. */
/* Evidence for I-WLD-1, I-WLD-2, I-CSR-2, I-MEM-2. */
#include "unit.h"

#include "monitor/vcsr.h"
#include "monitor/vpmp.h"
#include "monitor/world.h"

enum how_name {
	LIVE,
	IRQCTX,
	COUNTCTX,
	HELD,
	SSTATEEN0,
	MSTATEEN0,
	MTOPI,
	SSTATUS,
	MSTATUS,
	MISA,
	MEDELEG,
	MIDELEG,
	MIE,
	MTVEC,
	MCOUNTEREN,
	MENVCFG,
	MSCRATCH,
	MEPC,
	MCAUSE,
	MTVAL,
	MIP,
	MTINST,
	MTVAL2,
	MSECCFG,
	TDATA1,
	SEED,
	UNKNOWN
};

static const struct {
	u16 num;
	u8 how;
} lines[] = {
#define CSR(num, name, how) {num, how},
#include "hw/csr_list.h"
#undef CSR
};

static bool is_read_only(unsigned int num)
{
	return num >> 10 == 3;
}

static u64 vread(unsigned int num)
{
	u64 v = 0;

	if (!vcsr_read(&hart, num, &v)) {
		fail_msg("CSR 0x%x is refused", num);
	}
	return v;
}

static void vwrite(unsigned int num, u64 value)
{
	if (!vcsr_write(&hart, num, VCSR_RW, value, 0)) {
		fail_msg("writing CSR 0x%x is refused", num);
	}
	fake_check_firmware_world(&hart);
}

/* The firmware's csrrs and csrrc: what the instruction does with the value it has read. */
static void vchange(unsigned int num, enum vcsr_op op, u64 bits)
{
	assert_true(vcsr_write(&hart, num, op, bits, vread(num)));
	fake_check_firmware_world(&hart);
}

static void expect_reads(unsigned int num, u64 value)
{
	if (vread(num) != value) {
		fail_msg("CSR 0x%x reads 0x%lx, not 0x%lx", num, vread(num), value);
	}
}

/* ---- LIVE: the hardware's own register ---- */

static bool is_plain_live(unsigned int i)
{
	return lines[i].how == LIVE && lines[i].num != CSR_TSELECT && lines[i].num != CSR_STVEC;
}

static void live_csr_is_the_hardware_register_with_its_warl(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(lines); i++) {
		unsigned int num = lines[i].num;
		u64 value = unit_random();

		if (!is_plain_live(i) || is_read_only(num)) {
			continue;
		}
		fake.mask[num] = unit_random();
		fake.ones[num] = unit_random() & ~fake.mask[num];
		vwrite(num, value);
		assert_int_equal(fake.csr[num], (value & fake.mask[num]) | fake.ones[num]);
		expect_reads(num, fake.csr[num]);
	}
}

static void live_read_only_csr_reads_hardware(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(lines); i++) {
		if (is_plain_live(i) && is_read_only(lines[i].num)) {
			fake.csr[lines[i].num] = unit_random();
			expect_reads(lines[i].num, fake.csr[lines[i].num]);
		}
	}
}

/* Writes to mvip, stimecmp and the like may make an interrupt deliverable. */
static void live_write_asks_for_an_interrupt_check(void **state)
{
	(void)state;
	hart.irq_check = 0;
	vwrite(0x14d, 0);
	assert_int_equal(hart.irq_check, 1);
}

static void every_line_is_refused_where_the_hart_lacks_the_register(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(lines); i++) {
		unsigned int num = lines[i].num;
		u64 v;

		if (lines[i].how > MTOPI) {
			continue; /* registers that M-mode always has, or found by the probe */
		}
		fake.absent[num] = true;
		assert_false(vcsr_read(&hart, num, &v));
		assert_false(!is_read_only(num) && vcsr_write(&hart, num, VCSR_RW, 0, 0));
		fake.absent[num] = false;
	}
}

static void every_line_can_be_read_on_a_full_hart(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(lines); i++) {
		if (lines[i].how != SEED) {
			vread(lines[i].num);
			fake_check_firmware_world(&hart);
		}
	}
}

/* Priv. 2.1: what is not there is an illegal instruction, whatever hardware has. */
/* I-CSR-2 */
static void numbers_that_are_not_listed_do_not_exist(void **state)
{
	static bool listed[4096];
	u64 v;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(lines); i++) {
		listed[lines[i].num] = true;
	}
	for (unsigned int num = 0; num < 4096; num++) {
		if (!listed[num] && !vpmp_is_csr(num)) {
			fake.absent[num] = false;
			fake.csr[num] = 0x5a5a;
			assert_false(vcsr_read(&hart, num, &v));
			assert_false(vcsr_write(&hart, num, VCSR_RW, ~(u64)0, 0));
			assert_int_equal(fake.csr[num], 0x5a5a);
		}
	}
}

static void registers_that_the_probe_did_not_find_are_refused(void **state)
{
	static const u16 gone[] = {CSR_MENVCFG, CSR_MTINST, CSR_MTVAL2,
				   CSR_MSECCFG, CSR_TDATA1, CSR_MTOPI};
	u64 v;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(gone); i++) {
		assert_false(vcsr_read(&hart, gone[i], &v));
		assert_false(vcsr_write(&hart, gone[i], VCSR_RW, 1, 0));
	}
}

/* Zkr 4.1: seed answers only an access that writes. */
static void seed_is_read_by_a_write_alone(void **state)
{
	u64 v;

	(void)state;
	assert_false(vcsr_read(&hart, CSR_SEED, &v));
	assert_true(vcsr_read_seed(&v));
	assert_int_equal(v, 0x80001234);
	fake.absent[CSR_SEED] = true;
	assert_false(vcsr_read_seed(&v));
}

/* ---- HELD, COUNTCTX ---- */

static u64 counters_seen;

static void note_mcounteren(unsigned int num, u64 value)
{
	if (num == CSR_MCOUNTEREN && value != 0xffffffff && value != ~(u64)0) {
		counters_seen = value;
	}
}

/* I-WLD-2, and the other registers that unprivileged code could observe. */
static void held_csr_keeps_its_value_out_of_hardware(void **state)
{
	static const u16 held[] = {CSR_SATP, CSR_SCOUNTEREN, CSR_SENVCFG, CSR_SSTATEEN0};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(held); i++) {
		u64 in_force = fake.csr[held[i]];
		u64 value = unit_random() & ~SATP_MODE;

		vwrite(held[i], value);
		assert_int_equal(fake.csr[held[i]], in_force);
		expect_reads(held[i], value & fake.mask[held[i]]);
	}
}

/* HLV by vM-mode needs SPVP in hardware; HU would open HLV to U-mode (Priv. 18.2.1; I-WLD-3). */
static void hstatus_is_in_force_but_for_what_u_mode_would_gain(void **state)
{
	(void)state;
	vwrite(CSR_HSTATUS, HSTATUS_HU | HSTATUS_HUPMM | HSTATUS_SPVP);
	assert_int_equal(fake.csr[CSR_HSTATUS], HSTATUS_SPVP);
	expect_reads(CSR_HSTATUS, HSTATUS_HU | HSTATUS_HUPMM | HSTATUS_SPVP);
}

/* Smcdeleg, Sscofpmf: what is seen of counters depends on mcounteren, open for the firmware. */
static void supervisor_counter_access_sees_the_firmwares_mcounteren(void **state)
{
	u64 v;

	(void)state;
	vwrite(CSR_MCOUNTEREN, 5);
	counters_seen = 0;
	fake.on_csrw = note_mcounteren;
	assert_true(vcsr_read(&hart, 0x120, &v));
	assert_int_equal(counters_seen, 5);
	counters_seen = 0;
	vwrite(0x151, 1);
	assert_int_equal(counters_seen, 5);
	counters_seen = 0;
	assert_true(vcsr_read(&hart, 0xda0, &v) && counters_seen == 5); /* scountovf */
	fake_check_firmware_world(&hart);
}

/* Priv. 12.1.11: a write with an unsupported mode has no effect at all. */
static void satp_write_of_an_unsupported_mode_changes_nothing(void **state)
{
	u64 sv39 = (u64)8 << 60 | 0x12345;

	(void)state;
	vwrite(CSR_SATP, sv39);
	vwrite(CSR_SATP, (u64)5 << 60 | 0x777);
	expect_reads(CSR_SATP, sv39);
	fake.satp_modes = BIT(0) | BIT(8);
	vwrite(CSR_SATP, (u64)9 << 60 | 0x777);
	expect_reads(CSR_SATP, sv39);
	vwrite(CSR_SATP, 0);
	expect_reads(CSR_SATP, 0);
}

/* ---- mstatus ---- */

static void mstatus_field_reads_back_what_the_hart_makes_of_it(void **state)
{
	static const u64 fields[] = {
		MSTATUS_SIE, MSTATUS_MIE, MSTATUS_SPIE,  MSTATUS_UBE,   MSTATUS_MPIE, MSTATUS_SPP,
		MSTATUS_VS,  MSTATUS_MPP, MSTATUS_FS,    MSTATUS_MPRV,  MSTATUS_SUM,  MSTATUS_MXR,
		MSTATUS_TVM, MSTATUS_TW,  MSTATUS_TSR,   MSTATUS_SPELP, MSTATUS_SDT,  MSTATUS_SBE,
		MSTATUS_GVA, MSTATUS_MPV, MSTATUS_MPELP,
	};
	u64 fixed = field_set(field_set(0, MSTATUS_UXL, XL_64), MSTATUS_SXL, XL_64);

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(fields); i++) {
		u64 dirty = fields[i] == MSTATUS_FS || fields[i] == MSTATUS_VS ? MSTATUS_SD : 0;

		vwrite(CSR_MSTATUS, 0);
		expect_reads(CSR_MSTATUS, fixed);
		vwrite(CSR_MSTATUS, fields[i]);
		expect_reads(CSR_MSTATUS, fixed | fields[i] | dirty);
		vchange(CSR_MSTATUS, VCSR_RC, fields[i]);
		expect_reads(CSR_MSTATUS, fixed);
		vchange(CSR_MSTATUS, VCSR_RS, fields[i]);
		expect_reads(CSR_MSTATUS, fixed | fields[i] | dirty);
	}
}

/* Priv. 3.1.6.1: MPP holds only implemented modes; 2 is none. */
static void mpp_never_holds_the_reserved_mode(void **state)
{
	(void)state;
	for (u64 mode = 0; mode < 4; mode++) {
		vwrite(CSR_MSTATUS, field_set(0, MSTATUS_MPP, PRIV_S));
		vwrite(CSR_MSTATUS, field_set(0, MSTATUS_MPP, mode));
		assert_int_equal(field_get(vread(CSR_MSTATUS), MSTATUS_MPP),
				 mode == 2 ? PRIV_S : mode);
	}
}

/* Priv. 3.1.6.3, 3.1.6.5: UXL is WARL; the firmware itself stays 64 bit. */
static void uxl_is_the_payloads_alone(void **state)
{
	(void)state;
	vwrite(CSR_MSTATUS, field_set(0, MSTATUS_UXL, 1));
	assert_int_equal(field_get(vread(CSR_MSTATUS), MSTATUS_UXL), 1);
	vwrite(CSR_MSTATUS, field_set(0, MSTATUS_UXL, 3));
	assert_int_equal(field_get(vread(CSR_MSTATUS), MSTATUS_UXL), 1);
	assert_int_equal(field_get(fake.csr[CSR_MSTATUS], MSTATUS_UXL), XL_64);
}

/* I-MEM-2 */
static void mprv_in_effect_changes_the_pmp_rules_at_once(void **state)
{
	(void)state;
	vwrite(CSR_MSTATUS, MSTATUS_MPRV | field_set(0, MSTATUS_MPP, PRIV_S));
	assert_int_equal(hart.view, VIEW_FIRMWARE_MPRV);
	vwrite(CSR_MSTATUS, MSTATUS_MPRV | field_set(0, MSTATUS_MPP, PRIV_M));
	assert_int_equal(hart.view, VIEW_FIRMWARE);
	vwrite(CSR_MSTATUS, 0);
	assert_int_equal(hart.view, VIEW_FIRMWARE);
}

/* Priv. 12.1.1: sstatus is a view of mstatus. */
static void sstatus_shows_and_changes_only_supervisor_fields(void **state)
{
	u64 shown = MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_UBE | MSTATUS_SPP | MSTATUS_VS |
		    MSTATUS_FS | MSTATUS_SUM | MSTATUS_MXR | MSTATUS_SPELP | MSTATUS_UXL |
		    MSTATUS_SD;
	u64 before;

	(void)state;
	vwrite(CSR_MSTATUS, ~(MSTATUS_SDT | MSTATUS_UXL));
	expect_reads(CSR_SSTATUS, vread(CSR_MSTATUS) & shown);
	fake_check_firmware_world(&hart);
	before = vread(CSR_MSTATUS);
	vwrite(CSR_SSTATUS, 0);
	expect_reads(CSR_MSTATUS, before & ~(shown & ~MSTATUS_UXL));
	vwrite(CSR_SSTATUS, ~MSTATUS_SDT);
	expect_reads(CSR_MSTATUS, before);
}

/* Ssdbltrp: setting SDT clears SIE. */
static void sdt_clears_sie(void **state)
{
	(void)state;
	vwrite(CSR_SSTATUS, MSTATUS_SIE);
	vwrite(CSR_SSTATUS, MSTATUS_SIE | MSTATUS_SDT);
	assert_int_equal(vread(CSR_SSTATUS) & (MSTATUS_SIE | MSTATUS_SDT), MSTATUS_SDT);
}

/* ---- interrupts ---- */

/* Priv. 3.1.9: csrrs on mip does not copy the wire of SEIP into the software bit. */
static void csrrs_on_mip_does_not_keep_the_seip_wire(void **state)
{
	(void)state;
	fake.wires = BIT(IRQ_SEI);
	vchange(CSR_MIP, VCSR_RS, BIT(IRQ_SSI));
	fake.wires = 0;
	expect_reads(CSR_MIP, BIT(IRQ_SSI));
	vchange(CSR_MIP, VCSR_RS, BIT(IRQ_SEI));
	expect_reads(CSR_MIP, BIT(IRQ_SSI) | BIT(IRQ_SEI));
}

static void csrrc_on_mip_clears_software_seip_but_not_the_wire(void **state)
{
	(void)state;
	vwrite(CSR_MIP, BIT(IRQ_SEI));
	fake.wires = BIT(IRQ_SEI);
	vchange(CSR_MIP, VCSR_RC, BIT(IRQ_SEI));
	expect_reads(CSR_MIP, BIT(IRQ_SEI));
	fake.wires = 0;
	expect_reads(CSR_MIP, 0);
}

/* Priv. 3.1.9: MSIP, MTIP and MEIP are read-only in mip. */
static void machine_level_bits_of_mip_cannot_be_written(void **state)
{
	(void)state;
	vwrite(CSR_MIP, BIT(IRQ_MSI) | BIT(IRQ_MTI) | BIT(IRQ_MEI));
	expect_reads(CSR_MIP, 0);
	fake.mtimecmp[0] = 0;
	fake.wires = BIT(IRQ_MEI);
	vwrite(CSR_MIP, 0);
	expect_reads(CSR_MIP, BIT(IRQ_MTI) | BIT(IRQ_MEI));
}

static void msip_in_mip_is_the_virtual_one(void **state)
{
	(void)state;
	fake.msip[0] = 1; /* a doorbell of the monitor's */
	expect_reads(CSR_MIP, 0);
	fake.msip[0] = 0;
	hart.vmsip = 1;
	expect_reads(CSR_MIP, BIT(IRQ_MSI));
}

static void mie_takes_the_bits_the_hart_has(void **state)
{
	(void)state;
	vwrite(CSR_MIE, ~(u64)0);
	expect_reads(CSR_MIE, fake.mask[CSR_MIE]);
	assert_int_equal(fake.csr[CSR_MIE], BIT(IRQ_MSI)); /* vMIE is off: only the doorbell */
}

/* Priv. 12.1.3: sie shows of mie what mideleg delegates, and changes nothing else. */
static void sie_is_mie_through_mideleg(void **state)
{
	(void)state;
	vwrite(CSR_MIE, BIT(IRQ_SSI) | BIT(IRQ_STI) | BIT(IRQ_MTI));
	expect_reads(0x104, 0);
	vwrite(CSR_MIDELEG, BIT(IRQ_SSI));
	expect_reads(0x104, BIT(IRQ_SSI));
	vwrite(0x104, BIT(IRQ_SEI) | BIT(IRQ_STI));
	expect_reads(CSR_MIE, BIT(IRQ_STI) | BIT(IRQ_MTI));
}

static void sip_is_mip_through_mideleg(void **state)
{
	(void)state;
	vwrite(CSR_MIP, BIT(IRQ_SSI) | BIT(IRQ_STI));
	vwrite(CSR_SIP, 0);
	expect_reads(CSR_SIP, 0);
	expect_reads(CSR_MIP, BIT(IRQ_SSI) | BIT(IRQ_STI));
	vwrite(CSR_MIDELEG, BIT(IRQ_SSI) | BIT(IRQ_STI));
	expect_reads(CSR_SIP, BIT(IRQ_SSI) | BIT(IRQ_STI));
	vwrite(CSR_SIP, 0);
	expect_reads(CSR_MIP, BIT(IRQ_STI));
}

/* AIA 2.3, Priv. 3.1.9: mtopi is the firmware's, virtual msip included, and no doorbell remains. */
static void mtopi_shows_the_firmwares_highest_interrupt(void **state)
{
	(void)state;
	vwrite(CSR_MIE, BIT(IRQ_MSI) | BIT(IRQ_SSI));
	vwrite(CSR_MIP, BIT(IRQ_SSI));
	expect_reads(CSR_MTOPI, (u64)IRQ_SSI << 16 | 1);
	hart.vmsip = 1;
	expect_reads(CSR_MTOPI, (u64)IRQ_MSI << 16 | 1);
	assert_int_equal(fake.msip[0], 0);
	vwrite(CSR_MIE, BIT(IRQ_SSI));
	expect_reads(CSR_MTOPI, (u64)IRQ_SSI << 16 | 1);
	vwrite(CSR_MIDELEG, BIT(IRQ_SSI));
	expect_reads(CSR_MTOPI, 0);
	fake_check_firmware_world(&hart);
}

/* ---- machine configuration ---- */

/* I-WLD-1 */
static void delegation_is_legal_and_never_in_force_for_the_firmware(void **state)
{
	(void)state;
	vwrite(CSR_MEDELEG, ~(u64)0);
	expect_reads(CSR_MEDELEG, fake.mask[CSR_MEDELEG]);
	vwrite(CSR_MIDELEG, ~(u64)0);
	expect_reads(CSR_MIDELEG, fake.mask[CSR_MIDELEG] | fake.ones[CSR_MIDELEG]);
	vwrite(CSR_MIDELEG, 0);
	expect_reads(CSR_MIDELEG, fake.ones[CSR_MIDELEG]); /* Priv. 18.4.2 */
}

/* Priv. 3.1.7 */
static void mtvec_mode_is_what_the_hart_can_do(void **state)
{
	(void)state;
	vwrite(CSR_MTVEC, 0x80001001);
	expect_reads(CSR_MTVEC, 0x80001001);
	fake.tvec_modes = 1;
	vwrite(CSR_MTVEC, 0x80002000);
	vwrite(CSR_MTVEC, 0x80003001);
	expect_reads(CSR_MTVEC, 0x80003000);
	fake.mask[CSR_MTVEC] = ~(u64)0xff; /* coarser alignment in hardware */
	vwrite(CSR_MTVEC, 0x800030fc);
	expect_reads(CSR_MTVEC, 0x80003000);
}

static void mcounteren_is_legal_and_all_counters_stay_open_for_the_firmware(void **state)
{
	(void)state;
	vwrite(CSR_MCOUNTEREN, 0xffffffff00000005);
	expect_reads(CSR_MCOUNTEREN, 5);
	assert_int_equal(fake.csr[CSR_MCOUNTEREN], 0xffffffff);
	assert_int_equal(fake.csr[CSR_SCOUNTEREN], 0xffffffff);
}

static void menvcfg_keeps_cache_block_operations_open_for_the_firmware(void **state)
{
	(void)state;
	vwrite(CSR_MENVCFG, BIT(63) | BIT(40));
	expect_reads(CSR_MENVCFG, BIT(63));
	assert_int_equal(fake.csr[CSR_MENVCFG], BIT(63) | ENVCFG_CBO);
	assert_int_equal(fake.csr[CSR_SENVCFG], ENVCFG_CBIE_FLUSH | ENVCFG_CBCFE | ENVCFG_CBZE);
}

static void trap_csrs_of_the_firmware_keep_what_the_hart_would_keep(void **state)
{
	(void)state;
	vwrite(CSR_MEPC, 0x80000003);
	expect_reads(CSR_MEPC, 0x80000002); /* Priv. 3.1.14: bit 0 is always zero */
	fake.mask[CSR_MCAUSE] = BIT(63) | 0x3f;
	vwrite(CSR_MCAUSE, ~(u64)0);
	expect_reads(CSR_MCAUSE, BIT(63) | 0x3f);
	vwrite(CSR_MTVAL, 0x123456789abcdef0);
	vwrite(CSR_MSCRATCH, 0xfedcba9876543210);
	vwrite(CSR_MTINST, 0x1234);
	vwrite(CSR_MTVAL2, 0x5678);
	fake.csr[CSR_MTVAL] = fake.csr[CSR_MCAUSE] = fake.csr[CSR_MEPC] = 0; /* our own traps */
	expect_reads(CSR_MTVAL, 0x123456789abcdef0);
	expect_reads(CSR_MSCRATCH, 0xfedcba9876543210);
	expect_reads(CSR_MTINST, 0x1234);
	expect_reads(CSR_MTVAL2, 0x5678);
	expect_reads(CSR_MEPC, 0x80000002);
}

static void misa_reads_what_the_hart_is_and_cannot_be_changed(void **state)
{
	u64 misa = fake.csr[CSR_MISA];

	(void)state;
	expect_reads(CSR_MISA, misa);
	fake.mask[CSR_MISA] = ~(u64)0;
	vwrite(CSR_MISA, 0);
	expect_reads(CSR_MISA, misa);
	assert_int_equal(fake.csr[CSR_MISA], misa);
}

/* Smepmp 2: MML and MMWP are sticky; RLB cannot be set once a rule is locked. */
static void mseccfg_bits_stick_as_smepmp_says(void **state)
{
	(void)state;
	vwrite(CSR_MSECCFG, MSECCFG_RLB);
	expect_reads(CSR_MSECCFG, MSECCFG_RLB);
	vwrite(CSR_MSECCFG, MSECCFG_MMWP | MSECCFG_USEED);
	vwrite(CSR_MSECCFG, 0);
	expect_reads(CSR_MSECCFG, MSECCFG_MMWP);
	vwrite(CSR_PMPCFG0, PMP_L);
	vwrite(CSR_MSECCFG, MSECCFG_RLB | MSECCFG_MML);
	expect_reads(CSR_MSECCFG, MSECCFG_MMWP | MSECCFG_MML);
	vwrite(CSR_MSECCFG, 0);
	expect_reads(CSR_MSECCFG, MSECCFG_MMWP | MSECCFG_MML);
	assert_int_equal(fake.pmp.mseccfg, 0); /* never in hardware: M-mode is the monitor */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(live_csr_is_the_hardware_register_with_its_warl),
		UNIT_TEST(live_read_only_csr_reads_hardware),
		UNIT_TEST(live_write_asks_for_an_interrupt_check),
		UNIT_TEST(every_line_is_refused_where_the_hart_lacks_the_register),
		UNIT_TEST(every_line_can_be_read_on_a_full_hart),
		UNIT_TEST(numbers_that_are_not_listed_do_not_exist),
		UNIT_TEST_OLD(registers_that_the_probe_did_not_find_are_refused),
		UNIT_TEST(seed_is_read_by_a_write_alone),
		UNIT_TEST(held_csr_keeps_its_value_out_of_hardware),
		UNIT_TEST(hstatus_is_in_force_but_for_what_u_mode_would_gain),
		UNIT_TEST(supervisor_counter_access_sees_the_firmwares_mcounteren),
		UNIT_TEST(satp_write_of_an_unsupported_mode_changes_nothing),
		UNIT_TEST(mstatus_field_reads_back_what_the_hart_makes_of_it),
		UNIT_TEST(mpp_never_holds_the_reserved_mode),
		UNIT_TEST(uxl_is_the_payloads_alone),
		UNIT_TEST(mprv_in_effect_changes_the_pmp_rules_at_once),
		UNIT_TEST(sstatus_shows_and_changes_only_supervisor_fields),
		UNIT_TEST(sdt_clears_sie),
		UNIT_TEST(csrrs_on_mip_does_not_keep_the_seip_wire),
		UNIT_TEST(csrrc_on_mip_clears_software_seip_but_not_the_wire),
		UNIT_TEST(machine_level_bits_of_mip_cannot_be_written),
		UNIT_TEST(msip_in_mip_is_the_virtual_one),
		UNIT_TEST(mie_takes_the_bits_the_hart_has),
		UNIT_TEST(sie_is_mie_through_mideleg),
		UNIT_TEST(sip_is_mip_through_mideleg),
		UNIT_TEST(mtopi_shows_the_firmwares_highest_interrupt),
		UNIT_TEST(delegation_is_legal_and_never_in_force_for_the_firmware),
		UNIT_TEST(mtvec_mode_is_what_the_hart_can_do),
		UNIT_TEST(mcounteren_is_legal_and_all_counters_stay_open_for_the_firmware),
		UNIT_TEST(menvcfg_keeps_cache_block_operations_open_for_the_firmware),
		UNIT_TEST(trap_csrs_of_the_firmware_keep_what_the_hart_would_keep),
		UNIT_TEST(misa_reads_what_the_hart_is_and_cannot_be_changed),
		UNIT_TEST(mseccfg_bits_stick_as_smepmp_says),
	};

	return cmocka_run_group_tests_name("vcsr", tests, NULL, NULL);
}
