/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzing a step of emulation against the reference model (tests/model): what tests/proofs proves
 * of a few words each is tried with any SYSTEM word, from random states, with the proofs' own
 * relation between the two. Afterwards every register, CSR, pc and mode is as the model's, or the
 * same trap was taken, and the cage holds. The same of the firmware's exceptions and of interrupts.
 */
#include <setjmp.h>

#include "hw/csr_num.h"
#include "input.h"
#include "monitor/emulate.h"
#include "monitor/trap.h"
#include "proof.h"

#define ECALL 0x00000073u
#define EBREAK 0x00100073u

static jmp_buf done;
static struct input now;
static uint64_t random_state;

void prover_fail(const char *what)
{
	fprintf(stderr, "model: not kept: %s (word 0x%x)\n", what, word_at_pc);
	abort();
}

void prover_leave(void)
{
	longjmp(done, 1);
}

/* ---- arbitrary values ---- */

static uint64_t next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state * 0x2545f4914f6cdd1d;
}

uint64_t nondet_u64(void);
uint64_t nondet_u64(void)
{
	uint64_t value = next();

	switch (value >> 61) {
	case 0:
		return 0;
	case 1:
		return ~(uint64_t)0;
	case 2:
		return value & next() & next();
	case 3:
		return (uint64_t)1 << (value & 63);
	default:
		return next();
	}
}

_Bool nondet_bool(void);
_Bool nondet_bool(void)
{
	return next() >> 63;
}

static void choose_features(struct model_choices *can)
{
	can->has_sstc = nondet_bool();
	can->has_menvcfg = nondet_bool();
	can->has_inhibit = nondet_bool();
	can->xret_clears_mprv = nondet_bool();
	can->mpp_keeps_2 = can->pmp_keeps_reserved = false;
	can->illegal_tval = nondet_bool();
	can->breakpoint_tval = nondet_bool();
	can->hardware_ad = nondet_bool();
}

struct model_hart nondet_hart(void);
struct model_hart nondet_hart(void)
{
	struct model_hart h;
	uint64_t words[sizeof(h) / 8];

	for (size_t i = 0; i < sizeof(words) / 8; i++) {
		words[i] = nondet_u64();
	}
	memcpy(&h, words, sizeof(words));
	choose_features(&h.can);
	h.pc = 0x80000000 + (next() & 0xfffe);
	h.satp &= ~((uint64_t)15 << 60);
	for (unsigned int n = 1; n < 32 && now.left > 8; n++) {
		h.x[n] = input_value(&now, h.pc);
	}
	return h;
}

/* ---- one step ---- */

static const uint16_t listed[] = {
#define CSR(num, name, how) num,
#include "hw/csr_list.h"
#undef CSR
};

/* Not of this hart (mtopi is looked for together with the doorbell), or not trapping. */
static bool is_other(uint32_t word)
{
	uint32_t num = word >> 20, kind = word >> 12 & 7;

	if (kind == 0) {
		return word == ECALL || word == EBREAK;
	}
	return kind == 4 || num < 0x100 || (num >= 0xc00 && num < 0xca0) || num == CSR_MTOPI;
}

static uint32_t take_word(void)
{
	uint64_t how = input_take(&now, 1);
	uint32_t word = (uint32_t)input_take(&now, 4);
	uint32_t num = listed[input_take(&now, 1) % (sizeof(listed) / sizeof(listed[0]))];

	word = (word & ~0x7fu) | 0x73;
	if (how % 4 != 0) {
		word = (word & 0xfffff) | num << 20;
	}
	if (how % 8 == 1) {
		static const uint32_t words[] = {0x30200073, 0x10200073, 0x10500073, 0x12b50073};

		word = words[how >> 6];
	}
	return word;
}

static void step_word(void)
{
	uint32_t word = take_word();

	if (is_other(word)) {
		return;
	}
	start_anywhere();
	word_at_pc = word;
	hart.tval = physical.mtval = native.can.illegal_tval ? word : 0;
	emulate_privileged(&hart, word);
	if (model_step(&native, word) == MODEL_NOT_MINE) {
		model_trap(&native, CAUSE_ILLEGAL, native.can.illegal_tval ? word : 0);
	}
	leave_monitor();
	compare_everything();
}

static void step_exception(uint64_t which)
{
	static const uint8_t in_u_mode[] = {CAUSE_ECALL_U, CAUSE_BREAKPOINT, CAUSE_LOAD_MISALIGNED,
					    CAUSE_STORE_MISALIGNED};
	uint64_t cause = in_u_mode[which & 3], tval = nondet_u64();

	start_anywhere();
	monitor_takes(cause, tval);
	model_trap(&native, cause == CAUSE_ECALL_U ? CAUSE_ECALL_M : cause, tval);
	compare_everything();
}

static void step_interrupt(void)
{
	uint64_t cause;

	start_with_interrupts();
	__CPROVER_assume((native.lines & MB(MODEL_MSI)) == 0);
	cause = model_interrupt(&physical);
	__CPROVER_assert((cause != 0) == (model_interrupt(&native) != 0),
			 "the firmware is interrupted when M-mode would be");
	__CPROVER_assume(cause != 0);
	monitor_takes(cause, 0);
	native_takes_interrupts();
	compare_everything();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t what;

	now = (struct input){data, size};
	random_state = input_take(&now, 3) | 1u << 24;
	what = input_take(&now, 1);
	if (setjmp(done) != 0) {
		return 0;
	}
	if (what < 0xc0) {
		step_word();
	} else if (what < 0xe0) {
		step_exception(what);
	} else {
		step_interrupt();
	}
	return 0;
}
