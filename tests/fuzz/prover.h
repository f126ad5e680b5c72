/* SPDX-License-Identifier: Apache-2.0 */
/* What the proofs ask of the model checker, for a program that runs: included before all else. */
#ifndef FUZZ_PROVER_H
#define FUZZ_PROVER_H

/* Ends the program with what. */
void prover_fail(const char *what);
/* This input is none. */
void prover_leave(void);

#define __CPROVER_assert(holds, what) \
	do {                          \
		if (!(holds))         \
			prover_fail(what); \
	} while (0)
#define __CPROVER_assume(holds)         \
	do {                            \
		if (!(holds))           \
			prover_leave(); \
	} while (0)

#endif
