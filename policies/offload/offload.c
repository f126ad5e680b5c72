/* SPDX-License-Identifier: Apache-2.0 */
/*
 * offload: what an operating system asks its firmware for all the time is answered in the monitor.
 * Time reads, timers, interrupts to other harts, remote fences, the debug console, misaligned loads
 * and stores. Everything else is the firmware's, also the probe that tells what there is.
 */
#include "monitor/misaligned.h"
#include "monitor/policy.h"
#include "monitor/sbi.h"
#include "monitor/sbi_serve.h"
#include "monitor/timer.h"

static const struct sbi_services answered = {
	.extensions = SBI_SERVE_TIME | SBI_SERVE_IPI | SBI_SERVE_RFENCE | SBI_SERVE_DBCN,
	.legacy = BIT(SBI_LEGACY_SET_TIMER) | BIT(SBI_LEGACY_CLEAR_IPI) |
		  BIT(SBI_LEGACY_SEND_IPI) | BIT(SBI_LEGACY_FENCE_I) |
		  BIT(SBI_LEGACY_SFENCE_VMA) | BIT(SBI_LEGACY_SFENCE_VMA_ASID),
};

static enum verdict on_ecall(struct hart *h, u64 cause)
{
	if (cause != CAUSE_ECALL_S) {
		return PASS;
	}
	return sbi_serve(h, &answered);
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

static bool init(struct hart *h)
{
	timer_share(h);
	return true;
}

const struct policy policy_offload = {
	.name = "offload",
	.spares = SPARES_FIRMWARE | SPARES_TIME,
	.mediates = true,
	.init = init,
	.on_trap = on_trap,
	.on_ecall = on_ecall,
};
