/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walk of the guest's page tables in software finds what hardware's walk finds.
 *
 * Proved, for satp.MODE = PROOF_MODE, any root and any memory (each table word is what an unknown
 * function gives for its address), any address, S- and U-mode, SUM and MXR, loads and stores, or
 * with PROOF_FETCH fetches: what the model translates, guestmem_translate(), or for fetches
 * guestmem_translate_code(), translates to the same physical address; what they translate, the
 * model does too, unless it is A, D or a reserved bit that hinders it, of which hardware judges
 * before the monitor is asked (guestmem.h). Every word is read with S-mode's rights, untranslated.
 * Assumed: no MPV; no PMP rule hinders the walk (proof pmp). Bounds: four levels, those of Sv48.
 */
#include "hw/csr.h"
#include "monitor/guestmem.h"
#include "proof.h"

uint64_t __CPROVER_uninterpreted_memory(uint64_t at);

static bool hardware_would_mind; /* bits that the monitor's walk leaves to hardware */

/* Of this the model reads; what hardware judges is looked at on the way. */
bool model_memory_read64(uint64_t at, uint64_t *value)
{
	uint64_t pte = __CPROVER_uninterpreted_memory(at);
	bool is_leaf = (pte & (MODEL_PTE_R | MODEL_PTE_X)) != 0;

	if ((pte & MODEL_PTE_RESERVED) != 0 || (is_leaf && (pte & MODEL_PTE_A) == 0) ||
	    (is_leaf && (pte & MODEL_PTE_D) == 0) ||
	    (!is_leaf && (pte & (MODEL_PTE_D | MODEL_PTE_A | MODEL_PTE_U)) != 0)) {
		hardware_would_mind = true;
	}
	*value = pte;
	return true;
}

/* Of this the monitor reads. */
struct guarded guestmem_access(struct hart *h, const struct guest_context *c, enum guard_op op,
			       u64 addr, u64 value)
{
	(void)h;
	(void)value;
	__CPROVER_assert(op == GUARD_LD, "a table word is read as a whole");
	__CPROVER_assert(c->satp == 0, "tables are read untranslated");
	__CPROVER_assert(field_get(c->status, MSTATUS_MPP) == PRIV_S, "tables are read by S-mode");
	return (struct guarded){ .value = __CPROVER_uninterpreted_memory(addr) };
}

int main(void)
{
	struct guest_context c = { .satp = (uint64_t)PROOF_MODE << 60 | (any_u64() & BITS(59, 0)) };
	u64 va = any_u64(), pa = 0;
	bool is_store = any_bool(), found;
	enum model_access access = is_store ? MODEL_STORE : MODEL_LOAD;
	struct model_place place;

	native.mode = any_bool() ? MODEL_S : MODEL_U;
	native.mstatus = any_u64() & (MODEL_SUM | MODEL_MXR);
	native.satp = c.satp;
	c.status = field_set(native.mstatus, MSTATUS_MPP, native.mode);
	found = PROOF_FETCH ? guestmem_translate_code(&hart, &c, va, &pa) :
			      guestmem_translate(&hart, &c, va, is_store, &pa);
	place = model_translate(&native, PROOF_FETCH ? MODEL_FETCH : access, va, 1);
	__CPROVER_assert(!place.ok || (found && pa == place.physical), "what is there is found");
	__CPROVER_assert(!found || place.ok || hardware_would_mind, "nothing else is found");
	witness();
	return 0;
}
