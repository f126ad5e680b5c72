/* SPDX-License-Identifier: Apache-2.0 */
/* Crossing between firmware and payload: which CSRs hold whose values (docs/architecture.md). */
#ifndef MONITOR_WORLD_H
#define MONITOR_WORLD_H

#include "hw/csr_num.h"
#include "monitor/hart.h"

/* The bits of mie that hardware holds for the monitor while the payload runs. */
#define MIE_OURS (BIT(IRQ_MSI) | BIT(IRQ_MTI))

/*
 * Payload -> firmware. Called with hardware's mstatus as the trap left it; returns that value,
 * whose MPP, MPV, GVA and MPELP tell where the payload was (Priv. 3.1.6.1). Ends with the
 * firmware's CSRs, delegation (none) and PMP rules in force; world_refresh_firmware is still to
 * be called, once h->vm is as the firmware shall find it.
 */
u64 world_enter_firmware(struct hart *h);

/* Firmware -> payload, in privilege mode priv (PRIV_U or PRIV_S) and, with H, V = virt. */
void world_enter_payload(struct hart *h, u64 priv, bool virt);

/*
 * Brings mie and the PMP rules in line with h->vm while the firmware runs: virtual M-level
 * interrupts are taken only with vmstatus.MIE, loads and stores trap while vMPRV is in effect.
 */
void world_refresh_firmware(struct hart *h);

/* hw's live fields with what unprivileged execution of the firmware needs around them. */
u64 world_mstatus_for_firmware(u64 hw);

/*
 * Sets h->quick: to be called when the world, the armed triggers or h->spared have changed.
 */
void world_note_quick(struct hart *h);

/* Does vmstatus.MPRV change the firmware's loads and stores now (Priv. 3.1.6.3)? */
bool world_mprv_active(const struct hart *h);

#endif
