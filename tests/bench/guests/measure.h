/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an operation is measured. Its code runs LAPS times in a loop under a marker of its own, and
 * so does the empty loop: the difference is the operation's cost, exactly. x20 to x22 belong to
 * the loop; an operation may use every other register.
 *
 * The amoor keeps a monitor that emulates several instructions in a row from emulating a marker,
 * which the counter would not see: no monitor here emulates an AMO on memory.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#define LAPS 16

#ifdef __ASSEMBLER__

	.set	markers, 0

/* An entry of the table of operations; the fields are those of struct operation in main.c. */
.macro operation_entry group, name, base, per, code, handler
	.pushsection .operations, "a"
	.dword	markers, \per, \code, \handler
	.dword	7001f, 7002f, 7003f
	.popsection
	.pushsection .rodata.names, "a"
7001:	.asciz	"\group"
7002:	.asciz	"\name"
7003:	.asciz	"\base"
	.popsection
.endm

/* Cost of insn, when setup has run: what the marker counts, less what base's does, by per. */
.macro firmware_operation group, name, insn, base="empty loop", per=1, setup
	.set	markers, markers + 1
	operation_entry "\group", "\name", "\base", \per, 7004f, 0
	.text
	.balign	64
7004:	\setup
	\insn
	amoor.d	x0, x0, (x21)
	rdcycle	x23
	li	x20, LAPS
	amoor.d	x0, x0, (x21)
	slti	x0, x0, markers
7005:	\insn
	amoor.d	x0, x0, (x21)
	addi	x20, x20, -1
	bnez	x20, 7005b
	slti	x0, x0, 0
	rdcycle	x24
	jr	x22
.endm

#endif
#endif
