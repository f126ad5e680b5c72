/* SPDX-License-Identifier: Apache-2.0 */
/*
 * offload: what an operating system asks its firmware for all the time is answered in the monitor.
 * Time reads, timers, interrupts to other harts, remote fences, misaligned loads and stores.
 * Everything else is the firmware's, also the probe that tells which extensions there are.
 */
#include "monitor/fence.h"
#include "monitor/guestmem.h"
#include "monitor/ipi.h"
#include "monitor/misaligned.h"
#include "monitor/policy.h"
#include "monitor/sbi.h"
#include "monitor/timer.h"
#include "monitor/virq.h"

/*
 * What the policy knows of a hart; index as machine.harts. Each hart writes its own, but for
 * ssip.
 */
static struct offload_hart {
	/* Runs the payload, as far as the payload knows: entered it and did not stop (release). */
	bool started;
	/*
	 * Another hart wants its supervisor software interrupt: set by any (release), then a
	 * doorbell.
	 */
	u32 ssip;
} harts[MAX_HARTS];

static bool is_started(unsigned int i)
{
	return __atomic_load_n(&harts[i].started, __ATOMIC_ACQUIRE);
}

static u32 all_started(void)
{
	u32 set = 0;

	for (unsigned int i = 0; i < machine.hart_count; i++) {
		set |= is_started(i) ? (u32)1 << i : 0;
	}
	return set;
}

static bool add_hart(u64 id, u32 *set)
{
	for (unsigned int i = 0; i < machine.hart_count; i++) {
		if (machine.harts[i]->id == id && is_started(i)) {
			*set |= (u32)1 << i;
			return true;
		}
	}
	return false;
}

/* SBI 3.0, 3.2, hart list parameter. False: a hart is named that is not there for the payload. */
static bool find_harts(u64 mask, u64 base, u32 *set)
{
	*set = 0;
	if (base == ~(u64)0) {
		*set = all_started();
		return true;
	}
	for (unsigned int bit = 0; bit < 64; bit++) {
		if ((mask >> bit & 1) != 0 && (base + bit < base || !add_hart(base + bit, set))) {
			return false;
		}
	}
	return true;
}

/* ---- interrupts to harts ---- */

static void interrupt_harts(struct hart *h, u32 set)
{
	for (unsigned int i = 0; i < machine.hart_count; i++) {
		if ((set >> i & 1) == 0) {
			continue;
		}
		if (i == h->index) {
			virq_set_ssip(h, true);
		} else {
			__atomic_store_n(&harts[i].ssip, 1, __ATOMIC_RELEASE);
			ipi_ring(machine.harts[i]);
		}
	}
}

static void on_ipi(struct hart *h)
{
	if (__atomic_exchange_n(&harts[h->index].ssip, 0, __ATOMIC_ACQUIRE) != 0) {
		virq_set_ssip(h, true);
	}
}

static enum verdict send_ipi(struct hart *h)
{
	u32 set;

	if (!find_harts(sbi_arg(h, 0), sbi_arg(h, 1), &set)) {
		sbi_return(h, SBI_ERR_INVALID_PARAM, 0);
		return HANDLED;
	}
	interrupt_harts(h, set);
	sbi_return(h, SBI_SUCCESS, 0);
	return HANDLED;
}

/*
 * SBI 3.0, 5.5: a0 points to a mask in the payload's memory, NULL: all harts. A fault on the way is
 * the payload's, at the ecall.
 */
static enum verdict send_ipi_legacy(struct hart *h)
{
	struct guest_context c = guest_payload(h);
	u64 pointer = sbi_arg(h, 0);
	struct guarded mask = { 0 };
	u32 set = all_started();

	if (pointer != 0) {
		mask = guestmem_access(h, &c, GUARD_LD, pointer, 0);
	}
	if (mask.fault != 0) {
		struct trap t = trap_from_hardware(h, guard_cause(mask));

		t.tinst = 0;
		vtrap_from_payload(h, &t);
		return HANDLED;
	}
	if (pointer != 0 && !find_harts(mask.value, 0, &set)) {
		sbi_return_legacy(h, SBI_ERR_INVALID_PARAM);
		return HANDLED;
	}
	interrupt_harts(h, set);
	sbi_return_legacy(h, SBI_SUCCESS);
	return HANDLED;
}

/*
 * ---- remote fences (SBI 3.0, chapter 8): always whole, whatever range and id are asked for ----
 */

static enum verdict remote_fence(struct hart *h)
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
	u32 set;

	if (function >= ARRAY_SIZE(kind_of)) {
		return PASS;
	}
	if (function >= SBI_RFENCE_HFENCE_GVMA_VMID && !h->caps.has_h) {
		sbi_return(h, SBI_ERR_NOT_SUPPORTED, 0);
	} else if (!find_harts(sbi_arg(h, 0), sbi_arg(h, 1), &set)) {
		sbi_return(h, SBI_ERR_INVALID_PARAM, 0);
	} else {
		fence_remote(h, set, (enum fence_kind)kind_of[function]);
		sbi_return(h, SBI_SUCCESS, 0);
	}
	return HANDLED;
}

/* ---- hooks ---- */

static enum verdict set_timer(struct hart *h)
{
	if (sbi_function(h) != SBI_TIME_SET_TIMER || !timer_set_deadline(h, sbi_arg(h, 0))) {
		return PASS;
	}
	sbi_return(h, SBI_SUCCESS, 0);
	return HANDLED;
}

static enum verdict set_timer_legacy(struct hart *h)
{
	if (!timer_set_deadline(h, sbi_arg(h, 0))) {
		return PASS;
	}
	sbi_return_legacy(h, SBI_SUCCESS);
	return HANDLED;
}

static enum verdict clear_ipi_legacy(struct hart *h)
{
	sbi_return_legacy(h, virq_set_ssip(h, false) ? 1 : 0);
	return HANDLED;
}

/* The hart leaves the payload for good, unless the firmware returns: then it has not left. */
static void note_stop(struct hart *h)
{
	if (sbi_function(h) == SBI_HSM_STOP) {
		__atomic_store_n(&harts[h->index].started, false, __ATOMIC_RELEASE);
		timer_forget_deadline(h);
	}
}

static enum verdict on_ecall(struct hart *h, u64 cause)
{
	if (cause != CAUSE_ECALL_S) {
		return PASS;
	}
	switch (sbi_extension(h)) {
	case SBI_TIME:
		return set_timer(h);
	case SBI_IPI:
		return sbi_function(h) == SBI_IPI_SEND ? send_ipi(h) : PASS;
	case SBI_RFENCE:
		return remote_fence(h);
	case SBI_LEGACY_SET_TIMER:
		return set_timer_legacy(h);
	case SBI_LEGACY_CLEAR_IPI:
		return clear_ipi_legacy(h);
	case SBI_LEGACY_SEND_IPI:
		return send_ipi_legacy(h);
	case SBI_HSM:
		note_stop(h);
		return PASS;
	default:
		return PASS;
	}
}

static enum verdict misaligned(struct hart *h)
{
	struct trap t;

	switch (misaligned_perform(h, &t)) {
	case MEMOP_DONE:
		return HANDLED;
	case MEMOP_FAULT:
		vtrap_from_payload(h, &t);
		return HANDLED;
	default:
		return PASS;
	}
}

static enum verdict on_trap(struct hart *h, u64 cause)
{
	if (h->world == WORLD_FIRMWARE) {
		return PASS;
	}
	switch (cause) {
	case CAUSE_ILLEGAL:
		return timer_emulate_rdtime(h) ? HANDLED : PASS;
	case CAUSE_LOAD_MISALIGNED:
	case CAUSE_STORE_MISALIGNED:
		return misaligned(h);
	default:
		return PASS;
	}
}

/*
 * A hart that starts is asked for fences from now on. What it was not asked for before is made good
 * here, after it has been announced.
 */
static void on_enter(struct hart *h, enum world to)
{
	if (to == WORLD_PAYLOAD && !harts[h->index].started) {
		__atomic_store_n(&harts[h->index].started, true, __ATOMIC_SEQ_CST);
		fence_here(h);
	}
}

static bool init(struct hart *h)
{
	timer_share(h);
	return true;
}

const struct policy policy_offload = {
	.name = "offload",
	.mediates = true,
	.init = init,
	.on_trap = on_trap,
	.on_ecall = on_ecall,
	.on_enter = on_enter,
	.on_ipi = on_ipi,
};
