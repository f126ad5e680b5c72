/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An access that hardware refused is judged by the rules of the guest that made it.
 *
 * Proved for any place of shield and monitor, any instruction, registers and trap, by PROOF_PART.
 * 0: of emulate_firmware_access(): what is carried out on a device is the firmware's instruction,
 * at the address that it has, by vpmp_firmware_may(), where mmio_covers() or the policy's claim
 * says that there is one; and it is, whenever mmio_covers() says so, the trap says that address and
 * the instruction can be read. While MPRV acts no device is reached directly: the instruction
 * goes to memop_guest(), unless the firmware is sealed. 1: of emulate_payload_access(): the same at
 * the physical address of the payload's own translation, by vpmp_payload_may(), and never by a
 * policy's claim. In both, either pc is behind the instruction, or its guest gets one trap: the
 * one that hardware said, or the device; of a delegated hypervisor load or store, whose mtinst says
 * nothing, the payload is told as well that the address is a guest's. Refusals of the firmware that
 * were nobody's are counted.
 * Assumed: insn_decode(), guestmem_* and memop_* are anything (memop, walk, make exhaustive prove
 * and try what they are); one policy, which claims anything. Bounds: none.
 */
#include "hw/csr_num.h"
#include "monitor/decode.h"
#include "monitor/emulate.h"
#include "monitor/guestmem.h"
#include "monitor/memop.h"
#include "monitor/mmio.h"
#include "monitor/policy.h"
#include "monitor/regs.h"
#include "monitor/vpmp.h"
#include "monitor/world.h"
#include "proof.h"

#define STATUS_SEEN UINT64_C(0x5a5a)

struct machine machine;
static struct insn insn;
static struct trap reported, delivered;
static unsigned int traps_firmware, traps_payload;
static bool readable, mprv, claimed;
static struct { u64 va, pa; bool works; } page[2]; /* translations, of two addresses */
static struct {
	unsigned int devices, guests;
	struct memop_place at;
	enum memop_result result;
	struct trap trap;
} memop;

/* ---- surroundings ---- */

static bool claim(struct hart *h, u64 pa, u64 bytes)
{
	bool yes = any_bool();

	(void)h;
	claimed = yes && pa == reg_read(&hart, insn.rs1) + (u64)(s64)insn.imm &&
		  bytes == (u64)1 << insn.width_log2;
	return yes;
}

const struct policy policy_proof = { .name = "proof", .claims = claim };
const struct policy *const policy_list[POLICY_COUNT + 1] = { &policy_proof, NULL };

struct insn insn_decode(uint32_t word)
{
	__CPROVER_assert(word == word_at_pc && readable, "the instruction that trapped");
	return insn;
}

uint32_t word_at_pc;

bool world_mprv_active(const struct hart *h)
{
	(void)h;
	return mprv;
}

u64 gpr_live_read(unsigned int n)
{
	return native.x[n];
}

struct trap trap_from_hardware(const struct hart *h, u64 cause)
{
	__CPROVER_assert(h == &hart && cause == reported.cause, "the trap that there is");
	return reported;
}

bool guestmem_trapped_word(struct hart *h, u32 *word)
{
	(void)h;
	*word = word_at_pc;
	return readable;
}

bool guestmem_fetch_payload(struct hart *h, u32 *word)
{
	return guestmem_trapped_word(h, word);
}

struct guest_context guest_under_mprv(struct hart *h)
{
	(void)h;
	return (struct guest_context){ .status = STATUS_SEEN, .borrow = true };
}

struct guest_context guest_payload(struct hart *h)
{
	(void)h;
	return (struct guest_context){ .status = STATUS_SEEN };
}

bool guestmem_translate(struct hart *h, const struct guest_context *c, u64 va, bool is_store,
			u64 *pa)
{
	unsigned int n = va == page[0].va ? 0 : 1;

	(void)h;
	__CPROVER_assert(c->status == STATUS_SEEN && !c->borrow, "the payload's own translation");
	__CPROVER_assert(is_store == (reported.cause == CAUSE_STORE_ACCESS), "of this access");
	__CPROVER_assert(va == page[n].va, "what trapped, and the instruction's address");
	*pa = page[n].pa;
	return page[n].works;
}

enum memop_result memop_device(struct hart *h, struct insn i, const struct memop_place *at,
			       struct trap *t)
{
	__CPROVER_assert(h == &hart && i.op == insn.op && i.width_log2 == insn.width_log2 &&
			 i.rd == insn.rd && i.rs2 == insn.rs2, "the same instruction");
	memop.devices++;
	memop.at = *at;
	if (memop.result == MEMOP_FAULT) {
		*t = memop.trap;
	}
	return memop.result;
}

enum memop_result memop_guest(struct hart *h, const struct guest_context *c, u32 word,
			      struct trap *t)
{
	__CPROVER_assert(h == &hart && word == word_at_pc, "the same instruction");
	__CPROVER_assert(c->status == STATUS_SEEN && c->borrow, "with MPRV's eyes");
	memop.guests++;
	if (memop.result == MEMOP_FAULT) {
		*t = memop.trap;
	}
	return memop.result;
}

void vtrap_to_firmware(struct hart *h, const struct trap *t)
{
	(void)h;
	traps_firmware++;
	delivered = *t;
}

void vtrap_from_payload(struct hart *h, const struct trap *t)
{
	(void)h;
	traps_payload++;
	delivered = *t;
}

bool vpmp_firmware_may(const struct hart *h, u64 addr, u64 size, unsigned int need)
{
	(void)h;
	(void)addr;
	(void)size;
	(void)need;
	__CPROVER_assert(0, "memop_device() asks");
	return false;
}

bool vpmp_payload_may(const struct hart *h, u64 addr, u64 size, unsigned int need)
{
	return vpmp_firmware_may(h, addr, size, need);
}

/* ---- what is proved ---- */

static bool same(const struct trap *a, const struct trap *b)
{
	return a->cause == b->cause && a->tval == b->tval && a->tval2 == b->tval2 &&
	       a->tinst == b->tinst && a->gva == b->gva;
}

static u64 address(void)
{
	return reg_read(&hart, insn.rs1) + (u64)(s64)insn.imm;
}

/* Of the payload's hypervisor loads and stores HS-mode is told whose the address is. */
static struct trap told(struct trap t)
{
	bool hypervisor = insn.op == INSN_HLV || insn.op == INSN_HLVX || insn.op == INSN_HSV;

	if (PROOF_PART == 1 && hypervisor && readable && hart.caps.has_h && t.tinst == 0 &&
	    (hart.vm.medeleg >> t.cause & 1) != 0) {
		t.gva = true;
	}
	return t;
}

/* Either pc is behind the instruction, or its guest gets one trap. */
static void check_outcome(u64 pc, unsigned int traps, unsigned int others)
{
	struct trap due = told(memop.devices + memop.guests != 0 && memop.result == MEMOP_FAULT ?
				       memop.trap : reported);
	bool asked = memop.devices + memop.guests != 0;
	bool done = asked && memop.result == MEMOP_DONE;

	__CPROVER_assert(memop.devices + memop.guests <= 1, "one access");
	__CPROVER_assert(others == 0 && traps == (done ? 0 : 1), "one trap, or none");
	__CPROVER_assert(hart.pc == (done ? pc + insn.len : pc), "pc");
	__CPROVER_assert(done || same(&delivered, &due), "which trap");
}

static void check_firmware(void)
{
	u64 pc = hart.pc, va = address();
	u64 refused = hart.counts.refused[REFUSED_MONITOR] + hart.counts.refused[REFUSED_MEMORY];
	bool covers = mmio_covers(va, insn.width_log2);
	bool acts = mprv && !hart.sealed, other;

	emulate_firmware_access(&hart, reported.cause);
	check_outcome(pc, traps_firmware, traps_payload);
	other = memop.devices + memop.guests == 0 || memop.result == MEMOP_OTHER;
	if (memop.devices != 0) {
		__CPROVER_assert(!acts && (covers || claimed), "there is a device");
		__CPROVER_assert(memop.at.pa == va && memop.at.va == va, "where");
		__CPROVER_assert(memop.at.may == vpmp_firmware_may, "whose rules");
		__CPROVER_assert(covers, "witness: the policy's");
	}
	__CPROVER_assert(memop.guests == (acts && readable ? 1 : 0), "MPRV's");
	__CPROVER_assert(acts || !readable || !covers || reported.tval != va ||
			 memop.devices == 1, "whenever there is a device");
	__CPROVER_assert(hart.counts.refused[REFUSED_MONITOR] +
			 hart.counts.refused[REFUSED_MEMORY] == refused + (other ? 1 : 0),
			 "refusals are counted");
	__CPROVER_assert(memop.devices == 0 || !covers, "witness: a device is reached");
}

static void check_payload(void)
{
	u64 pc = hart.pc, va = address();
	unsigned int n = va == page[0].va ? 0 : 1;
	bool covers = page[n].works && mmio_covers(page[n].pa, insn.width_log2);

	emulate_payload_access(&hart, reported.cause);
	check_outcome(pc, traps_payload, traps_firmware);
	if (memop.devices != 0) {
		__CPROVER_assert(covers, "there is a device");
		__CPROVER_assert(memop.at.pa == page[n].pa && memop.at.va == va, "where");
		__CPROVER_assert(memop.at.may == vpmp_payload_may, "whose rules");
	}
	__CPROVER_assert(memop.guests == 0, "MPRV is the firmware's");
	__CPROVER_assert(!readable || !covers || reported.tval != va || memop.devices == 1,
			 "whenever there is a device");
	__CPROVER_assert(memop.devices == 0, "witness: a device is reached");
}

struct hart nondet_monitor(void);
struct insn nondet_insn(void);
struct trap nondet_trap(void);

int main(void)
{
	hart = nondet_monitor();
	insn = nondet_insn();
	__CPROVER_assume(insn.rs1 < 32 && insn.width_log2 <= 4);
	__CPROVER_assume(insn.len == 2 || insn.len == 4);
	reported = nondet_trap();
	memop.trap = nondet_trap();
	__CPROVER_assume(reported.cause < 64 && memop.trap.cause < 64);
	reported.gva = any_bool(); /* true or false, nothing between */
	memop.trap.gva = any_bool();
	memop.result = (enum memop_result)(any_u8() % 3);
	machine.self = range_make(any_u64(), any_u64());
	machine.clint.shield = range_make(any_u64(), any_u64());
	word_at_pc = any_u32();
	readable = any_bool();
	mprv = any_bool();
	for (unsigned int n = 0; n < 32; n++) {
		native.x[n] = any_u64();
		hart.x[n] = n == 0 ? 0 : hart.x[n];
	}
	for (unsigned int n = 0; n < 2; n++) {
		page[n].va = n == 0 ? reported.tval : address();
		page[n].pa = any_u64();
		page[n].works = any_bool();
	}
#if PROOF_PART == 0
	check_firmware();
#else
	check_payload();
#endif
	witness();
	return 0;
}
