/* SPDX-License-Identifier: Apache-2.0 */
/* A hart without PMP entries and triggers, and alone: what those would do is not reached. */
#include "monitor/ipi.h"
#include "monitor/vpmp.h"
#include "monitor/vtrigger.h"
#include "monitor/remote.h"
#include "monitor/timer.h"
#include "monitor/memop.h"
#include "monitor/mmio.h"
#include "monitor/misaligned.h"
#include "monitor/hsm.h"
#include "monitor/isolate.h"
#include "proof.h"

static void unreachable(void)
{
	__CPROVER_assert(0, "nothing of this kind is on this hart");
	__CPROVER_assume(0);
}

/* ---- PMP ---- */

void vpmp_use(struct hart *h, enum pmp_view_id view)
{
	h->view = view;
}

bool vpmp_read_csr(const struct hart *h, unsigned int num, u64 *value)
{
	(void)h;
	(void)num;
	*value = 0;
	return false;
}

bool vpmp_write_csr(struct hart *h, unsigned int num, u64 value)
{
	(void)h;
	(void)num;
	(void)value;
	return false;
}

bool vpmp_payload_may_touch(const struct hart *h, struct range r)
{
	(void)h;
	return r.size != 0;
}

bool vpmp_firmware_may(const struct hart *h, u64 addr, u64 size, unsigned int need)
{
	(void)h;
	(void)addr;
	(void)size;
	(void)need;
	return true;
}

bool vpmp_any_locked(const struct vpmp *v)
{
	(void)v;
	return false;
}

void vpmp_rebuild(struct hart *h)
{
	(void)h;
}

/* ---- triggers ---- */

bool vtrigger_read(struct hart *h, u64 *value)
{
	(void)h;
	*value = 0;
	return false;
}

bool vtrigger_write(struct hart *h, u64 value)
{
	(void)h;
	(void)value;
	return false;
}

void vtrigger_switch(struct hart *h, enum world to)
{
	(void)h;
	(void)to;
}

/* ---- other harts, devices ---- */

/* Nobody has rung; but a read of mtopi looks (virq_read_mtopi). */
void ipi_answer(struct hart *h)
{
#if defined(PROOF_CSR) && PROOF_CSR == 0xfb0
	h->irq_check = 1;
#else
	(void)h;
	unreachable();
#endif
}

void ipi_show_msip(const struct hart *h, bool pending)
{
	(void)h;
	(void)pending;
}

void hsm_note_sleep(struct hart *h)
{
	(void)h;
}

u64 isolate_watch(const struct hart *h)
{
	(void)h;
	return 0;
}

void isolate_unwatch(const struct hart *h)
{
	(void)h;
}

void timer_show_firmware(const struct hart *h)
{
	(void)h;
}

void timer_refresh(struct hart *h)
{
	(void)h;
}
