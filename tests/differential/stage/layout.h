/* SPDX-License-Identifier: Apache-2.0 */
/* Where things lie in the memory of the differential machine; program.py has the same numbers. */
#ifndef DIFFERENTIAL_LAYOUT_H
#define DIFFERENTIAL_LAYOUT_H

/*
 * The frame's address is also a mask: one csrrc of mstatus with it clears MPRV and MIE (bits 17
 * and 3; bit 31 is none), so that one register is enough to make memory accesses safe again.
 */
#define FRAME_BASE 0x80020008
#define FRAME_PAGE 0x80020000
#define CODE_BASE  0x80040000 /* two pages that blocks are copied to */
#define CODE_LATE  0x80040ff0 /* another place to begin at: crosses the page soon */
#define PAD_BASE   0x80042000 /* where stvec points: calls */
#define ARENA_BASE 0x80044000 /* page tables and data of the program */
#define ARENA_SIZE 0x20000
#define BLOB_BASE  0x82000000
#define LOG_BASE   0x83000000
#define LOG_END    0x8b000000

/* struct frame of stage.c, from FRAME_BASE */
#define FRAME_STATUS 256
#define FRAME_SLOT   264
#define FRAME_SP     272

#define SLOT_EXIT 64 /* left by the jump at the end, not by a trap */

#endif
