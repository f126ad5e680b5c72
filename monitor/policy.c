/* SPDX-License-Identifier: Apache-2.0 */
/* The list of policies, in the order of judgement; the Makefile writes policy_list.h. */
#include "monitor/policy.h"

#include "lib/log.h"
#include "monitor/hsm.h"
#include "monitor/timer.h"
#include "monitor/vpmp.h"
#include "monitor/world.h"

#define POLICY(n) extern const struct policy policy_##n;
#include "policy_list.h"
#undef POLICY

#define POLICY(n) &policy_##n,
const struct policy *const policy_list[POLICY_COUNT + 1] = {
#include "policy_list.h"
	NULL
};
#undef POLICY

const char *policy_names(void)
{
#define POLICY(n) " " #n
	static const char names[] = ""
#include "policy_list.h"
		;
#undef POLICY
	return names[0] == ' ' ? names + 1 : names;
}

bool policy_pmp_fits(const struct hart *h)
{
	unsigned int needed = vpmp_reserved() + policy_pmp_slots();
	bool fits = h->caps.pmp_count >= needed;

	POLICY_EACH(p) {
		fits = fits && p->pmp_slots <= POLICY_PMP_MAX;
	}
	if (fits) {
		return true;
	}
	log_line("refused: hart %lu has %u PMP entries, %u are needed:", h->id, h->caps.pmp_count,
		 needed);
	log_line("  the monitor %u", vpmp_reserved());
	POLICY_EACH(p) {
		log_line("  policy %s %u of at most %u", p->name, p->pmp_slots, POLICY_PMP_MAX);
	}
	return false;
}

static u32 spared_by(const struct policy *p)
{
	u32 spares = p->spares;

	spares |= p->on_exit == NULL ? SPARES_EXIT : 0;
	spares |= p->on_csr == NULL ? SPARES_CSRS | SPARES_TRAP_CSRS | SPARES_STATUS : 0;
	spares |= p->on_mmio == NULL ? SPARES_CLINT : 0;
	spares |= p->on_trap == NULL ? SPARES_FIRMWARE : 0;
	spares |= p->on_trap == NULL && p->on_ecall == NULL ? SPARES_TIME : 0;
	return spares;
}

bool policy_init(struct hart *h)
{
	h->spared = SPARES_ALL;
	if (POLICY_COUNT != 0) {
		hsm_init(h);
	}
	POLICY_EACH(p) {
		h->spared &= spared_by(p);
		machine.mediates = machine.mediates || p->mediates;
		machine.saves_payload = machine.saves_payload || p->saves_payload;
		if (p->on_csr != NULL && !p->csrs_later) {
			policy_see_csrs();
		}
		if (p->init != NULL && !p->init(h)) {
			return false;
		}
	}
	timer_note_fast(h);
	world_note_quick(h);
	policy_pmp_changed(h);
	return true;
}

void policy_pmp_changed(struct hart *h)
{
	if (policy_pmp_slots() != 0) {
		vpmp_rebuild(h);
	}
}
