/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions of VS and VU go to M, HS or VS as medeleg and hedeleg say, with MPV, GVA and SPV. */
/* Evidence for I-WLD-5. */
#include "guest.h"
#include "insn.h"
#include "probe.h"

__asm__(
	".align 2\n"
	"hypervisor_trap:\n"
	"	csrr s2, scause\n"
	"	csrr s3, stval\n"
	"	csrr s4, sepc\n"
	"	csrr s5, sstatus\n"
	"	csrr s6, 0x600\n"   /* hstatus */
	"	csrr s7, 0x643\n"   /* htval */
	"	csrr s8, 0x64a\n"   /* htinst */
	"	ecall\n"
	".align 2\n"
	"guest_trap:\n"
	"	csrr s2, scause\n"
	"	csrr s3, stval\n"
	"	csrr s4, sepc\n"
	"	csrr s5, sstatus\n"
	"	ecall\n");
extern const char hypervisor_trap[], guest_trap[];

static const struct {
	const char *name;
	uint32_t word;
} events[] = {
	{ "illegal", 0xffffffff }, { "ebreak", INSN_EBREAK }, { "ecall", INSN_ECALL },
	{ "load access", 0x0005b503 }, { "store access", 0x00b5b023 },
	{ "fetch access", 0x000585e7 }, { "csrr mstatus", 0x30002573 },
	{ "csrr hstatus", 0x60002573 }, { "hfence.gvma", 0x62000073 },
	{ "misaligned lr", 0x1006352f }, { "wfi with TW", INSN_WFI },
	{ "csrr vsstatus", 0x20002573 },
};

static void probe(enum mode mode, unsigned i, uint64_t medeleg, uint64_t hedeleg)
{
	struct context c;

	csr_write(CSR_MEDELEG, medeleg);
	csr_write(CSR_HEDELEG, hedeleg);
	csr_write(CSR_HSTATUS, 0);
	csr_write(CSR_VSSTATUS, 0);
	csr_set(CSR_MSTATUS, MSTATUS_TW);
	context_init(&c, mode, 0);
	c.x[A1] = UNMAPPED;
	c.x[A2] = (uint64_t)data_pages + 1;
	run_words(&c, mode, &events[i].word, 1);
	csr_clear(CSR_MSTATUS, MSTATUS_TW);
	say("%s %s, medeleg %x hedeleg %x: M cause=%x tval=%x epc=%x status=%x\n", mode_name(mode),
		events[i].name, medeleg, hedeleg, c.trap.cause, c.trap.tval, c.trap.epc,
		c.trap.status);
	say("   tval2=%x tinst=%x below: cause=%x tval=%x epc=%x sstatus=%x hstatus=%x %x %x\n",
		c.trap.tval2, c.trap.tinst, c.x[S2], c.x[S3], c.x[20], c.x[21], c.x[22], c.x[23],
		c.x[24]);
}

/* As HS-mode enters them: by sret with SPV, which works where no CSR instruction writes MPV. */
static void probe_by_sret(enum mode mode, const char *name, uint32_t word, uint64_t hedeleg)
{
	uint32_t words[] = { csr_insn(CSRRW, 0, CSR_SEPC, A0), INSN_SRET, word };
	struct context c;

	csr_write(CSR_HEDELEG, hedeleg);
	csr_write(CSR_HSTATUS, mode & 4 ? HSTATUS_SPV : 0);
	csr_write(CSR_VSSTATUS, 0);
	csr_clear(CSR_MSTATUS, MSTATUS_SPP);
	context_init(&c, MODE_S, 0);
	c.status_set = mode & 1 ? MSTATUS_SPP : 0;
	c.x[A0] = (uint64_t)&code_page[2];
	c.x[A1] = UNMAPPED;
	run_words(&c, MODE_S, words, 3);
	say("%s by sret, %s, hedeleg %x: M cause=%x epc=%x\n", mode_name(mode), name, hedeleg,
		c.trap.cause, c.trap.epc);
	say("   below: cause=%x tval=%x epc=%x sstatus=%x hstatus=%x\n", c.x[S2], c.x[S3],
		c.x[20], c.x[21], c.x[22]);
}

static void sweep_by_sret(void)
{
	static const uint32_t hlv_d = 0x6c05c573, hsv_b = 0x62a5c073;

	for (unsigned i = 3; i < 5; i++) {
		for (unsigned m = 0; m < 2; m++) {
			enum mode mode = m ? MODE_VU : MODE_VS;

			probe_by_sret(mode, events[i].name, events[i].word, 0);
			probe_by_sret(mode, events[i].name, events[i].word, ~0ul);
		}
		probe_by_sret(MODE_S, events[i].name, events[i].word, 0);
	}
	probe_by_sret(MODE_S, "hlv.d", hlv_d, 0);
	probe_by_sret(MODE_S, "hsv.b", hsv_b, 0);
}

void guest_main(void)
{
	static const uint64_t keep = ~(1ul << CAUSE_ECALL_S | 1ul << CAUSE_ECALL_VS);

	csr_write(CSR_STVEC, hypervisor_trap);
	csr_write(CSR_VSTVEC, guest_trap);
	csr_write(CSR_HEDELEG, ~0ul);
	csr_write(CSR_HIDELEG, ~0ul);
	say("hedeleg %x hideleg %x\n", csr_read(CSR_HEDELEG), csr_read(CSR_HIDELEG));
	csr_write(CSR_HIDELEG, 0);
	for (unsigned i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		for (unsigned m = 0; m < 2; m++) {
			enum mode mode = m ? MODE_VU : MODE_VS;

			probe(mode, i, 0, 0);
			probe(mode, i, keep, 0);
			probe(mode, i, keep, ~0ul);
			probe(mode, i, 0, ~0ul);
		}
	}
	csr_write(CSR_MEDELEG, keep);
	sweep_by_sret();
}
