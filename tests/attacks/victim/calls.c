/* SPDX-License-Identifier: Apache-2.0 */
/* The payload attacks: its firmware (a stock OpenSBI) and the monitor. */
#include "victim.h"

#define SBI_PMU 0x504d55ul
#define SBI_STA 0x535441ul
#define SBI_SSE 0x535345ul
#define SBI_MPXY 0x4d505859ul
#define SBI_NACL 0x4e41434cul
#define MS 10000ul

static uint64_t monitor_base, monitor_size;

static bool find_monitor(void)
{
	return require(attack_monitor_range(victim_dtb, &monitor_base, &monitor_size),
		       "the tree names no monitor", 0);
}

/* ---- pointers, masks and ranges that no honest kernel passes ---- */

static bool refused(struct answer r, const char *what)
{
	return require(r.error < 0, what, (uint64_t)r.error);
}

static bool masks_are_judged(uint64_t eid, uint64_t fid)
{
	/* OpenSBI takes these for no hart at all. */
	sbi(eid, fid, 1, 1ul << 62, 0);
	sbi(eid, fid, 1ul << 63, ~1ul, 0);
	return refused(sbi(eid, fid, 1, 64, 0), "hart 64") &&
		require(sbi(eid, fid, 0x5555, ~0ul, 0).error == 0, "base -1 is all harts", eid);
}

static bool fences_take(uint64_t start, uint64_t size)
{
	register uint64_t a0 __asm__("a0") = 1;
	register uint64_t a1 __asm__("a1") = self()->id;
	register uint64_t a2 __asm__("a2") = start;
	register uint64_t a3 __asm__("a3") = size;
	register uint64_t a4 __asm__("a4") = 0;
	register uint64_t a6 __asm__("a6") = 1;
	register uint64_t a7 __asm__("a7") = SBI_RFENCE;
	uint64_t before = ticks();

	__asm__ volatile("ecall" : "+r"(a0), "+r"(a1)
			 : "r"(a2), "r"(a3), "r"(a4), "r"(a6), "r"(a7) : "memory");
	return require(ticks() - before < 1000 * MS, "ticks that a fence took", ticks() - before);
}

static void strange_calls(void)
{
	if (!masks_are_judged(SBI_IPI, 0) || !masks_are_judged(SBI_RFENCE, 0) ||
	    !masks_are_judged(SBI_RFENCE, 1))
		return;
	csr_clear(CSR_SIP, IRQ_BIT(IRQ_SSI));
	if (!fences_take(0, ~0ul) || !fences_take(~0ul, ~0ul) || !fences_take(0x1000, 1ul << 63))
		return;
	for (uint64_t eid = 0x09000000; eid < 0x09000400; eid++)
		if (!refused(sbi(eid, eid & 7, ~0ul, ~0ul, ~0ul), "an extension nobody has"))
			return;
	if (refused(sbi(SBI_HSM, 0, 99, 0x80200000, 0), "start of hart 99") &&
	    refused(sbi(SBI_HSM, 2, ~0ul, 0, 0), "state of hart -1"))
		verdict(true, "every strange call was refused", 0);
}

static void pointer_to_monitor(void)
{
	if (!find_monitor())
		return;
	if (refused(sbi(SBI_DBCN, 0, 64, monitor_base, 0), "writing the monitor's memory") &&
	    refused(sbi(SBI_DBCN, 1, 64, monitor_base + monitor_size - 64, 0), "reading into it") &&
	    refused(sbi(SBI_DBCN, 0, 64, monitor_base - 32, 0), "writing across its border"))
		verdict(true, "pointers to the monitor are refused", 0);
}

static void entry_in_monitor(void)
{
	struct answer r;

	if (!find_monitor())
		return;
	r = sbi(SBI_HSM, 0, 1, monitor_base, 0);
	victim_spin(100 * MS);
	verdict(true, "a start in the monitor ended with", (uint64_t)r.error);
}

/* ---- shared memory in the monitor ---- */

static void shared_memory(void)
{
	static const uint64_t eids[] = { SBI_PMU, SBI_STA, SBI_SSE, SBI_MPXY, SBI_NACL };
	static const uint64_t fids[] = { 7, 0, 0, 1, 1 };

	if (!find_monitor())
		return;
	for (unsigned i = 0; i < 5; i++) {
		struct answer r = sbi(eids[i], fids[i], monitor_base, 0, 0);

		if (!refused(r, "shared memory in the monitor was taken"))
			return;
	}
	verdict(true, "no extension takes the monitor's memory", 0);
}

/* ---- every CSR number, read and written ---- */

/* Those whose change would end the program that looks: satp, stvec, sscratch, sstatus, sie. */
static bool is_needed(uint32_t csr)
{
	return csr == CSR_SATP || csr == CSR_STVEC || csr == CSR_SSCRATCH ||
		csr == CSR_SSTATUS || csr == CSR_SIE;
}

static uint32_t code[2] __attribute__((aligned(8)));

static uint64_t execute(uint32_t word)
{
	code[0] = word;
	code[1] = 0x00008067; /* ret */
	fence_i();
	fault_begin();
	__asm__ volatile("jalr %0" :: "r"(code) : "ra", "t0", "memory");
	return fault_end();
}

/* A read that traps is illegal, or virtual, and stval is the word or 0 (Priv. 3.1.16). */
static bool trap_is_exact(uint64_t cause, uint32_t word)
{
	return require(cause == CAUSE_ILLEGAL, "a CSR access ended with cause", cause) &&
		require(self()->tval == word || self()->tval == 0, "stval", self()->tval) &&
		require(self()->epc == (uint64_t)code, "sepc", self()->epc);
}

static void every_csr(void)
{
	uint64_t illegal = 0;

	for (uint32_t csr = 0; csr < 4096; csr++) {
		uint32_t read = csr << 20 | 0x000022f3; /* csrr t0, csr */
		uint32_t write = csr << 20 | 0x00029073; /* csrw csr, t0 */
		uint64_t cause = execute(read);

		illegal += cause != NO_TRAP;
		if (cause != NO_TRAP && !trap_is_exact(cause, read))
			return;
		if (cause != NO_TRAP && (csr >> 8 & 3) == 3) {
			cause = execute(write);
			if (!trap_is_exact(cause, write))
				return;
		} else if (cause == NO_TRAP && !is_needed(csr)) {
			__asm__ volatile("li t0, 0" ::: "t0");
			execute(csr << 20 | 0x0002a073); /* csrs csr, t0 */
		}
	}
	verdict(illegal > 3000, "numbers that are illegal", illegal);
}

/* ---- the CLINT ---- */

static bool is_kept_off(uint64_t at)
{
	uint64_t seen;

	fault_begin();
	store64(at, 0);
	seen = fault_end();
	return require(seen == CAUSE_STORE_ACCESS, "a store ended with cause", seen);
}

static void clint(void)
{
	uint64_t before = ticks();

	if (is_kept_off(CLINT_MTIME) && is_kept_off(CLINT_MSIP(0)) &&
	    is_kept_off(CLINT_MTIMECMP(0)) && is_kept_off(CLINT_MTIMECMP(1)) &&
	    is_kept_off(CLINT_BASE + 0xfff8))
		verdict(ticks() - before < 1000 * MS, "time went on by", ticks() - before);
}

const struct trial victim_calls[] = {
	{ "A-38.calls", strange_calls },
	{ "A-38.pointers", pointer_to_monitor },
	{ "A-38.entry", entry_in_monitor },
	{ "A-39", shared_memory },
	{ "A-49.honest", every_csr },
	{ "A-49.opensbi", every_csr },
	{ "A-61", clint },
	{ 0 },
};
