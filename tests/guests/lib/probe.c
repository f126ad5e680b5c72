/* SPDX-License-Identifier: Apache-2.0 */
/* Memory accesses under MPRV, with their result or trap in one line. */
#include "probe.h"
#include "insn.h"

uint64_t data_pages[2 * PAGE_SIZE / 8] __attribute__((aligned(4096)));

void data_fill(void)
{
	for (unsigned i = 0; i < 2 * PAGE_SIZE / 8; i++)
		data_pages[i] = 0x0123456789abcdeful * (2 * i + 1);
}

uint64_t data_hash(void)
{
	return hash_words(data_pages, 2 * PAGE_SIZE / 8);
}

/* The words at the code page as a function of the guest: an mret in between would clear MPV. */
static uint64_t call_code(uint64_t va, uint64_t value, uint64_t set, uint64_t clear)
{
	register uint64_t a0 __asm__("a0") = 0;
	register uint64_t a1 __asm__("a1") = va;
	register uint64_t a2 __asm__("a2") = value;
	register uint64_t a3 __asm__("a3") = set;
	register uint64_t a4 __asm__("a4") = clear;

	__asm__ volatile("jalr %5" : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a4)
		: "r"(code_page) : "ra", "memory");
	return a0;
}

void probe_mprv(const char *name, uint32_t word, uint64_t va, uint64_t status)
{
	uint32_t words[] = {
		csr_insn(CSRRC, ZERO, CSR_MSTATUS, A4), csr_insn(CSRRS, ZERO, CSR_MSTATUS, A3),
		word, csr_insn(CSRRC, ZERO, CSR_MSTATUS, A3), insn_i(0x67, 0, ZERO, RA, 0),
	};
	uint64_t a0;
	struct trap t;

	code_put(words, 5);
	mpv_make((status & MSTATUS_MPV) != 0);
	catch_begin();
	a0 = call_code(va, 0x1122334455667788ul, status | MSTATUS_MPRV, MSTATUS_MPP | MSTATUS_MPV);
	t = catch_end();
	csr_clear(CSR_MSTATUS, status | MSTATUS_MPRV);
	mpv_make(false);
	if (t.cause == NO_TRAP) {
		say("%s: a0=%x\n", name, a0);
		return;
	}
	say("%s: cause=%x tval=%x at=%x status=%x tval2=%x tinst=%x a0=%x\n", name, t.cause,
		t.tval, t.epc - (uint64_t)code_page, t.status, t.tval2, t.tinst, a0);
}

void probe_load(const char *name, unsigned f3, uint64_t va, uint64_t status)
{
	probe_mprv(name, insn_load(f3, A0, A1, 0), va, status);
}

void probe_store(const char *name, unsigned f3, uint64_t va, uint64_t status)
{
	data_fill();
	probe_mprv(name, insn_store(f3, A2, A1, 0), va, status);
	say("  data %x\n", data_hash());
	data_fill();
}
