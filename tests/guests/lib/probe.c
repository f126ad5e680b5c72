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

void probe_mprv(const char *name, uint32_t word, uint64_t va, uint64_t status)
{
	uint32_t words[] = {
		csr_insn(CSRRC, ZERO, CSR_MSTATUS, A4), csr_insn(CSRRS, ZERO, CSR_MSTATUS, A3),
		word, csr_insn(CSRRC, ZERO, CSR_MSTATUS, A3),
	};
	struct context c;

	context_init(&c, MODE_M, 0);
	c.x[A1] = va;
	c.x[A2] = 0x1122334455667788ul;
	c.x[A3] = status | MSTATUS_MPRV;
	c.x[A4] = MSTATUS_MPP | MSTATUS_MPV;
	run_words(&c, MODE_M, words, 4);
	csr_clear(CSR_MSTATUS, status | MSTATUS_MPRV);
	if (c.trap.cause == CAUSE_BREAKPOINT) {
		say("%s: a0=%x\n", name, c.x[A0]);
		return;
	}
	say("%s: cause=%x tval=%x at=%x status=%x tval2=%x tinst=%x a0=%x\n", name, c.trap.cause,
		c.trap.tval, c.trap.epc - (uint64_t)code_page, c.trap.status, c.trap.tval2,
		c.trap.tinst, c.x[A0]);
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
