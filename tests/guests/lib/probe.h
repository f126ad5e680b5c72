/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set-up shared by the guests about translation: code and data of a payload behind page tables.
 */
#ifndef GUESTS_PROBE_H
#define GUESTS_PROBE_H

#include "guest.h"

#define PROBE_CODE 0x40000000ul /* virtual page that maps code_page */
#define PROBE_DATA 0x40200000ul /* virtual pages that map data_pages */

/* Two adjacent pages with a known pattern. */
extern uint64_t data_pages[2 * PAGE_SIZE / 8];

/* Fill data_pages with the pattern again. */
void data_fill(void);
/* A hash over data_pages, to see what was written. */
uint64_t data_hash(void);

/* Load (width code f3 as in insn_load) from va with mstatus bits set; prints one line. */
void probe_load(const char *name, unsigned f3, uint64_t va, uint64_t status);
/* Store likewise; also prints the hash of data_pages. */
void probe_store(const char *name, unsigned f3, uint64_t va, uint64_t status);
/*
 * What MPRV does for M-mode code: the instruction runs with MPRV and status set, then both clear.
 */
void probe_mprv(const char *name, uint32_t word, uint64_t va, uint64_t status);

#endif
