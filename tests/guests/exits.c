/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every kind of exit of a firmware, with random values in all registers: afterwards each is what
 * the instructions made of it, and all others are what they were. On all harts at once.
 */
/* Evidence for I-MON-3, I-WLD-1, I-WLD-2, I-RUN-1. */
#include "exits/machine.h"

#define ROUNDS 4

/* Under a policy that begins with the first entry into a payload, for good (exits_firmware.c). */
#ifndef FIRMWARE_ALONE
#define FIRMWARE_ALONE 0
#endif

/* ---- instructions that the monitor carries out ---- */

static void quick_read(struct trial *t, struct plan *p)
{
	unsigned which = trial_random(t) & 3, rd = trial_pick(t);

	(void)p;
	trial_emit(t, csr_insn(CSRRS, rd, CSR_MSCRATCH + which, 0));
	t->want[rd] = t->before[(unsigned[]){ R_MSCRATCH, R_MEPC, R_MCAUSE, R_MTVAL }[which]];
}

static void quick_write(struct trial *t, struct plan *p)
{
	unsigned rd = trial_pick(t), rs = trial_pick(t), other = trial_pick(t);

	(void)p;
	trial_emit(t, csr_insn(CSRRW, rd, CSR_MSCRATCH, rs));
	trial_emit(t, csr_insn(CSRRW, 0, CSR_MTVAL, other));
	t->want[rd] = t->before[R_MSCRATCH];
	plan_csr(p, R_MSCRATCH, t->in[rs]);
	plan_csr(p, R_MTVAL, t->in[other]);
}

/* CSRs with plain instructions between them, as in a trap handler. */
static void quick_row(struct trial *t, struct plan *p)
{
	unsigned a = trial_pick(t), b = trial_pick(t), c = trial_pick(t), d = trial_pick(t);
	unsigned e = trial_pick(t), at = trial_pick_holding(t, (uint64_t)t->cells);

	trial_emit(t, csr_insn(CSRRS, a, CSR_MSCRATCH, 0));
	trial_emit(t, insn_i(0x13, 0, b, c, -1234));
	trial_emit(t, csr_insn(CSRRS, c, CSR_MEPC, 0));
	trial_emit(t, insn_load(3, d, at, 8));
	trial_emit(t, csr_insn(CSRRW, 0, CSR_MTVAL, e));
	trial_emit(t, insn_store(3, e, at, 16));
	trial_emit(t, csr_insn(CSRRS, 0, CSR_MCAUSE, 0));
	t->want[a] = t->before[R_MSCRATCH];
	t->want[b] = t->in[c] - 1234;
	t->want[c] = t->before[R_MEPC];
	t->want[d] = t->cells[1];
	plan_csr(p, R_MTVAL, t->in[e]);
	plan_cell(p, 2, t->in[e]);
}

static void emulated_read(struct trial *t, struct plan *p)
{
	static const uint16_t csrs[] = { CSR_MIE, CSR_MEDELEG, CSR_MIDELEG, CSR_SATP };
	static const uint8_t of[] = { R_MIE, R_MEDELEG, R_MIDELEG, R_SATP };
	unsigned which = trial_random(t) & 3, rd = trial_pick(t);

	(void)p;
	trial_emit(t, csr_insn(CSRRS, rd, csrs[which], 0));
	t->want[rd] = t->before[of[which]];
}

static void emulated_write(struct trial *t, struct plan *p)
{
	unsigned rd = trial_pick(t), rs = trial_pick(t);

	trial_emit(t, csr_insn(CSRRW, rd, CSR_SSCRATCH, rs));
	t->want[rd] = t->before[R_SSCRATCH];
	plan_csr(p, R_SSCRATCH, t->in[rs]);
}

/* From the quick part to C and back, without leaving in between. */
static void run_on(struct trial *t, struct plan *p)
{
	unsigned a = trial_pick(t), b = trial_pick(t), c = trial_pick(t), d = trial_pick(t);

	trial_emit(t, csr_insn(CSRRS, a, CSR_MCAUSE, 0));
	trial_emit(t, csr_insn(CSRRS, b, CSR_MEDELEG, 0));
	trial_emit(t, csr_insn(CSRRW, c, CSR_MSCRATCH, d));
	trial_emit(t, csr_insn(CSRRW, 0, CSR_SSCRATCH, b));
	trial_emit(t, insn_i(0x13, 0, d, d, 99));
	trial_emit(t, csr_insn(CSRRS, 0, CSR_MTVAL, 0));
	trial_emit(t, csr_insn(CSRRS, 0, CSR_MIE, 0));
	t->want[a] = t->before[R_MCAUSE];
	t->want[b] = t->before[R_MEDELEG];
	t->want[c] = t->before[R_MSCRATCH];
	t->want[d] = t->in[d] + 99;
	plan_csr(p, R_MSCRATCH, t->in[d]);
	plan_csr(p, R_SSCRATCH, t->before[R_MEDELEG]);
}

static void fences(struct trial *t, struct plan *p)
{
	(void)p;
	trial_emit(t, insn_fence(F7_SFENCE_VMA, 0, 0));
	trial_emit(t, INSN_FENCE_I);
	trial_emit(t, insn_fence(F7_SFENCE_VMA, 0, 0));
}

/* To itself, over one word that nobody executes. */
static void mret_to_machine(struct trial *t, struct plan *p)
{
	csr_write(CSR_MEPC, trial_slot(t) + 8);
	csr_clear(CSR_MSTATUS, MSTATUS_MPIE);
	csr_set(CSR_MSTATUS, MSTATUS_MPP);
	trial_emit(t, INSN_MRET);
	trial_emit(t, INSN_EBREAK);
	plan_csr(p, R_MSTATUS, (csr_read(CSR_MSTATUS) & ~MSTATUS_MPP) | MSTATUS_MPIE);
}

/* wfi is left by an interrupt that is enabled, though not taken (Priv. 3.3.3). */
static void wait(struct trial *t, struct plan *p)
{
	csr_write(CSR_MIE, IRQ_BIT(IRQ_MSI));
	plan_msip(p);
	trial_emit(t, INSN_WFI);
}

/* ---- devices ---- */

static void device_load(struct trial *t, struct plan *p)
{
	unsigned rd = trial_pick(t), other = trial_pick(t);
	unsigned at = trial_pick_holding(t, CLINT_MTIMECMP(p->hart));

	trial_emit(t, insn_load(3, rd, at, 0));
	trial_emit(t, insn_load(2, other, at, 4));
	t->want[rd] = ~0ul;
	t->want[other] = ~0ul;
}

static void device_store(struct trial *t, struct plan *p)
{
	unsigned value = trial_pick(t), back = trial_pick(t);
	unsigned at = trial_pick_holding(t, CLINT_MTIMECMP(p->hart));

	t->in[value] = t->want[value] = trial_random(t) | 1ul << 62;
	trial_emit(t, insn_store(3, value, at, 0));
	trial_emit(t, insn_load(3, back, at, 0));
	t->want[back] = t->in[value];
}

static void device_float(struct trial *t, struct plan *p)
{
	unsigned at = trial_pick_holding(t, CLINT_MTIMECMP(p->hart));
	unsigned from = trial_random(t) & 31, to = trial_random(t) & 31;

	if (!t->has_fp)
		return;
	t->f[from] |= 1ul << 62;
	fp_fill(t->f);
	trial_emit(t, insn_s(0x27, 3, at, from, 0));
	trial_emit(t, insn_i(0x07, 3, to, at, 0));
	t->f[to] = t->f[from];
}

/* Letters, which a policy may answer. One hart's, so that they come in one order. */
static void console_letters(struct trial *t, struct plan *p)
{
	unsigned at = trial_pick_holding(t, UART_BASE);

	for (unsigned i = 0; i < 4 && p->hart == 0; i++) {
		unsigned letter = trial_pick(t);

		t->in[letter] = t->want[letter] = (t->in[letter] & ~0xfful) | "a-Z~"[i];
		trial_emit(t, insn_store(0, letter, at, 0));
	}
}

/* ---- MPRV: an access within the monitor's handling of an access ---- */

/* Loads and stores between setting and clearing it, as the mode in MPP; cells are mapped. */
static void mprv(struct trial *t, struct plan *p, int32_t offset)
{
	unsigned rd = trial_pick(t), rs = trial_pick(t), on = trial_pick_holding(t, MSTATUS_MPRV);
	unsigned at = trial_pick_holding(t, (uint64_t)t->cells);

	plan_translate(p, trial_random(t) & 1);
	trial_emit(t, csr_insn(CSRRS, 0, CSR_MSTATUS, on));
	trial_emit(t, insn_load(3, rd, at, offset));
	trial_emit(t, insn_store(3, rs, at, 32));
	trial_emit(t, csr_insn(CSRRC, 0, CSR_MSTATUS, on));
	t->want[rd] = t->cells[0] >> 8 * offset;
	if (offset)
		t->want[rd] |= t->cells[1] << (64 - 8 * offset);
	plan_cell(p, 4, t->in[rs]);
}

static void mprv_access(struct trial *t, struct plan *p)
{
	mprv(t, p, 0);
}

static void mprv_misaligned(struct trial *t, struct plan *p)
{
	mprv(t, p, 3);
}

static void mprv_trap(struct trial *t, struct plan *p, uint64_t address)
{
	unsigned rd = trial_pick(t), on = trial_pick_holding(t, MSTATUS_MPRV);
	unsigned at = trial_pick_holding(t, address);

	trial_emit(t, csr_insn(CSRRS, 0, CSR_MSTATUS, on));
	trial_emit(t, insn_load(3, rd, at, 0));
	plan_trap(p, address);
	p->status_set = MSTATUS_MPRV;
}

static void mprv_page_fault(struct trial *t, struct plan *p)
{
	plan_translate(p, true);
	mprv_trap(t, p, 0x7000000000ul);
}

static void mprv_access_fault(struct trial *t, struct plan *p)
{
	plan_translate(p, false);
	mprv_trap(t, p, UNMAPPED);
}

/* ---- hlv: the same, of the hypervisor extension ---- */

static void hypervisor_load(struct trial *t, struct plan *p)
{
	unsigned rd = trial_pick(t), at = trial_pick_holding(t, (uint64_t)t->cells);

	(void)p;
	if (!rows[R_HSTATUS].present)
		return;
	trial_emit(t, insn_hlv(0x36, 0, rd, at));
	t->want[rd] = t->cells[0];
}

static void hypervisor_fault(struct trial *t, struct plan *p)
{
	unsigned rd = trial_pick(t), at = trial_pick_holding(t, UNMAPPED);

	if (!rows[R_HSTATUS].present)
		return;
	trial_emit(t, insn_hlv(0x36, 0, rd, at));
	plan_trap(p, UNMAPPED);
}

/* ---- its own exceptions, which the monitor hands to it ---- */

static void illegal(struct trial *t, struct plan *p)
{
	trial_emit(t, csr_insn(CSRRW, trial_pick(t), 0x5c0, trial_pick(t)));
	plan_trap(p, t->code[(trial_slot(t) - (uint64_t)t->code) / 4]);
}

static void machine_call(struct trial *t, struct plan *p)
{
	trial_emit(t, INSN_ECALL);
	plan_trap(p, 0);
}

static void nowhere(struct trial *t, struct plan *p)
{
	trial_emit(t, insn_load(3, trial_pick(t), trial_pick_holding(t, UNMAPPED), 0));
	plan_trap(p, UNMAPPED);
}

static void misaligned_lr(struct trial *t, struct plan *p)
{
	uint64_t address = (uint64_t)t->cells + 1;
	unsigned at = trial_pick_holding(t, address);

	trial_emit(t, insn_amo(2, 3, trial_pick(t), at, 0));
	plan_trap(p, address);
}

static void misaligned_load(struct trial *t, struct plan *p)
{
	unsigned rd = trial_pick(t), at = trial_pick_holding(t, (uint64_t)t->cells + 3);

	(void)p;
	trial_emit(t, insn_load(2, rd, at, 0));
	t->want[rd] = (uint64_t)(int32_t)(t->cells[0] >> 24);
}

/* ---- interrupts that it takes ---- */

static void enabling_takes_msi(struct trial *t, struct plan *p)
{
	unsigned bit = trial_pick_holding(t, MSTATUS_MIE);

	csr_write(CSR_MIE, IRQ_BIT(IRQ_MSI));
	plan_msip(p);
	trial_emit(t, csr_insn(CSRRS, 0, CSR_MSTATUS, bit));
	plan_interrupt(p);
}

static void mret_takes_msi(struct trial *t, struct plan *p)
{
	mret_to_machine(t, p);
	csr_set(CSR_MSTATUS, MSTATUS_MPIE);
	csr_write(CSR_MIE, IRQ_BIT(IRQ_MSI));
	plan_msip(p);
	plan_interrupt(p);
}

/* A timer that comes due while it loops: over nothing, or over what the quick part carries out. */
static void timer(struct trial *t, struct plan *p, uint32_t word)
{
	unsigned bit = trial_pick_holding(t, MSTATUS_MIE);

	csr_write(CSR_MIE, IRQ_BIT(IRQ_MTI));
	trial_emit(t, csr_insn(CSRRS, 0, CSR_MSTATUS, bit));
	trial_emit(t, word);
	trial_emit(t, 0xffdff06f); /* j .-4 */
	p->delay = 100 + (trial_random(t) & 1023);
	plan_interrupt(p);
	p->anywhere = true;
}

static void timer_in_loop(struct trial *t, struct plan *p)
{
	timer(t, p, INSN_NOP);
}

static void timer_in_row(struct trial *t, struct plan *p)
{
	timer(t, p, csr_insn(CSRRS, 0, CSR_MSCRATCH, 0));
}

static void timer_in_emulation(struct trial *t, struct plan *p)
{
	timer(t, p, csr_insn(CSRRS, 0, CSR_SCAUSE, 0));
}

/* ---- a payload's exits, to its firmware and back, or to the monitor alone ---- */

static void call(struct trial *t, struct plan *p)
{
	t->in[A7] |= 1ul << 62; /* no extension that a policy answers */
	t->want[A7] = t->in[A7];
	trial_emit(t, INSN_ECALL);
	plan_trap(p, 0);
}

static void payload_loop(struct trial *t, struct plan *p)
{
	csr_write(CSR_MIE, IRQ_BIT(IRQ_MTI));
	trial_emit(t, 0x0000006f); /* j . */
	p->delay = 100 + (trial_random(t) & 1023);
	plan_interrupt(p);
}

static const struct kind machine_kinds[] = {
	{ "quick read", quick_read }, { "quick write", quick_write },
	{ "quick row", quick_row }, { "emulated read", emulated_read },
	{ "emulated write", emulated_write }, { "run on", run_on }, { "fences", fences },
	{ "mret to itself", mret_to_machine }, { "wfi", wait }, { "device load", device_load },
	{ "device store", device_store }, { "device float", device_float },
	{ "letters", console_letters },
	{ "illegal", illegal }, { "ecall", machine_call }, { "nowhere", nowhere },
	{ "misaligned lr", misaligned_lr }, { "misaligned load", misaligned_load },
	{ "msi by mstatus", enabling_takes_msi }, { "msi by mret", mret_takes_msi },
	{ "timer in a loop", timer_in_loop }, { "timer in a row", timer_in_row },
	{ "timer in emulation", timer_in_emulation },
	{ "MPRV", mprv_access }, { "MPRV misaligned", mprv_misaligned },
	{ "MPRV page fault", mprv_page_fault }, { "MPRV access fault", mprv_access_fault },
	{ "hlv", hypervisor_load }, { "hlv fault", hypervisor_fault },
};

/* The last ones act as a payload. */
#define MACHINE_KINDS (COUNT(machine_kinds) - (FIRMWARE_ALONE ? 6 : 0))

static const struct kind payload_kinds[] = {
	{ "call", call }, { "illegal", illegal }, { "nowhere", nowhere },
	{ "interrupted", payload_loop },
	{ "device load", device_load }, { "device store", device_store },
};

/* Of a guest of the payload's the CLINT is out of reach (docs/caveats.md). */
#define VIRTUAL_KINDS 4

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static uint64_t seed;
static struct trial trials[MAX_HARTS];

/* Prints what a kind came to on the first hart, the same in each round. */
static void say_kind(const char *mode, const char *kind, const struct plan *p)
{
	if (this_hart()->id == 0)
		say("%s %s: cause %x at %d\n", mode, kind, p->cause,
			p->anywhere || p->cause == NO_TRAP ? 0 : (int64_t)p->at);
}

static void machine_rounds(struct trial *t)
{
	struct plan p;

	for (unsigned k = 0; k < MACHINE_KINDS; k++) {
		for (unsigned i = 0; i < 3 * ROUNDS; i++)
			machine_trial(t, &machine_kinds[k], i % 3, &p);
		say_kind("M", machine_kinds[k].name, &p);
	}
}

static void payload_rounds(struct trial *t, enum mode mode)
{
	unsigned count = mode & 4 ? VIRTUAL_KINDS : COUNT(payload_kinds);
	struct plan p;

	for (unsigned k = 0; k < count; k++) {
		for (unsigned i = 0; i < 3 * ROUNDS; i++)
			payload_trial(t, &payload_kinds[k], mode, i % 3, &p);
		say_kind(mode_name(mode), payload_kinds[k].name, &p);
	}
}

static void all_rounds(void)
{
	struct trial *t = &trials[this_hart()->id];

	t->random = seed ^ (this_hart()->id + 1) * 0x9e3779b97f4a7c15ul;
	machine_begin(t);
	if (!FIRMWARE_ALONE)
		machine_begin_virtual();
	machine_rounds(t);
	if (FIRMWARE_ALONE)
		return;
	payload_rounds(t, MODE_S);
	payload_rounds(t, MODE_U);
	if (has_ext('H')) {
		payload_rounds(t, MODE_VS);
		payload_rounds(t, MODE_VU);
	}
}

void guest_main(void)
{
	unsigned count = hart_count();

	seed = exits_seed ? exits_seed : time_now();
	say("seed %x\n", seed);
	machine_prepare();
	for (unsigned i = 1; i < count; i++)
		hart_start_job(i, all_rounds);
	all_rounds();
	for (unsigned i = 1; i < count; i++)
		hart_join(i);
	for (unsigned i = 0; i < count; i++)
		trial_say(&trials[i], i, seed);
}
