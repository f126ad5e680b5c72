/* SPDX-License-Identifier: Apache-2.0 */
/* SBI services about harts: timers, interrupts, remote fences, and whether a hart runs. */
#include "hw/csr.h"
#include "monitor/fence.h"
#include "monitor/guestmem.h"
#include "monitor/hsm.h"
#include "monitor/ipi.h"
#include "monitor/remote.h"
#include "monitor/sbi_parts.h"
#include "monitor/sbi_serve.h"
#include "monitor/timer.h"
#include "monitor/virq.h"
#include "monitor/vtrap.h"

/* ---- hart lists ---- */

/* Index of the hart with this id among those of set; hart_count: it is not there. */
static unsigned int find_hart(u64 id, u32 set)
{
	for (unsigned int i = 0; i < machine.hart_count; i++) {
		if (machine.harts[i]->id == id && (set >> i & 1) != 0) {
			return i;
		}
	}
	return machine.hart_count;
}

/*
 * SBI 3.0, 3.2, hart list parameter: *set is whom it names. False: it also names a hart that is not
 * there for the payload. Its time is that of the harts that there are, not of the mask's bits.
 */
static bool find_harts(u64 mask, u64 base, u32 *set)
{
	*set = 0;
	if (base == ~(u64)0) {
		*set = hsm_started();
		return true;
	}
	for (unsigned int i = 0; mask != 0 && i < machine.hart_count; i++) {
		u64 id = machine.harts[i]->id;
		u64 bit = id - base;

		if (id >= base && bit < 64 && (mask >> bit & 1) != 0 && hsm_is_started(i)) {
			*set |= (u32)1 << i;
			mask &= ~BIT(bit);
		}
	}
	return mask == 0;
}

static bool listed_harts(const struct hart *h, u32 *set)
{
	return find_harts(sbi_arg(h, 0), sbi_arg(h, 1), set);
}

/*
 * SBI 3.0, 5.5: a0 points to a mask in the payload's memory, NULL: all harts. False: the call is
 * over, by a fault of the payload at the ecall. *all is what find_harts says.
 */
static bool pointed_harts(struct hart *h, u32 *set, bool *all)
{
	struct guest_context c = guest_payload(h);
	u64 pointer = sbi_arg(h, 0);
	struct guarded mask;

	*all = true;
	if (pointer == 0) {
		*set = hsm_started();
		return true;
	}
	mask = guestmem_access(h, &c, GUARD_LD, pointer, 0);
	if (mask.fault != 0) {
		struct trap t = trap_from_hardware(h, guard_cause(mask));

		t.tinst = 0;
		vtrap_from_payload(h, &t);
		return false;
	}
	*all = find_harts(mask.value, 0, set);
	return true;
}

/* ---- TIME ---- */

enum verdict sbi_serve_time(struct hart *h)
{
	if (sbi_function(h) != SBI_TIME_SET_TIMER) {
		return sbi_done(h, SBI_ERR_NOT_SUPPORTED, 0);
	}
	return timer_set_deadline(h, sbi_arg(h, 0)) ? sbi_done(h, SBI_SUCCESS, 0) : PASS;
}

enum verdict sbi_legacy_set_timer(struct hart *h)
{
	return timer_set_deadline(h, sbi_arg(h, 0)) ? sbi_done_legacy(h, SBI_SUCCESS) : PASS;
}

/* ---- IPI ---- */

static void interrupt_harts(struct hart *h, u32 set)
{
	for (unsigned int i = 0; i < machine.hart_count; i++) {
		if ((set >> i & 1) == 0) {
			continue;
		}
		if (i == h->index) {
			virq_set_ssip(h, true);
		} else {
			__atomic_store_n(&machine.harts[i]->ssip, 1, __ATOMIC_RELEASE);
			ipi_ring(machine.harts[i]);
		}
	}
}

void sbi_take_ipi(struct hart *h)
{
	if (__atomic_exchange_n(&h->ssip, 0, __ATOMIC_ACQUIRE) != 0) {
		virq_set_ssip(h, true);
	}
}

enum verdict sbi_serve_ipi(struct hart *h)
{
	u32 set;

	if (sbi_function(h) != SBI_IPI_SEND) {
		return sbi_done(h, SBI_ERR_NOT_SUPPORTED, 0);
	}
	if (!listed_harts(h, &set)) {
		return sbi_done(h, SBI_ERR_INVALID_PARAM, 0);
	}
	interrupt_harts(h, set);
	return sbi_done(h, SBI_SUCCESS, 0);
}

enum verdict sbi_legacy_clear_ipi(struct hart *h)
{
	return sbi_done_legacy(h, virq_set_ssip(h, false) ? 1 : 0);
}

enum verdict sbi_legacy_send_ipi(struct hart *h)
{
	u32 set;
	bool all;

	if (!pointed_harts(h, &set, &all)) {
		return HANDLED;
	}
	if (!all) {
		return sbi_done_legacy(h, SBI_ERR_INVALID_PARAM);
	}
	interrupt_harts(h, set);
	return sbi_done_legacy(h, SBI_SUCCESS);
}

/*
 * ---- RFENCE ----
 * A list may name a hart that has stopped in between: Linux asks for fences on CPUs that it is
 * unplugging. Firmware answers an error then and fences nobody; Linux goes on all the same, with
 * translations of memory that is not its any more on the other harts. Here they are fenced.
 */

enum verdict sbi_serve_rfence(struct hart *h)
{
	static const u8 kind_of[] = {
		[SBI_RFENCE_FENCE_I] = FENCE_CODE,
		[SBI_RFENCE_SFENCE_VMA] = FENCE_STAGE,
		[SBI_RFENCE_SFENCE_VMA_ASID] = FENCE_STAGE,
		[SBI_RFENCE_HFENCE_GVMA_VMID] = FENCE_GUEST,
		[SBI_RFENCE_HFENCE_GVMA] = FENCE_GUEST,
		[SBI_RFENCE_HFENCE_VVMA_ASID] = FENCE_VS,
		[SBI_RFENCE_HFENCE_VVMA] = FENCE_VS,
	};
	u64 function = sbi_function(h);
	bool all;
	u32 set;

	if (function >= ARRAY_SIZE(kind_of) ||
	    (function >= SBI_RFENCE_HFENCE_GVMA_VMID && !h->caps.has_h)) {
		return sbi_done(h, SBI_ERR_NOT_SUPPORTED, 0);
	}
	hw_fence(); /* the payload's tables are written before we look who runs: hsm_note_resume */
	all = listed_harts(h, &set);
	fence_remote(h, set, (enum fence_kind)kind_of[function]);
	return sbi_done(h, all ? SBI_SUCCESS : SBI_ERR_INVALID_PARAM, 0);
}

enum verdict sbi_legacy_fence(struct hart *h)
{
	bool code = sbi_extension(h) == SBI_LEGACY_FENCE_I;
	bool all;
	u32 set;

	hw_fence();
	if (!pointed_harts(h, &set, &all)) {
		return HANDLED;
	}
	fence_remote(h, set, code ? FENCE_CODE : FENCE_STAGE);
	return sbi_done_legacy(h, all ? SBI_SUCCESS : SBI_ERR_INVALID_PARAM);
}

/* ---- HSM ---- */

enum verdict sbi_serve_hsm_status(struct hart *h)
{
	unsigned int i = find_hart(sbi_arg(h, 0), remote_harts());

	if (sbi_function(h) != SBI_HSM_STATUS) {
		return PASS;
	}
	if (i == machine.hart_count) {
		return sbi_done(h, SBI_ERR_INVALID_PARAM, 0);
	}
	return sbi_done(h, SBI_SUCCESS, hsm_state_of(machine.harts[i]));
}
