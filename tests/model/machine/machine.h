/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine around the reference model, so that it can execute what a real one executes: memory,
 * the CLINT of one hart, and the ordinary instructions (RV64IMA, and those of C that the
 * differential machine's programs contain), which the model itself leaves out.
 *
 * Written from the unprivileged manual; like the model it shares nothing with the monitor.
 */
#ifndef TESTS_MODEL_MACHINE_MACHINE_H
#define TESTS_MODEL_MACHINE_MACHINE_H

#include <stddef.h>

#include "model.h"

#define RAM_BASE UINT64_C(0x80000000)
#define RAM_SIZE (UINT64_C(256) << 20)

/* What an implementation chose, and this machine with it. */
struct choices {
	struct model_choices model;
	bool amo_loads;              /* an atomic access that fails, fails as a load */
	bool walk_reads_zero;        /* of a page table where nothing is, instead of a fault */
};

/* The one machine of this process. */
extern struct machine {
	struct model_hart hart;
	uint8_t *ram;                /* RAM_SIZE bytes */
	uint64_t resident_end;       /* M-mode code from RAM_BASE to here is the tests' own */
	uint64_t mtimecmp;
	bool msip, stopped;
	struct choices choices;
} machine;

/* ---- physical memory, machine.c ---- */

/* size bytes (1, 2, 4 or 8) at a physical address; false: nothing answers, an access fault. */
bool machine_read(uint64_t physical, unsigned int size, uint64_t *value);
bool machine_write(uint64_t physical, unsigned int size, uint64_t value);

/* ---- memory as an instruction sees it, access.c ---- */

/*
 * Loads or stores size bytes at a virtual address, misaligned and over the border of a page, too.
 * False: it has trapped.
 */
bool access_load(struct model_hart *h, uint64_t address, unsigned int size, uint64_t *value);
bool access_store(struct model_hart *h, uint64_t address, unsigned int size, uint64_t value);

/* As access_load() for an atomic instruction: what fails is a store (A extension). */
bool access_load_atomic(struct model_hart *h, uint64_t address, unsigned int size,
			uint64_t *value);

/* The instruction at pc; false: it has trapped. Two bytes of it if they are a compressed one. */
bool access_fetch(struct model_hart *h, uint32_t *word);

/* ---- instructions, insn.c and compressed.c ---- */

/* Takes an exception at pc. */
void insn_trap(struct model_hart *h, uint64_t cause, uint64_t tval);

/* Carries out one instruction that is none of the privileged ones, or traps. */
void insn_step(struct model_hart *h, uint32_t word);

/* The instruction of 4 bytes that a compressed one stands for, or 0 for one that is not known. */
uint32_t compressed_expand(uint32_t word);

/* ---- choices.c ---- */

/* What this implementation chose, from lines "name value"; false and a sentence if it is wrong. */
bool choices_read(const char *path, struct choices *can);

#endif
