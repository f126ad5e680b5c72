/* SPDX-License-Identifier: Apache-2.0 */
/* Entry into virtual traps and return from them (Priv. 3.1.6.1, 3.1.7, 3.1.8, 3.3.2, 18.6). */
#include "unit.h"

#include "monitor/vcsr.h"
#include "monitor/vtrap.h"
#include "monitor/world.h"

#define HANDLER 0x80002000
#define S_HANDLER 0x80210000
#define VS_HANDLER 0x80310000
#define DTE BIT(59)

static const struct trap some_trap = {.cause = 13, .tval = 0x1234, .tval2 = 0x56, .tinst = 0x78};

static void set_mtvec(u64 value)
{
	assert_true(vcsr_write(&hart, CSR_MTVEC, VCSR_RW, value, 0));
}

static void set_vmstatus(u64 value)
{
	assert_true(vcsr_write(&hart, CSR_MSTATUS, VCSR_RW, value, 0));
}

/* Runs the payload in this mode, with pc where it trapped; mstatus as hardware's trap leaves it. */
static void payload_traps(u64 priv, bool virt, u64 extra)
{
	world_enter_payload(&hart, priv, virt);
	hart.pc = 0x80200040;
	fake_csr_put(CSR_MSTATUS, fake.csr[CSR_MSTATUS] | extra);
	fake_csr_put(CSR_STVEC, S_HANDLER | 1);
	if (!fake.absent[CSR_VSTVEC]) {
		fake_csr_put(CSR_VSTVEC, VS_HANDLER | 1);
	}
}

static void expect_status(u64 mask, u64 value)
{
	u64 got = vcsr_mstatus(&hart) & mask;

	if (got != value) {
		fail_msg("mstatus has 0x%lx, not 0x%lx", got, value);
	}
}

/* ---- into vM-mode ---- */

static void trap_csrs_of_the_firmware_describe_the_trap(void **state)
{
	(void)state;
	set_mtvec(HANDLER);
	hart.pc = 0x80001230;
	vtrap_to_firmware(&hart, &some_trap);
	assert_int_equal(hart.vm.mepc, 0x80001230);
	assert_int_equal(hart.vm.mcause, 13);
	assert_int_equal(hart.vm.mtval, 0x1234);
	assert_int_equal(hart.vm.mtval2, 0x56);
	assert_int_equal(hart.vm.mtinst, 0x78);
	assert_int_equal(hart.pc, HANDLER);
	fake_check_firmware_world(&hart);
}

/* Priv. 3.1.7: vectored mode concerns interrupts only. */
static void vectored_mode_moves_interrupts_and_nothing_else(void **state)
{
	(void)state;
	set_mtvec(HANDLER | 1);
	vtrap_to_firmware(&hart, &some_trap);
	assert_int_equal(hart.pc, HANDLER);
	for (unsigned int irq = 0; irq < 64; irq++) {
		vtrap_interrupt(&hart, irq);
		assert_int_equal(hart.pc, HANDLER + 4 * irq);
		assert_int_equal(hart.vm.mcause, CAUSE_INTERRUPT | irq);
		assert_int_equal(hart.vm.mtval, 0);
	}
	set_mtvec(HANDLER);
	vtrap_interrupt(&hart, 7);
	assert_int_equal(hart.pc, HANDLER);
}

/* Priv. 3.1.6.1: MPIE = MIE, MIE = 0, MPP = the mode before. */
static void trap_out_of_the_firmware_stacks_machine_mode(void **state)
{
	u64 fields = MSTATUS_MIE | MSTATUS_MPIE | MSTATUS_MPP | MSTATUS_MPV | MSTATUS_GVA;

	(void)state;
	set_vmstatus(MSTATUS_MIE | MSTATUS_MPV | MSTATUS_GVA);
	vtrap_to_firmware(&hart, &some_trap);
	expect_status(fields, MSTATUS_MPIE | MSTATUS_MPP);
	vtrap_to_firmware(&hart, &some_trap);
	expect_status(fields, MSTATUS_MPP);
	fake_check_firmware_world(&hart);
}

/* Priv. 18.4.1: GVA says that mtval is a guest virtual address, MPV stays 0 for a trap out of M. */
static void guest_address_of_the_firmwares_hypervisor_access_is_marked(void **state)
{
	struct trap t = some_trap;

	(void)state;
	t.gva = true;
	vtrap_to_firmware(&hart, &t);
	expect_status(MSTATUS_GVA | MSTATUS_MPV | MSTATUS_MPP, MSTATUS_GVA | MSTATUS_MPP);
}

static void trap_out_of_the_payload_stacks_its_mode(void **state)
{
	(void)state;
	for (u64 priv = PRIV_U; priv <= PRIV_S; priv++) {
		for (unsigned int virt = 0; virt < 2; virt++) {
			u64 gva = virt != 0 ? MSTATUS_GVA : 0;

			unit_setup(NULL);
			set_vmstatus(MSTATUS_MIE);
			payload_traps(priv, virt != 0, gva);
			vtrap_to_firmware(&hart, &some_trap);
			expect_status(MSTATUS_MPP | MSTATUS_MPV | MSTATUS_GVA | MSTATUS_MPIE |
					      MSTATUS_MIE,
				      field_set(0, MSTATUS_MPP, priv) |
					      (virt != 0 ? MSTATUS_MPV : 0) | gva | MSTATUS_MPIE);
			assert_int_equal(hart.vm.mepc, 0x80200040);
			fake_check_firmware_world(&hart);
		}
	}
}

/* MPRV stays set on a trap; in vM-mode with MPP = S it is in effect at once (Priv. 3.1.6.3). */
static void mprv_survives_a_trap_and_takes_effect(void **state)
{
	(void)state;
	fake.mret_keeps_mprv = true;
	fake_start(&hart);
	set_vmstatus(MSTATUS_MPRV | MSTATUS_MPP);
	payload_traps(PRIV_S, false, 0);
	vtrap_to_firmware(&hart, &some_trap);
	expect_status(MSTATUS_MPRV | MSTATUS_MPP, MSTATUS_MPRV | field_set(0, MSTATUS_MPP, PRIV_S));
	assert_int_equal(hart.view, VIEW_FIRMWARE_MPRV);
	vtrap_to_firmware(&hart, &some_trap); /* out of vM-mode: MPP = M ends the effect */
	assert_int_equal(hart.view, VIEW_FIRMWARE);
}

static void illegal_instruction_has_the_mtval_of_the_hardware_trap(void **state)
{
	(void)state;
	hart.tval = 0x30200073;
	vtrap_illegal(&hart);
	assert_int_equal(hart.vm.mcause, CAUSE_ILLEGAL);
	assert_int_equal(hart.vm.mtval, 0x30200073);
}

static void trap_ends_a_reservation(void **state)
{
	(void)state;
	hart.lr_addr = 0x80000100;
	vtrap_to_firmware(&hart, &some_trap);
	assert_int_equal(hart.lr_addr, ~(u64)0);
}

static void hardware_trap_is_read_from_its_csrs(void **state)
{
	struct trap t;

	(void)state;
	fake.csr[CSR_MTVAL] = 0x11;
	fake.csr[CSR_MTVAL2] = 0x22;
	fake.csr[CSR_MTINST] = 0x33;
	fake.csr[CSR_MSTATUS] |= MSTATUS_GVA;
	t = trap_from_hardware(&hart, 21);
	assert_int_equal(t.cause, 21);
	assert_int_equal(t.tval, 0x11);
	assert_int_equal(t.tval2, 0x22);
	assert_int_equal(t.tinst, 0x33);
	assert_true(t.gva);
}

/* ---- to the payload, where medeleg says so ---- */

static void undelegated_exception_goes_to_the_firmware(void **state)
{
	(void)state;
	set_mtvec(HANDLER);
	assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, ~BIT(13), 0));
	payload_traps(PRIV_S, false, 0);
	vtrap_from_payload(&hart, &some_trap);
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	assert_int_equal(hart.pc, HANDLER);
}

/* Priv. 3.1.8, 12.1.1: sepc, scause, stval; SPP, SPIE, SIE; direct or vectored alike. */
static void delegated_exception_goes_to_s_mode(void **state)
{
	(void)state;
	for (u64 priv = PRIV_U; priv <= PRIV_S; priv++) {
		u64 status;

		unit_setup(NULL);
		assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, BIT(13), 0));
		payload_traps(priv, false, MSTATUS_SIE);
		vtrap_from_payload(&hart, &some_trap);
		status = fake.csr[CSR_MSTATUS];
		assert_int_equal(hart.world, WORLD_PAYLOAD);
		assert_int_equal(hart.pc, S_HANDLER);
		assert_int_equal(fake.csr[CSR_SEPC], 0x80200040);
		assert_int_equal(fake.csr[CSR_SCAUSE], 13);
		assert_int_equal(fake.csr[CSR_STVAL], 0x1234);
		assert_int_equal(field_get(status, MSTATUS_MPP), PRIV_S);
		assert_int_equal(status & (MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP),
				 MSTATUS_SPIE | (priv == PRIV_S ? MSTATUS_SPP : 0));
		assert_int_equal(hart.vm.mcause, 0); /* the firmware never hears of it */
	}
}

/* Priv. 18.6.2: from V=1 into HS: hstatus.SPV, SPVP, GVA, htval, htinst; V becomes 0. */
static void exception_of_a_guest_goes_to_hs_mode(void **state)
{
	(void)state;
	assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, BIT(13), 0));
	payload_traps(PRIV_S, true, MSTATUS_GVA);
	vtrap_from_payload(&hart, &some_trap);
	assert_int_equal(hart.pc, S_HANDLER);
	assert_int_equal(fake.csr[CSR_HSTATUS] & (HSTATUS_SPV | HSTATUS_SPVP | HSTATUS_GVA),
			 HSTATUS_SPV | HSTATUS_SPVP | HSTATUS_GVA);
	assert_int_equal(fake.csr[CSR_HTVAL], 0x56);
	assert_int_equal(fake.csr[CSR_HTINST], 0x78);
	assert_int_equal(fake.csr[CSR_MSTATUS] & (MSTATUS_MPV | MSTATUS_GVA), 0);
	assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_SPP, MSTATUS_SPP);
}

/* A hart of QEMU 10's kind, where the monitor's own way to V=1 has left GVA set. */
static void start_with_stale_gva(void)
{
	fake_reset();
	fake_make_mpv_fixed();
	fake_start(&hart);
	assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, BIT(CAUSE_LOAD_ACCESS), 0));
	world_enter_payload(&hart, PRIV_S, true);
	assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_GVA, MSTATUS_GVA);
	world_enter_firmware(&hart);
	world_refresh_firmware(&hart);
}

/* Priv. 18.4.1: GVA belongs to this trap. QEMU 10 sets it whenever V=1 and mtval is written. */
static void stale_gva_is_not_shown(void **state)
{
	enum { HLV_D = 0x6c0042f3 };
	static const struct {
		struct trap t;
		bool virt;
		bool gva;
	} cases[] = {
		{{.cause = CAUSE_ECALL_S}, false, false},
		{{.cause = CAUSE_ECALL_VS}, true, false},
		{{.cause = CAUSE_ILLEGAL}, true, false},
		{{.cause = CAUSE_ILLEGAL, .tval = 0x30002573}, true, true},
		{{.cause = CAUSE_ILLEGAL, .tval = 0x30002573}, false, false},
		{{.cause = CAUSE_INTERRUPT | IRQ_MTI}, true, false},
		{{.cause = CAUSE_INTERRUPT | IRQ_SSI}, true, false},
		{{.cause = CAUSE_LOAD_PAGE, .tval = 8}, false, false},
		{{.cause = CAUSE_LOAD_PAGE, .tval = 8, .tinst = 0x3003}, false, false},
		{{.cause = CAUSE_LOAD_PAGE, .tval = 8, .tinst = HLV_D}, false, true},
		{{.cause = CAUSE_LOAD_GUEST_PAGE, .tval = 8, .tinst = 0x3000}, false, true},
		{{.cause = CAUSE_STORE_GUEST_PAGE, .tval = 8, .tinst = 0x3020}, false, true},
		{{.cause = CAUSE_FETCH_ACCESS, .tval = 8}, true, true},
		{{.cause = 23, .tval = 8}, true, true},
		{{.cause = CAUSE_BREAKPOINT, .tval = 8}, true, true},
		{{.cause = CAUSE_BREAKPOINT}, true, false},
		{{.cause = CAUSE_STORE_ACCESS}, true, true}, /* of address 0 */
		{{.cause = CAUSE_STORE_ACCESS}, false, false},
		{{.cause = CAUSE_FETCH_PAGE}, true, true},
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		start_with_stale_gva();
		payload_traps(PRIV_S, cases[i].virt, 0);
		vtrap_to_firmware(&hart, &cases[i].t);
		expect_status(MSTATUS_GVA | MSTATUS_MPV, (cases[i].gva ? MSTATUS_GVA : 0) |
								 (cases[i].virt ? MSTATUS_MPV : 0));
	}
	assert_false(trap_from_hardware(&hart, CAUSE_LOAD_ACCESS).gva);
}

/* The same of hstatus.GVA, for what the monitor hands on to HS-mode; hlv and hsv set it. */
static void stale_gva_is_not_handed_on(void **state)
{
	static const u64 insns[] = {0, 0x3003, 0x6c0042f3, 0x6e004073}; /* none, ld, hlv.d, hsv.d */

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(insns); i++) {
		struct trap t = {.cause = CAUSE_LOAD_ACCESS, .tval = 8, .tinst = insns[i]};

		start_with_stale_gva();
		payload_traps(PRIV_S, false, 0);
		vtrap_from_payload(&hart, &t);
		assert_int_equal(fake.csr[CSR_HSTATUS] & HSTATUS_GVA, i < 2 ? 0 : HSTATUS_GVA);
	}
}

/* Priv. 18.6.2: V becomes 0 even where CSR instructions cannot clear MPV. */
static void hs_handler_runs_with_v_clear_on_every_hart(void **state)
{
	static const u64 hedeleg[] = {0, BIT(CAUSE_LOAD_ACCESS)};
	struct trap t = {.cause = CAUSE_LOAD_ACCESS, .tval = 8};

	(void)state;
	for (unsigned int to_vs = 0; to_vs < 2; to_vs++) {
		u64 status;

		start_with_stale_gva();
		fake_csr_put(CSR_HEDELEG, hedeleg[to_vs]);
		payload_traps(PRIV_U, true, MSTATUS_SIE);
		vtrap_from_payload(&hart, &t);
		status = fake.csr[CSR_MSTATUS];
		assert_int_equal(status & MSTATUS_MPV, to_vs != 0 ? MSTATUS_MPV : 0);
		assert_int_equal(field_get(status, MSTATUS_MPP), PRIV_S);
		assert_int_equal(hart.pc, to_vs != 0 ? VS_HANDLER : S_HANDLER);
		assert_int_equal(fake.csr[CSR_HSTATUS] & HSTATUS_SPV,
				 to_vs != 0 ? 0 : HSTATUS_SPV);
	}
}

/* Priv. 18.2.1: SPVP is the guest's mode; from V=0 it keeps its value. */
static void spvp_changes_only_with_a_trap_out_of_a_guest(void **state)
{
	(void)state;
	assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, BIT(13), 0));
	payload_traps(PRIV_S, false, 0);
	fake.csr[CSR_HSTATUS] = HSTATUS_SPVP | HSTATUS_SPV | HSTATUS_GVA;
	vtrap_from_payload(&hart, &some_trap);
	assert_int_equal(fake.csr[CSR_HSTATUS], HSTATUS_SPVP);
	unit_setup(NULL);
	assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, BIT(13), 0));
	payload_traps(PRIV_U, true, 0);
	fake.csr[CSR_HSTATUS] = HSTATUS_SPVP;
	vtrap_from_payload(&hart, &some_trap);
	assert_int_equal(fake.csr[CSR_HSTATUS], HSTATUS_SPV);
}

/* Priv. 18.6.2: medeleg and hedeleg: the guest's own kernel takes it, V stays 1. */
static void twice_delegated_exception_goes_to_vs_mode(void **state)
{
	(void)state;
	assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, BIT(13), 0));
	payload_traps(PRIV_U, true, 0);
	fake.csr[CSR_HEDELEG] = BIT(13);
	fake.csr[CSR_VSSTATUS] = MSTATUS_SIE | MSTATUS_SPP;
	vtrap_from_payload(&hart, &some_trap);
	assert_int_equal(hart.pc, VS_HANDLER);
	assert_int_equal(fake.csr[CSR_VSEPC], 0x80200040);
	assert_int_equal(fake.csr[CSR_VSCAUSE], 13);
	assert_int_equal(fake.csr[CSR_VSTVAL], 0x1234);
	assert_int_equal(fake.csr[CSR_VSSTATUS], MSTATUS_SPIE);
	assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_MPV, MSTATUS_MPV);
	assert_int_equal(field_get(fake.csr[CSR_MSTATUS], MSTATUS_MPP), PRIV_S);
	assert_int_equal(fake.csr[CSR_SEPC] | fake.csr[CSR_HTVAL], 0);
}

static void hedeleg_does_not_concern_a_trap_with_v_clear(void **state)
{
	(void)state;
	assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, BIT(13), 0));
	payload_traps(PRIV_S, false, 0);
	fake.csr[CSR_HEDELEG] = BIT(13);
	vtrap_from_payload(&hart, &some_trap);
	assert_int_equal(hart.pc, S_HANDLER);
}

/* Ssdbltrp: with SDT set a trap into S becomes a double trap into M (16, mtval2 = cause). */
static void second_trap_with_sdt_is_a_double_trap_to_the_firmware(void **state)
{
	(void)state;
	assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, BIT(13), 0));
	assert_true(vcsr_write(&hart, CSR_MENVCFG, VCSR_RW, DTE, 0));
	payload_traps(PRIV_S, false, 0);
	vtrap_from_payload(&hart, &some_trap);
	assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_SDT, MSTATUS_SDT);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	vtrap_from_payload(&hart, &some_trap);
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	assert_int_equal(hart.vm.mcause, 16);
	assert_int_equal(hart.vm.mtval2, 13);
	assert_int_equal(hart.vm.mtval, 0x1234);
}

static void sdt_is_not_set_where_the_firmware_has_not_enabled_it(void **state)
{
	(void)state;
	assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, BIT(13), 0));
	payload_traps(PRIV_S, false, 0);
	vtrap_from_payload(&hart, &some_trap);
	assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_SDT, 0);
}

static void hart_without_h_delegates_without_hypervisor_csrs(void **state)
{
	(void)state;
	assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, BIT(13), 0));
	payload_traps(PRIV_U, false, 0);
	vtrap_from_payload(&hart, &some_trap);
	assert_int_equal(hart.pc, S_HANDLER);
}

/* ---- mret ---- */

/* Priv. 3.3.2, 3.1.6.1: to every mode; MIE = MPIE, MPIE = 1, MPP = U. */
static void mret_goes_where_mpp_and_mpv_say(void **state)
{
	(void)state;
	for (u64 priv = PRIV_U; priv <= PRIV_M; priv++) {
		for (unsigned int virt = 0; virt < 2 && priv != 2; virt++) {
			unit_setup(NULL);
			set_vmstatus(field_set(MSTATUS_MPIE | (virt != 0 ? MSTATUS_MPV : 0),
					       MSTATUS_MPP, priv));
			hart.vm.mepc = 0x80004444;
			vtrap_mret(&hart);
			assert_int_equal(hart.pc, 0x80004444);
			assert_int_equal(hart.world,
					 priv == PRIV_M ? WORLD_FIRMWARE : WORLD_PAYLOAD);
			assert_int_equal(hart.vm.mstatus & (MSTATUS_MIE | MSTATUS_MPIE |
							    MSTATUS_MPP | MSTATUS_MPV),
					 MSTATUS_MIE | MSTATUS_MPIE);
			if (priv != PRIV_M) {
				assert_int_equal(field_get(fake.csr[CSR_MSTATUS], MSTATUS_MPP),
						 priv);
				assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_MPV,
						 virt != 0 ? MSTATUS_MPV : 0);
			}
		}
	}
}

static void mret_with_mpie_clear_leaves_mie_clear(void **state)
{
	(void)state;
	set_vmstatus(MSTATUS_MIE | MSTATUS_MPP);
	vtrap_mret(&hart);
	expect_status(MSTATUS_MIE | MSTATUS_MPIE, MSTATUS_MPIE);
	fake_check_firmware_world(&hart);
}

/* Interrupts that mret or sret enable are taken before the next instruction. */
static void return_asks_for_an_interrupt_check(void **state)
{
	(void)state;
	set_vmstatus(MSTATUS_MPIE | MSTATUS_MPP);
	hart.irq_check = 0;
	vtrap_mret(&hart);
	assert_int_equal(hart.irq_check, 1);
	hart.irq_check = 0;
	vtrap_sret(&hart);
	assert_int_equal(hart.irq_check, 1);
}

/* Priv. 3.1.6.3: MPRV is cleared by a return to less than M; before 1.12 it stayed. */
static void mprv_is_cleared_on_leaving_machine_mode(void **state)
{
	(void)state;
	set_vmstatus(MSTATUS_MPRV | field_set(0, MSTATUS_MPP, PRIV_S));
	vtrap_mret(&hart);
	assert_int_equal(hart.vm.mstatus & MSTATUS_MPRV, 0);
	unit_setup(NULL);
	set_vmstatus(MSTATUS_MPRV | MSTATUS_MPP);
	vtrap_mret(&hart);
	expect_status(MSTATUS_MPRV, MSTATUS_MPRV);
	vtrap_sret(&hart);
	assert_int_equal(hart.vm.mstatus & MSTATUS_MPRV, 0);
}

static void mprv_is_kept_on_harts_that_keep_it(void **state)
{
	(void)state;
	set_vmstatus(MSTATUS_MPRV | field_set(0, MSTATUS_MPP, PRIV_S));
	vtrap_mret(&hart);
	assert_int_equal(hart.vm.mstatus & MSTATUS_MPRV, MSTATUS_MPRV);
	assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_MPRV, 0);
}

static void mret_to_machine_mode_keeps_mprv_out_of_effect(void **state)
{
	(void)state;
	set_vmstatus(MSTATUS_MPRV | MSTATUS_MPP);
	vtrap_mret(&hart); /* MPP becomes U: now MPRV acts with U's rights */
	expect_status(MSTATUS_MPP | MSTATUS_MPRV, MSTATUS_MPRV);
	assert_int_equal(hart.view, VIEW_FIRMWARE_MPRV);
}

/* ---- sret ---- */

/* Priv. 3.3.2, 12.1.1: SIE = SPIE, SPIE = 1, SPP = U; hstatus.SPV gives V and is cleared. */
static void sret_goes_where_spp_and_spv_say(void **state)
{
	(void)state;
	for (u64 priv = PRIV_U; priv <= PRIV_S; priv++) {
		for (unsigned int virt = 0; virt < 2; virt++) {
			u64 status;

			unit_setup(NULL);
			set_vmstatus(MSTATUS_SPIE | (priv == PRIV_S ? MSTATUS_SPP : 0));
			assert_true(vcsr_write(&hart, CSR_HSTATUS, VCSR_RW,
					       virt != 0 ? HSTATUS_SPV : 0, 0));
			fake.csr[CSR_SEPC] = 0x80205550;
			vtrap_sret(&hart);
			status = fake.csr[CSR_MSTATUS];
			assert_int_equal(hart.pc, 0x80205550);
			assert_int_equal(hart.world, WORLD_PAYLOAD);
			assert_int_equal(field_get(status, MSTATUS_MPP), priv);
			assert_int_equal(status & MSTATUS_MPV, virt != 0 ? MSTATUS_MPV : 0);
			assert_int_equal(status & (MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP),
					 MSTATUS_SIE | MSTATUS_SPIE);
			assert_int_equal(fake.csr[CSR_HSTATUS] & HSTATUS_SPV, 0);
		}
	}
}

static void sret_leaves_the_machine_level_stack_alone(void **state)
{
	u64 stack = MSTATUS_MIE | MSTATUS_MPIE | MSTATUS_MPP;

	(void)state;
	set_vmstatus(stack);
	vtrap_sret(&hart);
	assert_int_equal(hart.vm.mstatus & stack, stack);
}

/* Zicfilp: SPELP is cleared, and ELP becomes what it was. */
static void sret_hands_on_what_was_expected(void **state)
{
	(void)state;
	for (unsigned int expected = 0; expected < 2; expected++) {
		u64 other = expected != 0 ? 0 : MSTATUS_MPELP; /* not what sret goes by */

		set_vmstatus(other);
		fake.csr[CSR_MSTATUS] &= ~MSTATUS_SPELP;
		fake.csr[CSR_MSTATUS] |= expected != 0 ? MSTATUS_SPELP : 0;
		vtrap_sret(&hart);
		assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_SPELP, 0);
		assert_int_equal((fake.csr[CSR_MSTATUS] & MSTATUS_MPELP) != 0, expected);
		vtrap_to_firmware(&hart, &(struct trap){ .cause = CAUSE_ECALL_S });
	}
}

static void trap_and_mret_bring_the_payload_back_unchanged(void **state)
{
	u64 status;

	(void)state;
	set_vmstatus(MSTATUS_TVM | MSTATUS_SUM | MSTATUS_MPIE);
	payload_traps(PRIV_S, true, 0);
	status = fake.csr[CSR_MSTATUS];
	vtrap_to_firmware(&hart, &some_trap);
	vtrap_mret(&hart);
	assert_int_equal(fake.csr[CSR_MSTATUS], status);
	assert_int_equal(hart.pc, 0x80200040);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(trap_csrs_of_the_firmware_describe_the_trap),
		UNIT_TEST(vectored_mode_moves_interrupts_and_nothing_else),
		UNIT_TEST(trap_out_of_the_firmware_stacks_machine_mode),
		UNIT_TEST(guest_address_of_the_firmwares_hypervisor_access_is_marked),
		UNIT_TEST(trap_out_of_the_payload_stacks_its_mode),
		UNIT_TEST(mprv_survives_a_trap_and_takes_effect),
		UNIT_TEST(illegal_instruction_has_the_mtval_of_the_hardware_trap),
		UNIT_TEST(trap_ends_a_reservation),
		UNIT_TEST(hardware_trap_is_read_from_its_csrs),
		UNIT_TEST(undelegated_exception_goes_to_the_firmware),
		UNIT_TEST(delegated_exception_goes_to_s_mode),
		UNIT_TEST(exception_of_a_guest_goes_to_hs_mode),
		UNIT_TEST(stale_gva_is_not_shown),
		UNIT_TEST(stale_gva_is_not_handed_on),
		UNIT_TEST(hs_handler_runs_with_v_clear_on_every_hart),
		UNIT_TEST(spvp_changes_only_with_a_trap_out_of_a_guest),
		UNIT_TEST(twice_delegated_exception_goes_to_vs_mode),
		UNIT_TEST(hedeleg_does_not_concern_a_trap_with_v_clear),
		UNIT_TEST(second_trap_with_sdt_is_a_double_trap_to_the_firmware),
		UNIT_TEST(sdt_is_not_set_where_the_firmware_has_not_enabled_it),
		UNIT_TEST_OLD(hart_without_h_delegates_without_hypervisor_csrs),
		UNIT_TEST(mret_goes_where_mpp_and_mpv_say),
		UNIT_TEST(mret_with_mpie_clear_leaves_mie_clear),
		UNIT_TEST(return_asks_for_an_interrupt_check),
		UNIT_TEST(mprv_is_cleared_on_leaving_machine_mode),
		UNIT_TEST_OLD(mprv_is_kept_on_harts_that_keep_it),
		UNIT_TEST(mret_to_machine_mode_keeps_mprv_out_of_effect),
		UNIT_TEST(sret_goes_where_spp_and_spv_say),
		UNIT_TEST(sret_leaves_the_machine_level_stack_alone),
		UNIT_TEST(sret_hands_on_what_was_expected),
		UNIT_TEST(trap_and_mret_bring_the_payload_back_unchanged),
	};

	return cmocka_run_group_tests_name("vtrap", tests, NULL, NULL);
}
