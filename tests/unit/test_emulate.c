/* SPDX-License-Identifier: Apache-2.0 */
/* Privileged instructions of the firmware, and where pc goes (I-PC-1; Priv. 3.3, Zicsr). */
#include "unit.h"

#include "monitor/decode.h"
#include "monitor/emulate.h"
#include "monitor/regs.h"
#include "monitor/vcsr.h"
#include "monitor/vtrap.h"
#include "monitor/world.h"

#define MRET 0x30200073u
#define SRET 0x10200073u
#define WFI 0x10500073u
#define MNRET 0x70200073u
#define DRET 0x7b200073u
#define WRS_NTO 0x00d00073u
#define WRS_STO 0x01d00073u
#define SCTRCLR 0x10400073u
#define SFENCE_VMA 0x12000073u
#define SINVAL_VMA 0x16000073u
#define SFENCE_W_INVAL 0x18000073u
#define SFENCE_INVAL_IR 0x18100073u
#define HFENCE_VVMA 0x22000073u
#define HFENCE_GVMA 0x62000073u
#define HINVAL_VVMA 0x26000073u
#define HINVAL_GVMA 0x66000073u

#define PC (FAKE_RAM_BASE + 0x400)
#define HANDLER (FAKE_RAM_BASE + 0x3000)
#define MSCRATCH 0x340

enum { RW = 1, RS, RC, RWI = 5, RSI, RCI };

static struct hart before;

static void run(u32 word)
{
	assert_true(vcsr_write(&hart, CSR_MTVEC, VCSR_RW, HANDLER, 0));
	hart.pc = PC;
	hart.tval = word;
	before = hart;
	emulate_privileged(&hart, word);
	if (hart.world == WORLD_FIRMWARE) {
		fake_check_firmware_world(&hart);
	}
}

static void expect_done(u32 word)
{
	run(word);
	if (hart.pc != PC + 4) {
		fail_msg("0x%08x: pc is 0x%lx, not behind the instruction", word, hart.pc);
	}
}

/* The trap of Priv. 3.1.16 and nothing else. */
static void expect_illegal(u32 word)
{
	u64 live[32];

	memcpy(live, fake.x, sizeof(live));
	run(word);
	if (hart.pc != HANDLER || hart.vm.mcause != CAUSE_ILLEGAL) {
		fail_msg("0x%08x is not illegal", word);
	}
	assert_int_equal(hart.vm.mepc, PC);
	assert_int_equal(hart.vm.mtval, word);
	assert_memory_equal(hart.x, before.x, sizeof(hart.x));
	assert_memory_equal(fake.x, live, sizeof(live));
	assert_int_equal(hart.vm.mscratch, before.vm.mscratch);
	assert_int_equal(hart.vm.mie, before.vm.mie);
}

/* ---- Zicsr ---- */

static void csr_instructions_write_set_and_clear(void **state)
{
	(void)state;
	hart.vm.mscratch = 0xf0;
	hart.x[11] = 0x3c;
	expect_done(SYSTEM_CSR(RW, 5, 11, MSCRATCH));
	assert_int_equal(hart.x[5], 0xf0);
	assert_int_equal(hart.vm.mscratch, 0x3c);
	hart.x[11] = 0x81;
	expect_done(SYSTEM_CSR(RS, 5, 11, MSCRATCH));
	assert_int_equal(hart.x[5], 0x3c);
	assert_int_equal(hart.vm.mscratch, 0xbd);
	hart.x[11] = 0x0f;
	expect_done(SYSTEM_CSR(RC, 5, 11, MSCRATCH));
	assert_int_equal(hart.x[5], 0xbd);
	assert_int_equal(hart.vm.mscratch, 0xb0);
	expect_done(SYSTEM_CSR(RWI, 5, 31, MSCRATCH));
	assert_int_equal(hart.vm.mscratch, 31);
	expect_done(SYSTEM_CSR(RCI, 5, 3, MSCRATCH));
	assert_int_equal(hart.vm.mscratch, 28);
	expect_done(SYSTEM_CSR(RSI, 5, 1, MSCRATCH));
	assert_int_equal(hart.x[5], 28);
	assert_int_equal(hart.vm.mscratch, 29);
}

static void csr_swap_with_rd_equal_to_rs1_swaps(void **state)
{
	(void)state;
	for (unsigned int r = 1; r < 32; r++) {
		hart.vm.mscratch = 0x1111;
		reg_write(&hart, r, 0x2222);
		expect_done(SYSTEM_CSR(RW, r, r, MSCRATCH));
		assert_int_equal(reg_read(&hart, r), 0x1111);
		assert_int_equal(hart.vm.mscratch, 0x2222);
	}
}

static void csr_result_for_x0_is_dropped(void **state)
{
	(void)state;
	hart.vm.mscratch = 0x1111;
	expect_done(SYSTEM_CSR(RS, 0, 0, MSCRATCH));
	assert_int_equal(hart.x[0], 0);
}

static unsigned int writes_seen;

static void count_writes(unsigned int num, u64 value)
{
	(void)value;
	writes_seen += num == 0x140;
}

/* Zicsr: csrrs and csrrc with x0 (or a zero immediate) do not write at all. */
static void csr_set_or_clear_of_x0_does_not_write(void **state)
{
	(void)state;
	fake.on_csrw = count_writes;
	writes_seen = 0;
	expect_done(SYSTEM_CSR(RS, 5, 0, 0x140));
	expect_done(SYSTEM_CSR(RC, 5, 0, 0x140));
	expect_done(SYSTEM_CSR(RSI, 5, 0, 0x140));
	expect_done(SYSTEM_CSR(RCI, 5, 0, 0x140));
	assert_int_equal(writes_seen, 0);
	hart.x[7] = 0; /* but a register that happens to hold zero is a write */
	expect_done(SYSTEM_CSR(RS, 5, 7, 0x140));
	assert_int_equal(writes_seen, 1);
	expect_done(SYSTEM_CSR(RWI, 5, 0, 0x140));
	assert_int_equal(writes_seen, 2);
}

/* Priv. 2.1: a write to a read-only number is illegal; reading it is not. */
static void read_only_csr_can_be_read_but_not_written(void **state)
{
	(void)state;
	fake.csr[0xf11] = 0x489;
	hart.x[7] = 0;
	expect_done(SYSTEM_CSR(RS, 5, 0, 0xf11));
	assert_int_equal(hart.x[5], 0x489);
	expect_illegal(SYSTEM_CSR(RS, 5, 7, 0xf11));
	expect_illegal(SYSTEM_CSR(RW, 5, 0, 0xf11));
	expect_illegal(SYSTEM_CSR(RWI, 0, 0, 0xf14));
	expect_illegal(SYSTEM_CSR(RCI, 5, 1, 0xf14));
}

static void absent_csr_is_illegal(void **state)
{
	(void)state;
	expect_illegal(SYSTEM_CSR(RS, 5, 0, 0x7b0)); /* dcsr */
	expect_illegal(SYSTEM_CSR(RW, 5, 5, 0x740)); /* mnscratch */
	expect_illegal(SYSTEM_CSR(RW, 0, 5, 0x800));
	expect_illegal(SYSTEM_CSR(RS, 5, 0, CSR_PMPCFG0 + 1));
}

/* Zkr: seed answers csrrw; a read without write is illegal. */
static void seed_needs_a_write(void **state)
{
	(void)state;
	expect_done(SYSTEM_CSR(RW, 5, 0, CSR_SEED));
	assert_int_equal(hart.x[5], 0x80001234);
	expect_illegal(SYSTEM_CSR(RS, 5, 0, CSR_SEED));
	fake.absent[CSR_SEED] = true;
	expect_illegal(SYSTEM_CSR(RW, 5, 0, CSR_SEED));
}

/* ---- the other instructions ---- */

static void returns_of_debug_and_nmi_are_absent(void **state)
{
	(void)state;
	expect_illegal(MNRET);
	expect_illegal(DRET);
}

static void mret_and_sret_go_to_their_epc(void **state)
{
	(void)state;
	assert_true(vcsr_write(&hart, CSR_MSTATUS, VCSR_RW, MSTATUS_MPP, 0));
	hart.vm.mepc = 0x80001234;
	run(MRET);
	assert_int_equal(hart.pc, 0x80001234);
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	fake.csr[CSR_SEPC] = 0x80005678;
	run(SRET);
	assert_int_equal(hart.pc, 0x80005678);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
}

static u64 mie_asleep;

static void note_mie(void)
{
	mie_asleep = fake.csr[CSR_MIE];
}

/* Priv. 3.3.3: sleeps with what the firmware enabled, whatever vmstatus.MIE, and the doorbell. */
static void wfi_sleeps_with_the_firmwares_enables(void **state)
{
	(void)state;
	fake.on_wfi = note_mie;
	assert_true(vcsr_write(&hart, CSR_MIE, VCSR_RW, BIT(IRQ_MTI) | BIT(IRQ_SSI), 0));
	expect_done(WFI);
	assert_int_equal(fake.count.wfi, 1);
	assert_int_equal(mie_asleep, BIT(IRQ_MTI) | BIT(IRQ_SSI) | BIT(IRQ_MSI));
	assert_int_equal(hart.irq_check, 1);
}

static void wfi_does_not_sleep_while_an_enabled_interrupt_is_pending(void **state)
{
	(void)state;
	assert_true(vcsr_write(&hart, CSR_MIE, VCSR_RW, BIT(IRQ_MSI), 0));
	hart.vmsip = 1;
	expect_done(WFI);
	assert_int_equal(fake.count.wfi, 0);
}

static void fences_are_carried_out_at_least_as_strong(void **state)
{
	(void)state;
	expect_done(SFENCE_VMA);
	expect_done(SFENCE_VMA | 5u << 15 | 6u << 20);
	assert_int_equal(fake.count.sfence_vma, 2);
	expect_done(SINVAL_VMA);
	assert_int_equal(fake.count.sfence_vma, 3);
	expect_done(SFENCE_W_INVAL);
	expect_done(SFENCE_INVAL_IR);
	expect_done(HFENCE_VVMA);
	expect_done(HINVAL_VVMA);
	assert_int_equal(fake.count.hfence_vvma, 2);
	expect_done(HFENCE_GVMA);
	expect_done(HINVAL_GVMA);
	assert_int_equal(fake.count.hfence_gvma, 2);
}

static void instructions_of_absent_extensions_are_illegal(void **state)
{
	static const u32 words[] = {SINVAL_VMA,
				    SFENCE_W_INVAL,
				    SFENCE_INVAL_IR,
				    HFENCE_VVMA,
				    HFENCE_GVMA,
				    HINVAL_VVMA,
				    HINVAL_GVMA,
				    WRS_NTO,
				    WRS_STO,
				    SCTRCLR,
				    0x6000c573 /* hlv.b */,
				    0x62a0c073 /* hsv.b */};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++) {
		expect_illegal(words[i]);
	}
	expect_done(SFENCE_VMA);
	expect_done(WFI);
}

static void instructions_of_present_extensions_are_done(void **state)
{
	(void)state;
	expect_done(WRS_NTO);
	expect_done(WRS_STO);
	expect_done(SCTRCLR);
}

/* Zicfiss: no shadow stack without translation: a store access fault at the address in rs1. */
static void ssamoswap_of_the_firmware_is_a_store_access_fault(void **state)
{
	u32 word = 0x4800202f | 5u << 7 | 11u << 15 | 6u << 20;

	(void)state;
	expect_illegal(word);
	fake_reset();
	fake.mask[CSR_MENVCFG] |= BIT(3);
	fake_start(&hart);
	hart.x[11] = 0x80005550;
	run(word);
	assert_int_equal(hart.vm.mcause, CAUSE_STORE_ACCESS);
	assert_int_equal(hart.vm.mtval, 0x80005550);
	assert_int_equal(hart.pc, HANDLER);
	assert_int_equal(hart.vm.mepc, PC);
}

/* ---- hypervisor loads and stores (Priv. 18.3.1) ---- */

#define DATA (FAKE_RAM_BASE + 0x6000)

static void open_payload_memory(void)
{
	assert_true(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, ~(u64)0, 0));
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, 0x1f, 0));
}

static void hypervisor_loads_extend_as_they_should(void **state)
{
	static const struct {
		u32 word; /* rd = x12, rs1 = x11 */
		u64 value;
	} loads[] = {
		{0x6005c673, 0xfffffffffffffff8}, {0x6015c673, 0xf8},
		{0x6405c673, 0xfffffffffffff7f8}, {0x6415c673, 0xf7f8},
		{0x6805c673, 0xfffffffff5f6f7f8}, {0x6815c673, 0xf5f6f7f8},
		{0x6c05c673, 0xf1f2f3f4f5f6f7f8}, {0x6435c673, 0xf7f8},
		{0x6835c673, 0xf5f6f7f8},
	};

	(void)state;
	open_payload_memory();
	fake_store(DATA, 8, 0xf1f2f3f4f5f6f7f8);
	for (unsigned int i = 0; i < ARRAY_SIZE(loads); i++) {
		hart.x[11] = DATA;
		hart.x[12] = 0;
		expect_done(loads[i].word);
		assert_int_equal(hart.x[12], loads[i].value);
	}
}

static void hypervisor_stores_store_their_width(void **state)
{
	static const u32 words[] = {0x62c5c073, 0x66c5c073, 0x6ac5c073, 0x6ec5c073};

	(void)state;
	open_payload_memory();
	for (unsigned int width = 0; width < 4; width++) {
		fake_store(DATA, 8, 0);
		hart.x[11] = DATA;
		hart.x[12] = ~(u64)0;
		expect_done(words[width]);
		assert_int_equal(fake_load(DATA, 8), ~(u64)0 >> (64 - (8u << width)));
	}
}

/* The payload's rules, not vM-mode's; a fault is a guest's fault: GVA (Priv. 18.4.1). */
static void hypervisor_access_has_the_guests_rights(void **state)
{
	(void)state;
	hart.x[11] = DATA;
	run(0x6c05c673); /* no rule of the firmware's grants S and U anything */
	assert_int_equal(hart.pc, HANDLER);
	assert_int_equal(hart.vm.mcause, CAUSE_LOAD_ACCESS);
	assert_int_equal(hart.vm.mtval, DATA);
	assert_int_equal(vcsr_mstatus(&hart) & MSTATUS_GVA, MSTATUS_GVA);
	open_payload_memory();
	hart.x[11] = FAKE_SELF_BASE;
	run(0x6ec5c073);
	assert_int_equal(hart.vm.mcause, CAUSE_STORE_ACCESS);
}

/* ---- all words ---- */

/* pc moves once: behind the instruction, to the handler, or where a return goes. */
static void check_pc(u32 word)
{
	if (hart.pc == PC + insn_len(word)) {
		return;
	}
	if (hart.pc == HANDLER && hart.vm.mepc == PC) {
		return;
	}
	assert_true(word == MRET || word == SRET);
}

/* Registers change in rd alone, and only if the instruction was carried out. */
static void check_registers(u32 word, const u64 *live)
{
	bool done = hart.pc == PC + insn_len(word);

	for (unsigned int r = 0; r < 32; r++) {
		bool is_live = (GPR_LIVE_MASK >> r & 1) != 0;
		u64 old = is_live ? live[r] : before.x[r];

		if (reg_read(&hart, r) != old) {
			assert_true(done && r == insn_rd(word));
		}
	}
	assert_int_equal(hart.x[0], 0);
}

static void random_words_move_pc_once_and_change_rd_alone(void **state)
{
	u64 live[32];

	for (unsigned int n = 0; n < 30000; n++) {
		u32 word = (u32)unit_random();

		if (n % 2000 == 0) {
			unit_setup(state);
		}
		word = n % 4 != 0 ? (word & ~0x7fu) | 0x73 : word;
		if (n % 8 == 1) { /* funct3 0: the instructions without CSR */
			word &= 0xfff000ff;
			word |= (n & 16) != 0 ? 0 : 0x73;
		}
		for (unsigned int r = 1; r < 32; r++) {
			reg_write(&hart, r, unit_random_bits());
		}
		memcpy(live, fake.x, sizeof(live));
		run(word);
		check_pc(word);
		check_registers(word, live);
		if (hart.world == WORLD_PAYLOAD) {
			unit_setup(state);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(csr_instructions_write_set_and_clear),
		UNIT_TEST(csr_swap_with_rd_equal_to_rs1_swaps),
		UNIT_TEST(csr_result_for_x0_is_dropped),
		UNIT_TEST(csr_set_or_clear_of_x0_does_not_write),
		UNIT_TEST(read_only_csr_can_be_read_but_not_written),
		UNIT_TEST(absent_csr_is_illegal),
		UNIT_TEST(seed_needs_a_write),
		UNIT_TEST(returns_of_debug_and_nmi_are_absent),
		UNIT_TEST(mret_and_sret_go_to_their_epc),
		UNIT_TEST(wfi_sleeps_with_the_firmwares_enables),
		UNIT_TEST(wfi_does_not_sleep_while_an_enabled_interrupt_is_pending),
		UNIT_TEST(fences_are_carried_out_at_least_as_strong),
		UNIT_TEST_OLD(instructions_of_absent_extensions_are_illegal),
		UNIT_TEST(instructions_of_present_extensions_are_done),
		UNIT_TEST(ssamoswap_of_the_firmware_is_a_store_access_fault),
		UNIT_TEST(hypervisor_loads_extend_as_they_should),
		UNIT_TEST(hypervisor_stores_store_their_width),
		UNIT_TEST(hypervisor_access_has_the_guests_rights),
		UNIT_TEST(random_words_move_pc_once_and_change_rd_alone),
	};

	return cmocka_run_group_tests_name("emulate", tests, NULL, NULL);
}
