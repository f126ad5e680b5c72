/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mstatus.MPV where no CSR instruction writes it (QEMU 10, 11): traps and xRET still do. Both
 * need the hypervisor extension, M-mode, and MPRV and MIE off. Used by the guests' runtime and by
 * the stage of the differential machine.
 */
#ifndef GUESTS_MPV_H
#define GUESTS_MPV_H

/*
 * Enters VS-mode by sret, and comes back by its call: MPV is 1. Changes what a call out of VS-mode
 * leaves in mepc, mcause, mtval, mtval2 and mtinst, and nothing else.
 */
void mpv_set(void);

/* An mret into M-mode: MPV is 0. Changes mepc. */
void mpv_clear(void);

#endif
