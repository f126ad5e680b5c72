/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual PMP: the firmware's rules and the monitor's own, joined into what hardware enforces.
 *
 * Hardware entries, lowest first (the lowest that matches decides, Priv. 3.7.1.3); k of them, most
 * often 0, were locked by an earlier stage and stay as they are:
 *   0 .. k            what that stage has latched: no access for anybody
 *   k                 the monitor's memory: no access
 *   k+1               the shield around emulated devices: no access
 *   k+2 .. k+2+p      what policies reserve
 *   first-1           address 0, off: so that a TOR rule in vPMP 0 begins at 0
 * or, where stage 0 has started us from a flash with slots,
 *   k+2               that flash: no access
 *   k+3 .. k+3+p      what policies reserve; a TOR rule in vPMP 0 is not legal then (WARL)
 * and in both cases
 *   first .. +count   the firmware's entries, as it wrote them
 *   last              everything else: vM-mode's default, or a payload's on a hart with no vPMP
 */
#ifndef MONITOR_VPMP_H
#define MONITOR_VPMP_H

#include "hw/csr_num.h"
#include "monitor/hart.h"

/* Permissions of one access class. */
#define PMP_R 1u
#define PMP_W 2u
#define PMP_X 4u
#define PMP_RWX 7u
#define PMP_A 0x18u
#define PMP_A_TOR 0x08u
#define PMP_A_NA4 0x10u
#define PMP_A_NAPOT 0x18u
#define PMP_L 0x80u

/* Entries that the monitor needs for itself (above). */
#define VPMP_RESERVED 4u

/* Hardware entry of the first policy's first rule, behind those that are locked. */
static inline unsigned int vpmp_policies(void)
{
	return machine.flash.size != 0 ? 3 : 2;
}

/*
 * Fewer entries than this are no use to firmware that exists (OpenSBI refuses to start): then it
 * gets none and sees a hart without PMP.
 */
#define VPMP_FEWEST 8u

/* Is num one of pmpcfg0..15, pmpaddr0..63 (Priv. 3.7.1)? */
static inline bool vpmp_is_csr(unsigned int num)
{
	return num >= CSR_PMPCFG0 && num < CSR_PMPADDR0 + PMP_MAX;
}

/* Reads / writes one of those; false: no such register on RV64 (odd pmpcfg). */
bool vpmp_read_csr(const struct hart *h, unsigned int num, u64 *value);
bool vpmp_write_csr(struct hart *h, unsigned int num, u64 value);

/* Lays out hardware's entries, programs the firmware's view. caps.pmp_count >= VPMP_RESERVED. */
COLD void vpmp_init(struct hart *h);

/* Recomputes all views from the virtual registers and mseccfg; puts the current one in force. */
void vpmp_rebuild(struct hart *h);

/* The same after h->vpmp.cfg and .addr have been replaced as a whole. */
void vpmp_reload(struct hart *h);

/*
 * Puts a view's rules in force on this hart: writes what differs, then the fences that the manual
 * asks for after PMP changes (Priv. 3.7.2; hypervisor: 18.5.3).
 */
void vpmp_use(struct hart *h, enum pmp_view_id view);

/* Is any entry locked (mseccfg.RLB aside)? */
bool vpmp_any_locked(const struct vpmp *v);

/*
 * Do the firmware's own rules let vM-mode, or the payload, access size bytes at addr with all of
 * the permissions need (PMP_R | ...)? The monitor's own entries are not looked at.
 */
bool vpmp_firmware_may(const struct hart *h, u64 addr, u64 size, unsigned int need);
bool vpmp_payload_may(const struct hart *h, u64 addr, u64 size, unsigned int need);

/*
 * Those of PMP_R and PMP_W that vM-mode has over all of the shield, by one rule; less if the rules
 * tell parts of it apart. Kept in h->shield_may until a rule that concerns it changes.
 */
#define SHIELD_KNOWN 0x80u
void vpmp_find_shield(struct hart *h);
static inline unsigned int vpmp_firmware_shield(struct hart *h)
{
	if (h->shield_may == 0) {
		vpmp_find_shield(h);
	}
	return h->shield_may;
}

/*
 * Does the view, as hardware would enforce it (the entries of monitor, policies and firmware), let
 * less privileged modes access each of size bytes from addr on with all of need? False for none,
 * and beyond 2^64. A wide access that an entry matches in part fails all the same (Priv. 3.7.1.3).
 */
bool vpmp_view_may(const struct hart *h, enum pmp_view_id view, u64 addr, u64 size,
		   unsigned int need);

/*
 * The largest range around addr, within r, whose bytes the same entry of the view decides; false
 * if it does not grant all of need.
 */
bool vpmp_view_around(const struct hart *h, enum pmp_view_id view, u64 addr, unsigned int need,
		      struct range *r);

/* Do the firmware's rules leave the payload anything of r? False only if surely nothing. */
bool vpmp_payload_may_touch(const struct hart *h, struct range r);

/* The NAPOT encoding of a naturally aligned power-of-two range of at least 8 bytes. */
static inline u64 pmp_napot(struct range r)
{
	return (r.base >> 2) | ((r.size >> 3) - 1);
}

#endif
