/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An access reaches the virtual CLINT, a policy or nobody, as its address and the verdict say.
 *
 * Proved, for any place and size of the shield and of the monitor, any address, width and value, by
 * PROOF_PART. 0: mmio_covers() names an access if one of its bytes lies in the shield and none in
 * the monitor. mmio_perform() asks the policy once. What that handles goes nowhere else; what it
 * denies, and what it passes and mmio_covers() does not name, is refused at its own address and
 * counted, and no device sees it; the rest goes to the virtual CLINT, once and as it is, whose
 * answer is kept. 1: mmio_pass() is one load or store of that width, address and value with the
 * monitor's rights, and a refusal says hardware's address. 2: mmio_quick_store() changes nothing,
 * or it has carried out the store that the decoder reads at pc, at the address that trapped, of
 * which the firmware's rules grant each byte, and which touches neither the shield nor the monitor;
 * then pc is the next instruction. Either the policy has claimed and handled it, or it was stored
 * as it is, which needs that the policy has said so of h->device. That is forgotten when the window
 * is another one. If a device has refused it the trap's registers are as they were.
 * Assumed: the policy answers anything, but does not change the access. vpmp_firmware_may() grants
 * bytes, or does not: each has its own right. What is in h->device was granted. The virtual CLINT
 * is anything (vclint proves what it is), and so is what memop_transformed() makes of mtinst.
 * Bounds: an access has 1, 2, 4 or 8 bytes.
 */
#include "hw/guard.h"
#include "monitor/decode.h"
#include "monitor/mmio.h"
#include "monitor/policy.h"
#include "monitor/regs.h"
#include "monitor/vclint.h"
#include "monitor/vpmp.h"
#include "proof.h"

struct machine machine;
static struct { u64 pc, cause, address; } trap; /* as the registers have it */
static struct { unsigned int asked; enum verdict says; bool claims, follows, tries; } policy;
static struct { unsigned int count; struct mmio_access seen; bool answer; u64 fault; } clint;
static struct { unsigned int count, op; u64 addr, value; struct guarded answer; } device;
static struct { u64 byte; bool granted; } right; /* of one byte, whichever it is */

static bool is_in(struct range r, u64 byte)
{
	return byte - r.base < r.size;
}

static bool touches(struct range r, u64 pa, u64 bytes)
{
	bool any = false;

	for (u64 i = 0; i < 8; i++) {
		/* What would wrap around is cut off. */
		any = any || (i < bytes && pa + i >= pa && is_in(r, pa + i));
	}
	return any;
}

static bool same(const struct mmio_access *a, const struct mmio_access *b)
{
	return a->pa == b->pa && a->width_log2 == b->width_log2 && a->is_store == b->is_store &&
	       a->value == b->value;
}

/* ---- the monitor's surroundings ---- */

/* A trap of the monitor's own. */
static void overwrite_trap(void)
{
	trap.pc = any_u64();
	trap.cause = any_u64();
	trap.address = any_u64();
	__CPROVER_assume(trap.pc != hart.pc);
}

static enum verdict judge(struct hart *h, struct mmio_access *a)
{
	(void)h;
	clint.seen = *a;
	policy.asked++;
	a->device_follows = policy.follows;
	if (policy.tries) {
		overwrite_trap();
	}
	return policy.says;
}

static bool claim(struct hart *h, u64 pa, u64 bytes)
{
	(void)h;
	__CPROVER_assert(right.granted || !is_in(range_make(pa, bytes), right.byte),
			 "the policy is asked of what the firmware may store to");
	return policy.claims;
}

const struct policy policy_proof = { .name = "proof", .on_mmio = judge, .claims = claim };
const struct policy *const policy_list[POLICY_COUNT + 1] = { &policy_proof, NULL };

bool vclint_perform(struct hart *h, struct mmio_access *a)
{
	(void)h;
	clint.count++;
	clint.seen = *a;
	a->fault = clint.fault;
	return clint.answer;
}

bool vpmp_firmware_may(const struct hart *h, u64 addr, u64 size, unsigned int need)
{
	bool all = any_bool();

	(void)h;
	__CPROVER_assert(need == PMP_W, "a store needs the right to write");
	__CPROVER_assume(!all || right.granted || !is_in(range_make(addr, size), right.byte));
	return all;
}

struct guarded guard_plain(enum guard_op op, u64 addr, u64 value)
{
	device.count++;
	device.op = op;
	device.addr = addr;
	device.value = value;
	if (device.answer.fault != 0) {
		overwrite_trap();
	}
	return device.answer;
}

u64 guard_store(u64 addr, u64 value, unsigned int width_log2)
{
	return guard_plain((enum guard_op)(GUARD_SB + width_log2), addr, value).fault;
}

u64 fake_csrr(unsigned int num)
{
	__CPROVER_assert(num == CSR_MTVAL || num == CSR_MEPC ||
			 (num == CSR_MTINST && hart.caps.has_mtinst), "where it faulted is asked");
	return num == CSR_MEPC ? trap.pc : trap.address;
}

void fake_csrw(unsigned int num, u64 value)
{
	__CPROVER_assert(num == CSR_MTVAL || num == CSR_MEPC || num == CSR_MCAUSE ||
			 (num == CSR_MTINST && hart.caps.has_mtinst), "what a trap has left");
	if (num == CSR_MEPC) {
		trap.pc = value;
	} else if (num == CSR_MCAUSE) {
		trap.cause = value;
	} else if (num == CSR_MTVAL) {
		trap.address = value;
	}
}

u64 memop_transformed(struct insn i, u32 word, u64 hw)
{
	(void)i;
	(void)word;
	(void)hw;
	return any_u64();
}

u32 memory_read16(u64 addr)
{
	__CPROVER_assert(addr == hart.pc || addr == hart.pc + 2, "the instruction alone is read");
	return (addr == hart.pc ? word_at_pc : word_at_pc >> 16) & 0xffff;
}

u64 gpr_live_read(unsigned int n)
{
	return native.x[n];
}

void gpr_live_write(unsigned int n, u64 value)
{
	(void)n;
	(void)value;
	__CPROVER_assert(0, "a store writes no register");
}

uint32_t word_at_pc;

/* ---- what is proved ---- */

static void check_route(struct mmio_access *a)
{
	u64 refused = hart.counts.refused[REFUSED_DEVICE];
	u64 bytes = (u64)1 << a->width_log2;
	struct mmio_access before = *a;
	bool covers = mmio_covers(a->pa, a->width_log2);
	bool served = policy.says == PASS && covers;
	bool done = mmio_perform(&hart, a);

	__CPROVER_assert(covers == (touches(machine.clint.shield, before.pa, bytes) &&
				    !touches(machine.self, before.pa, bytes)),
			 "what is covered");
	__CPROVER_assert(policy.asked == 1 && clint.count == (served ? 1 : 0), "who is asked");
	__CPROVER_assert(same(&clint.seen, &before), "of the access as it is");
	__CPROVER_assert(same(a, &before) && device.count == 0, "nothing else happens");
	if (served) {
		__CPROVER_assert(done == clint.answer && a->fault == clint.fault, "its answer");
		return;
	}
	__CPROVER_assert(done == (policy.says == HANDLED), "refused, but for what was handled");
	__CPROVER_assert(hart.counts.refused[REFUSED_DEVICE] == refused + (done ? 0 : 1),
			 "refusals are counted");
	__CPROVER_assert(done || a->fault == before.pa, "where it was refused");
}

static void check_pass(struct mmio_access *a)
{
	static const u8 op[2][4] = {
		{ GUARD_LBU, GUARD_LHU, GUARD_LWU, GUARD_LD },
		{ GUARD_SB, GUARD_SH, GUARD_SW, GUARD_SD },
	};
	struct mmio_access before = *a;
	bool done = mmio_pass(a);

	__CPROVER_assert(device.count == 1 && device.addr == before.pa &&
			 device.op == op[before.is_store][before.width_log2], "the same access");
	__CPROVER_assert(device.value == before.value || !before.is_store, "the same value");
	__CPROVER_assert(done == (device.answer.fault == 0), "the device decides");
	__CPROVER_assert(a->fault == (done ? before.fault : trap.address), "and says where");
	__CPROVER_assert(a->value == (done && !before.is_store ? device.answer.value :
				      before.value), "and what");
}

/* What the window of a device holds was asked before. */
static void assume_window(void)
{
	struct range window = { hart.device.base, hart.device.size + WINDOW_TAIL };

	__CPROVER_assume(hart.device.size <= ~(u64)0 - WINDOW_TAIL &&
			 window.size <= ~window.base);
	__CPROVER_assume(hart.device.size == 0 ||
			 ((right.granted || !is_in(window, right.byte)) &&
			  !range_overlaps(machine.clint.shield, window) &&
			  !range_overlaps(machine.self, window)));
}

/* One of the two has got the store that insn is. */
static void check_store(struct insn insn, u64 tval)
{
	bool asked = policy.asked != 0;
	u64 va = reg_read(&hart, insn.rs1) + (u64)(s64)insn.imm;
	u64 value = reg_read(&hart, insn.rs2);
	u64 seen = asked ? clint.seen.value : device.value;
	u64 bytes = (u64)1 << insn.width_log2;

	__CPROVER_assert(insn.op == INSN_STORE && va == tval, "it is a store");
	if (asked) {
		__CPROVER_assert(clint.seen.pa == va && clint.seen.is_store &&
				 clint.seen.width_log2 == insn.width_log2, "the access");
	} else {
		__CPROVER_assert(device.addr == va && device.op == GUARD_SB + insn.width_log2,
				 "the access");
	}
	__CPROVER_assert(((seen ^ value) << (64 - 8 * bytes)) == 0 &&
			 (!asked || bytes == 8 || seen >> 8 * bytes == 0), "its value");
	__CPROVER_assert((!asked || policy.claims) && hart.view == VIEW_FIRMWARE,
			 "a policy's, no MPRV's");
	__CPROVER_assert(right.granted || right.byte - va >= bytes, "the firmware may");
	__CPROVER_assert(!range_touches(machine.self, va, bytes) &&
			 !range_touches(machine.clint.shield, va, bytes), "neither of ours");
}

/* What is in h->device passes only since the policy has said so of it, or did before. */
static void check_block(const struct hart *was, u64 tval)
{
	bool same_block = was->device_passes && hart.device.base == was->device.base;
	bool said = policy.asked != 0 && policy.says == HANDLED && policy.follows;

	__CPROVER_assert(device.count == 0 || (was->device_passes &&
					       tval - was->device.base < was->device.size),
			 "without a judgement only what has one");
	if (hart.device_passes && hart.device.size != 0) {
		__CPROVER_assert(same_block || (said && tval - hart.device.base < hart.device.size),
				 "of this window");
	}
}

static void check_trap(u64 pc, u64 cause, u64 tval)
{
	__CPROVER_assert(trap.pc == pc && trap.address == tval &&
			 (trap.cause == cause || trap.cause == CAUSE_STORE_ACCESS),
			 "the trap is as it was");
}

static void check_quick(u64 tval)
{
	struct insn insn = insn_decode(word_at_pc);
	struct hart was = hart;
	u64 cause = trap.cause;
	bool done;

	assume_window();
	mmio_quick_store(&hart, tval);
	__CPROVER_assert(clint.count == 0 && policy.asked + device.count <= 1, "one acts");
	check_block(&was, tval);
	done = policy.asked != 0 ? policy.says == HANDLED :
				   device.count != 0 && device.answer.fault == 0;
	if (policy.asked + device.count != 0) {
		check_store(insn, tval);
	}
	__CPROVER_assert(hart.pc == (done ? was.pc + insn.len : was.pc), "pc");
	if (!done) {
		check_trap(was.pc, cause, tval);
	}
	__CPROVER_assert(policy.asked == 0 || !done, "witness: a store is carried out");
	__CPROVER_assert(device.count == 0 || !done, "witness: a store passes");
}

struct hart nondet_monitor(void);

int main(void)
{
	struct mmio_access a = {
		.pa = any_u64(), .width_log2 = any_u8() & 3, .is_store = any_bool(),
		.value = any_u64(), .fault = any_u64(),
	};

	hart = nondet_monitor();
	machine.self = range_make(any_u64(), any_u64());
	machine.clint.shield = range_make(any_u64(), any_u64());
	policy.says = (enum verdict)(any_u8() % 3);
	policy.claims = any_bool();
	clint.answer = any_bool();
	clint.fault = any_u64();
	device.answer.value = any_u64();
	device.answer.fault = any_u64();
	policy.follows = any_bool();
	policy.tries = any_bool();
	hart.device_passes = any_bool();
	hart.caps.has_mtinst = any_bool();
	trap.pc = hart.pc;
	trap.cause = any_u64();
	trap.address = a.pa;
	right.byte = any_u64();
	right.granted = any_bool();
	word_at_pc = any_u32();
	for (unsigned int n = 0; n < 32; n++) {
		native.x[n] = any_u64();
	}
#if PROOF_PART == 0
	check_route(&a);
#elif PROOF_PART == 1
	check_pass(&a);
#else
	check_quick(a.pa);
#endif
	witness();
	return 0;
}
