/* SPDX-License-Identifier: Apache-2.0 */
/* Interrupts of VS-mode beside all others: masks at random, its own sip, its timer, its wfi. */
/* Evidence for I-WLD-1. */
#include "guest.h"
#include "insn.h"

#define VS_BITS 0x444ul
#define S_BITS  0x222ul
#define STCE    (1ul << 63)

__asm__(
	".align 2\n"
	"hs_interrupted:\n"
	"	li s11, 1\n"
	"	csrr s6, 0x600\n" /* hstatus */
	"	j 1f\n"
	".align 2\n"
	"vs_interrupted:\n"
	"	li s11, 2\n"
	"1:	csrr s2, scause\n"
	"	csrr s3, sepc\n"
	"	csrr s4, sstatus\n"
	"	csrr s5, sip\n"
	"	ecall\n"
	/* VS-mode sets its timer a0 from now, sleeps if a1, and waits. */
	".align 2\n"
	"guest_timer:\n"
	"	li t0, 0x20\n"
	"	csrs sie, t0\n"
	"	csrr t1, time\n"
	"	add t1, t1, a0\n"
	"	csrw 0x14d, t1\n"
	"	beqz a1, 1f\n"
	"	wfi\n"
	"1:	csrsi sstatus, 2\n"
	"2:	j 2b\n");
extern const char hs_interrupted[], vs_interrupted[], guest_timer[];

static uint64_t state = 0x2545f4914f6cdd1dul;

static uint64_t draw(uint64_t mask)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 20 & mask;
}

static void pend(uint64_t bits, uint64_t guest)
{
	store32(CLINT_MSIP(0), (bits & IRQ_BIT(IRQ_MSI)) != 0);
	store64(CLINT_MTIMECMP(0), bits & IRQ_BIT(IRQ_MTI) ? 0 : ~0ul);
	csr_write(CSR_MIP, bits & S_BITS);
	csr_write(CSR_HVIP, guest);
}

static void quiet(void)
{
	csr_write(CSR_MIE, 0);
	pend(0, 0);
	csr_write(CSR_MIDELEG, 0);
	csr_write(CSR_HIDELEG, 0);
	csr_write(CSR_VSSTATUS, 0);
	csr_clear(CSR_MSTATUS, MSTATUS_SIE);
}

static void say_end(const char *name, const struct context *c)
{
	bool in_place = c->x[27] == 0;

	say(" %s %s: M cause=%x status=%x", mode_name(c->mode), name, c->trap.cause,
		c->trap.status);
	if (in_place) {
		say(" at=%x a0=%x\n", c->trap.epc - (uint64_t)code_page, c->x[A0]);
		return;
	}
	say(" by %s: cause=%x status=%x sip=%x hstatus=%x\n", c->x[27] == 1 ? "HS" : "VS",
		c->x[S2], c->x[20], c->x[21], c->x[22]);
}

/* Which of several interrupts comes first, and where it goes. */
static void mix(unsigned number)
{
	static const enum mode modes[] = { MODE_VS, MODE_VU, MODE_VS, MODE_VU, MODE_S, MODE_U };
	static const uint32_t nops[] = { INSN_NOP, INSN_NOP };
	uint64_t machine = draw(7) ? 0 : IRQ_BIT(IRQ_MSI) | draw(1) << IRQ_MTI;
	uint64_t bits = draw(S_BITS) & draw(S_BITS), guest = draw(VS_BITS);
	uint64_t mie = draw(S_BITS | VS_BITS | 0x1888), mideleg = draw(S_BITS);
	uint64_t hideleg = draw(VS_BITS), vs = draw(2);
	struct context c;

	context_init(&c, modes[draw(0xffff) % 6], 0);
	c.status_set = draw(MSTATUS_SIE | MSTATUS_MPIE);
	csr_write(CSR_MIDELEG, mideleg);
	csr_write(CSR_HIDELEG, hideleg);
	csr_write(CSR_VSSTATUS, vs);
	pend(bits | machine, guest);
	csr_write(CSR_MIE, mie);
	say("%d: pending %x %x mie %x mideleg %x hideleg %x hip %x vsip %x vsie %x SIE %x %x\n",
		(int64_t)number, bits | machine, guest, mie, mideleg, hideleg, csr_read(CSR_HIP),
		csr_read(CSR_VSIP), csr_read(CSR_VSIE), c.status_set, vs);
	run_words(&c, c.mode, nops, 2);
	say_end("takes", &c);
	quiet();
}

/* What VS-mode writes to its own sie and sip. */
static void own_bits(uint64_t hideleg, uint64_t vs)
{
	uint32_t words[] = {
		csr_insn(CSRRW, A1, CSR_SIE, A2), csr_insn(CSRRW, A1, CSR_SIP, A2),
		INSN_NOP, csr_insn(CSRRS, A0, CSR_SIP, ZERO),
	};
	struct context c;

	csr_write(CSR_HIDELEG, hideleg);
	csr_write(CSR_VSSTATUS, vs);
	csr_write(CSR_MIE, VS_BITS & ~IRQ_BIT(IRQ_VSSI));
	context_init(&c, MODE_VS, 0);
	c.x[A2] = ~0ul;
	run_words(&c, MODE_VS, words, 4);
	say("hideleg %x SIE %x: mie %x hvip %x hip %x\n", hideleg, vs, csr_read(CSR_MIE),
		csr_read(CSR_HVIP) & VS_BITS, csr_read(CSR_HIP));
	say_end("sie, sip", &c);
	quiet();
}

/* wfi traps, or something is pending; the machine's timer is for what sleeps all the same. */
static void sleep_one(enum mode mode, uint64_t tw, uint64_t vtw, uint64_t guest)
{
	static const uint32_t words[] = { INSN_WFI, INSN_NOP };
	struct context c;

	csr_write(CSR_HIDELEG, VS_BITS);
	csr_write(CSR_HSTATUS, vtw);
	context_init(&c, mode, 0);
	c.status_set = tw;
	pend(0, guest);
	store64(CLINT_MTIMECMP(0), time_now() + 100000000);
	csr_write(CSR_MIE, guest | IRQ_BIT(IRQ_MTI));
	run_words(&c, mode, words, 2);
	csr_clear(CSR_MSTATUS, MSTATUS_TW);
	say("wfi, TW %x VTW %x hvip %x\n", tw != 0, vtw != 0, guest);
	say_end("wfi", &c);
	csr_write(CSR_HSTATUS, 0);
	quiet();
}

static void sleep_all(void)
{
	static const enum mode modes[] = { MODE_S, MODE_VS, MODE_VU };

	for (unsigned i = 0; i < 24; i++) {
		enum mode mode = modes[i % 3];
		uint64_t tw = i / 3 & 1 ? MSTATUS_TW : 0, vtw = i / 6 & 1 ? HSTATUS_VTW : 0;
		bool traps = mode == MODE_VU || tw || (mode == MODE_VS && vtw);

		if (traps || i >= 12)
			sleep_one(mode, tw, vtw, i >= 12 ? IRQ_BIT(IRQ_VSSI) : 0);
	}
}

static void timer_once(uint64_t delta, uint64_t deadline)
{
	static const uint32_t nops[] = { INSN_NOP, INSN_NOP };
	struct context c;

	csr_write(CSR_HTIMEDELTA, delta);
	csr_write(CSR_VSTIMECMP, deadline);
	say("htimedelta %x vstimecmp %x: mip %x hip %x\n", delta, deadline,
		csr_read(CSR_MIP) & VS_BITS, csr_read(CSR_HIP));
	for (unsigned to_vs = 0; to_vs < 2; to_vs++) {
		csr_write(CSR_HIDELEG, to_vs ? VS_BITS : 0);
		csr_write(CSR_VSSTATUS, MSTATUS_SIE);
		csr_write(CSR_MIE, IRQ_BIT(IRQ_VSTI));
		context_init(&c, MODE_VS, 0);
		run_words(&c, MODE_VS, nops, 2);
		say_end("by then", &c);
		quiet();
	}
	csr_write(CSR_VSTIMECMP, ~0ul);
}

static void timer_own(uint64_t delta, uint64_t hideleg, uint64_t ticks, bool asleep)
{
	struct context c;

	csr_write(CSR_HTIMEDELTA, delta);
	csr_write(CSR_HIDELEG, hideleg);
	csr_write(CSR_MIE, hideleg ? 0 : IRQ_BIT(IRQ_VSTI));
	context_init(&c, MODE_VS, (uint64_t)guest_timer);
	c.x[A0] = ticks;
	c.x[A1] = asleep;
	run(&c);
	say("htimedelta %x hideleg %x ticks %x wfi %x: hip %x\n", delta, hideleg, ticks,
		(uint64_t)asleep, csr_read(CSR_HIP));
	say_end("timer", &c);
	csr_write(CSR_VSTIMECMP, ~0ul);
	say(" afterwards hip %x\n", csr_read(CSR_HIP));
	quiet();
}

static void timers(void)
{
	static const uint64_t deltas[] = { 0, 1ul << 62, -(1ul << 40) };
	static const uint64_t deadlines[] = { 0, 1ul << 61, ~0ul };

	csr_write(CSR_VSTIMECMP, ~0ul);
	csr_write(CSR_MENVCFG, STCE);
	csr_write(CSR_HENVCFG, STCE);
	csr_write(CSR_MCOUNTEREN, 7);
	csr_write(CSR_HCOUNTEREN, 7);
	for (unsigned i = 0; i < 9; i++)
		timer_once(deltas[i / 3], deadlines[i % 3]);
	for (unsigned i = 0; i < 8; i++)
		timer_own(i & 1 ? 1ul << 40 : 0, i & 2 ? VS_BITS : 0, 20000, (i & 4) != 0);
}

void guest_main(void)
{
	csr_write(CSR_STVEC, hs_interrupted);
	csr_write(CSR_VSTVEC, vs_interrupted);
	csr_write(CSR_HGEIE, ~0ul);
	say("hgeie %x hgeip %x\n", csr_read(CSR_HGEIE), csr_read(CSR_HGEIP));
	for (unsigned i = 0; i < 400; i++)
		mix(i);
	for (unsigned i = 0; i < 4; i++)
		own_bits(i & 1 ? VS_BITS : 0, i & 2);
	sleep_all();
	if (has_csr(CSR_VSTIMECMP))
		timers();
}
