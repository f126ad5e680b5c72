/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual PMP registers: what the firmware reads and writes (Priv. 3.7.1, Smepmp). */
/* Evidence for I-PMP-4, I-PMP-5. */
#include "unit.h"

#include "monitor/vpmp.h"
#include "monitor/world.h"

static void start_with(unsigned int count, unsigned int grain)
{
	fake_reset();
	fake.pmp.count = count;
	fake.pmp.grain = grain;
	fake.pmp_registers = count > 16 ? 64 : 16;
	fake_start(&hart);
}

static u64 pread(unsigned int num)
{
	u64 v;

	assert_true(vpmp_read_csr(&hart, num, &v));
	return v;
}

static void pwrite(unsigned int num, u64 value)
{
	assert_true(vpmp_write_csr(&hart, num, value));
	fake_check_firmware_world(&hart);
}

static void set_mseccfg(u64 bits)
{
	hart.vm.mseccfg = bits;
	vpmp_rebuild(&hart);
}

/* All but the monitor's four; fewer than eight are none (monitor/vpmp.h, VPMP_FEWEST). */
static void firmware_has_all_entries_but_four_or_none(void **state)
{
	(void)state;
	for (unsigned int count = 4; count <= 64; count++) {
		unsigned int has = count >= 12 ? count - 4 : 0;

		start_with(count, 0);
		assert_int_equal(hart.vpmp.count, has);
		for (unsigned int i = 0; i < fake.pmp_registers; i++) {
			pwrite(CSR_PMPADDR0 + i, 0x20001000 + i);
			assert_int_equal(pread(CSR_PMPADDR0 + i), i < has ? 0x20001000 + i : 0);
		}
		for (unsigned int i = 0; i < fake.pmp_registers; i += 8) {
			pwrite(CSR_PMPCFG0 + i / 4, 0x0f0f0f0f0f0f0f0f);
			for (unsigned int j = i; j < i + 8; j++) {
				u64 byte = pread(CSR_PMPCFG0 + i / 4) >> (j - i) * 8 & 0xff;

				assert_int_equal(byte, j < has ? 0x0f : 0);
			}
		}
	}
}

/* Priv. 3.7.1: on RV64 the odd pmpcfg are illegal. */
static void odd_pmpcfg_does_not_exist(void **state)
{
	u64 v;

	(void)state;
	start_with(64, 0);
	for (unsigned int num = CSR_PMPCFG0 + 1; num < CSR_PMPADDR0; num += 2) {
		assert_false(vpmp_read_csr(&hart, num, &v));
		assert_false(vpmp_write_csr(&hart, num, 0));
	}
}

static void registers_that_hardware_lacks_are_refused(void **state)
{
	u64 v;

	(void)state;
	start_with(16, 0);
	assert_false(vpmp_read_csr(&hart, CSR_PMPADDR0 + 16, &v));
	assert_false(vpmp_write_csr(&hart, CSR_PMPADDR0 + 16, 0));
	assert_false(vpmp_read_csr(&hart, CSR_PMPCFG0 + 4, &v));
	assert_false(vpmp_write_csr(&hart, CSR_PMPCFG0 + 4, 0));
}

static void reserved_bits_and_reserved_permissions_are_not_kept(void **state)
{
	(void)state;
	for (unsigned int v = 0; v < 128; v++) {
		u64 got;

		pwrite(CSR_PMPCFG0, v);
		got = pread(CSR_PMPCFG0);
		assert_int_equal(got & 0x60, 0);
		assert_int_not_equal(got & 3, 2);
		if ((v & 3) != 2) {
			assert_int_equal(got, v & 0x1f);
		}
	}
}

/* Priv. 3.7.1.2: a locked entry ignores writes to its configuration and its address. */
static void locked_entry_keeps_configuration_and_address(void **state)
{
	(void)state;
	pwrite(CSR_PMPADDR0, 0x1111);
	pwrite(CSR_PMPCFG0, 0x99);
	pwrite(CSR_PMPCFG0, 0x1f);
	pwrite(CSR_PMPADDR0, 0x2222);
	assert_int_equal(pread(CSR_PMPCFG0), 0x99);
	assert_int_equal(pread(CSR_PMPADDR0), 0x1111);
}

/* Priv. 3.7.1.2: a locked TOR entry locks the address below it, even if that entry is off. */
static void locked_tor_entry_locks_the_address_below(void **state)
{
	(void)state;
	pwrite(CSR_PMPADDR0 + 3, 0x1111);
	pwrite(CSR_PMPADDR0 + 4, 0x2222);
	pwrite(CSR_PMPCFG0, (u64)0x89 << 32);
	pwrite(CSR_PMPADDR0 + 3, 0x3333);
	assert_int_equal(pread(CSR_PMPADDR0 + 3), 0x1111);
	pwrite(CSR_PMPADDR0 + 2, 0x3333);
	assert_int_equal(pread(CSR_PMPADDR0 + 2), 0x3333);
}

static void locked_napot_entry_leaves_the_address_below_free(void **state)
{
	(void)state;
	pwrite(CSR_PMPCFG0, (u64)0x99 << 32);
	pwrite(CSR_PMPADDR0 + 3, 0x3333);
	assert_int_equal(pread(CSR_PMPADDR0 + 3), 0x3333);
}

/* Smepmp 2: with RLB locked rules can be edited. */
static void rlb_opens_locked_entries(void **state)
{
	(void)state;
	set_mseccfg(MSECCFG_RLB);
	pwrite(CSR_PMPCFG0, 0x8900);
	pwrite(CSR_PMPADDR0, 0x5555);
	pwrite(CSR_PMPADDR0 + 1, 0x6666);
	pwrite(CSR_PMPCFG0, 0x1f00);
	assert_int_equal(pread(CSR_PMPADDR0), 0x5555);
	assert_int_equal(pread(CSR_PMPADDR0 + 1), 0x6666);
	assert_int_equal(pread(CSR_PMPCFG0), 0x1f00);
}

/* Smepmp 2: with MML set and RLB clear, a rule that lets M-mode execute cannot be made. */
static void mml_without_rlb_refuses_new_m_mode_code_rules(void **state)
{
	(void)state;
	for (unsigned int v = 0; v < 256; v++) {
		bool lets_m_execute = v >> 7 == 1 && ((v & 7) == 2 || (v & 7) == 4 ||
						      (v & 7) == 5 || (v & 7) == 6);

		start_with(16, 0);
		set_mseccfg(MSECCFG_MML);
		pwrite(CSR_PMPCFG0, v);
		assert_int_equal(pread(CSR_PMPCFG0), lets_m_execute ? 0 : v & 0x9f);
		start_with(16, 0);
		set_mseccfg(MSECCFG_MML | MSECCFG_RLB);
		pwrite(CSR_PMPCFG0, v);
		assert_int_equal(pread(CSR_PMPCFG0), v & 0x9f);
	}
}

/* Priv. 3.7.1: pmpaddr[G-1:0] read as zeros when off or TOR; [G-2:0] as ones when NAPOT. */
static void coarse_grain_shows_in_what_pmpaddr_reads(void **state)
{
	u64 raw = 0x2aaaaaaaa;

	(void)state;
	for (unsigned int g = 0; g < 12; g++) {
		start_with(16, g);
		pwrite(CSR_PMPADDR0, raw);
		assert_int_equal(pread(CSR_PMPADDR0), raw >> g << g);
		pwrite(CSR_PMPCFG0, 0x0f);
		assert_int_equal(pread(CSR_PMPADDR0), raw >> g << g);
		pwrite(CSR_PMPCFG0, 0x1f);
		assert_int_equal(pread(CSR_PMPADDR0), g == 0 ? raw : raw | (BIT(g - 1) - 1));
		pwrite(CSR_PMPCFG0, 0x00);
		assert_int_equal(pread(CSR_PMPADDR0), raw >> g << g);
	}
}

/* With a coarse grain NA4 is not selectable (Priv. 3.7.1), with MML as without. */
static void na4_is_not_selectable_with_a_coarse_grain(void **state)
{
	(void)state;
	start_with(16, 3);
	pwrite(CSR_PMPCFG0, 0x11);
	assert_int_not_equal(pread(CSR_PMPCFG0) & PMP_A, PMP_A_NA4);
	set_mseccfg(MSECCFG_MML);
	pwrite(CSR_PMPCFG0, 0x11);
	assert_int_not_equal(pread(CSR_PMPCFG0) & PMP_A, PMP_A_NA4);
}

static void address_bits_that_hardware_lacks_are_not_kept(void **state)
{
	(void)state;
	pwrite(CSR_PMPADDR0, ~(u64)0);
	assert_int_equal(pread(CSR_PMPADDR0), BITS(53, 0));
}

/* I-PMP-5, Priv. 3.7.2: after a change of rules cached translations must go, guests' too. */
static void every_change_of_the_rules_is_fenced(void **state)
{
	(void)state;
	pwrite(CSR_PMPADDR0, 0x20000fff); /* of an entry that is off: no rule */
	assert_int_equal(fake.count.sfence_vma, 0);
	pwrite(CSR_PMPCFG0, 0x1f);
	assert_int_equal(fake.count.sfence_vma, 1);
	assert_int_equal(fake.count.hfence_gvma, 1);
	pwrite(CSR_PMPADDR0, 0x20001fff);
	assert_int_equal(fake.count.sfence_vma, 2);
	assert_int_equal(fake.count.hfence_gvma, 2);
	vpmp_use(&hart, VIEW_PAYLOAD);
	assert_int_equal(fake.count.sfence_vma, 3);
	vpmp_use(&hart, VIEW_PAYLOAD);
	assert_int_equal(fake.count.sfence_vma, 3);
}

/* What is off is a border all the same if a TOR rule stands behind it. */
static void border_that_moves_is_fenced(void **state)
{
	(void)state;
	pwrite(CSR_PMPADDR0 + 1, 0x20001000);
	pwrite(CSR_PMPCFG0, 0x0f00);
	fake.count.sfence_vma = 0;
	pwrite(CSR_PMPADDR0, 0x20000800);
	assert_int_equal(fake.count.sfence_vma, 1);
	pwrite(CSR_PMPADDR0 + 2, 0x20000800);
	assert_int_equal(fake.count.sfence_vma, 1);
}

static void hart_without_h_is_fenced_without_hfence(void **state)
{
	(void)state;
	pwrite(CSR_PMPADDR0, 0x20000fff);
	pwrite(CSR_PMPCFG0, 0x1f);
	assert_int_equal(fake.count.sfence_vma, 1);
	assert_int_equal(fake.count.hfence_gvma, 0);
}

/* What is written is what differs. */
static void view_change_writes_only_what_differs(void **state)
{
	(void)state;
	pwrite(CSR_PMPCFG0, 0x9f);
	fake.count.pmp_writes = 0;
	vpmp_use(&hart, hart.view);
	assert_int_equal(fake.count.pmp_writes, 0);
}

static bool rule_written;

static void note_rule(unsigned int num, u64 value)
{
	(void)value;
	rule_written |= num == CSR_PMPCFG0;
}

/* A hart that takes over a TOR rule's lower border with the rule only must not keep an old one. */
static void moving_a_border_writes_the_rule_above_again(void **state)
{
	(void)state;
	pwrite(CSR_PMPCFG0, 0x0f00);
	fake.on_csrw = note_rule;
	rule_written = false;
	pwrite(CSR_PMPADDR0, 0x20001000);
	assert_true(rule_written);
	rule_written = false;
	pwrite(CSR_PMPADDR0 + 1, 0x20002000);
	assert_false(rule_written);
}

/* I-PMP-4: L bits and mseccfg of the firmware never reach hardware: they would bind the monitor. */
static void hardware_never_holds_a_locked_rule(void **state)
{
	(void)state;
	for (unsigned int round = 0; round < 2000; round++) {
		pwrite(CSR_PMPCFG0 + 2 * (unsigned int)(unit_random() % 2), unit_random());
		for (unsigned int i = 0; i < fake.pmp.count; i++) {
			assert_int_equal(fake.pmp.cfg[i] & 0xe0, 0);
		}
		assert_int_equal(fake.pmp.mseccfg, 0);
	}
}

/* The rules that are in force after the start are the firmware's, and the hart knows it. */
static void a_hart_starts_with_the_firmwares_view(void **state)
{
	(void)state;
	hart.view = VIEW_PAYLOAD;
	memset(&hart.vpmp, 0, sizeof(hart.vpmp));
	vpmp_init(&hart);
	assert_int_equal(hart.view, VIEW_FIRMWARE);
	assert_memory_equal(&hart.vpmp.hardware, &hart.vpmp.view[VIEW_FIRMWARE],
			    sizeof(hart.vpmp.hardware));
}

/* ---- entries that an earlier stage has locked ---- */

#define LATCHED 0x23fc0000u
#define LATCHED_SIZE 0x40000u
#define ELSEWHERE 0x24000000u

static void start_latched(unsigned int count)
{
	fake_reset();
	fake.pmp.count = count;
	fake.pmp_registers = count > 16 ? 64 : 16;
	fake.pmp.addr[0] = pmp_napot(range_make(LATCHED, LATCHED_SIZE));
	fake.pmp.cfg[0] = PMP_L | PMP_A_NAPOT;
	fake_start(&hart);
}

#define FLASH range_make(0x20000000, 0x4000000)

static void with_flash(void)
{
	machine.flash = FLASH;
	memset(&hart.vpmp, 0, sizeof(hart.vpmp));
	vpmp_init(&hart);
}

/* I-PMP-6: in every view, with as many entries for the firmware as there were without it. */
static void the_flash_is_nobodys(void **state)
{
	(void)state;
	for (unsigned int count = 5; count <= 64; count++) {
		start_latched(count);
		with_flash();
		assert_int_equal(hart.vpmp.count, count >= 13 ? count - 5 : 0);
		for (unsigned int i = 0; i < hart.vpmp.count; i++) {
			pwrite(CSR_PMPADDR0 + i, ~(u64)0);
			pwrite(CSR_PMPCFG0 + i / 8 * 2, 0x1f1f1f1f1f1f1f1f);
		}
		for (unsigned int id = 0; id < VIEW_COUNT; id++) {
			vpmp_use(&hart, (enum pmp_view_id)id);
			for (unsigned int part = 0; part < 8; part++) {
				u64 at = FLASH.base + part * FLASH.size / 8;

				assert_false(pmp_model_allows(&fake.pmp, at, 4, 1, ACCESS_READ));
				assert_false(pmp_model_allows(&fake.pmp, at, 4, 0, ACCESS_WRITE));
				assert_false(pmp_model_allows(&fake.pmp, at, 4, 1, ACCESS_EXECUTE));
			}
			assert_false(vpmp_view_may(&hart, (enum pmp_view_id)id, FLASH.base, 1,
						   PMP_R));
		}
		vpmp_use(&hart, VIEW_PAYLOAD);
		assert_true(pmp_model_allows(&fake.pmp, ELSEWHERE, 4, 1, ACCESS_WRITE));
	}
}

#define TPM range_make(0x4000000, 0x8000)

/* I-PMP-6: a TPM takes an entry of its own, and the firmware has one less. */
static void so_is_the_tpm(void **state)
{
	(void)state;
	for (unsigned int count = 6; count <= 64; count++) {
		start_latched(count);
		machine.tpm = TPM;
		with_flash();
		assert_int_equal(hart.vpmp.count, count >= 14 ? count - 6 : 0);
		for (unsigned int i = 0; i < hart.vpmp.count; i++) {
			pwrite(CSR_PMPADDR0 + i, ~(u64)0);
			pwrite(CSR_PMPCFG0 + i / 8 * 2, 0x1f1f1f1f1f1f1f1f);
		}
		for (unsigned int id = 0; id < VIEW_COUNT; id++) {
			vpmp_use(&hart, (enum pmp_view_id)id);
			for (u64 at = TPM.base; at < TPM.base + TPM.size; at += 0xffc) {
				assert_false(pmp_model_allows(&fake.pmp, at, 4, 1, ACCESS_READ));
				assert_false(pmp_model_allows(&fake.pmp, at, 1, 0, ACCESS_WRITE));
			}
			assert_false(pmp_model_allows(&fake.pmp, FLASH.base, 4, 1, ACCESS_READ));
		}
	}
	machine.tpm = range_make(0, 0);
}

/* I-PMP-6: no rule begins at the flash's address in place of 0. */
static void the_first_rule_is_no_tor_rule_then(void **state)
{
	(void)state;
	start_latched(16);
	with_flash();
	pwrite(CSR_PMPADDR0, ELSEWHERE);
	pwrite(CSR_PMPADDR0 + 1, 2 * (u64)ELSEWHERE);
	pwrite(CSR_PMPCFG0, 0x0f0f);
	assert_int_equal(pread(CSR_PMPCFG0), 0x0f07);
	vpmp_use(&hart, VIEW_PAYLOAD);
	assert_false(pmp_model_allows(&fake.pmp, 4 * (u64)ELSEWHERE - 8, 4, 1, ACCESS_READ));
	assert_true(pmp_model_allows(&fake.pmp, 4 * (u64)ELSEWHERE, 4, 1, ACCESS_READ));
	vpmp_use(&hart, VIEW_FIRMWARE);
	set_mseccfg(MSECCFG_MML | MSECCFG_RLB);
	pwrite(CSR_PMPCFG0, 0x0f0a);
	assert_int_equal(pread(CSR_PMPCFG0), 0x0f02);
}

/* The monitor does with what is left, and nobody gets what is latched: M-mode not either. */
static void latched_entry_stays_and_comes_first(void **state)
{
	(void)state;
	for (unsigned int count = 5; count <= 64; count++) {
		unsigned int has = count >= 13 ? count - 5 : 0;

		start_latched(count);
		assert_int_equal(hart.caps.pmp_locked, 1);
		assert_int_equal(hart.caps.pmp_count, count - 1);
		assert_int_equal(hart.vpmp.count, has);
		assert_int_equal(fake.pmp.addr[1], pmp_napot(machine.self));
		assert_int_equal(fake.pmp.cfg[1], PMP_A_NAPOT);
		for (unsigned int i = 0; i < has; i++) {
			pwrite(CSR_PMPADDR0 + i, ~(u64)0);
			assert_int_equal(pread(CSR_PMPADDR0 + i), BITS(53, 0));
		}
		pwrite(CSR_PMPCFG0, 0x1f1f1f1f1f1f1f1f);
		assert_int_equal(fake.pmp.addr[0], pmp_napot(range_make(LATCHED, LATCHED_SIZE)));
		assert_int_equal(fake.pmp.cfg[0], PMP_L | PMP_A_NAPOT);
		for (unsigned int mode = 0; mode <= 3; mode++) {
			assert_false(pmp_model_allows(&fake.pmp, LATCHED, 1, mode, ACCESS_READ));
		}
		for (unsigned int id = 0; id < VIEW_COUNT; id++) {
			enum pmp_view_id view = (enum pmp_view_id)id;

			vpmp_use(&hart, view);
			assert_false(vpmp_view_may(&hart, view, LATCHED, 1, PMP_R));
			assert_false(vpmp_view_may(&hart, view, LATCHED + LATCHED_SIZE - 1, 1,
						   PMP_R));
		}
		assert_true(vpmp_view_may(&hart, VIEW_FIRMWARE, ELSEWHERE, 8, PMP_RWX));
		assert_true(vpmp_view_may(&hart, VIEW_PAYLOAD, ELSEWHERE, 8, PMP_R));
	}
}

/* An entry that is locked further up ends what the monitor uses. */
static void later_locked_entry_is_not_used(void **state)
{
	(void)state;
	fake_reset();
	fake.pmp.cfg[14] = PMP_L;
	fake_start(&hart);
	assert_int_equal(hart.caps.pmp_locked, 0);
	assert_int_equal(hart.caps.pmp_count, 14);
	assert_int_equal(hart.vpmp.count, 10);
	fake_check_firmware_world(&hart);
}

/* Those of the second and third register of pmpcfg, too. */
static void many_latched_entries_are_all_in_the_views(void **state)
{
	u64 step = 8 * (u64)LATCHED_SIZE;

	(void)state;
	fake_reset();
	fake.pmp.count = fake.pmp_registers = 64;
	for (unsigned int i = 0; i < 19; i++) {
		fake.pmp.addr[i] = pmp_napot(range_make(LATCHED + i * step, LATCHED_SIZE));
		fake.pmp.cfg[i] = PMP_L | PMP_A_NAPOT | (i % 2 != 0 ? PMP_R : 0);
	}
	fake_start(&hart);
	assert_int_equal(hart.caps.pmp_locked, 19);
	pwrite(CSR_PMPADDR0, ~(u64)0);
	pwrite(CSR_PMPCFG0, 0x1f);
	for (unsigned int i = 0; i < 19; i++) {
		for (unsigned int id = 0; id < VIEW_COUNT; id++) {
			u64 at = LATCHED + i * step;

			assert_int_equal(hart.vpmp.view[id].addr[i], fake.pmp.addr[i]);
			assert_int_equal(vpmp_view_may(&hart, (enum pmp_view_id)id, at, 8, PMP_R),
					 i % 2);
			assert_false(vpmp_view_may(&hart, (enum pmp_view_id)id, at, 8, PMP_W));
		}
	}
}

/* Entries of policies may have another address in each view: all of those are put, both ways. */
static void entries_that_differ_between_views_move(void **state)
{
	struct vpmp *v = &hart.vpmp;

	(void)state;
	v->moving_count = 3;
	for (unsigned int i = 0; i < 3; i++) {
		v->moving[i] = (u8)(6 + 2 * i);
		v->view[VIEW_PAYLOAD].addr[6 + 2 * i] = 0x1000 + i;
	}
	vpmp_use(&hart, VIEW_PAYLOAD);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(fake.pmp.addr[6 + 2 * i], 0x1000 + i);
	}
	vpmp_use(&hart, VIEW_FIRMWARE);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(fake.pmp.addr[6 + 2 * i], v->view[VIEW_FIRMWARE].addr[6 + 2 * i]);
	}
}

/* Smepmp 2.3: MML gives every entry another meaning, whichever was written last. */
static void mml_changes_every_entry(void **state)
{
	(void)state;
	set_mseccfg(MSECCFG_RLB);
	for (unsigned int i = 0; i < 4; i++) {
		pwrite(CSR_PMPADDR0 + i, pmp_napot(range_make(ELSEWHERE + i * 0x1000, 0x1000)));
	}
	pwrite(CSR_PMPCFG0, 0x9f9f9f9f);
	for (unsigned int i = 0; i < 4; i++) {
		assert_true(vpmp_view_may(&hart, VIEW_FIRMWARE, ELSEWHERE + i * 0x1000, 8,
					  PMP_R | PMP_W));
	}
	set_mseccfg(MSECCFG_RLB | MSECCFG_MML);
	for (unsigned int i = 0; i < 4; i++) {
		assert_true(vpmp_view_may(&hart, VIEW_FIRMWARE, ELSEWHERE + i * 0x1000, 8, PMP_R));
		assert_false(vpmp_view_may(&hart, VIEW_FIRMWARE, ELSEWHERE + i * 0x1000, 8, PMP_W));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(firmware_has_all_entries_but_four_or_none),
		UNIT_TEST(odd_pmpcfg_does_not_exist),
		UNIT_TEST(registers_that_hardware_lacks_are_refused),
		UNIT_TEST(reserved_bits_and_reserved_permissions_are_not_kept),
		UNIT_TEST(locked_entry_keeps_configuration_and_address),
		UNIT_TEST(locked_tor_entry_locks_the_address_below),
		UNIT_TEST(locked_napot_entry_leaves_the_address_below_free),
		UNIT_TEST(rlb_opens_locked_entries),
		UNIT_TEST(mml_without_rlb_refuses_new_m_mode_code_rules),
		UNIT_TEST(coarse_grain_shows_in_what_pmpaddr_reads),
		UNIT_TEST(na4_is_not_selectable_with_a_coarse_grain),
		UNIT_TEST(address_bits_that_hardware_lacks_are_not_kept),
		UNIT_TEST(every_change_of_the_rules_is_fenced),
		UNIT_TEST(border_that_moves_is_fenced),
		UNIT_TEST_OLD(hart_without_h_is_fenced_without_hfence),
		UNIT_TEST(view_change_writes_only_what_differs),
		UNIT_TEST(moving_a_border_writes_the_rule_above_again),
		UNIT_TEST(hardware_never_holds_a_locked_rule),
		UNIT_TEST(a_hart_starts_with_the_firmwares_view),
		UNIT_TEST(latched_entry_stays_and_comes_first),
		UNIT_TEST(the_flash_is_nobodys),
		UNIT_TEST(so_is_the_tpm),
		UNIT_TEST(the_first_rule_is_no_tor_rule_then),
		UNIT_TEST(later_locked_entry_is_not_used),
		UNIT_TEST(many_latched_entries_are_all_in_the_views),
		UNIT_TEST(entries_that_differ_between_views_move),
		UNIT_TEST(mml_changes_every_entry),
	};

	return cmocka_run_group_tests_name("vpmp", tests, NULL, NULL);
}
