/* SPDX-License-Identifier: Apache-2.0 */
/* Accesses whose trap comes back as a value. */
#include "hostile.h"

/*
 * Where code can be read, it had better not be executed: a halfword of zeroes close by, which is no
 * instruction, serves as well.
 */
static uint64_t harmless_near(uint64_t at)
{
	uint64_t place = at & ~1ul;

	catch_begin();
	for (unsigned i = 0; i < PAGE_SIZE / 2 && load16(place); i++)
		place = ((at & ~(PAGE_SIZE - 1)) | i * 2);
	return catch_end().cause == NO_TRAP ? place : at & ~1ul;
}

static uint64_t try_fetch(uint64_t at)
{
	struct context c;

	context_init(&c, MODE_M, harmless_near(at));
	run(&c);
	return c.trap.cause == CAUSE_FETCH_ACCESS ? CAUSE_FETCH_ACCESS : NO_TRAP;
}

static void load_or_store(enum access kind, uint64_t at, uint64_t *value)
{
	volatile uint8_t *byte = (volatile uint8_t *)at;
	uint32_t *word = (uint32_t *)(at & ~3ul);

	switch (kind) {
	case ACCESS_LOAD:
		*value = *byte;
		break;
	case ACCESS_STORE:
		*byte = (uint8_t)*value;
		break;
	case ACCESS_AMO:
		__atomic_fetch_or(word, 0, __ATOMIC_RELAXED);
		break;
	default:
		__asm__ volatile("lr.w t0, (%0)" :: "r"(word) : "t0", "memory");
		break;
	}
}

uint64_t try_access(enum access kind, uint64_t at, uint64_t *value)
{
	if (kind == ACCESS_FETCH)
		return try_fetch(at);
	if (kind == ACCESS_STORE)
		try_access(ACCESS_LOAD, at, value);
	catch_begin();
	load_or_store(kind, at, value);
	return catch_end().cause;
}

bool access_refused(enum access kind, uint64_t cause)
{
	static const uint64_t refusal[ACCESS_COUNT] = {
		[ACCESS_LOAD] = CAUSE_LOAD_ACCESS, [ACCESS_STORE] = CAUSE_STORE_ACCESS,
		[ACCESS_FETCH] = CAUSE_FETCH_ACCESS, [ACCESS_AMO] = CAUSE_STORE_ACCESS,
		[ACCESS_LR] = CAUSE_LOAD_ACCESS,
	};

	/* QEMU with one hart does an AMO as a load and a store, and says so natively. */
	return cause == refusal[kind] || (kind == ACCESS_AMO && cause == CAUSE_LOAD_ACCESS);
}

uint64_t try_store32(uint64_t at, uint32_t value)
{
	catch_begin();
	store32(at, value);
	return catch_end().cause;
}

uint64_t try_load32(uint64_t at, uint32_t *value)
{
	catch_begin();
	*value = load32(at);
	return catch_end().cause;
}
