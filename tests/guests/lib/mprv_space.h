/* SPDX-License-Identifier: Apache-2.0 */
/* The same accesses under MPRV for each depth of page table. */
#ifndef GUESTS_MPRV_SPACE_H
#define GUESTS_MPRV_SPACE_H

/* Walk through leaf flags, superpages, bad entries, non-canonical addresses and page crossings. */
void mprv_space_test(unsigned levels);

#endif
