/* SPDX-License-Identifier: Apache-2.0 */
/* The event log in its CBOR form (docs/attestation.md): reading, holding data against digests,
 * replaying. */
#ifndef ATTEST_VERIFIER_LOG_H
#define ATTEST_VERIFIER_LOG_H

#include "claims.h"

#define LOG_EVENTS_MAX 4096u
#define LOG_DATA_MAX 64u

/* Types of events (docs/attestation.md). */
enum log_type {
	LOG_SEPARATOR, LOG_EXTENDED, LOG_OVERFLOW, LOG_MACHINE, LOG_POLICY, LOG_SWITCHED,
	LOG_SEGMENT, LOG_TREE, LOG_INITRD, LOG_PAYLOAD, LOG_HART, LOG_DENIED, LOG_STOPPED,
	LOG_STAGE0, LOG_CODE, LOG_MANIFEST, LOG_AUTHORITY, LOG_CHANGED, LOG_TYPES,
};

/* What a type is called; "unknown" if it is none of these. */
const char *log_type_name(uint64_t type);

struct log_event {
	uint64_t reg;
	uint64_t type;
	struct span digest;
	struct span data;
};

/* Zeroed it is an empty log; data point into its bytes. */
struct log {
	size_t count;
	struct log_event *event;     /* freed by log_free */
	uint8_t reg[REGISTERS][DIGEST_LEN]; /* what replaying gives */
	bool lost_monitor, lost_payload; /* an overflow event says that some are missing */
};

/*
 * Reads a log, checks that events are numbered from 0, that registers exist and fit, and that each
 * datum has the digest that stands with it, and replays. NULL, or what is wrong; *where is then the
 * number of the event.
 */
const char *log_parse(struct span bytes, struct log *out, size_t *where);

void log_free(struct log *log);

/* reg = SHA-384(reg || digest). */
void register_extend(uint8_t reg[DIGEST_LEN], const uint8_t digest[DIGEST_LEN]);

/* The digest that an event of the monitor's must have. */
void event_digest(uint64_t type, struct span data, uint8_t out[DIGEST_LEN]);

#endif
