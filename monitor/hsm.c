/* SPDX-License-Identifier: Apache-2.0 */
/* Which harts run the payload. */
#include "monitor/hsm.h"

#include "monitor/fence.h"

u32 hsm_started(void)
{
	return __atomic_load_n(&machine.started, __ATOMIC_ACQUIRE);
}

bool hsm_is_started(unsigned int index)
{
	return (hsm_started() >> index & 1) != 0;
}

void hsm_set_started(const struct hart *h, bool started)
{
	u32 bit = (u32)1 << h->index;

	if (hsm_is_started(h->index) == started) {
		return;
	}
	if (started) {
		__atomic_fetch_or(&machine.started, bit, __ATOMIC_SEQ_CST);
		fence_here(h);
	} else {
		__atomic_fetch_and(&machine.started, ~bit, __ATOMIC_RELEASE);
	}
}
