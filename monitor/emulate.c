/* SPDX-License-Identifier: Apache-2.0 */
/* Privileged instructions of vM-mode (Priv. 3.3, 12.2, 18.3; Zicsr). */
#include "monitor/emulate.h"

#include "hw/csr.h"
#include "hw/guard.h"
#include "monitor/decode.h"
#include "monitor/hsm.h"
#include "monitor/isolate.h"
#include "monitor/mechanism.h"
#include "monitor/memop.h"
#include "monitor/policy.h"
#include "monitor/regs.h"
#include "monitor/timer.h"
#include "monitor/vcsr.h"
#include "monitor/virq.h"
#include "monitor/vpmp.h"
#include "monitor/mmio.h"
#include "monitor/vtrap.h"
#include "monitor/world.h"

/* How an instruction ended. */
enum outcome {
	NEXT,    /* done: go on behind it */
	JUMPED,  /* done: h->pc is set */
	ILLEGAL, /* this hart has no such instruction, or refuses it */
	TRAPPED  /* delivered a trap */
};

/* Moves pc past an instruction that is done: here and in the access functions below (I-PC-1). */
static void finish(struct hart *h, enum outcome outcome, u64 len)
{
	if (outcome == NEXT) {
		h->pc += len;
	} else if (outcome == ILLEGAL) {
		vtrap_illegal(h);
	}
}

/* ---- CSR instructions (Zicsr): true if done, false for an illegal one ---- */

/* What the policies make of a CSR access; PASS: it is the monitor's, with what they left. */
static enum verdict judge_csr(struct hart *h, struct csr_access *a)
{
	enum verdict v = policy_on_csr(h, a);

	if (v == DENY) {
		refuse(h, REFUSED_CSR);
	}
	return v;
}

/* Nobody is asked about the seed, which vcsr_read does not read either: see access_seed. */
static NEVER_INLINE bool read_judged(struct hart *h, unsigned int num, u64 *value)
{
	struct csr_access a = { num, false, 0 };
	enum verdict v;

	if (num == CSR_SEED) {
		return false;
	}
	v = judge_csr(h, &a);
	if (v == PASS) {
		return vcsr_read(h, num, value);
	}
	*value = a.value;
	return v == HANDLED;
}

static bool read_csr(struct hart *h, unsigned int num, u64 *value)
{
	return policy_sees_csrs() ? read_judged(h, num, value) : vcsr_read(h, num, value);
}

static NEVER_INLINE bool write_judged(struct hart *h, unsigned int num, enum vcsr_op op,
				      u64 operand, u64 old)
{
	u64 asked = vcsr_written(op, operand, old);
	struct csr_access a = { num, true, asked };
	enum verdict v = judge_csr(h, &a);

	if (v != PASS) {
		return v == HANDLED;
	}
	if (a.value != asked) {
		return vcsr_write(h, num, VCSR_RW, a.value, old);
	}
	return vcsr_write(h, num, op, operand, old);
}

static bool write_csr(struct hart *h, unsigned int num, enum vcsr_op op, u64 operand, u64 old)
{
	return policy_sees_csrs() ? write_judged(h, num, op, operand, old) :
				    vcsr_write(h, num, op, operand, old);
}

/* Zkr 4.1: an access that does not write is illegal; one that does reads, and writes nothing. */
static bool access_seed(struct hart *h, u32 word, bool writes)
{
	struct csr_access a = { CSR_SEED, false, 0 };
	enum verdict v;

	if (!writes) {
		return false;
	}
	v = policy_sees_csrs() ? judge_csr(h, &a) : PASS;
	if (v == DENY || (v == PASS && !vcsr_read_seed(&a.value))) {
		return false;
	}
	reg_write(h, insn_rd(word), a.value);
	return true;
}

static bool access_csr(struct hart *h, u32 word)
{
	unsigned int num = insn_csr(word);
	unsigned int rs1 = insn_rs1(word);
	enum vcsr_op op = (enum vcsr_op)(insn_csr_op(word) - INSN_CSRRW);
	bool writes = op == VCSR_RW || rs1 != 0;
	u64 operand = insn_csr_is_imm(word) ? rs1 : reg_read(h, rs1);
	u64 old = 0;

	if (writes && num >> 10 == 3) {
		return false; /* Priv. 2.1: read-only by its number */
	}
	if (num == CSR_SEED) {
		return access_seed(h, word, writes);
	}
	/* Zicsr: csrrw with rd = x0 does not read. */
	if ((op != VCSR_RW || insn_rd(word) != 0) && !read_csr(h, num, &old)) {
		return false;
	}
	if (writes && !write_csr(h, num, op, operand, old)) {
		return false;
	}
	reg_write(h, insn_rd(word), old);
	return true;
}

static void finish_csr(struct hart *h, bool done)
{
	finish(h, done ? NEXT : ILLEGAL, 4);
}

/* csrr, which is csrrs with x0; like access_csr, but keeps nothing that it has no need of. */
static NEVER_INLINE void emulate_csrr(struct hart *h, u32 word)
{
	u64 value;
	bool done = read_csr(h, insn_csr(word), &value);

	if (done) {
		reg_write(h, insn_rd(word), value);
	}
	finish_csr(h, done);
}

/* csrw, which is csrrw with rd = x0; likewise. */
static NEVER_INLINE void emulate_csrw(struct hart *h, u32 word)
{
	u64 operand = reg_read(h, insn_rs1(word));

	finish_csr(h, write_csr(h, insn_csr(word), VCSR_RW, operand, 0));
}

static NEVER_INLINE void emulate_other_csr(struct hart *h, u32 word)
{
	finish_csr(h, access_csr(h, word));
}

void emulate_csr(struct hart *h, u32 word)
{
	if (insn_is_csrr(word)) {
		emulate_csrr(h, word);
	} else if (insn_is_csrw(word) && insn_csr(word) >> 10 != 3 && insn_csr(word) != CSR_SEED) {
		emulate_csrw(h, word);
	} else {
		emulate_other_csr(h, word);
	}
}

/*
 * Sleeps until an interrupt is pending that the firmware enabled, or a payload that sleeps there;
 * the doorbell ends it, too.
 */
static enum outcome emulate_wfi(struct hart *h)
{
	hsm_note_sleep(h);
	if (!virq_any_pending(h)) {
		csr_write(CSR_MIE, h->vm.mie | BIT(IRQ_MSI) | timer_mie(h) | isolate_watch(h));
		hw_wfi();
		csr_write(CSR_MIE, h->hw_mie);
		isolate_unwatch(h);
	}
	h->irq_check = 1;
	return NEXT;
}

/* Executes an instruction that the hart may lack, in M-mode, as the firmware would have. */
static enum outcome if_present(enum guard_op op)
{
	return guard_plain(op, 0, 0).fault == 0 ? NEXT : ILLEGAL;
}

static enum outcome emulate_fence(const struct hart *h, struct insn insn)
{
	switch (insn.op) {
	case INSN_HFENCE_VVMA:
	case INSN_HINVAL_VVMA:
		if (!h->caps.has_h) {
			return ILLEGAL;
		}
		hw_hfence_vvma();
		return NEXT;
	case INSN_HFENCE_GVMA:
	case INSN_HINVAL_GVMA:
		if (!h->caps.has_h) {
			return ILLEGAL;
		}
		hw_hfence_gvma();
		return NEXT;
	default:
		hw_sfence_vma(); /* a superset of any range or ASID */
		return NEXT;
	}
}

/* Svinval: hardware says whether it has it (Priv. 14); then a full fence does at least as much. */
static enum outcome emulate_svinval(const struct hart *h, struct insn insn)
{
	enum outcome present = if_present(GUARD_SFENCE_W_INVAL);

	return present == NEXT ? emulate_fence(h, insn) : present;
}

static enum outcome emulate_hypervisor_access(struct hart *h, struct insn insn)
{
	struct trap t;

	if (!h->caps.has_h || (h->sealed && mechanism_on(MECH_MPRV))) {
		return ILLEGAL;
	}
	switch (memop_hypervisor(h, insn, &t)) {
	case MEMOP_DONE:
		return NEXT;
	case MEMOP_FAULT:
		vtrap_to_firmware(h, &t);
		return TRAPPED;
	default:
		return ILLEGAL;
	}
}

static enum outcome emulate_other(struct hart *h, struct insn insn)
{
	switch (insn.op) {
	case INSN_MRET:
		vtrap_mret(h);
		return JUMPED;
	case INSN_SRET:
		vtrap_sret(h);
		return JUMPED;
	case INSN_WFI:
		return emulate_wfi(h);
	case INSN_WRS_NTO:
	case INSN_WRS_STO:
		return if_present(GUARD_WRS_STO); /* may end at any time (Zawrs) */
	case INSN_SFENCE_VMA:
	case INSN_HFENCE_VVMA:
	case INSN_HFENCE_GVMA:
		return emulate_fence(h, insn);
	case INSN_SINVAL_VMA:
	case INSN_SFENCE_W_INVAL:
	case INSN_SFENCE_INVAL_IR:
	case INSN_HINVAL_VVMA:
	case INSN_HINVAL_GVMA:
		return emulate_svinval(h, insn);
	case INSN_SCTRCLR:
		return if_present(GUARD_SCTRCLR);
	case INSN_HLV:
	case INSN_HLVX:
	case INSN_HSV:
		return emulate_hypervisor_access(h, insn);
	default:
		return ILLEGAL;
	}
}

/*
 * Zicfiss: in M-mode ssamoswap always finds memory that is no shadow stack (no translation): a
 * store access fault. In U-mode, without SSE, it was illegal.
 */
static bool is_ssamoswap(const struct hart *h, u32 word)
{
	return h->caps.has_zicfiss && (word & 0xf800607f) == 0x4800202f;
}

static void refuse_ssamoswap(struct hart *h, u32 word)
{
	struct trap t = { .cause = CAUSE_STORE_ACCESS, .tval = reg_read(h, insn_rs1(word)) };

	vtrap_to_firmware(h, &t);
}

void emulate_privileged(struct hart *h, u32 word)
{
	struct insn insn;

	if (insn_is_csr(word)) {
		emulate_csr(h, word);
		return;
	}
	if (word == INSN_WORD_MRET) {
		vtrap_mret(h);
		return;
	}
	if (is_ssamoswap(h, word)) {
		refuse_ssamoswap(h, word);
		return;
	}
	insn = insn_decode(word);
	finish(h, emulate_other(h, insn), insn.len);
}

static u64 address_of(const struct hart *h, struct insn insn)
{
	return reg_read(h, insn.rs1) + (u64)(s64)insn.imm;
}

/* mtval may name any byte of the access: might it be one of a shielded device? */
static bool near_device(u64 addr)
{
	return range_touches(machine.clint.shield, addr, 16);
}

/* The same for what the firmware touched. */
static bool near_firmware_device(struct hart *h, u64 addr)
{
	return near_device(addr) || policy_claims(h, addr & ~(u64)7, 16);
}

/* The firmware's instruction, in Bare mode, on a device. */
static enum memop_result firmware_device(struct hart *h, struct insn insn, struct trap *t)
{
	u64 pa = address_of(h, insn);
	struct memop_place at = { pa, pa, vpmp_firmware_may };

	if (!mmio_covers(pa, insn.width_log2) &&
	    !policy_claims(h, pa, (u64)1 << insn.width_log2)) {
		return MEMOP_OTHER;
	}
	return memop_device(h, insn, &at, t);
}

void emulate_firmware_access(struct hart *h, u64 cause)
{
	struct trap t = trap_from_hardware(h, cause);
	bool mprv = world_mprv_active(h) && !(h->sealed && mechanism_on(MECH_MPRV));
	enum memop_result result = MEMOP_OTHER;
	struct insn insn = { 0 };
	u32 word;

	if ((mprv || near_firmware_device(h, t.tval)) && guestmem_trapped_word(h, &word)) {
		insn = insn_decode(word);
		if (mprv) {
			struct guest_context c = guest_under_mprv(h);

			result = memop_guest(h, &c, word, &t);
		} else {
			result = firmware_device(h, insn, &t);
		}
	}
	if (result == MEMOP_DONE) {
		h->pc += insn.len;
		return;
	}
	if (result == MEMOP_OTHER) {
		refuse_address(h, mprv ? 0 : t.tval);
	}
	vtrap_to_firmware(h, &t);
}

/* The payload's instruction on a device, if that is what the refused access was meant for. */
static enum memop_result payload_device(struct hart *h, struct insn *insn, struct trap *t)
{
	struct guest_context c = guest_payload(h);
	struct memop_place at = { .may = vpmp_payload_may };
	bool store = t->cause == CAUSE_STORE_ACCESS;
	u32 word;

	if (!guestmem_translate(h, &c, t->tval, store, &at.pa) || !near_device(at.pa) ||
	    !guestmem_fetch_payload(h, &word)) {
		return MEMOP_OTHER;
	}
	*insn = insn_decode(word);
	at.va = address_of(h, *insn);
	if (!guestmem_translate(h, &c, at.va, store, &at.pa) ||
	    !mmio_covers(at.pa, insn->width_log2)) {
		return MEMOP_OTHER;
	}
	return memop_device(h, *insn, &at, t);
}

/*
 * Was it a hypervisor load or store, so that the address is a guest's (Priv. 18.2.1)? QEMU 7.2 says
 * so neither in mstatus.GVA nor in mtinst, and HS-mode is to find it in hstatus.GVA.
 */
static bool touched_guest(struct hart *h, const struct trap *t)
{
	struct insn insn;
	u32 word;

	if (!h->caps.has_h || t->tinst != 0 || (h->vm.medeleg >> t->cause & 1) == 0 ||
	    !guestmem_fetch_payload(h, &word)) {
		return false;
	}
	insn = insn_decode(word);
	return insn.op == INSN_HLV || insn.op == INSN_HLVX || insn.op == INSN_HSV;
}

void emulate_payload_access(struct hart *h, u64 cause)
{
	struct trap t = trap_from_hardware(h, cause);
	struct insn insn;

	if (payload_device(h, &insn, &t) == MEMOP_DONE) {
		h->pc += insn.len;
		return;
	}
	t.gva = t.gva || touched_guest(h, &t);
	vtrap_from_payload(h, &t);
}
