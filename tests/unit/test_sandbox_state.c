/* SPDX-License-Identifier: Apache-2.0 */
/* Memory and CSRs under the sandbox: PMP in each view, and all 4096 CSR numbers. */
#include "jailed.h"

#include "monitor/vpmp.h"

#define PAGE 4096u
#define RAM_END (FAKE_RAM_BASE + FAKE_RAM_SIZE)
#define SELF_END (FAKE_SELF_BASE + FAKE_SELF_SIZE)
#define IMAGE_END (IMAGE + IMAGE_SIZE)
#define BEFORE_RAM (FAKE_RAM_BASE - PAGE)
#define TSELECT 0x7a0

extern const struct policy policy_sandbox;

/* ---- memory: hardware's registers, judged by the model of the manual ---- */

static bool may(enum pmp_view_id view, u64 addr, enum pmp_access access)
{
	vpmp_use(&hart, view);
	return pmp_model_allows(&fake.pmp, addr, 1, view == VIEW_PAYLOAD ? 1 : 0, access);
}

/* All accesses but those that MPRV makes the monitor's business. */
static void expect_rights(enum pmp_view_id view, u64 addr, bool has)
{
	bool data = has && view != VIEW_FIRMWARE_MPRV;

	if (may(view, addr, ACCESS_READ) != data || may(view, addr, ACCESS_WRITE) != data ||
	    may(view, addr, ACCESS_EXECUTE) != has) {
		fail_msg("view %u at %llx: %u%u%u", (unsigned int)view, (unsigned long long)addr,
			 may(view, addr, ACCESS_READ), may(view, addr, ACCESS_WRITE),
			 may(view, addr, ACCESS_EXECUTE));
	}
}

/* In each view the first and last byte of a range, and what lies around it. */
static void expect_range(u64 base, u64 end, bool firmware, bool payload)
{
	const u64 places[] = {base, base + 1, base + (end - base) / 2, end - 1};

	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		expect_rights(VIEW_FIRMWARE, places[i], firmware);
		expect_rights(VIEW_FIRMWARE_MPRV, places[i], firmware);
		expect_rights(VIEW_PAYLOAD, places[i], payload);
	}
}

/* The firmware opens all of its own PMP: that gives it nothing. */
static void open_vpmp(void)
{
	for (unsigned int i = 0; i < hart.vpmp.count; i++) {
		jailed_writes(CSR_PMPADDR0 + i, ~(u64)0);
	}
	jailed_writes(CSR_PMPCFG0, 0x1f1f1f1f1f1f1f1f);
	jailed_writes(CSR_PMPCFG0 + 2, 0x9f9f9f9f9f9f9f9f);
}

/* I-SBX-1 */
static void before_the_lock_firmware_has_the_memory(void **state)
{
	(void)state;
	for (unsigned int opened = 0; opened < 2; opened++) {
		expect_range(IMAGE, FAKE_SELF_BASE, true, false);
		expect_range(FAKE_SELF_BASE, SELF_END, false, false);
		expect_range(SELF_END, RAM_END, true, false);
		for (unsigned int id = 0; id < 2; id++) {
			enum pmp_view_id view = id == 0 ? VIEW_FIRMWARE : VIEW_FIRMWARE_MPRV;

			expect_rights(view, BEFORE_RAM, false);
			expect_rights(view, FAKE_RAM_BASE - 1, false);
			expect_rights(view, RAM_END, false);
			expect_rights(view, FAKE_8250_BASE, false);
			expect_rights(view, FAKE_CLINT_BASE, false);
		}
		vpmp_use(&hart, VIEW_FIRMWARE);
		open_vpmp();
	}
}

/* The console may be looked at without a trap, by the firmware alone; what is stored traps. */
static void check_console(enum pmp_view_id view, bool read)
{
	bool payload = view == VIEW_PAYLOAD;

	for (u64 at = 0; at < 0x100; at += 0xff) {
		assert_int_equal(may(view, FAKE_8250_BASE + at, ACCESS_READ), read || payload);
		assert_int_equal(may(view, FAKE_8250_BASE + at, ACCESS_WRITE), payload);
		assert_int_equal(may(view, FAKE_8250_BASE + at, ACCESS_EXECUTE), payload);
	}
	assert_int_equal(may(view, FAKE_8250_BASE - 1, ACCESS_READ), payload);
	assert_int_equal(may(view, FAKE_8250_BASE + 0x100, ACCESS_READ), payload);
}

/* I-SBX-7 */
static void loads_from_the_console_need_not_trap_before_the_lock(void **state)
{
	static const u64 shared_at[] = {FAKE_8250_BASE + 0x80, FAKE_FINISHER_BASE};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(shared_at); i++) {
		jailed_setup(state);
		machine.devices.console = range_make(FAKE_8250_BASE, 0x100);
		/* The console is second. */
		jailed_add_device(FAKE_CLINT_BASE, 0x10000, DEVICE_TIMER);
		jailed_add_device(FAKE_8250_BASE, 0x100, DEVICE_UART);
		jailed_add_device(shared_at[i], 0x10, DEVICE_OTHER);
		policy_pmp_changed(&hart);
		check_console(VIEW_FIRMWARE, i == 1);
		check_console(VIEW_FIRMWARE_MPRV, false);
		check_console(VIEW_PAYLOAD, false);
		expect_range(IMAGE, FAKE_SELF_BASE, true, false);
		expect_range(SELF_END, RAM_END, true, false);
		vpmp_use(&hart, VIEW_FIRMWARE);
	}
	jailed_boot();
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	check_console(VIEW_FIRMWARE, false);
	check_console(VIEW_PAYLOAD, false);
}

/* I-SBX-1 */
static void after_the_lock_firmware_has_its_image(void **state)
{
	(void)state;
	open_vpmp();
	jailed_boot();
	expect_range(IMAGE, IMAGE_END, true, false);
	expect_range(IMAGE_END, FAKE_SELF_BASE, false, true);
	expect_range(FAKE_SELF_BASE, SELF_END, false, false);
	expect_range(SELF_END, RAM_END, false, true);
	expect_range(FAKE_8250_BASE, FAKE_8250_BASE + 8, false, true);
	expect_range(FAKE_CLINT_BASE, FAKE_CLINT_BASE + 0xc000, false, false);
}

/* What the tree reserves behind the image is the firmware's, but never the payload's own start. */
static void reservations_behind_the_image_are_kept(void **state)
{
	fake_tree.size = 0x100;
	fake_tree.firmware_end = IMAGE_END + 0x8000;
	jailed_boot();
	expect_range(IMAGE, IMAGE_END + 0x8000, true, false);
	expect_range(IMAGE_END + 0x8000, FAKE_SELF_BASE, false, true);
	jailed_setup(state);
	fake_tree.size = 0x100;
	fake_tree.firmware_end = BEGIN + 0x8000;
	jailed_boot();
	expect_range(IMAGE, BEGIN, true, false);
	expect_range(BEGIN, FAKE_SELF_BASE, false, true);
	jailed_setup(state);
	fake_tree.size = 0x100;
	fake_tree.firmware_end = BEGIN;
	reg_write(&hart, 11, IMAGE_END + 0x2008); /* the tree lies in what is reserved */
	jailed_mret(PRIV_S, BEGIN);
	expect_range(IMAGE, IMAGE_END + 0x2000, true, false);
	expect_range(IMAGE_END + 0x2000, FAKE_SELF_BASE, false, true);
}

/* A payload on the firmware's first page leaves nothing to keep: it does not begin, ever. */
static void a_payload_on_the_firmware_does_not_begin(void **state)
{
	(void)state;
	jailed_mret(PRIV_S, IMAGE + 8);
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	assert_int_equal(hart.vm.mcause, CAUSE_ILLEGAL);
	assert_false(sandbox_locked());
	jailed_mret(PRIV_S, BEGIN);
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	expect_rights(VIEW_FIRMWARE, SECRET, true);
}

/* I-SBX-2: a second hart's firmware does not set up PMP or delegation anew. */
static void a_fresh_hart_gets_the_pattern(void **state)
{
	(void)state;
	jailed_writes(CSR_MEDELEG, 0xb100);
	jailed_writes(CSR_PMPADDR0, 0x1234);
	jailed_boot();
	world_enter_firmware(&hart); /* as a hart that has not begun */
	hart.hsm.state = HSM_STOPPED;
	hart.pc = CODE;
	jailed_writes(CSR_MEDELEG, 0xb1ff);
	jailed_writes(CSR_MIDELEG, 0);
	jailed_writes(CSR_PMPADDR0, 0x5678);
	jailed_writes(CSR_MSTATUS, MSTATUS_TVM | MSTATUS_TSR | MSTATUS_MPRV);
	assert_int_equal(hart.vm.mstatus & MSTATUS_MPRV, 0);
	assert_int_equal(hsm_request_start(0, SECRET, 0x77), 0);
	jailed_mret(PRIV_U, BEGIN);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, SECRET);
	assert_int_equal(hart.vm.medeleg, 0xb100);
	assert_int_equal(hart.vm.mideleg & BIT(IRQ_SSI), BIT(IRQ_SSI));
	assert_int_equal(hart.vpmp.addr[0], 0x1234);
	assert_int_equal(fake.csr[CSR_MSTATUS] & (MSTATUS_TVM | MSTATUS_TSR), 0);
	assert_int_equal(field_get(fake.csr[CSR_MSTATUS], MSTATUS_MPP), PRIV_S);
	assert_int_equal(reg_read(&hart, 10), hart.id);
	assert_int_equal(reg_read(&hart, 11), 0x77);
}

/* I-SBX-2 */
static void nobody_enters_unasked(void **state)
{
	(void)state;
	jailed_boot();
	world_enter_firmware(&hart);
	hart.hsm.state = HSM_STOPPED;
	jailed_mret(PRIV_S, SECRET);
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	assert_int_equal(hart.counts.refused[REFUSED_RESUME], 1);
}

/* ---- CSRs in a call ---- */

/* The registers of the firmware's own trap handling, and what the hart is. I-SBX-3 */
static bool is_the_firmwares(unsigned int num)
{
	switch (num) {
	case CSR_MSTATUS:
	case CSR_MISA:
	case CSR_MIE:
	case CSR_MTVEC:
	case CSR_MSCRATCH:
	case CSR_MEPC:
	case CSR_MCAUSE:
	case CSR_MTVAL:
	case CSR_MIP:
	case CSR_MTINST:
	case CSR_MTVAL2:
		return true;
	default:
		return num >= CSR_MVENDORID && num <= CSR_MVENDORID + 4;
	}
}

/* Every register that the payload may have something in, or that tells of it. */
static void fill_csrs(void)
{
	for (unsigned int n = 0; n < 4096; n++) {
		bool own = is_the_firmwares(n) || n == CSR_MEDELEG || n == CSR_MIDELEG ||
			   n == CSR_MCOUNTEREN || n == CSR_MENVCFG || n == CSR_MSECCFG ||
			   n == CSR_SATP || n == CSR_HGATP || n == TSELECT;

		if (!own) {
			fake.csr[n] = PATTERN(n) & fake.mask[n];
		}
	}
	fake.csr[CSR_MSTATUS] |= MSTATUS_FS | MSTATUS_VS | MSTATUS_SUM | MSTATUS_MXR | MSTATUS_SPP |
				 MSTATUS_SIE | MSTATUS_SPIE;
	fake.csr[CSR_MIE] |= BIT(IRQ_SSI) | BIT(IRQ_STI) | BIT(IRQ_SEI);
	fake.csr[CSR_MIP] |= BIT(IRQ_SSI);
	fake.csr[CSR_MSTATUS] &= ~MSTATUS_SDT;
	fake.csr[CSR_SATP] = (u64)8 << 60 | 0x80100;
	fake.csr[0x645] &= BIT(IRQ_VSSI) | BIT(IRQ_VSTI) | BIT(IRQ_VSEI); /* hvip has no others */
}

static void enter_call(void **state)
{
	jailed_setup(state);
	jailed_boot();
	fill_csrs();
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	assert_int_equal(hart.world, WORLD_FIRMWARE);
}

/* I-SBX-3 */
static void csr_reads_tell_nothing_of_the_payload(void **state)
{
	u64 irqs = BIT(IRQ_SSI) | BIT(IRQ_STI) | BIT(IRQ_SEI);

	enter_call(state);
	assert_int_equal(jailed_reads(CSR_MEPC), 0);
	for (unsigned int num = 0; num < 4096; num++) {
		hart.x[5] = 0;
		jailed_executes(SYSTEM_CSR(2, 5, 0, num));
		if (!is_the_firmwares(num) && hart.x[5] != 0) {
			fail_msg("CSR %03x reads %llx", num, (unsigned long long)hart.x[5]);
		}
	}
	assert_int_equal(jailed_reads(CSR_MSTATUS) & MSTATUS_LIVE, 0);
	assert_int_equal(jailed_reads(CSR_MIE) & irqs, 0);
	assert_int_equal(jailed_reads(CSR_MIP) & irqs, 0);
}

static struct fake_hart hardware;
static struct hart before;

/* What may differ after the firmware has written to its own registers. */
static void settle_own(void)
{
	static const u16 free_csrs[] = {CSR_MEPC, CSR_MCAUSE, CSR_MTVAL, CSR_MTVAL2, CSR_MTINST};

	for (unsigned int i = 0; i < ARRAY_SIZE(free_csrs); i++) {
		hardware.csr[free_csrs[i]] = fake.csr[free_csrs[i]];
	}
	/* mie is what the firmware has enabled of its own; see the assertion on hart.vm.mie */
	hardware.csr[CSR_MIE] = fake.csr[CSR_MIE];
}

static void expect_unchanged(unsigned int num)
{
	bool same = memcmp(hardware.csr, fake.csr, sizeof(fake.csr)) == 0;

	for (unsigned int n = 0; n < 4096 && !same; n++) {
		if (hardware.csr[n] != fake.csr[n]) {
			fail_msg("a write to CSR %03x changes hardware's %03x from %llx to %llx",
				 num, n, (unsigned long long)hardware.csr[n],
				 (unsigned long long)fake.csr[n]);
		}
	}
	assert_memory_equal(hardware.tdata1, fake.tdata1, sizeof(fake.tdata1));
	assert_memory_equal(&hardware.pmp, &fake.pmp, sizeof(fake.pmp));
	assert_memory_equal(hardware.f, fake.f, sizeof(fake.f));
	assert_memory_equal(&before.held, &hart.held, sizeof(hart.held));
	assert_memory_equal(&before.payload, &hart.payload, sizeof(hart.payload));
	assert_memory_equal(before.vpmp.cfg, hart.vpmp.cfg, sizeof(hart.vpmp.cfg));
	assert_memory_equal(before.vpmp.addr, hart.vpmp.addr, sizeof(hart.vpmp.addr));
	assert_memory_equal(before.tdata1, hart.tdata1, sizeof(hart.tdata1));
	assert_int_equal(before.vm.medeleg, hart.vm.medeleg);
	assert_int_equal(before.vm.mideleg, hart.vm.mideleg);
	assert_int_equal(before.vm.mcounteren, hart.vm.mcounteren);
	assert_int_equal(before.vm.menvcfg, hart.vm.menvcfg);
	assert_int_equal(before.vm.mseccfg, hart.vm.mseccfg);
	assert_int_equal((before.vm.mie ^ hart.vm.mie) & ~(BIT(IRQ_MSI) | BIT(IRQ_MTI)), 0);
	assert_int_equal(hart.vm.mstatus & (MSTATUS_MPRV | MSTATUS_FS | MSTATUS_VS), 0);
	assert_int_equal(fake.csr[CSR_MSTATUS] & (MSTATUS_FS | MSTATUS_VS | MSTATUS_MPRV), 0);
}

/* I-SBX-3: csrrw, csrrs, csrrc of every number with ones, zeros, patterns. */
static void csr_writes_change_nothing_of_the_payload(void **state)
{
	static const u64 values[] = {~(u64)0, 0, 0x5555555555555555, 0xaaaaaaaaaaaaaaaa};

	enter_call(state);
	hart.vm.mstatus &= ~MSTATUS_MIE;
	hardware = fake;
	before = hart;
	for (unsigned int num = 0; num < 4096; num++) {
		for (unsigned int i = 0; i < 3 * ARRAY_SIZE(values); i++) {
			hart.x[5] = values[i / 3];
			jailed_executes(SYSTEM_CSR(1 + i % 3, 6, 5, num));
			hart.vm.mstatus &= ~MSTATUS_MIE; /* no interrupt gets in between */
			assert_int_equal(hart.world, WORLD_FIRMWARE);
			settle_own();
			expect_unchanged(num);
		}
	}
}

/* I-SBX-3: and everything is back when the payload goes on. */
static void the_payload_finds_its_csrs(void **state)
{
	static struct fake_hart at_call;

	jailed_setup(state);
	jailed_boot();
	fill_csrs();
	/* As a trap leaves mstatus. */
	fake.csr[CSR_MSTATUS] = field_set(fake.csr[CSR_MSTATUS], MSTATUS_MPP, PRIV_S);
	at_call = fake;
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	for (unsigned int num = 0; num < 4096; num++) {
		if (num != CSR_MTVEC) {
			jailed_writes(num, ~(u64)0);
		}
		hart.vm.mstatus &= ~MSTATUS_MIE;
	}
	hart.vm.mie &= ~(BIT(IRQ_MSI) | BIT(IRQ_MTI));
	jailed_answers(0, 0);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	for (unsigned int n = 0; n < 4096; n++) {
		bool machine_trap = n >= CSR_MSCRATCH && n <= CSR_MTVAL2;

		if (!machine_trap && fake.csr[n] != at_call.csr[n]) {
			fail_msg("CSR %03x was %llx and is %llx", n,
				 (unsigned long long)at_call.csr[n],
				 (unsigned long long)fake.csr[n]);
		}
	}
}

/* Windows on what other registers select, on the machine's counters, and RV32's halves. */
static bool is_view(unsigned int num)
{
	return num == 0x120 || (num >= 0x61c && num <= 0x61f) || (num >= 0x151 && num <= 0x15c) ||
	       (num >= 0x251 && num <= 0x25c);
}

/* I-SBX-3: of a payload that has stopped for good firmware finds none, in any CSR below M-mode. */
static void a_stopped_hart_leaves_no_csr(void **state)
{
	jailed_setup(state);
	jailed_boot();
	fill_csrs();
	jailed_calls(SBI_HSM, SBI_HSM_STOP, 0, 0, 0);
	assert_int_equal(fake.count.sctrclr, 1);
	for (unsigned int num = 0; num < 4096; num++) {
		/* M-mode's, what the hart is, and UXL. */
		if ((num >> 8 & 3) == 3 || num >> 10 == 3 || num == CSR_SSTATUS || is_view(num)) {
			continue;
		}
		hart.x[5] = 0;
		jailed_executes(SYSTEM_CSR(2, 5, 0, num));
		if (hart.x[5] != 0 && hart.x[5] != ~(u64)0) {
			fail_msg("CSR %03x is left: %llx", num, (unsigned long long)hart.x[5]);
		}
	}
	assert_int_equal(jailed_reads(CSR_SSTATUS) & MSTATUS_LIVE, 0);
}

/* I-SBX-3: FP and vector state stay off for firmware in a call. */
static void firmware_has_no_floating_point(void **state)
{
	enter_call(state);
	jailed_writes(CSR_MSTATUS, ~(u64)0);
	assert_int_equal(fake.csr[CSR_MSTATUS] & (MSTATUS_FS | MSTATUS_VS | MSTATUS_SUM), 0);
	jailed_writes(CSR_SSTATUS, ~(u64)0);
	assert_int_equal(fake.csr[CSR_MSTATUS] & (MSTATUS_FS | MSTATUS_VS | MSTATUS_SUM), 0);
	assert_int_equal(fake.csr[CSR_MCOUNTEREN], BIT(1)); /* time alone */
}

/* I-SBX-2: triggers that firmware has set before the lock are gone, and no new ones come. */
static void triggers_are_disarmed(void **state)
{
	u64 trigger = (u64)2 << 60 | BIT(6) | BIT(4) | BIT(3) | 7;

	(void)state;
	jailed_writes(0x7a0, 1);
	jailed_writes(CSR_TDATA1, trigger);
	assert_int_not_equal(hart.triggers_armed, 0);
	jailed_boot();
	assert_int_equal(hart.triggers_armed, 0);
	for (unsigned int i = 0; i < FAKE_TRIGGERS; i++) {
		assert_int_equal(fake.tdata1[i], 0);
	}
	world_enter_firmware(&hart); /* as a hart that has not begun */
	jailed_writes(CSR_TDATA1, trigger);
	assert_int_equal(jailed_reads(CSR_TDATA1), 0);
	assert_int_equal(fake.tdata1[1], 0);
}

/* ---- what this machine must have ---- */

static void machines_that_cannot_be_locked_are_refused(void **state)
{
	(void)state;
	assert_true(policy_sandbox.init(&hart));
	machine.devices.d[0].kind = DEVICE_IMSIC_M;
	machine.devices.count = 1;
	assert_false(policy_sandbox.init(&hart));
	machine.devices.count = 0;
	machine.firmware = range_make(RAM_END - PAGE, 2 * PAGE);
	assert_false(policy_sandbox.init(&hart));
}

/* ---- what the other policies are told, and what they may spare ---- */

/* The tree as far as it goes, the initrd, the payload: when firmware can change none of them. */
static void the_lock_has_everything_measured(void **state)
{
	(void)state;
	fake_tree = (struct tree_report){.size = 0x700};
	machine.initrd = range_make(SECRET, 0x3000);
	machine.payload = range_make(BEGIN, 0x1000);
	reg_write(&hart, 11, SECRET + 0x8000);
	jailed_mret(PRIV_S, BEGIN);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(fake_measured_count, 3);
	assert_int_equal(fake_measured[0].what, MEASURED_TREE);
	assert_int_equal(fake_measured[0].r.base, SECRET + 0x8000);
	assert_int_equal(fake_measured[0].r.size, 0x700);
	assert_int_equal(fake_measured[1].what, MEASURED_INITRD);
	assert_int_equal(fake_measured[1].r.base, SECRET);
	assert_int_equal(fake_measured[1].r.size, 0x3000);
	assert_int_equal(fake_measured[2].what, MEASURED_PAYLOAD);
	assert_int_equal(fake_measured[2].r.base, BEGIN);
	assert_int_equal(fake_measured[2].r.size, 0x1000);
}

/* An entry that lies in no image has no size. */
static void a_payload_without_an_image_is_its_entry(void **state)
{
	(void)state;
	machine.payload = range_make(BEGIN + 4, 0x1000);
	jailed_boot();
	assert_int_equal(fake_measured_count, 3);
	assert_int_equal(fake_measured[2].r.base, BEGIN);
	assert_int_equal(fake_measured[2].r.size, 0);
}

/* What one policy wants to see, no other can spare; one without a hook spares what it is for. */
static void policies_spare_what_all_of_them_spare(void **state)
{
	u32 sandbox_spares = SPARES_FIRMWARE | SPARES_TRAP_CSRS | SPARES_STATUS | SPARES_TIME |
			     SPARES_CLINT;

	(void)state;
	assert_int_equal(hart.spared, sandbox_spares | SPARES_EXIT);
	hart.spared = 0;
	assert_true(policy_init(&hart));
	assert_int_equal(hart.spared, sandbox_spares | SPARES_EXIT);
}

/* Each CSR of firmware's passes the sandbox till the lock, so it costs nothing to ask. */
static void csrs_are_seen_from_the_lock_on(void **state)
{
	(void)state;
	assert_false(policy_sees_csrs());
	jailed_boot();
	assert_true(policy_sees_csrs());
	assert_true(policy_init(&hart)); /* a hart that comes late takes nothing back */
	assert_true(policy_sees_csrs());
}

/* The monitor's own entries and the sandbox's three. */
static void harts_with_too_few_entries_are_refused(void **state)
{
	(void)state;
	unit_listen();
	hart.caps.pmp_count = VPMP_RESERVED + 3;
	assert_true(policy_pmp_fits(&hart));
	assert_string_equal(unit_printed, "");
	hart.caps.pmp_count--;
	assert_false(policy_pmp_fits(&hart));
	log_set_putc(NULL);
	assert_non_null(strstr(unit_printed, "refused: hart 0 has 6 PMP entries, 7 are needed"));
	assert_non_null(strstr(unit_printed, "the monitor 4"));
	assert_non_null(strstr(unit_printed, "policy sandbox 3 of at most 8"));
	assert_non_null(strstr(unit_printed, "policy witness 0"));
}

/* A tree that lies about memory is counted; it does not keep the payload from running. */
static void a_changed_tree_is_a_refusal(void **state)
{
	(void)state;
	fake_tree = (struct tree_report){.size = 0x700};
	jailed_boot();
	assert_int_equal(hart.counts.refused[REFUSED_MEMORY], 0);
	jailed_setup(state);
	fake_tree = (struct tree_report){.size = 0x700, .findings = 1};
	jailed_boot();
	assert_int_equal(hart.counts.refused[REFUSED_MEMORY], 1);
	jailed_setup(state);
	fake_tree = (struct tree_report){.size = 0, .findings = 1}; /* the payload gets none */
	jailed_boot();
	assert_int_equal(hart.counts.refused[REFUSED_MEMORY], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JAILED_TEST(before_the_lock_firmware_has_the_memory),
		JAILED_TEST(loads_from_the_console_need_not_trap_before_the_lock),
		JAILED_TEST(after_the_lock_firmware_has_its_image),
		JAILED_TEST_OLD(after_the_lock_firmware_has_its_image),
		JAILED_TEST(reservations_behind_the_image_are_kept),
		JAILED_TEST(a_payload_on_the_firmware_does_not_begin),
		JAILED_TEST(a_fresh_hart_gets_the_pattern),
		JAILED_TEST(nobody_enters_unasked),
		JAILED_TEST(csr_reads_tell_nothing_of_the_payload),
		JAILED_TEST(csr_writes_change_nothing_of_the_payload),
		JAILED_TEST(the_payload_finds_its_csrs),
		JAILED_TEST(a_stopped_hart_leaves_no_csr),
		JAILED_TEST(firmware_has_no_floating_point),
		JAILED_TEST(triggers_are_disarmed),
		JAILED_TEST(machines_that_cannot_be_locked_are_refused),
		JAILED_TEST(the_lock_has_everything_measured),
		JAILED_TEST(a_payload_without_an_image_is_its_entry),
		JAILED_TEST(a_changed_tree_is_a_refusal),
		JAILED_TEST(policies_spare_what_all_of_them_spare),
		JAILED_TEST(csrs_are_seen_from_the_lock_on),
		JAILED_TEST(harts_with_too_few_entries_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
