/* SPDX-License-Identifier: Apache-2.0 */
/* Devices under the sandbox: which kinds firmware reaches, before and after the lock. */
#include "jailed_devices.h"

#include "monitor/sbi_serve.h"

/* I-SBX-8 */
static void denied_kinds_are_denied_at_any_time(void **state)
{
	static const enum device_kind denied[] = {DEVICE_OTHER, DEVICE_APLIC_S, DEVICE_IMSIC_S,
						  DEVICE_IMSIC_M};

	for (unsigned int locked = 0; locked < 2; locked++) {
		setup(state);
		if (locked != 0) {
			lock();
		}
		for (unsigned int i = 0; i < ARRAY_SIZE(denied); i++) {
			machine.devices.d[4].kind = denied[i];
			accesses = 0;
			assert_int_equal(load(OTHER), CAUSE_LOAD_ACCESS);
			assert_int_equal(store(OTHER + 0xffc, 1), CAUSE_STORE_ACCESS);
			assert_int_equal(load(NOTHING), CAUSE_LOAD_ACCESS);
			assert_int_equal(accesses, 0);
		}
	}
}

static void allowed_kinds_are_reached_before_the_lock(void **state)
{
	static const u64 places[] = {SECOND_UART, PLIC + 4, PLIC_ENABLE(S_CONTEXT),
				     PLIC_CLAIM(S_CONTEXT), APLIC, FAKE_FINISHER_BASE};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		assert_int_equal(load(places[i]), NO_TRAP);
		assert_int_equal(hart.x[5], 0x55);
		assert_int_equal(store(places[i], 0x1234), NO_TRAP);
		assert_int_equal(last.pa, places[i]);
		assert_int_equal(last.value, 0x1234);
	}
}

/* I-SBX-8: an access that leaves the device is refused as a whole. */
static void accesses_across_an_end_are_refused(void **state)
{
	(void)state;
	assert_int_equal(firmware(SD_X5_X11, OTHER - 4, 1), CAUSE_STORE_ACCESS);
	assert_int_equal(firmware(SD_X5_X11, SECOND_UART + 4, 1), CAUSE_STORE_ACCESS);
	assert_int_equal(firmware(SD_X5_X11, PLIC - 4, 1), CAUSE_STORE_ACCESS);
	assert_int_equal(firmware(LD_X5_X11, APLIC + 0x7ffc, 1), CAUSE_LOAD_ACCESS);
	assert_int_equal(accesses, 0);
}

/* Two devices on one address: the one that may not be reached decides. I-SBX-8 */
static void the_stricter_of_two_kinds_decides(void **state)
{
	(void)state;
	jailed_add_device(PLIC + 0x1000, 0x10, DEVICE_OTHER);
	assert_int_equal(load(PLIC + 0x1000), CAUSE_LOAD_ACCESS);
	assert_int_equal(load(PLIC + 0x1010), NO_TRAP);
}

/*
 * External interrupts of M-mode are off, so firmware has no use for the controllers: their machine
 * side would take the payload's interrupts by claiming them. I-SBX-8
 */
static void interrupt_controllers_are_the_payloads(void **state)
{
	static const u64 places[] = {PLIC_ENABLE(M_CONTEXT), PLIC_THRESHOLD(M_CONTEXT),
				     PLIC_CLAIM(M_CONTEXT), PLIC_ENABLE(S_CONTEXT),
				     PLIC_THRESHOLD(S_CONTEXT), PLIC_CLAIM(S_CONTEXT),
				     PLIC_ENABLE(5), PLIC + 0x3ffffc, APLIC, APLIC + 0x4000};

	(void)state;
	lock();
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		assert_int_equal(load(places[i]), NO_TRAP);
		assert_int_equal(hart.x[5], 0);
		assert_int_equal(store(places[i], 0x1234), NO_TRAP);
	}
	assert_int_equal(store(PLIC + 4, 0), NO_TRAP); /* a priority */
	assert_int_equal(accesses, 0);
}

/* I-SBX-9 */
static void the_payloads_time_is_not_set(void **state)
{
	(void)state;
	assert_int_equal(firmware(SD_X5_X11, MTIME, 77), NO_TRAP);
	assert_int_equal(fake.mtime, 77);
	lock();
	fake.mtime = 1000;
	assert_int_equal(firmware(SD_X5_X11, MTIME, 5), NO_TRAP);
	assert_int_equal(store(MTIME, 5), NO_TRAP);
	assert_int_equal(store(MTIME + 4, 5), NO_TRAP);
	firmware(SD_X5_X11, MTIME - 4, ~(u64)0);
	firmware(SB_X5_X11, MTIME + 3, 1);
	assert_int_equal(fake.mtime, 1000);
	assert_int_not_equal(hart.counts.refused[REFUSED_DEVICE], 0);
	assert_int_equal(firmware(LD_X5_X11, MTIME, 0), NO_TRAP);
	assert_int_equal(hart.x[5], 1000);
	assert_int_equal(firmware(SD_X5_X11, FAKE_CLINT_BASE + 0x4000, 4321), NO_TRAP);
	assert_int_equal(fake.mtimecmp[0], 4321); /* its own timer it has */
}

/* I-SBX-8 */
static void the_machine_ends_only_when_the_payload_asks(void **state)
{
	(void)state;
	lock();
	assert_int_equal(store(FAKE_FINISHER_BASE, 0x5555), CAUSE_STORE_ACCESS);
	assert_int_equal(accesses, 0);
	jailed_answers(0, 0);
	jailed_calls(SBI_SRST, SBI_SRST_RESET, 0, 0, 0);
	assert_int_equal(store(FAKE_FINISHER_BASE, 0x5555), NO_TRAP);
	assert_int_equal(accesses, 1);
	jailed_answers((u64)SBI_ERR_FAILED, 0); /* the call has failed: the right is gone */
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	assert_int_equal(store(FAKE_FINISHER_BASE, 0x5555), CAUSE_STORE_ACCESS);
	assert_int_equal(accesses, 1);
}

/* What an earlier stage says at a2: firmware reads it, and does not write it. */
static void what_was_handed_over_is_read_only(void **state)
{
	u64 at = OTHER + 0x2000;

	(void)state;
	machine.handed = range_make(at, 0x30);
	assert_int_equal(store(at, 1), CAUSE_STORE_ACCESS);
	fake.device = NULL;
	assert_int_equal(load(at), CAUSE_LOAD_ACCESS); /* nothing answers there */
	assert_true(sandbox_claims(&hart, at, 8));
}

/* A hart that begins after the lock finds what the others found, not what is there by then. */
static void what_was_handed_over_stays_as_it_was(void **state)
{
	u64 at = OTHER + 0x800;

	(void)state;
	machine.handed = range_make(at, 0x30);
	lock();
	answers = 0x77;
	for (u64 i = 0; i < 0x30; i += 4) {
		assert_int_equal(load(at + i), NO_TRAP);
		assert_int_equal(hart.x[5], 0x55555555);
	}
	assert_int_equal(load(at + 0x2e), CAUSE_LOAD_ACCESS);
	assert_int_equal(load(at + 0x30), CAUSE_LOAD_ACCESS);
	assert_int_equal(store(at, 1), CAUSE_STORE_ACCESS);
	assert_int_equal(accesses, 0);
}

/* ---- the console ---- */

static void print(const char *text)
{
	for (; *text != '\0'; text++) {
		assert_int_equal(firmware(SB_X5_X11, FAKE_8250_BASE, (u8)*text), NO_TRAP);
	}
}

static const char *printed(void)
{
	fake.uart.out[fake.uart.sent] = '\0';
	return fake.uart.out;
}

static void clear_console(void)
{
	fake.uart.sent = 0;
}

/* I-SBX-7 */
static void escapes_are_left_out(void **state)
{
	(void)state;
	print("\n");
	clear_console();
	print("a\x1b[2J\x07\x7f\x80\xff\tb\n");
	assert_string_equal(printed(), "a[2J\tb\r\n");
	clear_console();
	print("[cordon] forged\n");
	assert_string_equal(printed(), "[firmware] [cordon] forged\r\n");
	assert_int_equal(accesses, 0);
}

/* I-SBX-7 */
static void lines_are_marked_after_the_lock(void **state)
{
	(void)state;
	print("\n");
	lock();
	clear_console();
	print("one\ntwo\n");
	assert_string_equal(printed(), "[firmware] one\r\n[firmware] two\r\n");
	print("begun");
	jailed_answers(0, 0);
	/* The payload ends that line itself, and what follows must not pass for another's. */
	clear_console();
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	print("[cordon] forged\n");
	assert_non_null(strstr(printed(), "[firmware] [cordon] forged"));
}

/* I-SBX-7: also within one call, while the payload's other harts print. */
static void a_line_is_printed_in_one_piece(void **state)
{
	(void)state;
	lock();
	clear_console();
	print("begun");
	assert_string_equal(printed(), "");
	sbi_console_print("payload\n", 8);
	print("[cordon] forged\n");
	assert_string_equal(printed(), "payload\r\n[firmware] begun[cordon] forged\r\n");
	clear_console();
	print("rest");
	jailed_answers(0, 0);
	assert_string_equal(printed(), "[firmware] rest\r\n");
}

/* I-SBX-7 */
static void a_call_prints_so_much_and_no_more(void **state)
{
	(void)state;
	lock();
	clear_console();
	for (unsigned int i = 0; i < 100; i++) {
		print("0123456789\n");
	}
	assert_true(fake.uart.sent < 1200);
	jailed_reads(CSR_MEPC);
	jailed_answers(0, 0);
	clear_console();
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	print("again\n");
	assert_string_equal(printed(), "[firmware] again\r\n");
}

/* I-SBX-7: input and line control are the payload's. */
static void the_line_is_output_only(void **state)
{
	(void)state;
	lock();
	fake.uart.in = "password";
	assert_int_equal(firmware(LB_X5_X11, FAKE_8250_BASE, 0), NO_TRAP);
	assert_int_equal(hart.x[5], 0);
	assert_string_equal(fake.uart.in, "password");
	assert_int_equal(firmware(LB_X5_X11, FAKE_8250_BASE + 5, 0), NO_TRAP);
	assert_int_equal(hart.x[5], 0x60);
	for (unsigned int reg = 1; reg < 8; reg++) {
		assert_int_equal(firmware(SB_X5_X11, FAKE_8250_BASE + reg, 0x83), NO_TRAP);
	}
	assert_int_equal(accesses, 0);
	assert_int_equal(store(SECOND_UART, 1), NO_TRAP);
	assert_int_equal(accesses, 0);
}

/* The divisor goes to the device before the lock, a character never. I-SBX-7 */
static void line_control_before_the_lock(void **state)
{
	(void)state;
	assert_int_equal(firmware(SB_X5_X11, FAKE_8250_BASE + 3, 0x80), NO_TRAP);
	assert_int_equal(firmware(SB_X5_X11, FAKE_8250_BASE, 7), NO_TRAP);
	assert_int_equal(last.pa, FAKE_8250_BASE);
	assert_int_equal(last.value, 7);
	accesses = 0;
	/* A wide store over FCR and LCR would deselect the divisor behind our back. */
	assert_int_equal(firmware(SH_X5_X11, FAKE_8250_BASE + 2, 0), CAUSE_STORE_ACCESS);
	assert_int_equal(firmware(SW_X5_X11, FAKE_8250_BASE, 0x1b), CAUSE_STORE_ACCESS);
	assert_int_equal(accesses, 0);
	assert_int_equal(firmware(SB_X5_X11, FAKE_8250_BASE + 3, 0), NO_TRAP);
}

/* SiFive's UART: data and empty flags are made up, nothing else gets through. */
static void sifive_console(void **state)
{
	(void)state;
	uart_use_sifive(FAKE_SIFIVE_BASE);
	machine.devices.d[0].r = range_make(FAKE_SIFIVE_BASE, 0x100);
	machine.devices.console = range_make(FAKE_SIFIVE_BASE, 0x100);
	machine.devices.console_is_8250 = false;
	lock();
	clear_console();
	fake.uart.in = "password";
	assert_int_equal(load(FAKE_SIFIVE_BASE + 4), NO_TRAP);
	assert_int_equal(hart.x[5], (u64)(s64)(s32)0x80000000);
	assert_string_equal(fake.uart.in, "password");
	assert_int_equal(load(FAKE_SIFIVE_BASE), NO_TRAP);
	assert_int_equal(hart.x[5], 0);
	assert_int_equal(store(FAKE_SIFIVE_BASE, 'x'), NO_TRAP);
	assert_int_equal(store(FAKE_SIFIVE_BASE, '\n'), NO_TRAP);
	assert_string_equal(printed(), "[firmware] x\r\n");
	assert_int_equal(store(FAKE_SIFIVE_BASE + 0x18, 1), NO_TRAP);
	clear_console();
	assert_int_equal(store(FAKE_SIFIVE_BASE + 0x18, 'y'), NO_TRAP); /* no character */
	assert_int_equal(store(FAKE_SIFIVE_BASE, 'z'), NO_TRAP);
	assert_int_equal(load(FAKE_SIFIVE_BASE), NO_TRAP); /* nor is what is loaded */
	assert_int_equal(store(FAKE_SIFIVE_BASE, '\n'), NO_TRAP);
	assert_string_equal(printed(), "[firmware] z\r\n");
	assert_int_equal(accesses, 0);
}

/* What a store may do and what not does not depend on the way that it goes. */
static void stores_go_the_short_way(void **state)
{
	unsigned int before;

	(void)state;
	print("\n");
	before = quick_stores;
	clear_console();
	print("quick\n");
	assert_int_equal(quick_stores, before + 6);
	assert_string_equal(printed(), "quick\r\n");
	assert_int_equal(store(OTHER, 1), CAUSE_STORE_ACCESS);
	assert_int_equal(quick_stores, before + 6);
}

/* Rules of the firmware's own forbid it to write to the console. */
static void its_own_rules_hold_on_the_short_way(void **state)
{
	(void)state;
	print("\n");
	clear_console();
	print("a");
	assert_true(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, FAKE_8250_BASE >> 2, 0));
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, PMP_L | PMP_A_NA4 | PMP_R, 0));
	assert_int_equal(firmware(SB_X5_X11, FAKE_8250_BASE, 'b'), CAUSE_STORE_ACCESS);
	assert_string_equal(printed(), "a");
}

#define DEVICE_TEST(name)                     \
	cmocka_unit_test_setup(name, setup),  \
		cmocka_unit_test_setup_teardown(name, setup_quick, teardown_quick)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DEVICE_TEST(denied_kinds_are_denied_at_any_time),
		DEVICE_TEST(allowed_kinds_are_reached_before_the_lock),
		DEVICE_TEST(accesses_across_an_end_are_refused),
		DEVICE_TEST(the_stricter_of_two_kinds_decides),
		DEVICE_TEST(interrupt_controllers_are_the_payloads),
		DEVICE_TEST(the_payloads_time_is_not_set),
		DEVICE_TEST(the_machine_ends_only_when_the_payload_asks),
		DEVICE_TEST(what_was_handed_over_is_read_only),
		DEVICE_TEST(what_was_handed_over_stays_as_it_was),
		DEVICE_TEST(escapes_are_left_out),
		DEVICE_TEST(its_own_rules_hold_on_the_short_way),
		cmocka_unit_test_setup_teardown(stores_go_the_short_way, setup_quick,
						teardown_quick),
		DEVICE_TEST(lines_are_marked_after_the_lock),
		DEVICE_TEST(a_line_is_printed_in_one_piece),
		DEVICE_TEST(a_call_prints_so_much_and_no_more),
		DEVICE_TEST(the_line_is_output_only),
		DEVICE_TEST(line_control_before_the_lock),
		DEVICE_TEST(sifive_console),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
