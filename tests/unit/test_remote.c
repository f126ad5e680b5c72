/* SPDX-License-Identifier: Apache-2.0 */
/* Calls between harts and the rendezvous: the harts are threads, the code is the monitor's. */
#include <pthread.h>

#include "unit.h"

#include "monitor/remote.h"

#define HARTS 3u
#define ROUNDS 12u

static struct hart harts[HARTS];
static u32 served[HARTS][HARTS]; /* [target][caller] */
static u32 finished;
static u32 in_guest[HARTS]; /* the thread does as it likes */
static u32 led;
static u32 each_ran[HARTS];
static u32 failures;

static void note(bool holds)
{
	if (!holds) {
		__atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED);
	}
}

static void join_all(void)
{
	memset(&machine, 0, sizeof(machine));
	memset(harts, 0, sizeof(harts));
	memset(served, 0, sizeof(served));
	memset(each_ran, 0, sizeof(each_ran));
	finished = led = failures = 0;
	machine.hart_count = HARTS;
	for (unsigned int i = 0; i < HARTS; i++) {
		machine.harts[i] = &harts[i];
		harts[i].index = i;
		remote_join(&harts[i]);
	}
}

static void run_threads(void *(*body)(void *))
{
	pthread_t thread[HARTS];

	for (unsigned int i = 0; i < HARTS; i++) {
		assert_int_equal(pthread_create(&thread[i], NULL, body, &harts[i]), 0);
	}
	for (unsigned int i = 0; i < HARTS; i++) {
		assert_int_equal(pthread_join(thread[i], NULL), 0);
	}
	assert_int_equal(failures, 0);
}

/* Serves the others until all have made their calls. */
static void serve_to_the_end(struct hart *h)
{
	__atomic_fetch_add(&finished, 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(&finished, __ATOMIC_ACQUIRE) != HARTS) {
		remote_serve(h);
	}
}

/* ---- calls ---- */

static void count_call(struct hart *h, const u64 *args)
{
	note(args[1] == ~args[0]); /* the arguments belong together */
	served[h->index][args[0]]++;
}

static void *call_everybody(void *arg)
{
	struct hart *h = arg;

	for (u32 round = 1; round <= ROUNDS; round++) {
		u32 mask = round % 3 == 0 ? 0xffff : round % 8;
		u64 args[REMOTE_ARGS] = { h->index, ~(u64)h->index, round, 0 };
		u32 before[HARTS];

		for (unsigned int i = 0; i < HARTS; i++) {
			before[i] = served[i][h->index];
		}
		remote_run(h, mask, count_call, args);
		for (unsigned int i = 0; i < HARTS; i++) {
			note(served[i][h->index] == before[i] + (mask >> i & 1));
		}
		remote_serve(h);
	}
	serve_to_the_end(h);
	return NULL;
}

/* All harts call all others at once: each call is carried out once, before the caller goes on. */
static void no_call_is_lost(void **state)
{
	(void)state;
	join_all();
	run_threads(call_everybody);
}

static void harts_that_are_not_there_are_left_out(void **state)
{
	static const u64 args[REMOTE_ARGS] = { 1, ~(u64)1 };

	(void)state;
	join_all();
	machine.online = 2;
	assert_int_equal(remote_harts(), 2);
	remote_run(&harts[1], ~(u32)0, count_call, args);
	assert_int_equal(served[1][1], 1);
	assert_int_equal(served[0][1] + served[2][1], 0);
}

/* ---- rendezvous ---- */

static void lead(struct hart *h, const u64 *args)
{
	for (unsigned int i = 0; i < HARTS; i++) {
		note(__atomic_load_n(&in_guest[i], __ATOMIC_ACQUIRE) == 0);
		note(each_ran[i] == led);
	}
	note(args[0] == h->index);
	led++;
}

static void attend_once(struct hart *h, const u64 *args)
{
	(void)args;
	each_ran[h->index]++;
	note(each_ran[h->index] == led); /* after the leader, and once */
}

static void *meet(void *arg)
{
	struct hart *h = arg;
	u64 args[REMOTE_ARGS] = { h->index, ~(u64)h->index };

	for (u32 round = 0; round < ROUNDS; round++) {
		__atomic_store_n(&in_guest[h->index], 0, __ATOMIC_RELEASE);
		if (round % 2 == 0) {
			remote_rendezvous(h, lead, attend_once, args);
		} else {
			remote_run(h, 0xf, count_call, args);
		}
		__atomic_store_n(&in_guest[h->index], 1, __ATOMIC_RELEASE);
		__atomic_store_n(&in_guest[h->index], 0, __ATOMIC_RELEASE);
		remote_serve(h);
	}
	__atomic_store_n(&in_guest[h->index], 0, __ATOMIC_RELEASE);
	serve_to_the_end(h);
	return NULL;
}

/* The leader runs while nobody else does; each hart's part follows; several ask at once. */
static void everybody_stops_for_the_leader(void **state)
{
	(void)state;
	join_all();
	run_threads(meet);
	assert_int_equal(led, HARTS * ROUNDS / 2);
	for (unsigned int i = 0; i < HARTS; i++) {
		assert_int_equal(each_ran[i], led);
		assert_int_equal(served[i][0], ROUNDS / 2);
	}
}

/* ---- who waits sees that the machine is dead ---- */

static jmp_buf parked;

static void stop_parking(void)
{
	longjmp(parked, 1);
}

static void nothing(struct hart *h, const u64 *args)
{
	(void)h;
	(void)args;
}

/* The hart that panicked answers nobody any more: each wait for it ends. */
static void expect_parked(void (*wait)(void))
{
	join_all();
	machine.dead = 1;
	fake.on_wfi = stop_parking;
	if (setjmp(parked) == 0) {
		wait();
		fail_msg("went on running");
	}
	assert_int_equal(fake.csr[CSR_MIE], 0);
}

static void wait_for_an_answer(void)
{
	remote_run(&harts[0], 2, nothing, NULL);
}

static void wait_to_lead(void)
{
	machine.rendezvous.leader = 3;
	remote_rendezvous(&harts[0], nothing, nothing, NULL);
}

static void who_waits_for_a_dead_machine_parks(void **state)
{
	(void)state;
	expect_parked(wait_for_an_answer);
	expect_parked(wait_to_lead);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(no_call_is_lost),
		UNIT_TEST(harts_that_are_not_there_are_left_out),
		UNIT_TEST(everybody_stops_for_the_leader),
		UNIT_TEST(who_waits_for_a_dead_machine_parks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
