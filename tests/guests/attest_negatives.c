/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A firmware that does, before the payload and while it runs, what the plan in memory says: it
 * looks for secrets, changes the payload or its tree, races its measurement, or enters code of its
 * own first. It ends the machine when the payload asks; every other call it answers with "not
 * supported".
 */
#include "guest.h"
#include "payloads/attest_negatives.h"

#define PAYLOAD 0x80200000ul
#define SRST 0x53525354ul
#define TREE_MAX 0x20000ul

static struct plan plan;
static uint64_t raced; /* stores of the second hart so far */

static void read_plan(void)
{
	uint64_t *to = (uint64_t *)&plan;

	for (uint64_t i = 0; i < sizeof(plan) / 8; i++)
		to[i] = ((const volatile uint64_t *)PLAN)[i];
}

/* ---- looking for what is not its own ---- */

static uint64_t try_load(uint64_t at)
{
	catch_begin();
	load64(at);
	return catch_end().cause;
}

/* Not a change, if it can be done: the other tests need what is there. */
static uint64_t try_store(uint64_t at, uint64_t value)
{
	catch_begin();
	store64(at, value);
	return catch_end().cause;
}

static uint64_t try_fetch(uint64_t at)
{
	struct context c;

	context_init(&c, MODE_M, at);
	c.pc = at;
	run(&c);
	return c.trap.cause;
}

static void try_list(const char *when)
{
	for (uint64_t i = 0; i < plan.count && i < PLAN_LIST; i++) {
		uint64_t at = plan.list[i], load = try_load(at);
		uint64_t store = try_store(at, load == NO_TRAP ? load64(at) : 0);
		uint64_t fetch = load == NO_TRAP ? 0 : try_fetch(at);

		say("f: %s %x: load %d store %d fetch %d\n", when, at, load, store, fetch);
	}
}

/* As measured it returns its argument; its first instruction is the one that is changed. */
__attribute__((noinline, noipa, aligned(8))) static uint64_t harmless(uint64_t at)
{
	__asm__ volatile(".option push\n.option norvc\nnop\n.option pop");
	return at;
}

static void try_patched(void)
{
	uint32_t before = load32((uint64_t)harmless);

	store32((uint64_t)harmless, 0x00053503); /* ld a0, 0(a0) */
	fence_i();
	for (uint64_t i = 0; i < plan.count && i < PLAN_LIST; i++) {
		catch_begin();
		harmless(plan.list[i]);
		say("f: patched %x: %d\n", plan.list[i], catch_end().cause);
	}
	if (plan.what & PLAN_BACK)
		store32((uint64_t)harmless, before);
	fence_i();
}

/* ---- changing what is measured ---- */

static void store_without_end(void)
{
	catch_begin();
	while (this_hart()->trap.cause == NO_TRAP) {
		store64(plan.address, plan.value + raced);
		raced++;
		fence();
	}
	catch_end();
}

/* Until the other hart really stores. */
static void race(void)
{
	hart_start_job(this_hart()->id == 0, store_without_end);
	while (__atomic_load_n(&raced, __ATOMIC_RELAXED) < 1000)
		;
}

static uint32_t big(uint32_t n)
{
	return n >> 24 | (n >> 8 & 0xff00) | (n & 0xff00) << 8 | n << 24;
}

/* A copy of the tree in which the first property name "model" reads "nodel". */
static uint64_t other_tree(uint64_t tree)
{
	uint64_t size = big(load32(tree + 4));
	uint64_t names = big(load32(tree + 12));

	check(size < TREE_MAX, "the tree is too large for this test");
	for (uint64_t i = 0; i < size; i++)
		store8(plan.address + i, load8(tree + i));
	for (uint64_t i = plan.address + names; i < plan.address + size - 4; i++) {
		if (load8(i) == 'm' && load8(i + 1) == 'o' && load8(i + 2) == 'd') {
			store8(i, 'n');
			return plan.address;
		}
	}
	fail("the tree has no model");
	return tree;
}

/* lui t0, upper half; jr t0: registers are left as they are but for t0. */
static uint64_t other_stage(void)
{
	store32(plan.address, 0x802002b7);
	store32(plan.address + 4, 0x02029293); /* slli t0, t0, 32 */
	store32(plan.address + 8, 0x0202d293); /* srli t0, t0, 32 */
	store32(plan.address + 12, 0x00028067);
	fence_i();
	return plan.address;
}

/* Leaves of Sv39 for the devices' gigabyte and for that in which memory begins, where they are. */
static void page(void)
{
	store64(plan.address, 0xcf);
	store64(plan.address + 8 * 2, (uint64_t)0x80000 << 10 | 0xcf);
	csr_write(CSR_SATP, (uint64_t)8 << 60 | plan.address >> 12);
}

/* ---- the payload ---- */

/* False: the payload wants the machine to end. */
static bool answer(struct context *c)
{
	if (c->x[17] == SRST)
		return false;
	if (c->x[17] == PLAN_EID && (plan.what & PLAN_TRY))
		try_list("then");
	if (c->x[17] == PLAN_EID && (plan.what & PLAN_SELF))
		try_patched();
	c->x[10] = c->x[17] == PLAN_EID ? 0 : -2ul;
	c->x[11] = 0;
	c->pc = c->trap.epc + 4;
	return true;
}

static void enter(uint64_t entry, uint64_t tree)
{
	struct context c;

	context_init(&c, MODE_S, entry);
	c.x[11] = tree;
	do {
		run(&c);
		check(c.trap.cause == CAUSE_ECALL_S, "the payload has trapped");
	} while (c.trap.cause == CAUSE_ECALL_S && answer(&c));
}

void guest_main(void)
{
	uint64_t entry = PAYLOAD, tree = boot_a1;

	read_plan();
	csr_write(CSR_MCOUNTEREN, 7);
	pmp_open();
	if (plan.what & PLAN_TRY)
		try_list("first");
	if (plan.what & PLAN_PATCH)
		store64(plan.address, plan.value);
	if (plan.what & PLAN_TREE)
		tree = other_tree(tree);
	if (plan.what & PLAN_STAGE)
		entry = other_stage();
	if (plan.what & PLAN_RACE)
		race();
	if (plan.what & PLAN_PAGED)
		page();
	enter(entry, tree);
}
