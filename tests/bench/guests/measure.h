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
/* The marker between operations; 0 is what comes before a guest sets any. */
#define REST 2000

#ifdef __ASSEMBLER__

	.set	markers, 0

/* An entry of the table of operations; the fields are those of struct operation below. */
.macro operation_entry group, name, base, per, code, handler
	.pushsection operations, "a"
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
	slti	x0, x0, REST
	rdcycle	x24
	jr	x22
.endm

/* The same for a payload: its code is never emulated. */
.macro call_operation group, name, insn, base="empty loop"
	.set	markers, markers + 1
	operation_entry "\group", "\name", "\base", 1, 7004f, 0
	.text
	.balign	64
7004:	\insn
	rdcycle	x23
	li	x20, LAPS
	slti	x0, x0, markers
7005:	\insn
	addi	x20, x20, -1
	bnez	x20, 7005b
	slti	x0, x0, REST
	rdcycle	x24
	jr	x22
.endm

/* void operation_run(code, uint64_t *word, cycles[2]): all registers come back as they were. */
.macro operation_run_with constants:vararg
	.text
	.globl operation_run
operation_run:
	la	t0, kept
	.irp n, 1,2,3,4,8,9,18,19,20,21,22,23,24,25,26,27
	sd	x\n, 8 * \n(t0)
	.endr
	sd	a2, 0(t0)
	mv	x21, a1
	la	x22, 1f
	\constants
	jr	a0
1:	la	t0, kept
	ld	a2, 0(t0)
	sd	x23, 0(a2)
	sd	x24, 8(a2)
	.irp n, 1,2,3,4,8,9,18,19,20,21,22,23,24,25,26,27
	ld	x\n, 8 * \n(t0)
	.endr
	ret

	.bss
	.balign 8
kept:	.space	32 * 8
	.text
.endm

#else

#include <stdint.h>

struct operation {
	uint64_t marker, per;
	void (*code)(void);       /* NULL: not this guest's, but its payload's */
	const uint32_t *handler;  /* a payload's; NULL: trap_entry answers it */
	const char *group, *name, *base;
};

extern const struct operation __start_operations[], __stop_operations[];
void operation_run(void (*code)(void), uint64_t *word, uint64_t *cycles);

/* The line by which the host knows what a marker stands for. */
#define say_operation(op, cycles) \
	say("op %d %d %s | %s | %s | %d\n", (op)->marker, (op)->per, (op)->group, (op)->name, \
	    (op)->base, cycles)

#endif
#endif
