/* SPDX-License-Identifier: Apache-2.0 */
/* Slices: what they leave as it was, and what is served meanwhile. */
#include "sbi_call.h"

#include "monitor/remote.h"
#include "monitor/slice.h"

static struct slice_stack stack;
static void (*body)(void);
static unsigned int ran;
static unsigned int served;
static u64 mie_inside;

static void on_slice(struct hart *h)
{
	assert_ptr_equal(h, &hart);
	body();
}

static const struct policy slicer = {.name = "slicer", .on_slice = on_slice};

static void run(void (*what)(void))
{
	body = what;
	slice_run(&hart, &slicer, &stack);
}

static void work(void)
{
	ran++;
	mie_inside = csr_read(CSR_MIE);
}

static int setup(void **state)
{
	unit_setup(state);
	sbi_start_payload();
	ran = served = 0;
	return 0;
}

/* The ecall's mstatus, and what mie lets in, are the payload's again. */
static void the_call_is_as_it_was(void **state)
{
	u64 status, mie = fake.csr[CSR_MIE] | BIT(IRQ_SSI);

	(void)state;
	fake.csr[CSR_MIE] = mie;
	for (u64 mpie = 0; mpie < 2; mpie++) {
		status = field_set(fake.csr[CSR_MSTATUS], MSTATUS_MPP, PRIV_S);
		fake.csr[CSR_MSTATUS] = field_set(status, MSTATUS_MPIE, mpie);
		status = fake.csr[CSR_MSTATUS];
		run(work);
		assert_int_equal(fake.csr[CSR_MSTATUS], status);
		assert_int_equal(fake.csr[CSR_MIE], mie);
	}
	assert_int_equal(ran, 2);
	assert_int_equal(mie_inside, BIT(IRQ_MSI));
	assert_int_equal(fake.msip[0], 0);
}

static void count(struct hart *h, const u64 *args)
{
	assert_ptr_equal(h, &hart);
	assert_int_equal(args[0], 77);
	served++;
}

/* As another hart's remote_run posts it. */
static void post(void)
{
	fake_other.remote.call.fn = count;
	fake_other.remote.call.args[0] = 77;
	fake_other.remote.waiting = 1;
	hart.remote.from = 2;
	fake.msip[0] = 1;
}

static void call_in_the_middle(void)
{
	assert_int_equal(served, 0);
	post();
}

/* I-SLC-1: the doorbell rings again afterwards, for what only the guest's own hart looks at. */
static void calls_of_others_are_served(void **state)
{
	(void)state;
	post();
	run(work);
	assert_int_equal(served, 1);
	assert_int_equal(fake_other.remote.waiting, 0);
	assert_int_equal(fake.msip[0], 1);
	served = 0;
	fake.msip[0] = 0;
	run(call_in_the_middle);
	assert_int_equal(served, 1);
	assert_int_equal(fake_other.remote.waiting, 0);
	assert_int_equal(fake.msip[0], 1);
}

/* Nothing but the doorbell comes in: a timer that is due stays due. */
static void other_interrupts_wait(void **state)
{
	(void)state;
	fake.csr[CSR_MIE] |= BIT(IRQ_MTI);
	fake.mtimecmp[0] = 0;
	run(work);
	assert_int_equal(ran, 1);
	assert_int_equal(fake.msip[0], 0);
}

static u32 lock;
static unsigned int rounds;

static void give_back(struct hart *h, const u64 *args)
{
	(void)h;
	(void)args;
	rounds++;
	slice_unlock(&lock);
}

static void who_waits_for_the_lock_serves(void **state)
{
	(void)state;
	lock = 0;
	slice_lock(&hart, &lock);
	assert_int_equal(lock, 1);
	post();
	fake_other.remote.call.fn = give_back;
	slice_lock(&hart, &lock);
	assert_int_equal(rounds, 1);
	assert_int_equal(lock, 1);
}

#define SLICE_TEST(name) cmocka_unit_test_setup(name, setup)

static jmp_buf parked;

static void stop_parking(void)
{
	longjmp(parked, 1);
}

static void die_and_ring(void)
{
	machine.dead = 1;
	fake.msip[0] = 1;
}

static void wait_for_a_lock(void)
{
	static u32 held = 1;

	machine.dead = 1;
	slice_lock(&hart, &held);
}

static void expect_parked(void (*wait)(void))
{
	fake.on_wfi = stop_parking;
	if (setjmp(parked) == 0) {
		wait();
		fail_msg("went on running");
	}
	assert_int_equal(fake.csr[CSR_MIE], 0);
	machine.dead = 0;
}

static void run_and_die(void)
{
	run(die_and_ring);
}

/* The doorbell of a machine that is dead parks the hart in the middle of its computation. */
static void a_dead_machine_computes_no_more(void **state)
{
	(void)state;
	expect_parked(wait_for_a_lock);
	expect_parked(run_and_die);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SLICE_TEST(the_call_is_as_it_was),
		SLICE_TEST(calls_of_others_are_served),
		SLICE_TEST(other_interrupts_wait),
		SLICE_TEST(who_waits_for_the_lock_serves),
		SLICE_TEST(a_dead_machine_computes_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
