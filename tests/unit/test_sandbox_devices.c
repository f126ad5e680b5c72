/* SPDX-License-Identifier: Apache-2.0 */
/* Devices under the sandbox: which kinds firmware reaches, before and after the lock. */
#include "jailed.h"

#include "monitor/emulate.h"
#include "monitor/guestmem.h"
#include "monitor/sbi_serve.h"
#include "monitor/vpmp.h"

#define PLIC ((u64)0xc000000)
#define APLIC ((u64)0xd000000)
#define OTHER ((u64)0x9000000)
#define SECOND_UART ((u64)0x10001000)
#define TIMER FAKE_CLINT_BASE
#define MTIME (FAKE_CLINT_BASE + 0xbff8)
#define NOTHING ((u64)0x40000000)
#define PLIC_ENABLE(c) (PLIC + 0x2000 + 0x80 * (u64)(c))
#define PLIC_THRESHOLD(c) (PLIC + 0x200000 + 0x1000 * (u64)(c))
#define PLIC_CLAIM(c) (PLIC_THRESHOLD(c) + 4)
#define M_CONTEXT 0u
#define S_CONTEXT 1u
#define LW_X5_X11 0x0005a283u
#define SW_X5_X11 0x0055a023u
#define SB_X5_X11 0x00558023u
#define LB_X5_X11 0x00058283u
#define SH_X5_X11 0x00559023u
#define NO_TRAP ~(u64)0

/* What has reached a device: the last access, and how many. */
static struct {
	u64 pa;
	unsigned int size;
	bool is_store;
	u64 value;
} last;
static unsigned int accesses;
static u64 answers;
static bool by_quick; /* stores go by mmio_quick_store first .. */
static unsigned int quick_stores; /* .. and so many have been done by it */

static bool device(u64 pa, unsigned int size, bool is_store, u64 *value)
{
	static const struct range devices[] = {
		{PLIC, 0x400000}, {APLIC, 0x8000},
		{OTHER, 0x1000}, {FAKE_8250_BASE, SECOND_UART + 8 - FAKE_8250_BASE},
		{FAKE_FINISHER_BASE, 0x1000},
	};
	bool there = false;

	for (unsigned int i = 0; i < ARRAY_SIZE(devices); i++) {
		there = there || range_has(devices[i], pa, size);
	}
	if (!there) {
		return false;
	}
	accesses++;
	last.pa = pa;
	last.size = size;
	last.is_store = is_store;
	last.value = *value;
	if (!is_store) {
		*value = answers;
	}
	return true;
}

static int setup(void **state)
{
	unit_setup(state);
	jailed_add_device(FAKE_8250_BASE, 0x100, DEVICE_UART);
	jailed_add_device(SECOND_UART, 8, DEVICE_UART);
	jailed_add_device(PLIC, 0x400000, DEVICE_PLIC);
	jailed_add_device(APLIC, 0x8000, DEVICE_APLIC_M);
	jailed_add_device(OTHER, 0x1000, DEVICE_OTHER);
	jailed_add_device(FAKE_FINISHER_BASE, 0x1000, DEVICE_FINISHER);
	jailed_add_device(TIMER, 0x10000, DEVICE_TIMER);
	machine.devices.plic = range_make(PLIC, 0x400000);
	machine.devices.plic_machine = BIT(M_CONTEXT);
	machine.devices.plic_supervisor = BIT(S_CONTEXT);
	machine.devices.console = range_make(FAKE_8250_BASE, 0x100);
	machine.devices.console_is_8250 = true;
	fake.device = device;
	answers = 0x55;
	jailed_start();
	accesses = 0;
	return 0;
}

static int setup_quick(void **state)
{
	setup(state);
	by_quick = true;
	return 0;
}

static int teardown_quick(void **state)
{
	(void)state;
	by_quick = false;
	return 0;
}

/* Before the long way the short one, which does all of it or nothing; was it done? I-RUN-3 */
static bool store_quick(u32 word, u64 pa)
{
	fake_store(CODE, 4, word);
	guestmem_find_code(&hart, CODE);
	mmio_quick_store(&hart, pa);
	quick_stores += hart.pc != CODE ? 1u : 0;
	return hart.pc != CODE;
}

/* An access of the firmware's: its cause, or NO_TRAP; what is loaded is in x5. */
static u64 firmware(u32 word, u64 pa, u64 value)
{
	bool is_store = (word & 0x7f) == 0x23;

	hart.x[5] = value;
	hart.x[11] = pa;
	hart.pc = CODE;
	if (by_quick && is_store && store_quick(word, pa)) {
		assert_int_equal(hart.pc, CODE + 4);
		return NO_TRAP;
	}
	jailed_trap(is_store ? CAUSE_STORE_ACCESS : CAUSE_LOAD_ACCESS, pa, word);
	if (hart.pc == CODE + 4) {
		return NO_TRAP;
	}
	assert_int_equal(hart.pc, HANDLER);
	return hart.vm.mcause;
}

static u64 load(u64 pa)
{
	return firmware(LW_X5_X11, pa, 0);
}

static u64 store(u64 pa, u64 value)
{
	return firmware(SW_X5_X11, pa, value);
}

/* The payload runs, and has made a call that says nothing of devices. */
static void lock(void)
{
	jailed_boot();
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	accesses = 0;
}

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

/* ---- the interrupt controller at the lock ---- */

#define SOURCES 70u
#define CONTEXTS 8u
#define SOME 0x0ff0c3a5u /* of the sources, enabled */

static u32 plic[0x400000 / 4];
static bool completed[CONTEXTS][SOURCES + 1];

/* A PLIC of 70 sources: others keep no priority. It takes words. */
static bool plic_device(u64 pa, unsigned int size, bool is_store, u64 *value)
{
	u64 offset = pa - PLIC;
	u64 context = (offset - 0x200000) / 0x1000;

	if (pa < PLIC || offset >= 0x400000 || size != 4) {
		return false;
	}
	if (!is_store) {
		*value = plic[offset / 4];
	} else if (offset >= 0x200000 && offset % 0x1000 == 4) {
		u32 enabled = plic[(0x2000 + 0x80 * context) / 4 + *value / 32];

		assert_true(context < CONTEXTS && *value <= SOURCES);
		completed[context][*value] |= (enabled >> *value % 32 & 1) != 0;
	} else if (offset / 4 <= SOURCES || offset >= 0x1000) {
		plic[offset / 4] = (u32)*value;
	}
	return true;
}

static void check_context(unsigned int c, bool is_reset)
{
	for (unsigned int w = 0; w <= SOURCES / 32; w++) {
		assert_int_equal(plic[(0x2000 + 0x80 * c) / 4 + w], is_reset ? 0 : SOME);
	}
	assert_int_equal(plic[(0x200000 + 0x1000 * c) / 4], is_reset ? 0 : ~0u);
	for (unsigned int i = 1; i <= SOURCES; i++) {
		assert_int_equal(completed[c][i], is_reset);
	}
}

static void start_with_a_busy_plic(void)
{
	memset(plic, 0xff, sizeof(plic));
	for (unsigned int i = 0x2000 / 4; i < 0x200000 / 4; i++) {
		plic[i] = SOME;
	}
	memset(plic + SOURCES + 1, 0, 0x1000 - 4 * (SOURCES + 1));
	memset(completed, 0, sizeof(completed));
	fake.device = plic_device;
}

/* Whatever firmware has enabled or claimed: neither is so when the payload begins. */
static void the_lock_leaves_no_interrupt_behind(void **state)
{
	(void)state;
	start_with_a_busy_plic();
	machine.devices.plic_supervisor |= BIT(5);
	lock();
	for (unsigned int i = 1; i <= SOURCES; i++) {
		assert_int_equal(plic[i], 0);
	}
	for (unsigned int c = 0; c < CONTEXTS; c++) {
		check_context(c, c == M_CONTEXT || c == S_CONTEXT || c == 5);
	}
}

/* A context whose registers are behind the end of the device is not there. */
static void the_lock_writes_nothing_behind_the_controller(void **state)
{
	const u32 end = 0x200000 + 0x1000 * S_CONTEXT;

	(void)state;
	start_with_a_busy_plic();
	machine.devices.plic.size = end;
	lock();
	assert_int_equal(plic[end / 4], ~0u);
	assert_int_equal(plic[(0x2000 + 0x80 * M_CONTEXT) / 4], 0);
}

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
		cmocka_unit_test_setup(the_lock_leaves_no_interrupt_behind, setup),
		cmocka_unit_test_setup(the_lock_writes_nothing_behind_the_controller, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
