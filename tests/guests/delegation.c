/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions of S and U go to M or S as medeleg says, with all trap CSRs of the side that gets
 * them.
 */
/* Evidence for I-WLD-1, I-WLD-5. */
#include "guest.h"
#include "insn.h"
#include "probe.h"

/* Where delegated traps arrive: collect the supervisor's trap CSRs and hand over by ecall. */
__asm__(
	".align 2\n"
	"supervisor_trap:\n"
	"	csrr s2, scause\n"
	"	csrr s3, stval\n"
	"	csrr s4, sepc\n"
	"	csrr s5, sstatus\n"
	"	ecall\n");
extern const char supervisor_trap[];

static const struct {
	const char *name;
	uint32_t word;
} events[] = {
	{ "illegal", 0xffffffff }, { "illegal compressed", 0 }, { "ebreak", INSN_EBREAK },
	{ "c.ebreak", 0x90029002 }, { "ecall", INSN_ECALL }, { "mret", INSN_MRET },
	{ "load access", 0x0005b503 }, { "store access", 0x00b5b023 },
	{ "fetch access", 0x000585e7 }, { "csrr mstatus", 0x30002573 },
	{ "misaligned lr", 0x1006352f }, { "amo access", 0x00b5b52f },
	{ "misaligned jump", 0x0005a5e7 },
};

static void probe(enum mode mode, unsigned i, uint64_t medeleg)
{
	struct context c;

	csr_write(CSR_MEDELEG, medeleg);
	csr_write(CSR_SEPC, 0);
	csr_write(CSR_SCAUSE, 0);
	csr_write(CSR_STVAL, 0);
	context_init(&c, mode, 0);
	c.x[A1] = UNMAPPED;
	c.x[A2] = (uint64_t)data_pages + 1;
	run_words(&c, mode, &events[i].word, 1);
	csr_write(CSR_MEDELEG, 0);
	say("%s %s, medeleg %x: M cause=%x tval=%x epc=%x status=%x tinst=%x", mode_name(mode),
		events[i].name, medeleg, c.trap.cause, c.trap.tval, c.trap.epc, c.trap.status,
		c.trap.tinst);
	say(" S cause=%x tval=%x epc=%x sstatus=%x\n", c.x[S2], c.x[S3], c.x[20], c.x[21]);
}

void guest_main(void)
{
	static const uint64_t masks[] = { 0, ~(1ul << CAUSE_ECALL_S), 0xb1ff, 1ul << 2, 1ul << 8 };

	csr_write(CSR_STVEC, supervisor_trap);
	for (unsigned i = 0; i < 5; i++) {
		csr_write(CSR_MEDELEG, masks[i]);
		say("medeleg %x reads %x\n", masks[i], csr_read(CSR_MEDELEG));
	}
	for (unsigned i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		for (unsigned m = 0; m < 5; m++) {
			/* ecall from S ends each probe, so it is never delegated. */
			probe(MODE_S, i, masks[m] & ~(1ul << CAUSE_ECALL_S));
			probe(MODE_U, i, masks[m] & ~(1ul << CAUSE_ECALL_S));
		}
	}
}
