/* SPDX-License-Identifier: Apache-2.0 */
/* Accesses whose trap comes back as a value. */
#include "hostile.h"

/*
 * Where code can be read, it had better not be executed: a halfword of zeroes close by, which is no
 * instruction, serves as well.
 */
static uint64_t harmless_near(uint64_t at)
{
	uint64_t place = at & ~1ul, value;

	if (try_access(ACCESS_LOAD, at, &value) != NO_TRAP)
		return place;
	for (unsigned i = 0; i < PAGE_SIZE / 2 && load16(place); i++)
		place = ((at & ~(PAGE_SIZE - 1)) | i * 2);
	return place;
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

unsigned try_all(uint64_t at, uint64_t *first)
{
	unsigned through = 0;
	uint64_t value = 0;

	for (unsigned kind = 0; kind < ACCESS_COUNT; kind++) {
		uint64_t cause = try_access((enum access)kind, at, &value);

		if (access_refused((enum access)kind, cause))
			continue;
		if (!through++ && !*first)
			*first = at << 3 | kind;
	}
	return through;
}

unsigned try_monitor(uint64_t *first)
{
	const uint64_t places[] = {
		0, 1, monitor_size / 2, monitor_size - 2, monitor_size - 1,
	};
	unsigned through = 0;

	*first = 0;
	for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		through += try_all(monitor_base + places[i], first);
	return through;
}

uint64_t try_mprv(uint64_t at, uint64_t status, uint64_t satp, uint64_t *value)
{
	uint64_t old = csr_read(CSR_SATP), seen = 0;
	uint64_t mpp = MSTATUS_MPP;

	status |= MSTATUS_MPRV;
	csr_write(CSR_SATP, satp);
	sfence_vma();
	catch_begin();
	/* The trap leaves MPRV set with MPP = U: it is taken out first of all. */
	__asm__ volatile("csrc mstatus, %3\n"
			 "csrs mstatus, %2\n"
			 "lbu %0, (%1)\n"
			 "csrc mstatus, %2\n"
			 : "+&r"(seen) : "r"(at), "r"(status), "r"(mpp) : "memory");
	*value = seen;
	status = catch_end().cause;
	csr_write(CSR_SATP, old);
	sfence_vma();
	return status;
}

uint64_t random_next(void)
{
	static uint64_t state = 0x9e3779b97f4a7c15ul;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}
