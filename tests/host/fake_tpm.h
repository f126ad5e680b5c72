/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TPM behind the registers of the TIS that can be wrong in many ways. It answers nothing but
 * reads and increments of one counter, unless a test gives it answers.
 */
#ifndef TESTS_HOST_FAKE_TPM_H
#define TESTS_HOST_FAKE_TPM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAKE_TPM_BASE 0x4000000u
#define FAKE_TPM_CLOCK 0x200bff8u /* goes on by one at each look */
#define FAKE_TPM_ROOM 1024u

enum fake_tpm_fault {
	FAKE_TPM_FINE,
	FAKE_TPM_ABSENT,      /* all ones are read */
	FAKE_TPM_NO_LOCALITY, /* is never given */
	FAKE_TPM_NOT_READY,   /* for a command */
	FAKE_TPM_NO_BURST,    /* the FIFO has no room */
	FAKE_TPM_IS_SATED,    /* it expects less than the command */
	FAKE_TPM_IS_HUNGRY,   /* or more */
	FAKE_TPM_IS_BUSY,     /* for ever */
	FAKE_TPM_STOPS,       /* in the middle of the answer */
	FAKE_TPM_GOES_ON,     /* behind its end */
	FAKE_TPM_FAULTS
};

struct fake_tpm {
	enum fake_tpm_fault fault;
	unsigned int slow; /* looks at a register before anything changes */
	uint64_t count;    /* of its counter */
	bool is_deaf;      /* to increments: it answers that it has failed */
	bool is_mute;      /* it counts, and then does not answer */
	/* Writes the answer to the command of len bytes; its length. NULL: the counter's. */
	size_t (*execute)(const uint8_t *command, size_t len, uint8_t answer[FAKE_TPM_ROOM]);
	unsigned int commands; /* so far */
	uint64_t now;          /* by the clock */
	/* The registers' own. */
	uint8_t bytes[FAKE_TPM_ROOM];
	size_t len;
	size_t at;
	unsigned int looks;
	bool active;
	bool ready;
	bool running;
};

extern struct fake_tpm fake_tpm;

/* There is a TPM without a fault, whose counter says this. */
void fake_tpm_start(uint64_t count);

#endif
