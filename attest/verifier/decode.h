/* SPDX-License-Identifier: Apache-2.0 */
/* Showing things to people; used by several subcommands. */
#ifndef ATTEST_VERIFIER_DECODE_H
#define ATTEST_VERIFIER_DECODE_H

#include "log.h"
#include "reference.h"

/* An item that item_fault() accepts, in diagnostic notation, on one line. */
void decode_item(struct span item, FILE *to);

/* The events of a log, a line for each. */
void decode_log(const struct log *log);

#endif
