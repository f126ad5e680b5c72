/* SPDX-License-Identifier: Apache-2.0 */
/* Byte accesses in place of one that hardware does not split. */
#include "monitor/misaligned.h"

#include "hw/csr.h"
#include "monitor/regs.h"

#define PAGE ((u64)4096)

static bool is_plain(struct insn i)
{
	return i.op == INSN_LOAD || i.op == INSN_STORE || i.op == INSN_FLOAD || i.op == INSN_FSTORE;
}

static enum memop_result refused(struct hart *h, struct guarded g, u64 va, struct trap *t)
{
	*t = trap_from_hardware(h, guard_cause(g));
	t->tval = va;
	t->tinst = 0; /* allowed, and hardware's describes the byte access (Priv. 18.6.3) */
	return MEMOP_FAULT;
}

static enum memop_result load(struct hart *h, struct insn i, u64 va, struct trap *t)
{
	struct guest_context c = guest_payload(h);
	u64 value = 0;

	for (unsigned int n = 0; n < 1u << i.width_log2; n++) {
		struct guarded g = guestmem_access(h, &c, GUARD_LBU, va + n, 0);

		if (g.fault != 0) {
			return refused(h, g, va + n, t);
		}
		value |= g.value << n * 8;
	}
	memop_write_loaded(h, i, value);
	return MEMOP_DONE;
}

/*
 * May the second page of a store that crosses into one be written? amoor.w with zero asks and
 * changes nothing. Without this the part in the first page would be stored before the fault.
 */
static enum memop_result try_second_page(struct hart *h, const struct guest_context *c, u64 last,
					 struct trap *t)
{
	u64 page = last & ~(PAGE - 1);
	struct guarded g = guestmem_access(h, c, GUARD_AMO_W + 2, page, 0);

	return g.fault != 0 ? refused(h, g, page, t) : MEMOP_DONE;
}

static enum memop_result store(struct hart *h, struct insn i, u64 va, struct trap *t)
{
	struct guest_context c = guest_payload(h);
	unsigned int bytes = 1u << i.width_log2;
	u64 value = memop_stored_value(h, i);

	if ((va & (PAGE - 1)) + bytes > PAGE &&
	    try_second_page(h, &c, va + bytes - 1, t) == MEMOP_FAULT) {
		struct guarded first = guestmem_access(h, &c, GUARD_AMO_W + 2, va & ~(u64)3, 0);

		return first.fault != 0 ? refused(h, first, va, t) : MEMOP_FAULT;
	}
	for (unsigned int n = 0; n < bytes; n++) {
		struct guarded g = guestmem_access(h, &c, GUARD_SB, va + n, value >> n * 8);

		if (g.fault != 0) {
			return refused(h, g, va + n, t);
		}
	}
	return MEMOP_DONE;
}

enum memop_result misaligned_perform(struct hart *h, struct trap *t)
{
	enum memop_result result;
	struct insn insn;
	u32 word;
	u64 va;

	if (!guestmem_fetch_payload(h, &word)) {
		return MEMOP_OTHER;
	}
	insn = insn_decode(word);
	if (!is_plain(insn) || !memop_is_access(h, insn)) {
		return MEMOP_OTHER;
	}
	va = reg_read(h, insn.rs1) + (u64)(s64)insn.imm;
	result = (insn.flags & INSN_F_WRITE) != 0 ? store(h, insn, va, t) : load(h, insn, va, t);
	if (result == MEMOP_DONE) {
		h->pc += insn.len;
	}
	return result;
}
