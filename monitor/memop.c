/* SPDX-License-Identifier: Apache-2.0 */
/* Carries out memory instructions: what is loaded goes to the right register in the right form. */
#include "monitor/memop.h"

#include "hw/csr.h"
#include "monitor/mmio.h"
#include "monitor/regs.h"
#include "monitor/vcsr.h"
#include "monitor/vpmp.h"

static u64 width_mask(struct insn i)
{
	return i.width_log2 == 3 ? ~(u64)0 : BIT(8u << i.width_log2) - 1;
}

static u64 sign_extend(struct insn i, u64 value)
{
	unsigned int unused = 64 - (8u << i.width_log2);

	return (u64)((s64)(value << unused) >> unused);
}

static bool has_fp(const struct hart *h, struct insn i)
{
	u64 ext = i.width_log2 == 3 ? MISA_EXT('D') : MISA_EXT('F');

	return i.width_log2 >= 2 && (h->caps.misa & ext) != 0 &&
	       (csr_read(CSR_MSTATUS) & MSTATUS_FS) != 0;
}

static void write_loaded(struct hart *h, struct insn i, u64 value)
{
	if (i.op != INSN_FLOAD) {
		value &= width_mask(i);
		reg_write(h, i.rd, (i.flags & INSN_F_SIGNED) != 0 ? sign_extend(i, value) : value);
		return;
	}
	if (i.width_log2 == 3) {
		fpr_write64(i.rd, value);
	} else {
		fpr_write32(i.rd, (u32)value);
	}
	csr_set(CSR_MSTATUS, MSTATUS_FS); /* Dirty */
}

static u64 stored_value(const struct hart *h, struct insn i)
{
	if (i.op != INSN_FSTORE) {
		return reg_read(h, i.rs2);
	}
	return i.width_log2 == 3 ? fpr_read64(i.rs2) : fpr_read32(i.rs2);
}

static bool is_access(const struct hart *h, struct insn i)
{
	switch (i.op) {
	case INSN_LOAD:
	case INSN_STORE:
		return true;
	case INSN_FLOAD:
	case INSN_FSTORE:
		return has_fp(h, i);
	case INSN_LR:
	case INSN_SC:
	case INSN_AMO:
		return i.width_log2 >= 2;
	default:
		return false;
	}
}

static bool is_store(struct insn i)
{
	return (i.flags & INSN_F_WRITE) != 0;
}

/* ---- devices ---- */

/* A extension: what an AMO stores, from the old value and rs2, both sign-extended to 64 bits. */
static u64 amo_result(struct insn i, u64 old, u64 arg)
{
	switch ((enum insn_amo)i.amo) {
	case INSN_AMO_SWAP:
		return arg;
	case INSN_AMO_ADD:
		return old + arg;
	case INSN_AMO_XOR:
		return old ^ arg;
	case INSN_AMO_OR:
		return old | arg;
	case INSN_AMO_AND:
		return old & arg;
	case INSN_AMO_MIN:
		return (s64)old < (s64)arg ? old : arg;
	case INSN_AMO_MAX:
		return (s64)old > (s64)arg ? old : arg;
	case INSN_AMO_MINU:
		return old < arg ? old : arg;
	case INSN_AMO_MAXU:
		return old > arg ? old : arg;
	}
	return old;
}

static bool device_amo(struct hart *h, struct insn i, struct mmio_access *a)
{
	u64 old;

	if (!mmio_perform(h, a)) {
		return false;
	}
	old = sign_extend(i, a->value);
	a->is_store = true;
	a->value = amo_result(i, old, sign_extend(i, reg_read(h, i.rs2)));
	if (!mmio_perform(h, a)) {
		return false;
	}
	reg_write(h, i.rd, old);
	return true;
}

/* SC succeeds if the register still holds what LR saw: nobody else can tell the difference. */
static bool device_sc(struct hart *h, struct insn i, struct mmio_access *a)
{
	bool reserved = h->lr_addr == a->pa;

	h->lr_addr = ~(u64)0;
	if (reserved) {
		if (!mmio_perform(h, a)) {
			return false;
		}
		reserved = sign_extend(i, a->value) == h->lr_value;
	}
	if (reserved) {
		a->is_store = true;
		a->value = reg_read(h, i.rs2) & width_mask(i);
		if (!mmio_perform(h, a)) {
			return false;
		}
	}
	reg_write(h, i.rd, reserved ? 0 : 1);
	return true;
}

static bool device_plain(struct hart *h, struct insn i, struct mmio_access *a)
{
	a->is_store = is_store(i);
	if (a->is_store) {
		a->value = stored_value(h, i) & width_mask(i);
	}
	if (!mmio_perform(h, a)) {
		return false;
	}
	if (!a->is_store) {
		write_loaded(h, i, a->value);
	}
	if (i.op == INSN_LR) {
		h->lr_addr = a->pa;
		h->lr_value = sign_extend(i, a->value);
	}
	return true;
}

/* What the guest's rules must grant. An AMO reads and writes. */
static unsigned int needs(struct insn i)
{
	if (i.op == INSN_AMO) {
		return PMP_R | PMP_W;
	}
	return is_store(i) ? PMP_W : PMP_R;
}

static bool device_access(struct hart *h, struct insn insn, struct mmio_access *a)
{
	if (insn.op == INSN_AMO) {
		return device_amo(h, insn, a);
	}
	return insn.op == INSN_SC ? device_sc(h, insn, a) : device_plain(h, insn, a);
}

enum memop_result memop_device(struct hart *h, struct insn insn, const struct memop_place *at,
			       struct trap *t)
{
	struct mmio_access a = { .pa = at->pa, .width_log2 = insn.width_log2, .fault = at->pa };

	if (!is_access(h, insn)) {
		return MEMOP_OTHER;
	}
	if (at->may(h, at->pa, (u64)1 << insn.width_log2, needs(insn)) &&
	    device_access(h, insn, &a)) {
		return MEMOP_DONE;
	}
	/* An AMO that fails to read keeps hardware's cause; some harts call it a load. */
	if (a.is_store) {
		t->cause = CAUSE_STORE_ACCESS;
	} else if (insn.op == INSN_AMO && at->may(h, at->pa, 1, PMP_R) &&
		   !at->may(h, at->pa, 1, PMP_W)) {
		t->cause = CAUSE_STORE_ACCESS;
	}
	t->tval = at->va + (a.fault - at->pa);
	return MEMOP_FAULT;
}

/* ---- memory, through a translation ---- */

static enum guard_op op_for(struct insn i)
{
	static const u8 load_signed[] = { GUARD_LB, GUARD_LH, GUARD_LW, GUARD_LD };
	static const u8 load_unsigned[] = { GUARD_LBU, GUARD_LHU, GUARD_LWU, GUARD_LD };
	static const u8 store[] = { GUARD_SB, GUARD_SH, GUARD_SW, GUARD_SD };
	unsigned int d = i.width_log2 == 3 ? 1 : 0;

	switch (i.op) {
	case INSN_STORE:
	case INSN_FSTORE:
		return (enum guard_op)store[i.width_log2];
	case INSN_LR:
		return d != 0 ? GUARD_LR_D : GUARD_LR_W;
	case INSN_SC:
		return d != 0 ? GUARD_SC_D : GUARD_SC_W;
	case INSN_AMO:
		/* guard_insns.S has them in the order of funct5 / 4, swap (1) last */
		return (enum guard_op)((d != 0 ? GUARD_AMO_D : GUARD_AMO_W) +
				       (i.amo == INSN_AMO_SWAP ? 8 : i.amo / 4));
	default:
		return (enum guard_op)((i.flags & INSN_F_SIGNED) != 0 ?
					       load_signed[i.width_log2] :
					       load_unsigned[i.width_log2]);
	}
}

/*
 * An SC without a reservation fails; whether it faults where a store would is the hart's choice, so
 * it is carried out, after one of our own that gives up whatever the hart may have reserved.
 */
static struct guarded failing_sc(struct hart *h, const struct guest_context *c, struct insn i,
				 u64 va)
{
	u64 own = 0;

	guard_plain(GUARD_SC_D, (u64)&own, 0);
	return guestmem_access(h, c, op_for(i), va, reg_read(h, i.rs2));
}

/* The reservation of an LR does not survive our trap: SC compares the value it saw instead. */
static struct guarded guest_sc(struct hart *h, const struct guest_context *c, struct insn i, u64 va)
{
	bool d = i.width_log2 == 3;
	bool reserved = h->lr_addr == va;
	struct guarded g;

	h->lr_addr = ~(u64)0;
	if (reserved) {
		g = guestmem_access(h, c, d ? GUARD_LR_D : GUARD_LR_W, va, 0);
		if (g.fault == 0 && g.value == h->lr_value) {
			return guestmem_access(h, c, op_for(i), va, reg_read(h, i.rs2));
		}
	}
	return failing_sc(h, c, i, va);
}

static void write_result(struct hart *h, struct insn i, u64 va, u64 value)
{
	if (i.op == INSN_LOAD || i.op == INSN_FLOAD) {
		write_loaded(h, i, value);
	} else if (i.op != INSN_STORE && i.op != INSN_FSTORE) {
		reg_write(h, i.rd, value); /* LR, SC, AMO: already in the form of rd */
	}
	if (i.op == INSN_LR) {
		h->lr_addr = va;
		h->lr_value = value;
	}
}

/* A refused access may have been meant for a device that the monitor shields. */
static enum memop_result fault_or_device(struct hart *h, const struct guest_context *c,
					 struct insn i, u64 va, struct trap *t)
{
	struct memop_place at = { .va = va, .may = vpmp_payload_may };

	if (t->cause != CAUSE_LOAD_ACCESS && t->cause != CAUSE_STORE_ACCESS) {
		return MEMOP_FAULT;
	}
	if (!guestmem_translate(h, c, va, is_store(i), &at.pa) ||
	    !mmio_covers(at.pa, i.width_log2)) {
		return MEMOP_FAULT;
	}
	return memop_device(h, i, &at, t);
}

u64 memop_transformed(struct insn i, u32 word, u64 hw)
{
	u64 keep = hw & 0xf8000; /* rs1 field */
	u64 low = i.len == 2 ? 1 : 3;
	u64 funct3 = i.width_log2;

	if ((hw & 3) != 3) {
		return hw; /* zero, or a pseudoinstruction: a page-table access */
	}
	switch (i.op) {
	case INSN_LOAD:
		funct3 |= (i.flags & INSN_F_SIGNED) != 0 || i.width_log2 == 3 ? 0 : 4;
		return keep | funct3 << 12 | (u64)i.rd << 7 | (INSN_OPCODE_LOAD & ~3u) | low;
	case INSN_FLOAD:
		return keep | funct3 << 12 | (u64)i.rd << 7 | (INSN_OPCODE_LOAD_FP & ~3u) | low;
	case INSN_STORE:
		return keep | funct3 << 12 | (u64)i.rs2 << 20 | (INSN_OPCODE_STORE & ~3u) | low;
	case INSN_FSTORE:
		return keep | funct3 << 12 | (u64)i.rs2 << 20 | (INSN_OPCODE_STORE_FP & ~3u) | low;
	default:
		return keep | (word & ~0xf8000u);
	}
}

enum memop_result memop_guest(struct hart *h, const struct guest_context *c, u32 word,
			      struct trap *t)
{
	struct insn insn = insn_decode(word);
	u64 va = reg_read(h, insn.rs1) + (u64)(s64)insn.imm;
	struct guarded g;

	if (insn.op >= INSN_CBO_INVAL && insn.op <= INSN_CBO_ZERO) {
		g = guestmem_access(h, c, (enum guard_op)(GUARD_CBO + insn.op - INSN_CBO_INVAL), va,
				    0);
	} else if (!is_access(h, insn)) {
		return MEMOP_OTHER;
	} else if (insn.op == INSN_SC) {
		g = guest_sc(h, c, insn, va);
	} else {
		g = guestmem_access(h, c, op_for(insn), va, stored_value(h, insn));
	}
	if (g.fault == 0) {
		write_result(h, insn, va, g.value);
		return MEMOP_DONE;
	}
	*t = trap_from_hardware(h, guard_cause(g));
	/* Where MPV is not written by CSR instructions, GVA may be an older trap's (vtrap.c). */
	t->gva = (g.fault & GUARD_GVA) != 0 &&
		 (h->caps.mpv_writable || (c->status & MSTATUS_MPV) != 0);
	t->tinst = memop_transformed(insn, word, t->tinst);
	return fault_or_device(h, c, insn, va, t);
}

/* ---- hypervisor loads and stores ---- */

static enum guard_op hypervisor_op(struct insn i)
{
	static const u8 narrow_unsigned[] = { 4, 5, 6 };

	if (i.op == INSN_HSV) {
		return (enum guard_op)(GUARD_HSV + i.width_log2);
	}
	if (i.op == INSN_HLVX) {
		return (enum guard_op)(GUARD_HLV + 6 + i.width_log2); /* hu 7, wu 8 */
	}
	if ((i.flags & INSN_F_SIGNED) != 0 || i.width_log2 == 3) {
		return (enum guard_op)(GUARD_HLV + i.width_log2);
	}
	return (enum guard_op)(GUARD_HLV + narrow_unsigned[i.width_log2]);
}

/* The guest's rd and rs2 in hardware's description of the same instruction. */
static u64 with_registers(struct insn i, u64 tinst)
{
	if (i.op == INSN_HSV) {
		return (tinst & ~((u64)0x1f << 20)) | (u64)i.rs2 << 20;
	}
	return (tinst & ~((u64)0x1f << 7)) | (u64)i.rd << 7;
}

enum memop_result memop_hypervisor(struct hart *h, struct insn insn, struct trap *t)
{
	struct guest_context c = { vcsr_mstatus(h) & ~MSTATUS_OURS, h->held.satp, true };
	struct guarded g = guestmem_access(h, &c, hypervisor_op(insn), reg_read(h, insn.rs1),
					   reg_read(h, insn.rs2));

	if (g.fault != 0) {
		*t = trap_from_hardware(h, guard_cause(g));
		t->gva = (g.fault & GUARD_GVA) != 0;
		t->tinst = (t->tinst & 3) == 3 ? with_registers(insn, t->tinst) : t->tinst;
		return guard_cause(g) == CAUSE_ILLEGAL ? MEMOP_OTHER : MEMOP_FAULT;
	}
	if (insn.op != INSN_HSV) {
		reg_write(h, insn.rd, g.value); /* hardware has extended it */
	}
	return MEMOP_DONE;
}

/* ---- for misaligned accesses: the parts, apart ---- */

bool memop_is_access(const struct hart *h, struct insn insn)
{
	return is_access(h, insn);
}

void memop_write_loaded(struct hart *h, struct insn insn, u64 value)
{
	write_loaded(h, insn, value);
}

u64 memop_stored_value(const struct hart *h, struct insn insn)
{
	return stored_value(h, insn);
}
