/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A payload that makes the SBI calls that a policy may answer in the firmware's place, and logs a0
 * and a1 of each. Runs in S-mode on any SBI firmware; nothing it logs depends on time or hart ids.
 */
#include "sbi.h"

#define SSIP 2ul
#define STIP 32ul
#define ROUNDS 25u
#define PROBE_VA 0x40000000ul

extern uint64_t secondary_opaque;
extern const char _start[];
static uint64_t boot_id, others[8], other_count;
static volatile uint64_t arrived, command, done, seen;
static bool slept;
static uint64_t root[512] __attribute__((aligned(4096)));
static uint64_t middle[512] __attribute__((aligned(4096)));
static uint64_t leaf[512] __attribute__((aligned(4096)));
static uint64_t page[2][512] __attribute__((aligned(4096)));

static uint64_t wait_for(uint64_t bit)
{
	for (uint64_t i = 0; i < 100000000 && !(csr_read(CSR_SIP) & bit); i++)
		;
	return csr_read(CSR_SIP) & bit;
}

static void timer(uint64_t eid)
{
	uint64_t due = csr_read(CSR_TIME) + 20000;

	try("timer soon", eid, 0, due, 77);
	say("t: pending %x, ", wait_for(STIP));
	say("%s\n", csr_read(CSR_TIME) >= due ? "in time" : "early");
	try("timer never", eid, 0, ALL, 77);
	say("t: pending %x\n", csr_read(CSR_SIP) & STIP);
	try("timer past", eid, 0, 1, 77);
	say("t: pending %x\n", wait_for(STIP));
	try("timer far", eid, 0, ALL - 1, 77);
	say("t: pending %x\n", csr_read(CSR_SIP) & STIP);
}

static void ipi(uint64_t mask, uint64_t base, const char *name)
{
	csr_clear(CSR_SIP, SSIP);
	try(name, IPI, 0, mask, base);
	say("t: pending %x\n", csr_read(CSR_SIP) & SSIP);
	csr_clear(CSR_SIP, SSIP);
}

static void masks(uint64_t eid, uint64_t fid)
{
	try("self", eid, fid, 1, boot_id);
	try("nobody", eid, fid, 0, 0);
	try("nobody from 1000", eid, fid, 0, 1000);
	try("all", eid, fid, 0, ALL);
	try("all with mask", eid, fid, 0x5555, ALL);
	try("hart 40", eid, fid, 1ul << 40, 0);
	try("hart 64", eid, fid, 1, 64);
	try("hart 100 and self", eid, fid, 1, 100);
	try("huge base", eid, fid, 1, 1ul << 62);
}

static void fences(void)
{
	static const char *names[] = {
		"fence.i", "sfence.vma", "sfence.vma asid", "hfence.gvma vmid",
		"hfence.gvma", "hfence.vvma asid", "hfence.vvma",
	};

	for (uint64_t f = 0; f < 7; f++) {
		struct answer r;

		say("t: %s\n", names[f]);
		masks(RFENCE, f);
		r = call(RFENCE, f, 1, boot_id, 0x80000000, 4096);
		say("t: ranged %d\n", (int64_t)r.error);
		r = call(RFENCE, f, 1, boot_id, ~0xffful, 0x10000);
		say("t: wrapping %d\n", (int64_t)r.error);
	}
	try("no such fence", RFENCE, 7, 1, boot_id);
	try("no such timer", TIME, 1, 1, boot_id);
	try("no such ipi", IPI, 1, 1, boot_id);
}

/* The mask is in memory, a1 to a3 are what it may not touch. */
static void legacy(const char *name, uint64_t eid, const uint64_t *mask)
{
	struct answer r = call(eid, 9, (uint64_t)mask, 0x80000000, 4096, 1);

	say("t: %s: %d %x\n", name, (int64_t)r.error, r.value);
}

static void legacy_fences(void)
{
	static uint64_t self, nobody, absent = 1ul << 40;

	self = 1ul << boot_id;
	for (uint64_t eid = 5; eid <= 7; eid++) {
		legacy("legacy fence", eid, &self);
		legacy("nobody", eid, &nobody);
		legacy("hart 40", eid, &absent);
		legacy("all", eid, 0);
	}
}

/* ---- other harts ---- */

static void order(uint64_t what)
{
	done = 0;
	fence();
	command = what;
	while (done != other_count)
		;
	command = 0;
	while (done)
		;
}

static void storm(void)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct answer r = call(RFENCE, i % 7 < 3 ? i % 3 : 1, 0, ALL, 0, 0);
		struct answer s = call(IPI, 0, 0, ALL, 0, 0);

		if (r.error || s.error)
			say("t: FAIL in the storm\n");
	}
}

static void obey(uint64_t what)
{
	if (what == 1) {
		csr_clear(CSR_SIP, SSIP);
	} else if (what == 2) {
		if (wait_for(SSIP))
			__atomic_fetch_add(&seen, 1, __ATOMIC_RELAXED);
		csr_clear(CSR_SIP, SSIP);
	} else if (what == 3) {
		storm();
	} else if (what == 4) {
		csr_write(CSR_SATP, 8ul << 60 | (uint64_t)root >> 12);
		sfence_vma();
	} else if (what == 5) {
		__atomic_fetch_add(&seen, load64(PROBE_VA), __ATOMIC_RELAXED);
	} else if (what == 6) {
		call(HSM, 1, 0, 0, 0, 0);
	}
}

void payload_other(uint64_t id)
{
	(void)id;
	__atomic_fetch_add(&arrived, 1, __ATOMIC_RELEASE);
	for (;;) {
		uint64_t what = command;

		if (!what)
			continue;
		if (what == 6)
			__atomic_fetch_add(&done, 1, __ATOMIC_RELEASE);
		obey(what);
		__atomic_fetch_add(&done, 1, __ATOMIC_RELEASE);
		while (command)
			;
		__atomic_fetch_sub(&done, 1, __ATOMIC_RELEASE);
	}
}

static void start_others(void)
{
	for (uint64_t id = 0; id < 8; id++) {
		uint64_t opaque = (uint64_t)&secondary_opaque;

		if (id != boot_id && !call(HSM, 0, id, (uint64_t)_start, opaque, 0).error)
			others[other_count++] = id;
	}
	while (arrived != other_count)
		;
	say("t: %d others\n", (int64_t)other_count);
}

static void interrupt_others(void)
{
	order(1);
	try("ipi to all", IPI, 0, 0, ALL);
	order(2);
	say("t: seen by %d others\n", (int64_t)seen);
	seen = 0;
	for (unsigned i = 0; i < other_count; i++)
		try("ipi to one", IPI, 0, 1, others[i]);
	order(2);
	say("t: seen by %d others\n", (int64_t)seen);
	command = 3;
	storm();
	while (done != other_count)
		;
	command = 0;
	while (done)
		;
	csr_clear(CSR_SIP, SSIP);
	say("t: storm over\n");
}

/* After the fence has returned no hart uses the old translation. */
static void remap_under_others(void)
{
	page[0][0] = 1;
	page[1][0] = 1000;
	root[0] = PTE_V | PTE_R | PTE_W | PTE_A | PTE_D;
	root[1] = (uint64_t)middle >> 2 | PTE_V;
	root[2] = 0x80000000ul >> 2 | PTE_RWX;
	middle[0] = (uint64_t)leaf >> 2 | PTE_V;
	leaf[0] = (uint64_t)page[0] >> 2 | PTE_V | PTE_R | PTE_A;
	fence();
	order(4);
	for (unsigned i = 0; i < 6; i++) {
		seen = 0;
		order(5);
		say("t: page %d: %d\n", (int64_t)(i % 2), (int64_t)seen);
		leaf[0] = (uint64_t)page[(i + 1) % 2] >> 2 | PTE_V | PTE_R | PTE_A;
		fence();
		call(RFENCE, i % 2 ? 1 : 2, 0, ALL, PROBE_VA, 4096);
	}
}

static void stop_others(void)
{
	done = 0;
	command = 6;
	for (unsigned i = 0; i < other_count; i++)
		while (call(HSM, 2, others[i], 0, 0, 0).value != 1)
			;
	for (unsigned i = 0; i < other_count; i++) {
		try("ipi to a stopped hart", IPI, 0, 1, others[i]);
		try("fence on a stopped hart", RFENCE, 1, 1, others[i]);
	}
	try("ipi to all that run", IPI, 0, 0, ALL);
	try("fence on all that run", RFENCE, 1, 0, ALL);
	csr_clear(CSR_SIP, SSIP);
}

/*
 * A suspend that loses the hart's state ends with its own timer, and begins at _start again, where
 * the test ends.
 */
static __attribute__((noreturn)) void sleep_and_end(void)
{
	slept = true;
	csr_write(CSR_SIE, STIP);
	call(TIME, 0, csr_read(CSR_TIME) + 200000, 0, 0, 0);
	try("suspend", HSM, 3, 0x80000000, (uint64_t)_start);
	power_off();
}

static __attribute__((noreturn)) void woken(uint64_t id)
{
	say("t: woken: the same hart %d, satp %x, SIE %x\n", (int64_t)(id == boot_id),
		csr_read(CSR_SATP), csr_read(CSR_SSTATUS) & MSTATUS_SIE);
	power_off();
}

void payload_main(uint64_t id)
{
	uint64_t mask = 1ul << id;

	if (slept)
		woken(id);
	boot_id = id;
	csr_write(CSR_SIE, 0);
	timer(TIME);
	timer(0);
	masks(IPI, 0);
	ipi(1, boot_id, "self");
	ipi(0, ALL, "all");
	ipi(1, 70, "hart 70");
	try("legacy ipi", 4, 9, (uint64_t)&mask, 5);
	say("t: pending %x\n", csr_read(CSR_SIP) & SSIP);
	csr_clear(CSR_SIP, SSIP);
	try("legacy ipi to all", 4, 9, 0, 5);
	csr_clear(CSR_SIP, SSIP);
	try("legacy clear", 3, 9, 3, 5);
	fences();
	legacy_fences();
	start_others();
	if (other_count) {
		interrupt_others();
		remap_under_others();
		stop_others();
	}
	sleep_and_end();
}
