/* SPDX-License-Identifier: Apache-2.0 */
/* When boot/quick.S may print the firmware's letters by itself, and what C then knows of lines. */
#include "jailed.h"

#include "hw/uart.h"
#include "lib/log.h"
#include "monitor/guestmem.h"
#include "monitor/vpmp.h"
#include "monitor/world.h"

#define SB_X5_X11 0x00558023u
#define SB_X2_X11 0x00258023u

static bool device(u64 pa, unsigned int size, bool is_store, u64 *value)
{
	(void)size;
	(void)is_store;
	(void)value;
	return range_has(range_make(FAKE_8250_BASE, 0x100), pa, 1);
}

static int setup(void **state)
{
	unit_setup(state);
	jailed_add_device(FAKE_8250_BASE, 0x100, DEVICE_UART);
	machine.devices.console = range_make(FAKE_8250_BASE, 0x100);
	machine.devices.console_is_8250 = true;
	fake.device = device;
	jailed_start();
	return 0;
}

/* The firmware stores a byte there, by the short way; where it goes on. */
static u64 store(u64 pa, u64 value)
{
	hart.x[5] = value;
	hart.x[11] = pa;
	hart.pc = CODE;
	fake_store(CODE, 4, SB_X5_X11);
	guestmem_find_code(&hart, CODE);
	mmio_quick_store(&hart, pa);
	return hart.pc;
}

static void print(const char *text)
{
	for (; *text != '\0'; text++) {
		assert_int_equal(store(FAKE_8250_BASE, (u8)*text), CODE + 4);
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

static void lock(void)
{
	jailed_boot();
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	assert_int_equal(hart.world, WORLD_FIRMWARE);
}

/* The monitor ends what firmware has begun: what comes next begins a line. I-SBX-7 */
static void a_line_of_the_monitors_ends_the_firmwares(void **state)
{
	(void)state;
	print("\nbegun");
	log_set_putc(uart_putc);
	log_line("one of its own");
	assert_non_null(strstr(printed(), "begun[cordon] one of its own\r\n"));
	clear_console();
	print("[cordon] forged\n[");
	assert_string_equal(printed(), "[firmware] [cordon] forged\r\n[firmware] [");
}

/* What goes to another register than the line, or back into the UART, begins no line. I-SBX-7 */
static void letters_that_nobody_sees_begin_no_line(void **state)
{
	static const u8 hides[][3] = { /* register, value that hides what is sent, and the usual */
		{ 3, 0x83, 0x03 }, /* LCR: the divisor */
		{ 4, 0x10, 0x00 }, /* MCR: loop */
		{ 2, 0x05, 0x01 }, /* FCR: what has not been sent is dropped */
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(hides); i++) {
		print("\n");
		store(FAKE_8250_BASE + hides[i][0], hides[i][1]);
		store(FAKE_8250_BASE, 'x');
		log_console.inside = 1; /* as quick_letter leaves it, whatever was shown */
		store(FAKE_8250_BASE + hides[i][0], hides[i][2]);
		clear_console();
		print("[cordon] forged\n");
		assert_string_equal(printed(), "[firmware] [cordon] forged\r\n");
	}
}

/* boot/quick.S prints letters there, as long as each is firmware's to print. I-SBX-7 */
static void letters_go_straight_while_nothing_changes(void **state)
{
	(void)state;
	print("\n");
	print("a");
	assert_int_equal(hart.port.data, FAKE_8250_BASE);
	assert_int_equal(hart.port.status, FAKE_8250_BASE + 5);
	assert_true(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, FAKE_8250_BASE >> 2, 0));
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, PMP_A_NA4 | PMP_R, 0));
	assert_int_equal(hart.port.data, 0);
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, 0, 0));
	print("b");
	assert_int_equal(hart.port.data, FAKE_8250_BASE);
	lock();
	assert_int_equal(hart.port.data, 0);
	print("c");
	assert_int_equal(hart.port.data, 0);
}

/* Nor if an access means another address, or goes to another register. */
static void letters_go_straight_by_address_alone(void **state)
{
	(void)state;
	assert_int_equal(store(FAKE_8250_BASE + 1, 0), CODE + 4);
	assert_int_equal(hart.port.data, 0);
	print("a");
	assert_int_equal(hart.port.data, FAKE_8250_BASE);
	hart.vm.mstatus |= MSTATUS_MPRV;
	world_refresh_firmware(&hart);
	assert_int_equal(hart.port.data, 0);
}

/* What the firmware stores there next may be another register's, and from another place. */
static void letters_go_straight_by_the_instruction_alone(void **state)
{
	(void)state;
	print("\na");
	assert_int_equal(hart.port.pc, CODE);
	assert_int_equal(hart.port.word, SB_X5_X11);
	assert_int_equal(hart.port.gpr, 4 * 5);
	fake_store(CODE, 4, SB_X2_X11); /* no place in the table is the firmware's sp */
	hart.x[2] = 'b';
	hart.pc = CODE;
	mmio_quick_store(&hart, FAKE_8250_BASE);
	assert_int_equal(hart.pc, CODE + 4);
	assert_string_equal(printed(), "\r\nab");
	assert_int_equal(hart.port.word, SB_X5_X11);
	fake_store(CODE + 8, 4, SB_X5_X11 + (1u << 20));
	hart.x[6] = 'c';
	hart.pc = CODE + 8;
	mmio_quick_store(&hart, FAKE_8250_BASE);
	assert_string_equal(printed(), "\r\nabc");
	assert_int_equal(hart.port.pc, CODE + 8);
	assert_int_equal(hart.port.word, SB_X5_X11 + (1u << 20));
	assert_int_equal(hart.port.gpr, 4 * 6);
}

/* One that is not the monitor's, and one whose registers take four bytes at once. */
static void letters_of_other_uarts_are_judged(void **state)
{
	(void)state;
	uart_use_sifive(FAKE_SIFIVE_BASE);
	print("\na");
	assert_int_equal(hart.port.data, 0);
	uart_use_8250(FAKE_8250_BASE, 2, 4);
	assert_int_equal(uart_status_of(FAKE_8250_BASE), 0);
	uart_use_8250(FAKE_8250_BASE, 2, 1);
	assert_int_equal(uart_status_of(FAKE_8250_BASE), FAKE_8250_BASE + 20);
	assert_int_equal(uart_status_of(FAKE_8250_BASE + 1), 0);
}

#define LETTER_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LETTER_TEST(a_line_of_the_monitors_ends_the_firmwares),
		LETTER_TEST(letters_that_nobody_sees_begin_no_line),
		LETTER_TEST(letters_go_straight_while_nothing_changes),
		LETTER_TEST(letters_go_straight_by_address_alone),
		LETTER_TEST(letters_go_straight_by_the_instruction_alone),
		LETTER_TEST(letters_of_other_uarts_are_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
