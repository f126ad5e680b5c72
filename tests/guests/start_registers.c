/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is in the registers at the firmware's first instruction, on each hart, if all of them held
 * known numbers before the machine began (start/fill.S): the hart's id, the device tree, what the
 * previous stage passes, and else nothing that was not there before.
 */
#include "guest.h"
#include "start/numbers.h"

extern uint64_t found[MAX_HARTS][START_COUNT];

/* t0 and t1 are kept in CSRs that nobody looks at until there is a place to put them. */
__asm__(
	".section .text.start, \"ax\"\n"
	".globl first_instruction\n"
	"first_instruction:\n"
	"	csrw	sscratch, t0\n"
	"	csrw	stval, t1\n"
	"	csrr	t1, mhartid\n"
	"	li	t0, 36 * 8\n"
	"	mul	t1, t1, t0\n"
	"	la	t0, found\n"
	"	add	t0, t0, t1\n"
	"	.irp	n, 0,1,2,3,4,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26\n"
	"	sd	x\\n, (8 * \\n)(t0)\n"
	"	.endr\n"
	"	.irp	n, 27,28,29,30,31\n"
	"	sd	x\\n, (8 * \\n)(t0)\n"
	"	.endr\n"
	"	.macro	keep csr, n\n"
	"	csrr	t1, \\csr\n"
	"	sd	t1, (8 * \\n)(t0)\n"
	"	.endm\n"
	"	keep	sscratch, 5\n"
	"	keep	stval, 6\n"
	"	keep	mscratch, 32\n"
	"	keep	mepc, 33\n"
	"	keep	mtvec, 34\n"
	"	keep	mtval, 35\n"
	"	j	_start\n"
	"	.previous\n"
);
_Static_assert(START_COUNT == 36 && START_MTVAL == 35, "first_instruction has these numbers");

uint64_t found[MAX_HARTS][START_COUNT] __attribute__((section(".data")));

static const char *const names[START_COUNT] = {
	"zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4",
	"a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4",
	"t5", "t6", "mscratch", "mepc", "mtvec", "mtval",
};

static uint64_t given(uint64_t hart, unsigned i)
{
	uint64_t value = (START_NUMBER * i) ^ hart << START_HART;

	return i < 32 ? value : value & (uint64_t)START_CSR_MASK;
}

static bool is_argument(unsigned i)
{
	return i >= 10 && i <= 12;
}

/* The machine's first instructions leave in t0 where they went, which is where we begin. */
static const char *judge(uint64_t hart, unsigned i)
{
	extern const char first_instruction[];
	uint64_t value = found[hart][i];

	if (value == 0)
		return "zero";
	if (value == given(hart, i))
		return "as before";
	if (i == 5 && value == (uint64_t)first_instruction)
		return "our entry";
	say("FAIL hart %d: %s is %x\n", (int64_t)hart, names[i], value);
	return "foreign";
}

static void look(uint64_t hart)
{
	check(found[hart][10] == hart, "a0 is not the hart's id");
	check(found[hart][11] == boot_a1, "a1 is another on another hart");
	check(found[hart][12] == boot_a2, "a2 is another on another hart");
	for (unsigned i = 1; i < START_COUNT; i++)
		if (!is_argument(i))
			say("hart %d: %s is %s\n", (int64_t)hart, names[i], judge(hart, i));
}

static void nothing(void)
{
}

void guest_main(void)
{
	unsigned count = hart_count();

	for (unsigned i = 1; i < count; i++) {
		hart_start_job(i, nothing);
		hart_join(i);
	}
	for (unsigned i = 0; i < count; i++)
		look(i);
}
