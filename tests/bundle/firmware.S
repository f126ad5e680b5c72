/* SPDX-License-Identifier: Apache-2.0 */
/* A firmware in two pieces with a bss, to be compared with what objcopy makes of it. */
	.section .text.first, "ax"
	.globl	_start
_start:
	wfi
	j	_start

	.section .data.second, "aw"
	.balign	8
	.dword	0x1122334455667788
	.dword	_start

	.section .bss, "aw", @nobits
	.skip	100
