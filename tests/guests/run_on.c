/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Privileged instructions in a row, with plain ones between them: registers, faults, interrupts and
 * stores to code are as natively whether or not a monitor goes on from one to the next.
 */
/* Evidence for I-RUN-1, I-RUN-2, I-MEM-2. */
#include "guest.h"
#include "insn.h"

#define CHAIN 6000u

static uint64_t cells[64] __attribute__((aligned(4096)));
static uint64_t vault[512] __attribute__((aligned(4096)));
static uint32_t chain[CHAIN + 4];

static uint32_t compressed(uint32_t low)
{
	return insn_pair((uint16_t)low, 0x0001);
}

/* What a run of words leaves in the registers and cells; at names where it ended. */
static void probe(const char *name, const uint32_t *words, size_t count, uint64_t status)
{
	struct context c;

	context_init(&c, MODE_M, 0);
	for (unsigned i = 1; i < 32; i++)
		c.x[i] = 0x0101010101010101ul * i;
	c.x[2] = (uint64_t)&cells[8];
	c.x[8] = (uint64_t)&cells[16];
	c.x[10] = (uint64_t)&cells[24];
	c.status_set = status;
	for (unsigned i = 0; i < 64; i++)
		cells[i] = 0x1111111111111111ul * (i & 15);
	csr_write(CSR_MTVAL, 0x123456789abcdef0ul);
	csr_write(CSR_MEPC, 0x123456789abcdef0ul);
	run_words(&c, MODE_M, words, count);
	c.x[2] -= (uint64_t)&cells[8];
	c.x[8] -= (uint64_t)&cells[16];
	c.x[10] -= (uint64_t)&cells[24];
	say("%s: cause=%x at=%x tval=%x x=%x cells=%x\n", name, c.trap.cause,
		c.trap.epc - (uint64_t)code_page, c.trap.cause == 2 ? 0 : c.trap.tval,
		hash_words(c.x, 32), hash_words(cells, 64));
}

/*
 * Each register as source and destination of each form, after a first CSR instruction. mscratch is
 * the guest's own: it is swapped there and back.
 */
static void every_register(void)
{
	static const unsigned csrs[] = { CSR_MEPC, CSR_MCAUSE, CSR_MTVAL, CSR_MSTATUS };
	uint32_t first = csr_insn(CSRRS, 0, CSR_MSCRATCH, 0);

	for (uint32_t r = 0; r < 32; r++) {
		uint32_t other = (r + 7) & 31;

		for (unsigned i = 0; i < sizeof(csrs) / sizeof(csrs[0]); i++) {
			uint32_t rw[] = { first, csr_insn(CSRRS, r, csrs[i], 0),
				csr_insn(CSRRW, other, CSR_MTVAL, r), first };

			probe("read and swap", rw, 4, 0);
		}
		uint32_t swap = csr_insn(CSRRW, r, CSR_MSCRATCH, r);
		uint32_t there_and_back[] = { first, r == 0 ? first : swap,
			r == 0 ? first : swap };
		uint32_t trap_csrs[] = { first, csr_insn(CSRRW, other, CSR_MEPC, r),
			csr_insn(CSRRW, r, CSR_MCAUSE, other), csr_insn(CSRRW, 0, CSR_MTVAL, r),
			csr_insn(CSRRC, r, CSR_MTVAL, other) };
		uint32_t addi[] = { first, insn_i(0x13, 0, r, other, -(int32_t)r * 3), first };
		uint32_t ld[] = { first, insn_load(3, r, 10, (int32_t)r * 8 - 120), first };
		uint32_t sd[] = { first, insn_store(3, r, 10, (int32_t)r * 8 - 120), first };
		uint32_t ldsp[] = { first, compressed(0x6002 | r << 7 | (r & 3) << 5), first };
		uint32_t sdsp[] = { first, compressed(0xe002 | r << 2 | (r & 7) << 10), first };
		uint32_t caddi[] = { first,
			compressed(0x1001 | r << 7 | (r * 5 & 31) << 2), first };

		probe("there and back", there_and_back, 3, 0);
		probe("trap CSRs", trap_csrs, 5, 0);
		probe("addi", addi, 3, 0);
		probe("ld", ld, 3, 0);
		probe("sd", sd, 3, 0);
		probe("c.ldsp", ldsp, 3, 0);
		probe("c.sdsp", sdsp, 3, 0);
		probe("c.addi", caddi, 3, 0);
	}
}

static void from_vault(const char *name, const uint32_t *words)
{
	struct context c;

	context_init(&c, MODE_M, 0);
	c.x[10] = (uint64_t)vault;
	run_words(&c, MODE_M, words, 3);
	say("%s: cause=%x at=%x tval=%x\n", name, c.trap.cause, c.trap.epc - (uint64_t)code_page,
		c.trap.tval - (uint64_t)vault);
}

/* The plain one between two others may trap: exactly there. */
static void faults(void)
{
	uint32_t first = csr_insn(CSRRS, 5, CSR_MSCRATCH, 0);
	uint32_t misaligned[] = { first, insn_load(3, 5, 10, 4), first };
	uint32_t nowhere[] = { first, insn_load(3, 5, 0, 0), first };
	uint32_t absent[] = { first, csr_insn(CSRRS, 5, 0x5c0, 0), first };
	uint32_t read_only[] = { first, csr_insn(CSRRW, 5, 0xf14, 6), first };
	uint32_t store[] = { first, insn_store(3, 5, 10, 0), first };
	uint32_t load[] = { first, insn_load(3, 5, 10, 0), first };

	probe("misaligned", misaligned, 3, 0);
	probe("nowhere", nowhere, 3, 0);
	probe("absent", absent, 3, 0);
	probe("read-only", read_only, 3, 0);
	probe("load", load, 3, 0);
	probe("store", store, 3, 0);
	pmp_set(0, PMP_NAPOT | PMP_L, PMP_NAPOT_ADDR((uint64_t)vault, 4096));
	pmp_set(1, PMP_NAPOT | PMP_R | PMP_W | PMP_X, ~0ul);
	from_vault("locked away, load", load);
	from_vault("locked away, store", store);
	probe("beside it", load, 3, 0);
}

/* A store into the instructions that come next is seen by them, after fence.i and in any case. */
static void self_modifying(void)
{
	uint32_t first = csr_insn(CSRRS, 5, CSR_MSCRATCH, 0);
	uint32_t words[] = { first, insn_store(3, 11, 12, 0), first, INSN_FENCE_I, first, first,
		csr_insn(CSRRW, 0, CSR_MTVAL, 13), first };
	struct context c;

	for (unsigned n = 0; n < 4; n++) {
		context_init(&c, MODE_M, 0);
		c.x[11] = (uint64_t)csr_insn(CSRRWI, 0, CSR_MCAUSE, (unsigned)n + 3) |
			(uint64_t)csr_insn(CSRRS, 14, CSR_MCAUSE, 0) << 32;
		c.x[12] = (uint64_t)&code_page[4];
		c.x[13] = n;
		run_words(&c, MODE_M, words, 8);
		say("self: x14=%x at=%x\n", c.x[14], c.trap.epc - (uint64_t)code_page);
	}
}

/* vMPRV takes hold at the next load: PMP grants U-mode nothing there. */
static void mprv(void)
{
	uint32_t words[] = { csr_insn(CSRRS, 5, CSR_MSCRATCH, 0), insn_load(3, 6, 10, 0),
		csr_insn(CSRRS, 0, CSR_MSTATUS, 11), insn_load(3, 7, 10, 0),
		csr_insn(CSRRS, 5, CSR_MSCRATCH, 0) };
	struct context c;

	pmp_set(1, PMP_NAPOT | PMP_R | PMP_W | PMP_X, ~0ul);
	pmp_set(0, PMP_NAPOT, PMP_NAPOT_ADDR((uint64_t)cells, 4096));
	context_init(&c, MODE_M, 0);
	c.x[10] = (uint64_t)cells;
	c.x[11] = MSTATUS_MPRV;
	run_words(&c, MODE_M, words, 5);
	csr_clear(CSR_MSTATUS, MSTATUS_MPRV);
	pmp_open();
	say("mprv: cause=%x at=%x\n", c.trap.cause, c.trap.epc - (uint64_t)code_page);
}

static volatile uint64_t stopped_at;

static void stop(struct frame *f, struct trap *t)
{
	(void)f;
	if ((t->cause >> 63) != 0) {
		stopped_at = t->epc;
		csr_write(CSR_MIE, 0);
	}
}

/* A timer that comes due in the middle of a long row is not kept waiting till its end. */
static void interrupted(void)
{
	uint32_t step = csr_insn(CSRRS, 5, CSR_MSCRATCH, 0);
	uint64_t inside;

	for (unsigned i = 0; i < CHAIN; i++)
		chain[i] = step;
	chain[CHAIN] = 0x00008067; /* ret */
	fence_i();
	hook_set(stop);
	for (unsigned n = 0; n < 500; n++) {
		stopped_at = 0;
		store64(CLINT_MTIMECMP(0), time_now() + 300);
		csr_write(CSR_MIE, IRQ_BIT(IRQ_MTI));
		csr_set(CSR_MSTATUS, MSTATUS_MIE);
		while (stopped_at == 0)
			((void (*)(void))chain)();
		csr_clear(CSR_MSTATUS, MSTATUS_MIE);
		inside = stopped_at - (uint64_t)chain;
		if (inside > 0 && inside < 4 * CHAIN)
			break;
	}
	hook_set(NULL);
	say("interrupted %s\n", inside > 0 && inside < 4 * CHAIN ? "inside" : "outside");
}

/* Its own msip: taken at the next instruction of the row. */
static void own_msip(void)
{
	uint32_t step = csr_insn(CSRRS, 5, CSR_MSCRATCH, 0);
	uint32_t words[] = { step, insn_store(2, 11, 10, 0), step, step };
	struct context c;

	context_init(&c, MODE_M, 0);
	c.x[10] = CLINT_MSIP(0);
	c.x[11] = 1;
	c.status_set = MSTATUS_MPIE;
	csr_write(CSR_MIE, IRQ_BIT(IRQ_MSI));
	run_words(&c, MODE_M, words, 4);
	csr_write(CSR_MIE, 0);
	store32(CLINT_MSIP(0), 0);
	/* QEMU 7.2 takes it one instruction late where nothing translates them one by one. */
	say("msip: cause=%x %s\n", c.trap.cause,
		c.trap.epc <= (uint64_t)&code_page[3] ? "at once" : "late");
}

void guest_main(void)
{
	every_register();
	self_modifying();
	own_msip();
	interrupted();
	mprv();
	faults();
}
