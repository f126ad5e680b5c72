/* SPDX-License-Identifier: Apache-2.0 */
/* SBI services on devices, and the probe (SBI 3.0, 4, 10, 12), with hostile addresses, too. */
#include "sbi_call.h"

#include "hw/guard.h"
#include "hw/uart.h"

#define ALL (~(u64)0)
#define TEXT_AT (FAKE_RAM_BASE + 0x2000)
#define RAM_END (FAKE_RAM_BASE + FAKE_RAM_SIZE)
#define SELF_END (FAKE_SELF_BASE + FAKE_SELF_SIZE)
#define FILLER 0x2e

static int setup(void **state)
{
	unit_setup(state);
	sbi_start_payload();
	uart_use_8250(FAKE_8250_BASE, 0, 1);
	memset(fake.ram, FILLER, sizeof(fake.ram));
	machine.ram = range_make(FAKE_RAM_BASE, FAKE_RAM_SIZE);
	return 0;
}

static void put_text(u64 pa, const char *text)
{
	memcpy(&fake.ram[pa - FAKE_RAM_BASE], text, strlen(text));
}

static enum verdict write_text(u64 size, u64 addr, u64 high)
{
	fake.uart.sent = 0;
	memset(fake.uart.out, 0, sizeof(fake.uart.out));
	return sbi_call(SBI_DBCN, SBI_DBCN_WRITE, size, addr, high);
}

static enum verdict read_text(u64 size, u64 addr, u64 high)
{
	return sbi_call(SBI_DBCN, SBI_DBCN_READ, size, addr, high);
}

static bool ram_is(u64 pa, const char *text)
{
	return memcmp(&fake.ram[pa - FAKE_RAM_BASE], text, strlen(text)) == 0;
}

/* ---- DBCN ---- */

static void what_is_written_is_sent(void **state)
{
	(void)state;
	put_text(TEXT_AT, "one\ntwo\r\n");
	assert_answer(write_text(9, TEXT_AT, 0), SBI_SUCCESS, 9);
	assert_string_equal(fake.uart.out, "one\r\ntwo\r\r\n");
	assert_answer(write_text(0, TEXT_AT, 0), SBI_SUCCESS, 0);
	assert_string_equal(fake.uart.out, "");
	fake.uart.sent = 0;
	assert_answer(sbi_call(SBI_DBCN, SBI_DBCN_WRITE_BYTE, 0xffffff00 | 'x', 3, 4), SBI_SUCCESS,
		      0);
	assert_string_equal(fake.uart.out, "x");
}

/* At any place in its blocks; and where there is nothing to copy blocks of. */
static void text_lies_anywhere(void **state)
{
	static const char text[] = "characters that begin anywhere, end just as they like";

	(void)state;
	for (u64 at = 0; at < 4 * (u64)GUARD_BLOCK; at++) {
		u64 size = 1 + at * 7 % (sizeof(text) - 1);

		if (at == 2 * (u64)GUARD_BLOCK) {
			machine.ram = range_make(0, 0);
			hart.text.size = 0;
		}
		put_text(TEXT_AT + at, text);
		assert_answer(write_text(size, TEXT_AT + at, 0), SBI_SUCCESS, size);
		assert_int_equal(fake.uart.sent, size);
		assert_memory_equal(fake.uart.out, text, size);
	}
}

/* I-MEM-1: what was known of the memory is asked again after a rule has changed. */
static void text_that_is_denied_now_is_not_printed(void **state)
{
	(void)state;
	assert_answer(write_text(8, TEXT_AT, 0), SBI_SUCCESS, 8);
	assert_int_not_equal(hart.text.size, 0);
	vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, TEXT_AT >> 2, 0);
	vcsr_write(&hart, CSR_PMPADDR0 + 1, VCSR_RW, ~(u64)0, 0);
	vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, (PMP_A_NAPOT | PMP_RWX) << 8 | PMP_A_NA4, 0);
	assert_answer(write_text(8, TEXT_AT - 2, 0), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(write_text(8, TEXT_AT + 4, 0), SBI_SUCCESS, 8);
	assert_answer(write_text(8, TEXT_AT - 8, 0), SBI_SUCCESS, 8);
}

static void sifive_uart_is_driven_too(void **state)
{
	(void)state;
	uart_use_sifive(FAKE_SIFIVE_BASE);
	assert_int_equal(fake.uart.txctrl & 1, 1);
	put_text(TEXT_AT, "one\n");
	assert_answer(write_text(4, TEXT_AT, 0), SBI_SUCCESS, 4);
	assert_string_equal(fake.uart.out, "one\r\n");
	fake.uart.in = "in";
	assert_answer(read_text(8, TEXT_AT, 0), SBI_SUCCESS, 2);
	assert_true(ram_is(TEXT_AT, "ine\n."));
	assert_int_equal(fake.uart.rxctrl, 1);
	assert_answer(read_text(8, TEXT_AT, 0), SBI_SUCCESS, 0);
}

static void long_text_is_written_in_part(void **state)
{
	(void)state;
	assert_answer(write_text(257, TEXT_AT, 0), SBI_SUCCESS, SBI_CONSOLE_MOST);
	assert_int_equal(fake.uart.sent, SBI_CONSOLE_MOST);
	assert_answer(write_text(0x10000, TEXT_AT, 0), SBI_SUCCESS, SBI_CONSOLE_MOST);
	assert_int_equal(fake.uart.sent, SBI_CONSOLE_MOST);
	assert_answer(write_text(256, TEXT_AT, 0), SBI_SUCCESS, 256);
}

/* The fake UART ends the test if it gets more than it has room for, or an interrupt is lost. */
static void a_fifo_is_filled_if_it_may_be_asked_for(void **state)
{
	static const char text[] = "a line that is longer than a FIFO is, by far\nand what follows";
	static const struct {
		bool fifo;
		u8 ier;
		u8 lcr;
		unsigned int looks; /* for all of the text */
	} uarts[] = {
		{ true, 0x05, 0x03, 8 }, { false, 0x05, 0x03, 62 }, { true, 0x02, 0x03, 62 },
		{ true, 0x80, 0x03, 62 }, { true, 0x00, 0x83, 62 },
	};
	u64 end = (u64)(strchr(text, '\n') - text);

	(void)state;
	put_text(TEXT_AT, text);
	for (unsigned int i = 0; i < ARRAY_SIZE(uarts); i++) {
		fake.uart.fifo = uarts[i].fifo;
		fake.uart.ier = uarts[i].ier;
		fake.uart.lcr = uarts[i].lcr;
		for (u64 size = 1; size < sizeof(text); size++) {
			fake.uart.looks = 0;
			assert_answer(write_text(size, TEXT_AT, 0), SBI_SUCCESS, size);
			assert_memory_equal(fake.uart.out, text, size < end ? size : end);
			assert_int_equal(fake.uart.sent, size > end ? size + 1 : size);
		}
		assert_string_equal(fake.uart.out + end, "\r\nand what follows");
		assert_int_equal(fake.uart.looks, uarts[i].looks);
	}
}

static void console_that_takes_no_more_ends_the_call(void **state)
{
	(void)state;
	fake.uart.room = 3;
	assert_answer(write_text(10, TEXT_AT, 0), SBI_SUCCESS, 3);
	assert_answer(write_text(10, TEXT_AT, 0), SBI_ERR_FAILED, 0);
	assert_answer(sbi_call(SBI_DBCN, SBI_DBCN_WRITE_BYTE, 'x', 0, 0), SBI_ERR_FAILED, 0);
	assert_answer(sbi_call(SBI_LEGACY_PUTCHAR, 0, 'x', UNTOUCHED, 0), SBI_ERR_FAILED,
		      UNTOUCHED);
	assert_answer(write_text(0, TEXT_AT, 0), SBI_SUCCESS, 0);
}

static void what_came_in_is_read(void **state)
{
	(void)state;
	assert_answer(read_text(8, TEXT_AT, 0), SBI_SUCCESS, 0);
	assert_true(ram_is(TEXT_AT, "........"));
	fake.uart.in = "typed\xff\n";
	assert_answer(read_text(0, TEXT_AT, 0), SBI_SUCCESS, 0);
	assert_answer(read_text(4, TEXT_AT, 0), SBI_SUCCESS, 4);
	assert_true(ram_is(TEXT_AT, "type...."));
	assert_answer(read_text(100, TEXT_AT, 0), SBI_SUCCESS, 3);
	assert_true(ram_is(TEXT_AT, "d\xff\ne...."));
}

/* Ranges by start and size: the payload's, or not. */
static void check_ranges(const u64 (*ranges)[2], unsigned int count, s64 error)
{
	for (unsigned int i = 0; i < count; i++) {
		u64 addr = ranges[i][0];
		u64 size = ranges[i][1];
		u64 sent = error != 0 ? 0 : size < SBI_CONSOLE_MOST ? size : SBI_CONSOLE_MOST;

		assert_answer(write_text(size, addr, 0), error, sent);
		assert_int_equal(fake.uart.sent, sent);
		fake.uart.in = "typed";
		assert_answer(read_text(size, addr, 0), error, sent < 5 ? sent : 5);
		if (error != 0) {
			assert_string_equal(fake.uart.in, "typed"); /* nothing is lost */
		}
	}
}

static void payloads_memory_is_used_to_its_last_byte(void **state)
{
	static const u64 ranges[][2] = {
		{FAKE_RAM_BASE, 1},         {FAKE_RAM_BASE, 0x1000},
		{FAKE_SELF_BASE - 1, 1},    {FAKE_SELF_BASE - 16, 16},
		{SELF_END, 1},              {SELF_END, RAM_END - SELF_END},
		{RAM_END - 1, 1},           {FAKE_SELF_BASE - 300, 300},
		{TEXT_AT + 3, 7},
	};

	(void)state;
	check_ranges(ranges, ARRAY_SIZE(ranges), SBI_SUCCESS);
}

static void other_memory_is_refused(void **state)
{
	static const u64 ranges[][2] = {
		{FAKE_SELF_BASE, 1},       {FAKE_SELF_BASE - 1, 2},
		{SELF_END - 1, 1},         {SELF_END - 1, 2},
		{FAKE_SELF_BASE, FAKE_SELF_SIZE}, {FAKE_SELF_BASE - 8, FAKE_SELF_SIZE + 16},
		{FAKE_SELF_BASE - 0x1000, 0x1001}, /* the part that is moved would be all right */
		{FAKE_RAM_BASE, FAKE_RAM_SIZE},
		{RAM_END, 1},              {RAM_END - 1, 2},
		{FAKE_RAM_BASE - 1, 1},    {FAKE_RAM_BASE - 1, 2},
		{TEXT_AT, ALL},            {TEXT_AT, ALL - 1},
		{TEXT_AT, ALL - TEXT_AT},  {TEXT_AT, ALL - TEXT_AT + 1},
		{TEXT_AT, 0 - TEXT_AT + 1}, {TEXT_AT, BIT(63)},
		{ALL, 1},                  {ALL, 2},
		{ALL, ALL},                {ALL - 15, 32},
		{0, 1},                    {0, ALL},
		{FAKE_CLINT_BASE, 4},      {FAKE_8250_BASE, 1},
		{FAKE_FINISHER_BASE, 4},   {BIT(56), 4},
	};

	(void)state;
	check_ranges(ranges, ARRAY_SIZE(ranges), SBI_ERR_INVALID_PARAM);
	assert_answer(write_text(4, TEXT_AT, 1), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(write_text(4, TEXT_AT, ALL), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(read_text(4, TEXT_AT, 1), SBI_ERR_INVALID_PARAM, 0);
	assert_true(ram_is(TEXT_AT, "...."));
	assert_answer(write_text(0, FAKE_SELF_BASE, 1), SBI_SUCCESS, 0);
	assert_answer(read_text(0, FAKE_SELF_BASE, 1), SBI_SUCCESS, 0);
}

/* What the firmware keeps for itself, or lets the payload only read. */
static void firmwares_rules_bind_the_console(void **state)
{
	(void)state;
	world_enter_firmware(&hart);
	assert_true(vpmp_write_csr(&hart, CSR_PMPADDR0, FAKE_RAM_BASE >> 2 | 0x1ff));   /* 4 KiB */
	assert_true(vpmp_write_csr(&hart, CSR_PMPADDR0 + 1, TEXT_AT >> 2 | 0x1ff)); /* 4 KiB */
	assert_true(vpmp_write_csr(&hart, CSR_PMPADDR0 + 2, ~(u64)0));
	assert_true(vpmp_write_csr(&hart, CSR_PMPCFG0,
				   PMP_A_NAPOT | (PMP_A_NAPOT | PMP_R) << 8 |
					   (PMP_A_NAPOT | PMP_RWX) << 16));
	world_enter_payload(&hart, PRIV_S, false);
	assert_answer(write_text(1, FAKE_RAM_BASE + 0xfff, 0), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(write_text(2, FAKE_RAM_BASE + 0xfff, 0), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(write_text(2, FAKE_RAM_BASE + 0x1000, 0), SBI_SUCCESS, 2);
	assert_answer(write_text(2, TEXT_AT - 1, 0), SBI_SUCCESS, 2);
	fake.uart.in = "typed";
	assert_answer(read_text(1, TEXT_AT, 0), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(read_text(2, TEXT_AT - 1, 0), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(read_text(1, TEXT_AT - 1, 0), SBI_SUCCESS, 1);
	assert_answer(read_text(9, TEXT_AT + 0x1000, 0), SBI_SUCCESS, 4);
}

/* The address is physical: what the payload translates it to does not matter. */
static void translation_has_no_part_in_it(void **state)
{
	(void)state;
	put_text(TEXT_AT, "text");
	fake.csr[CSR_SATP] = (u64)8 << 60; /* nothing is mapped */
	assert_answer(write_text(4, TEXT_AT, 0), SBI_SUCCESS, 4);
	assert_string_equal(fake.uart.out, "text");
	assert_int_equal(fake.csr[CSR_SATP], (u64)8 << 60);
	assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_MPRV, 0);
}

static void functions_of_the_console_that_do_not_exist(void **state)
{
	(void)state;
	assert_answer(sbi_call(SBI_DBCN, 3, 4, TEXT_AT, 0), SBI_ERR_NOT_SUPPORTED, 0);
	assert_answer(sbi_call(SBI_DBCN, ALL, 4, TEXT_AT, 0), SBI_ERR_NOT_SUPPORTED, 0);
	assert_int_equal(fake.uart.sent, 0);
}

static void machine_without_a_uart_passes_its_console_on(void **state)
{
	(void)state;
	uart_use_8250(0, 0, 1);
	assert_passed(write_text(4, TEXT_AT, 0));
	assert_passed(sbi_call(SBI_DBCN, SBI_DBCN_WRITE_BYTE, 'x', 0, 0));
	assert_passed(sbi_call(SBI_LEGACY_PUTCHAR, 0, 'x', 0, 0));
	assert_passed(sbi_call(SBI_LEGACY_GETCHAR, 0, 'x', 0, 0));
	assert_answer(sbi_call(SBI_BASE, SBI_BASE_PROBE, SBI_DBCN, 0, 0), SBI_SUCCESS, 0);
	assert_answer(sbi_call(SBI_BASE, SBI_BASE_PROBE, 1, 0, 0), SBI_SUCCESS, 0);
	assert_int_equal(uart_getc(), -1);
	assert_false(uart_try_putc('x'));
}

static void legacy_console(void **state)
{
	(void)state;
	assert_answer(sbi_call(SBI_LEGACY_PUTCHAR, 5, 'a', UNTOUCHED, 0), 0, UNTOUCHED);
	assert_answer(sbi_call(SBI_LEGACY_PUTCHAR, 5, '\n', UNTOUCHED, 0), 0, UNTOUCHED);
	assert_string_equal(fake.uart.out, "a\r\n");
	assert_answer(sbi_call(SBI_LEGACY_GETCHAR, 5, 9, UNTOUCHED, 0), -1, UNTOUCHED);
	fake.uart.in = "\xfe";
	assert_answer(sbi_call(SBI_LEGACY_GETCHAR, 5, 9, UNTOUCHED, 0), 0xfe, UNTOUCHED);
}

/* ---- SRST ---- */

static void machine_ends_as_asked(void **state)
{
	(void)state;
	machine.devices.poweroff = (struct device_reset){FAKE_FINISHER_BASE, 0x5555};
	assert_answer(sbi_call(SBI_SRST, 0, SBI_SRST_COLD_REBOOT, 0, 0), SBI_ERR_NOT_SUPPORTED, 0);
	assert_int_equal(fake.finisher, 0);
	/* The fake machine goes on, which is a failure of the call. */
	assert_answer(sbi_call(SBI_SRST, 0, SBI_SRST_SHUTDOWN, 1, 0), SBI_ERR_FAILED, 0);
	assert_int_equal(fake.finisher, 0x5555);
	machine.devices.reboot = (struct device_reset){FAKE_FINISHER_BASE, 0x7777};
	assert_answer(sbi_call(SBI_SRST, 0, SBI_SRST_WARM_REBOOT, 0, 0), SBI_ERR_FAILED, 0);
	assert_int_equal(fake.finisher, 0x7777);
	fake.finisher = 0;
	assert_answer(sbi_call(SBI_LEGACY_SHUTDOWN, 0, 0, UNTOUCHED, 0), SBI_ERR_FAILED, UNTOUCHED);
	assert_int_equal(fake.finisher, 0x5555);
}

static void resets_that_do_not_exist_are_refused(void **state)
{
	static const u64 calls[][2] = {
		{3, 0}, {0xefffffff, 0}, {0xf0000000, 0}, {0xffffffff, 0}, {BIT(32), 0}, {ALL, 0},
		{0, 2}, {0, 0xe0000000}, {0, 0xf0000000}, {0, BIT(32)}, {2, ALL},
	};

	(void)state;
	machine.devices.poweroff = (struct device_reset){FAKE_FINISHER_BASE, 0x5555};
	machine.devices.reboot = (struct device_reset){FAKE_FINISHER_BASE, 0x7777};
	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++) {
		assert_answer(sbi_call(SBI_SRST, 0, calls[i][0], calls[i][1], 0),
			      SBI_ERR_INVALID_PARAM, 0);
	}
	assert_int_equal(fake.finisher, 0);
}

static void machine_that_cannot_be_ended_says_so(void **state)
{
	(void)state;
	assert_answer(sbi_call(SBI_SRST, 0, 0, 0, 0), SBI_ERR_NOT_SUPPORTED, 0);
	assert_answer(sbi_call(SBI_BASE, SBI_BASE_PROBE, SBI_SRST, 0, 0), SBI_SUCCESS, 0);
	assert_answer(sbi_call(SBI_BASE, SBI_BASE_PROBE, 8, 0, 0), SBI_SUCCESS, 0);
	assert_passed(sbi_call(SBI_LEGACY_SHUTDOWN, 0, 0, 0, 0));
}

/* ---- BASE ---- */

static u64 base(u64 function, u64 a0)
{
	assert_int_equal(sbi_call(SBI_BASE, function, a0, 7, 7), HANDLED);
	assert_int_equal(reg_read(&hart, 10), SBI_SUCCESS);
	return reg_read(&hart, 11);
}

static void version_is_what_the_payload_knows(void **state)
{
	(void)state;
	assert_int_equal(base(SBI_BASE_SPEC_VERSION, 0), 0x03000000);
	sbi_note_version(0x02000000);
	assert_int_equal(base(SBI_BASE_SPEC_VERSION, 0), 0x02000000);
	assert_int_equal(base(SBI_BASE_IMPL_ID, 0), SBI_SERVE_IMPL_ID);
	assert_int_equal(base(SBI_BASE_IMPL_VERSION, 0), SBI_SERVE_IMPL_VERSION);
}

static void identity_is_the_harts(void **state)
{
	(void)state;
	fake.csr[0xf11] = 0x489;
	fake.csr[0xf12] = BIT(63) | 7;
	fake.csr[0xf13] = 0x20190531;
	assert_int_equal(base(SBI_BASE_MVENDORID, 0), 0x489);
	assert_int_equal(base(SBI_BASE_MARCHID, 0), BIT(63) | 7);
	assert_int_equal(base(SBI_BASE_MIMPID, 0), 0x20190531);
}

static void probe_answers_for_what_is_selected(void **state)
{
	static const struct sbi_services some = {
		.extensions = SBI_SERVE_BASE | SBI_SERVE_IPI,
		.legacy = BIT(SBI_LEGACY_SEND_IPI) | BIT(9),
	};
	static const u64 there[] = {SBI_BASE, SBI_TIME, SBI_IPI, SBI_RFENCE, SBI_HSM, SBI_DBCN, 0,
				    1, 2, 3, 4, 5, 6, 7};
	static const u64 absent[] = {9, 15, 64, 0x0a000000, BIT(32) | SBI_TIME, ALL};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(there); i++) {
		assert_int_equal(base(SBI_BASE_PROBE, there[i]), 1);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(absent); i++) {
		assert_int_equal(base(SBI_BASE_PROBE, absent[i]), 0);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(there); i++) {
		bool selected = there[i] == SBI_BASE || there[i] == SBI_IPI || there[i] == 4;

		base(SBI_BASE_PROBE, there[i]);
		reg_write(&hart, 10, there[i]);
		assert_int_equal(sbi_serve_base(&hart, &some), HANDLED);
		assert_int_equal(reg_read(&hart, 11), selected ? 1 : 0);
	}
	machine.devices.reboot.addr = FAKE_FINISHER_BASE;
	assert_int_equal(base(SBI_BASE_PROBE, SBI_SRST), 1);
}

#define DEVICES_TEST(name) cmocka_unit_test_setup(name, setup)

/* Hardware has the last word about what the rules allow. */
static void memory_that_is_not_there_is_not_copied(void **state)
{
	u8 bytes[16] = {1};

	(void)state;
	assert_true(sbi_memory_store(&hart, RAM_END - 16, bytes, 16));
	assert_true(sbi_memory_load(&hart, RAM_END - 16, bytes, 16));
	assert_false(sbi_memory_store(&hart, RAM_END - 8, bytes, 16));
	assert_false(sbi_memory_load(&hart, RAM_END - 8, bytes, 16));
	assert_false(sbi_memory_store(&hart, RAM_END, bytes, 1));
	assert_false(sbi_memory_load(&hart, RAM_END, bytes, 1));
	assert_true(sbi_memory_store(&hart, RAM_END, bytes, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DEVICES_TEST(what_is_written_is_sent),
		DEVICES_TEST(text_lies_anywhere),
		DEVICES_TEST(text_that_is_denied_now_is_not_printed),
		DEVICES_TEST(sifive_uart_is_driven_too),
		DEVICES_TEST(a_fifo_is_filled_if_it_may_be_asked_for),
		DEVICES_TEST(long_text_is_written_in_part),
		DEVICES_TEST(console_that_takes_no_more_ends_the_call),
		DEVICES_TEST(what_came_in_is_read),
		DEVICES_TEST(payloads_memory_is_used_to_its_last_byte),
		DEVICES_TEST(other_memory_is_refused),
		DEVICES_TEST(firmwares_rules_bind_the_console),
		DEVICES_TEST(translation_has_no_part_in_it),
		DEVICES_TEST(functions_of_the_console_that_do_not_exist),
		DEVICES_TEST(machine_without_a_uart_passes_its_console_on),
		DEVICES_TEST(legacy_console),
		DEVICES_TEST(machine_ends_as_asked),
		DEVICES_TEST(resets_that_do_not_exist_are_refused),
		DEVICES_TEST(machine_that_cannot_be_ended_says_so),
		DEVICES_TEST(version_is_what_the_payload_knows),
		DEVICES_TEST(identity_is_the_harts),
		DEVICES_TEST(probe_answers_for_what_is_selected),
		DEVICES_TEST(memory_that_is_not_there_is_not_copied),
	};

	return cmocka_run_group_tests_name("sbi_devices", tests, NULL, NULL);
}
