/* SPDX-License-Identifier: Apache-2.0 */
/* SBI calls under the sandbox: what firmware sees of each, and what each lets it do. */
#include "jailed.h"

#include "monitor/virq.h"

#define NONE ~0u
#define MEMORY_ALL (~(u64)0)
#define OWN_EXTENSIONS_EXPERIMENTAL 0x08000000u
#define OWN_EXTENSIONS_VENDOR 0x09abcdefu
#define OWN_EXTENSIONS_FIRMWARE 0x0affffffu

/*
 * From the prototypes of SBI 3.0, chapters 4 to 20: the arguments of each function in registers,
 * 64 bits; NONE: not for the firmware. written again here, without a look at calls.c.
 */
static const struct row {
	u64 extension;
	unsigned int functions; /* those that the specification has */
	unsigned int args[12];
} spec[] = {
	{SBI_LEGACY_SET_TIMER, 1, {1}},
	{SBI_LEGACY_CLEAR_IPI, 1, {0}},
	{SBI_LEGACY_SHUTDOWN, 1, {0}},
	{SBI_BASE, 7, {0, 0, 0, 1, 0, 0, 0}},
	{SBI_TIME, 1, {1}},
	{SBI_IPI, 1, {2}},
	{SBI_RFENCE, 7, {2, 4, 5, 5, 4, 5, 4}},
	{SBI_HSM, 4, {3, 0, 1, 3}},
	{SBI_SRST, 1, {2}},
	{SBI_SUSP, 1, {3}},
	{SBI_CPPC, 4, {1, 1, 1, 2}},
	{SBI_PMU, 9, {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE}},
	{SBI_NACL, 5, {NONE, NONE, NONE, NONE, NONE}},
	{SBI_STA, 1, {NONE}},
	{SBI_SSE, 10, {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE}},
	{SBI_FWFT, 2, {NONE, NONE}},
	{SBI_DBTR, 8, {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE}},
	{SBI_MPXY, 8, {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE}},
	{OWN_EXTENSIONS_EXPERIMENTAL, 2, {6, 6}},
	{OWN_EXTENSIONS_VENDOR, 2, {6, 6}},
	{OWN_EXTENSIONS_FIRMWARE, 2, {6, 6}},
	/* Numbers that nobody has defined, and one whose upper half is not its sign. */
	{0x09u, 1, {NONE}},
	{0x11u, 1, {NONE}},
	{0x07ffffffu, 1, {NONE}},
	{0x0b000000u, 1, {NONE}},
	{0x100000000u | SBI_TIME, 1, {NONE}},
	{MEMORY_ALL, 1, {NONE}},
};

static struct jailed_call call_of(u64 extension, u64 function)
{
	return (struct jailed_call){{PATTERN(10), PATTERN(11), PATTERN(12), PATTERN(13),
				     PATTERN(14), PATTERN(15)},
				    function, extension};
}

/* The firmware runs: it sees args argument registers and the ids, all else is zero. */
static void expect_visible(const struct jailed_call *c, unsigned int args)
{
	bool legacy = c->extension < 0x10;

	if (hart.world != WORLD_FIRMWARE) {
		fail_msg("call %llx.%llx is not there", (unsigned long long)c->extension,
			 (unsigned long long)c->function);
	}
	for (unsigned int n = 1; n < 32; n++) {
		u64 expected = n >= 10 && n < 10 + args ? c->a[n - 10] : 0;

		expected = n == 17 ? c->extension : expected;
		expected = n == 16 && !legacy ? c->function : expected;
		if (reg_read(&hart, n) != expected) {
			fail_msg("call %llx.%llx: x%u is %llx, not %llx",
				 (unsigned long long)c->extension,
				 (unsigned long long)c->function, n,
				 (unsigned long long)reg_read(&hart, n),
				 (unsigned long long)expected);
		}
	}
}

static void expect_not_there(const struct jailed_call *c)
{
	if (hart.world != WORLD_PAYLOAD || (s64)reg_read(&hart, 10) != SBI_ERR_NOT_SUPPORTED) {
		fail_msg("call %llx.%llx is there", (unsigned long long)c->extension,
			 (unsigned long long)c->function);
	}
	assert_int_equal(hart.pc, CALL_PC + 4);
	for (unsigned int n = 12; n < 16; n++) {
		assert_int_equal(reg_read(&hart, n), PATTERN(n));
	}
}

static void check(u64 extension, u64 function, unsigned int args)
{
	struct jailed_call c = call_of(extension, function);
	void *state = NULL;

	jailed_setup(&state);
	jailed_boot();
	if (extension == SBI_BASE && function == SBI_BASE_PROBE) {
		c.a[0] = SBI_TIME; /* of what is masked the firmware is not asked */
	}
	jailed_payload_calls(&c);
	if (args == NONE) {
		expect_not_there(&c);
	} else {
		expect_visible(&c, args);
	}
}

/* I-SBX-3 */
static void firmware_sees_the_arguments_and_nothing_else(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(spec); i++) {
		for (unsigned int f = 0; f < spec[i].functions; f++) {
			/* The legacy extensions have no function id (5): a6 is any register. */
			u64 function = spec[i].extension < 0x10 ? PATTERN(16) : f;

			check(spec[i].extension, function, spec[i].args[f]);
		}
	}
}

/* Functions that the specification does not have have no arguments to see. I-SBX-3 */
static void unknown_functions_have_no_arguments(void **state)
{
	static const u64 more[] = {8, 9, 255, (u64)1 << 32, MEMORY_ALL};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(spec); i++) {
		if (spec[i].extension < 0x10 || spec[i].args[0] == NONE || spec[i].args[0] == 6) {
			continue;
		}
		check(spec[i].extension, spec[i].functions, 0);
		for (unsigned int k = 0; k < ARRAY_SIZE(more); k++) {
			check(spec[i].extension, more[k], 0);
		}
	}
}

/* I-SBX-3: the console and the legacy calls with data in memory are the monitor's. */
static void calls_with_memory_are_answered(void **state)
{
	static const u64 answered[][2] = {
		{SBI_DBCN, SBI_DBCN_WRITE}, {SBI_DBCN, SBI_DBCN_READ},
		{SBI_DBCN, SBI_DBCN_WRITE_BYTE}, {SBI_DBCN, 3},
		{SBI_LEGACY_PUTCHAR, 0}, {SBI_LEGACY_GETCHAR, 0}, {SBI_LEGACY_SEND_IPI, 0},
		{SBI_LEGACY_FENCE_I, 0}, {SBI_LEGACY_SFENCE_VMA, 0},
		{SBI_LEGACY_SFENCE_VMA_ASID, 0},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(answered); i++) {
		struct jailed_call c = call_of(answered[i][0], answered[i][1]);

		jailed_setup(state);
		jailed_boot();
		c.a[0] = c.a[1] = c.a[2] = 0;
		jailed_payload_calls(&c);
		assert_int_equal(hart.world, WORLD_PAYLOAD);
		assert_int_not_equal(hart.pc, HANDLER);
	}
}

/* I-SBX-3 */
static void the_probe_denies_what_is_masked(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(spec); i++) {
		bool there = spec[i].args[0] != NONE || spec[i].extension < 0x10;

		jailed_setup(state);
		jailed_boot();
		jailed_calls(SBI_BASE, SBI_BASE_PROBE, spec[i].extension, 7, 0);
		assert_int_equal(hart.world, there ? WORLD_FIRMWARE : WORLD_PAYLOAD);
		if (!there) {
			assert_int_equal(reg_read(&hart, 10), SBI_SUCCESS);
			assert_int_equal(reg_read(&hart, 11), 0);
		}
	}
}

/* ---- what a call gives the right to: I-SBX-10 ---- */

static u64 pending(void)
{
	return fake_mip() & (BIT(IRQ_SSI) | BIT(IRQ_STI) | BIT(IRQ_SEI));
}

/* csrrs and csrrc mip, x5. */
static void sets_mip(u64 bits)
{
	hart.x[5] = bits;
	jailed_executes(SYSTEM_CSR(2, 0, 5, CSR_MIP));
}

static void clears_mip(u64 bits)
{
	hart.x[5] = bits;
	jailed_executes(SYSTEM_CSR(3, 0, 5, CSR_MIP));
}

static void nobody_asked_for_an_interrupt(void **state)
{
	static const unsigned int irqs[] = {IRQ_SSI, IRQ_STI, IRQ_SEI};

	for (unsigned int i = 0; i < ARRAY_SIZE(irqs); i++) {
		jailed_setup(state);
		jailed_boot();
		jailed_calls(SBI_BASE, 0, 0, 0, 0);
		sets_mip(BIT(irqs[i]));
		assert_int_equal(pending(), 0);
		assert_int_equal(hart.counts.refused[REFUSED_INJECT], 1);
		jailed_writes(CSR_MIP, ~(u64)0);
		assert_int_equal(pending(), 0);
	}
}

/* What is pending firmware neither sees nor takes away. */
static void pending_interrupts_are_the_payloads(void **state)
{
	(void)state;
	jailed_boot();
	fake.csr[CSR_MIP] |= BIT(IRQ_SSI) | BIT(IRQ_STI);
	fake.wires |= BIT(IRQ_SEI);
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	assert_int_equal(jailed_reads(CSR_MIP) & (BIT(IRQ_SSI) | BIT(IRQ_STI) | BIT(IRQ_SEI)), 0);
	clears_mip(~(u64)0);
	jailed_writes(CSR_MIP, 0);
	assert_int_equal(pending(), BIT(IRQ_SSI) | BIT(IRQ_STI) | BIT(IRQ_SEI));
	assert_int_equal(hart.counts.refused[REFUSED_INJECT], 0);
}

static void the_timer_interrupt_comes_when_due_and_once(void **state)
{
	(void)state;
	jailed_boot();
	fake.csr[CSR_MIP] |= BIT(IRQ_STI);
	jailed_calls(SBI_TIME, 0, 5000, 0, 0);
	clears_mip(BIT(IRQ_STI)); /* a new timer takes the old interrupt back */
	assert_int_equal(pending(), 0);
	sets_mip(BIT(IRQ_STI));
	assert_int_equal(pending(), 0);
	assert_int_equal(hart.counts.refused[REFUSED_INJECT], 1);
	jailed_answers(0, 0);
	fake.mtime = 5000;
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	sets_mip(BIT(IRQ_STI));
	assert_int_equal(pending(), BIT(IRQ_STI));
	clears_mip(BIT(IRQ_STI)); /* not in this call */
	assert_int_equal(pending(), BIT(IRQ_STI));
	fake.csr[CSR_MIP] &= ~BIT(IRQ_STI);
	sets_mip(BIT(IRQ_STI));
	assert_int_equal(pending(), 0);
	assert_int_equal(hart.counts.refused[REFUSED_INJECT], 2);
}

static void a_software_interrupt_is_allowed_once(void **state)
{
	(void)state;
	jailed_boot();
	jailed_calls(SBI_IPI, 0, 1, 0, 0);
	sets_mip(BIT(IRQ_SSI));
	assert_int_equal(pending(), BIT(IRQ_SSI));
	fake.csr[CSR_MIP] &= ~BIT(IRQ_SSI);
	sets_mip(BIT(IRQ_SSI));
	assert_int_equal(pending(), 0);
	assert_int_equal(hart.counts.refused[REFUSED_INJECT], 1);
}

/* The list of harts in a call: mask and base, base -1, harts that do not exist (SBI 3.0, 3.1). */
static void only_harts_of_the_list_may_be_interrupted(void **state)
{
	static const struct {
		u64 mask, base;
		u32 wanted[2];
	} lists[] = {
		{1, 0, {1, 0}},  {2, 0, {0, 1}},   {3, 0, {1, 1}},    {0, 0, {0, 0}},
		{1, 1, {0, 1}},  {0, ~0ull, {1, 1}}, {~0ull, 2, {0, 0}}, {~0ull, 64, {0, 0}},
		{2, ~0ull - 1, {0, 0}}, {4, ~0ull - 1, {1, 0}},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(lists); i++) {
		jailed_setup(state);
		jailed_boot();
		jailed_calls(SBI_IPI, 0, lists[i].mask, lists[i].base, 0);
		assert_int_equal(sandbox_harts[0].ipi_wanted, lists[i].wanted[0]);
		assert_int_equal(sandbox_harts[1].ipi_wanted, lists[i].wanted[1]);
	}
}

/* With Sstc: only the value of the call, only in the call. */
static void stimecmp_takes_the_value_of_the_call(void **state)
{
	(void)state;
	jailed_writes(CSR_MENVCFG, BIT(63));
	jailed_boot();
	fake.csr[CSR_STIMECMP] = 777;
	jailed_calls(SBI_TIME, 0, 5000, 0, 0);
	assert_int_equal(jailed_reads(CSR_STIMECMP), 0);
	jailed_writes(CSR_STIMECMP, 4999);
	assert_int_equal(fake.csr[CSR_STIMECMP], 777);
	jailed_writes(CSR_STIMECMP, 5000);
	assert_int_equal(fake.csr[CSR_STIMECMP], 5000);
	jailed_answers(0, 0);
	jailed_calls(SBI_BASE, 0, 5001, 0, 0);
	jailed_writes(CSR_STIMECMP, 5001);
	jailed_writes(CSR_STIMECMP, 5000);
	assert_int_equal(fake.csr[CSR_STIMECMP], 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JAILED_TEST(firmware_sees_the_arguments_and_nothing_else),
		JAILED_TEST(unknown_functions_have_no_arguments),
		JAILED_TEST(calls_with_memory_are_answered),
		JAILED_TEST(the_probe_denies_what_is_masked),
		JAILED_TEST(nobody_asked_for_an_interrupt),
		JAILED_TEST(pending_interrupts_are_the_payloads),
		JAILED_TEST(the_timer_interrupt_comes_when_due_and_once),
		JAILED_TEST(a_software_interrupt_is_allowed_once),
		JAILED_TEST(only_harts_of_the_list_may_be_interrupted),
		JAILED_TEST(stimecmp_takes_the_value_of_the_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
