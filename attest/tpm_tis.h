/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TPM behind the registers of the TIS (TCG PC Client Platform TPM Profile 1.05, 6: FIFO
 * interface), polled, at locality 0. Nothing that it does or leaves undone keeps a caller waiting
 * for ever: a command has so much time and so many looks at a register, and no more.
 */
#ifndef ATTEST_TPM_TIS_H
#define ATTEST_TPM_TIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TPM_TIS_LEN 0x1000u     /* bytes of registers that this uses, of locality 0 */
#define TPM_TIS_SECONDS 10u     /* in one command; none of ours takes one */
#define TPM_TIS_POLLS 50000000u /* looks at registers in one command, if the clock stands still */

/* Where a TPM is, and a clock. */
struct tpm_port {
	uintptr_t base;    /* physical address of its registers */
	uintptr_t clock;   /* of a counter of 64 bits that only rises; 0: none */
	uint64_t patience; /* so many ticks of it for a command */
};

/*
 * Sends the len bytes of a command, and puts the answer into the room bytes at out. Its length as
 * the TPM says it, which is at least 10 and at most room; 0: the TPM does not answer in time, or
 * says that its answer has another length. out may be command.
 */
size_t tpm_tis_exchange(const struct tpm_port *port, const uint8_t *command, size_t len,
			uint8_t *out, size_t room);

#endif
