/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A payload that reads time in every form and mode, on harts where that traps as on others, and
 * logs whether it was let and whether time goes on. Runs in S-mode on any SBI firmware.
 */
#include "sbi.h"

#define EBREAK 0x00100073u
#define SSTATUS_SPP 0x100ul
#define TM 2ul
#define STIP 32ul
#define UNTOUCHED 0x77ul
#define FAR 100000000ul /* ten seconds */

/* The rd of every word is a0. */
static uint32_t code[2] __attribute__((aligned(8)));
static uint64_t cause, before;

/* Runs one word in S- or U-mode, returns its a0 and sets cause: 3 if the ebreak was reached. */
static uint64_t run_here(uint32_t word, uint64_t mode)
{
	uint64_t value;

	code[0] = word;
	code[1] = EBREAK;
	fence_i();
	csr_clear(CSR_SSTATUS, SSTATUS_SPP);
	csr_set(CSR_SSTATUS, mode);
	__asm__ volatile("la t0, 1f\n"
			 "csrw stvec, t0\n"
			 "csrw sepc, %[code]\n"
			 "li a0, 0x77\n"
			 "sret\n"
			 ".align 2\n"
			 "1: mv %[value], a0\n"
			 : [value] "=r"(value) : [code] "r"(code) : "t0", "a0", "memory");
	cause = csr_read(CSR_SCAUSE);
	return value;
}

static void read_time(const char *name, uint32_t word, uint64_t mode)
{
	uint64_t value = run_here(word, mode);

	say("t: %s in %c: cause %d, ", name, mode ? 'S' : 'U', (int64_t)cause);
	if (value == UNTOUCHED)
		say("register untouched\n");
	else if (value < before || value - before > FAR)
		say("time jumped\n");
	else
		say("time goes on\n");
	if (cause == 3 && value != UNTOUCHED)
		before = value;
}

static void forms(uint64_t mode)
{
	read_time("rdtime", 0xc0102573, mode);
	read_time("csrrc from x0", 0xc0103573, mode);
	read_time("csrrsi 0", 0xc0106573, mode);
	read_time("csrrci 0", 0xc0107573, mode);
	read_time("rdtime to x0", 0xc0102073, mode);
	read_time("csrrw", 0xc0101573, mode);
	read_time("csrrs from x1", 0xc010a573, mode);
	read_time("csrrsi 1", 0xc010e573, mode);
}

/* The timer has come when time is read to be past it, and not before. */
static void timer(void)
{
	uint64_t due = run_here(0xc0102573, SSTATUS_SPP) + 50000;
	bool early;

	call(TIME, 0, due, 0, 0, 0);
	do
		early = (csr_read(CSR_SIP) & STIP) != 0;
	while (run_here(0xc0102573, SSTATUS_SPP) < due && !early);
	while (!(csr_read(CSR_SIP) & STIP))
		;
	say("t: timer came%s\n", early && run_here(0xc0102573, SSTATUS_SPP) < due ? " early" : "");
}

void payload_other(uint64_t id)
{
	(void)id;
	for (;;)
		;
}

void payload_main(uint64_t id)
{
	(void)id;
	csr_write(CSR_SIE, 0);
	before = run_here(0xc0102573, SSTATUS_SPP);
	csr_write(CSR_SCOUNTEREN, TM);
	forms(SSTATUS_SPP);
	forms(0);
	csr_write(CSR_SCOUNTEREN, 0);
	forms(SSTATUS_SPP);
	forms(0);
	timer();
	power_off();
}
