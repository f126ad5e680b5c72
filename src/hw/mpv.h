/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mstatus.MPV on harts where CSR instructions do not write it (hart_caps.mpv_writable): there only
 * traps and xRET change it, so a trap or an mret of the monitor's own does it.
 */
#ifndef HW_MPV_H
#define HW_MPV_H

/*
 * Sets MPV: enters VS-mode at an address that PMP denies, and takes the trap. Preconditions: H,
 * medeleg = 0, interrupts off, the monitor's PMP entry in force. Changes mstatus.MPP and MPIE,
 * mepc, mcause, mtval, mtval2, mtinst; everything of S-mode is as before.
 */
void hw_set_mpv(void);

/* Clears MPV: an mret into M-mode (Priv. 18.6.4). Changes mstatus.MPP, MPIE, and mepc. */
void hw_clear_mpv(void);

#endif
