/* SPDX-License-Identifier: Apache-2.0 */
/* Local execution of fences, here and on other harts. */
#include "monitor/fence.h"

#include "hw/csr.h"
#include "monitor/remote.h"

/* Priv. 18.3.1: hfence.vvma is for the VMID in hgatp, so the caller's is put there meanwhile. */
static void fence_vs(u64 hgatp)
{
	u64 ours = csr_swap(CSR_HGATP, hgatp);

	hw_hfence_vvma();
	csr_write(CSR_HGATP, ours);
}

static void execute(struct hart *h, const u64 *args)
{
	switch ((enum fence_kind)args[0]) {
	case FENCE_CODE:
		hw_fence_i();
		break;
	case FENCE_STAGE:
		hw_sfence_vma();
		break;
	case FENCE_GUEST:
		if (h->caps.has_h) {
			hw_hfence_gvma();
		}
		break;
	case FENCE_VS:
		if (h->caps.has_h) {
			fence_vs(args[1]);
		}
		break;
	}
}

void fence_remote(struct hart *h, u32 mask, enum fence_kind kind)
{
	bool vs = kind == FENCE_VS && h->caps.has_h;
	u64 args[REMOTE_ARGS] = { kind, vs ? csr_read(CSR_HGATP) : 0 };

	remote_run(h, mask, execute, args);
}

void fence_here(const struct hart *h)
{
	hw_fence(); /* whoever has not seen us announced has written before what we fetch next */
	hw_fence_i();
	hw_sfence_vma();
	if (h->caps.has_h) {
		hw_hfence_gvma();
	}
}
