/* SPDX-License-Identifier: Apache-2.0 */
/* Debug triggers on fetch, load and store fire in M, S and U as natively. */
#include "probe.h"
#include "insn.h"

#define MCONTROL  2ul
#define MCONTROL6 6ul
#define EXECUTE 4ul
#define STORE   2ul
#define LOAD    1ul
#define IN_U    8ul
#define IN_S    16ul
#define IN_M    64ul

static uint64_t count_triggers(void)
{
	uint64_t n;

	for (n = 0; n < 16; n++) {
		csr_write(CSR_TSELECT, n);
		if (csr_read(CSR_TSELECT) != n)
			break;
	}
	return n;
}

static void probe(uint64_t type, enum mode mode, uint64_t control, uint64_t address, uint32_t word)
{
	struct context c;

	csr_write(CSR_TSELECT, 0);
	csr_write(CSR_TDATA2, address);
	csr_write(CSR_TDATA1, type << 60 | control);
	say("%s: tdata1 %x tdata2 %x: ", mode_name(mode), csr_read(CSR_TDATA1),
		csr_read(CSR_TDATA2));
	run_word(&c, mode, word, 0, (uint64_t)data_pages);
	csr_write(CSR_TDATA1, MCONTROL << 60);
	csr_write(CSR_TDATA2, 0);
	say("cause=%x tval=%x at=%x\n", c.trap.cause, c.trap.tval,
		c.trap.epc - (uint64_t)code_page);
}

static void sweep(uint64_t type)
{
	static const uint64_t wheres[] = { 0, IN_U, IN_S, IN_M, IN_U | IN_S | IN_M };
	static const enum mode modes[] = { MODE_M, MODE_S, MODE_U };

	for (unsigned m = 0; m < 3; m++)
		for (unsigned w = 0; w < 5; w++) {
			uint64_t code = (uint64_t)code_page, data = (uint64_t)data_pages;

			probe(type, modes[m], wheres[w] | EXECUTE, code, INSN_NOP);
			probe(type, modes[m], wheres[w] | EXECUTE, code + 4, INSN_NOP);
			probe(type, modes[m], wheres[w] | LOAD, data, insn_load(3, A0, A1, 0));
			probe(type, modes[m], wheres[w] | LOAD, data, insn_store(3, A0, A1, 0));
			probe(type, modes[m], wheres[w] | STORE, data, insn_store(3, A0, A1, 0));
			probe(type, modes[m], wheres[w] | STORE, data + 8,
				insn_store(3, A0, A1, 0));
		}
}

void guest_main(void)
{
	uint64_t count = count_triggers();

	say("triggers: %d\n", (int64_t)count);
	for (uint64_t n = 0; n < count; n++) {
		csr_write(CSR_TSELECT, n);
		say("%d: tdata1 %x tdata2 %x tdata3 %x\n", (int64_t)n, csr_read(CSR_TDATA1),
			csr_read(CSR_TDATA2), csr_read(CSR_TDATA3));
	}
	sweep(MCONTROL);
	sweep(MCONTROL6);
}
