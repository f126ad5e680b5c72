/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random instruction words. The word stands on an island in two megabytes of zeroes, the reach of
 * any direct jump; registers point to addresses where nothing is, so that accesses trap.
 */
#include "random.h"
#include "insn.h"

#define ISLAND 0x81800000ul
#define REACH  0x00101000ul
#define FAR    0x0000700000000000ul

static uint64_t state;

static uint64_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Half of the words get an opcode for which the monitor has work. */
static uint32_t draw(void)
{
	static const uint32_t opcodes[] = {
		0x73, 0x73, 0x73, 0x0f, 0x2f, 0x2f, 0x03, 0x23, 0x07, 0x27, 0x63, 0x67, 0x6f, 0x53,
	};
	uint64_t r = next();
	uint32_t word = (uint32_t)(r >> 32), op = opcodes[(r >> 8) % 14];

	if (!(r & 1))
		return word;
	word = (word & ~0x7fu) | op;
	if (op == 0x73 && (r & 6) == 0)
		word &= ~0x7000u;
	if (op == 0x73 && (r & 6) == 2)
		word = (word & 0x01f00000u) | 0x30000073u | (word & 0xf0000000u);
	return word;
}

/* CSRs that decide whether the guest survives, that count, or whose codes can end QEMU. */
static bool csr_is_delicate(uint32_t csr)
{
	bool counter = (csr & 0xf60) == 0xc00 || (csr & 0xf60) == 0xb00;
	bool protection = csr >= 0x3a0 && csr < 0x3f0;
	bool debug = csr >= 0x7a0 && csr < 0x7b0;
	bool indirect = (csr & 0xff0) == 0x740 || (csr & 0xf00) == 0x900 || (csr & 0xff0) == 0xd00;
	static const uint16_t single[] = {
		CSR_MENVCFG, CSR_HENVCFG, CSR_SENVCFG, CSR_MTVEC, CSR_MSCRATCH, CSR_MSECCFG,
		CSR_SEED, CSR_MIP, CSR_MISA, CSR_STIMECMP, CSR_VSTIMECMP, CSR_SIP,
	};

	for (unsigned i = 0; i < sizeof(single) / sizeof(single[0]); i++)
		if (csr == single[i])
			return true;
	return counter || protection || debug || indirect;
}

static bool is_delicate(uint32_t word)
{
	bool system = (word & 0x7f) == 0x73;

	if (system && (word & 0x7000) && (word & 0x7000) != 0x4000)
		return csr_is_delicate(word >> 20);
	/* hlv and friends: QEMU 7.2 leaves an earlier word in mtval where they are illegal. */
	if (system && (word & 0x7000) == 0x4000)
		return true;
	/* ssamoswap: QEMU 10 leaves an earlier address in mtval when its access fails. */
	if ((word & 0xf800007f) == 0x4800002f)
		return true;
	/* A sleep would last for ever; wrs.nto, wrs.sto and wfi. */
	return word == INSN_WFI || word == 0x00d00073 || word == 0x01d00073;
}

static void reset_state(uint64_t status)
{
	csr_clear(CSR_MSTATUS, ~0ul);
	csr_set(CSR_MSTATUS, status);
	csr_write(CSR_MEDELEG, 0);
	csr_write(CSR_MIDELEG, 0);
	csr_write(CSR_MIE, 0);
	csr_write(CSR_SATP, 0);
	csr_write(CSR_SEPC, ISLAND + 64);
	csr_write(CSR_STVEC, ISLAND + 128);
	csr_write(CSR_MCOUNTEREN, 0);
	csr_write(CSR_MCAUSE, 0);
	csr_write(CSR_SCAUSE, 0);
	csr_write(CSR_SSCRATCH, 0);
	csr_write(CSR_SCOUNTEREN, 0);
	if (!has_ext('H'))
		return;
	csr_write(CSR_HSTATUS, 0);
	csr_write(CSR_HEDELEG, 0);
	csr_write(CSR_HIDELEG, 0);
	csr_write(CSR_HGATP, 0);
	csr_write(CSR_VSATP, 0);
	csr_write(CSR_VSSTATUS, 0);
	csr_write(CSR_VSEPC, ISLAND + 64);
	csr_write(CSR_VSTVEC, ISLAND + 128);
}

static void run_one(enum mode mode, uint32_t word, uint64_t status)
{
	volatile uint32_t *island = (volatile uint32_t *)ISLAND;
	struct context c;

	reset_state(status);
	island[0] = word;
	island[1] = INSN_EBREAK;
	fence_i();
	context_init(&c, mode, ISLAND);
	for (unsigned i = 1; i < 32; i++)
		c.x[i] = FAR + i * 0x123456780ul;
	run(&c);
	say("%x: %x %x %x %x %x\n", (uint64_t)word, c.trap.cause, c.trap.tval,
		c.trap.epc - ISLAND, c.trap.status, hash_words(&c.x[1], 31));
}

void random_run(enum mode mode, uint64_t seed, unsigned count, uint64_t status)
{
	state = seed;
	while (count) {
		uint32_t word = draw();

		if (is_delicate(word))
			continue;
		run_one(mode, word, status);
		count--;
	}
	reset_state(0);
}

void random_prepare(void)
{
	volatile uint64_t *word = (volatile uint64_t *)(ISLAND - REACH);

	while ((uint64_t)word < ISLAND + REACH)
		*word++ = 0;
	fence_i();
}
