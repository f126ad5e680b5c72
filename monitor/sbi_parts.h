/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of sbi_serve.h share. */
#ifndef MONITOR_SBI_PARTS_H
#define MONITOR_SBI_PARTS_H

#include "monitor/policy.h"
#include "monitor/sbi.h"

/* Ends the call (sbi.h); its service has answered it. */
static inline enum verdict sbi_done(struct hart *h, s64 error, u64 value)
{
	sbi_return(h, error, value);
	return HANDLED;
}

/* The same for a legacy extension. */
static inline enum verdict sbi_done_legacy(struct hart *h, s64 value)
{
	sbi_return_legacy(h, value);
	return HANDLED;
}

/* The legacy extensions one by one, for sbi_serve_legacy; the fences are told apart by a7. */
enum verdict sbi_legacy_set_timer(struct hart *h);
enum verdict sbi_legacy_putchar(struct hart *h);
enum verdict sbi_legacy_getchar(struct hart *h);
enum verdict sbi_legacy_clear_ipi(struct hart *h);
enum verdict sbi_legacy_send_ipi(struct hart *h);
enum verdict sbi_legacy_fence(struct hart *h);
enum verdict sbi_legacy_shutdown(struct hart *h);

#endif
