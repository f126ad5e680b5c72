/* SPDX-License-Identifier: Apache-2.0 */
/* Each CSR of csr_list.h in its order: read (8 bytes), swap (8 bytes); called by hw/guard.h. */

	.section .guard, "ax"
	.option norvc
	.option norelax
	.balign 16
	.global csr_stubs
csr_stubs:
#define CSR(num, name, how) csrr a0, num; ret; csrrw a0, num, a0; ret;
#include "hw/csr_list.h"
#undef CSR
