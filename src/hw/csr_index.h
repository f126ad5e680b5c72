/* SPDX-License-Identifier: Apache-2.0 */
/* The position of each CSR in csr_list.h, from 1: how guarded accesses name it (hw/guard.h). */
#ifndef HW_CSR_INDEX_H
#define HW_CSR_INDEX_H

enum csr_index {
	CSR_INDEX_NONE, /* a number that is not in the list */
#define CSR(num, name, how) CSR_INDEX_##name,
#include "hw/csr_list.h"
#undef CSR
	CSR_INDEX_COUNT
};

#endif
