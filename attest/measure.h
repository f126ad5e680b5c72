/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measurement registers and the log of what was measured, which replayed gives the registers. No
 * function here takes a lock: the caller sees to it that one hart at a time uses a log.
 */
#ifndef ATTEST_MEASURE_H
#define ATTEST_MEASURE_H

#include <stdbool.h>

#include "attest/sink.h"
#include "crypto/crypto.h"

#define MEASURE_REGISTERS 12u
#define MEASURE_DATA_MAX 64u     /* bytes of data in one event */
#define MEASURE_MONITOR_EVENTS 64u /* events that are recorded of the monitor's registers */
#define MEASURE_PAYLOAD_EVENTS 64u /* and of the payload's: neither takes the other's room */

/* Which register holds what. The others below MEASURE_PAYLOAD are not used, and stay zero. */
enum measure_register {
	MEASURE_MONITOR = 0,  /* stage 0, the monitor, the manifest that was verified */
	MEASURE_PLATFORM = 1, /* what the monitor found the machine to be */
	MEASURE_POLICIES = 2, /* policies, and protections that a test image has switched off */
	MEASURE_FIRMWARE = 3, /* the firmware's segments as loaded */
	MEASURE_HANDOVER = 5, /* device tree, initrd and payload as handed over */
	MEASURE_RUNTIME = 6,  /* what happened since; never frozen */
	MEASURE_PAYLOAD = 8,  /* this one and those above it: the payload's own */
};

/* Types of events; the numbers are part of the log. */
enum measure_type {
	MEASURE_SEPARATOR = 0, /* four zero bytes: the register is complete */
	MEASURE_EXTENDED = 1,  /* by the payload: no data, the digest is what it gave */
	MEASURE_OVERFLOW = 2,  /* u32: 0 the monitor's events, 1 the payload's, are not recorded */
	MEASURE_MACHINE = 3,   /* u32 harts, PMP entries, PMP granularity, memory ranges */
	MEASURE_POLICY = 4,    /* the name of a policy; in the order of judgement */
	MEASURE_SWITCHED = 5,  /* u32: protections that are switched off (a test image) */
	MEASURE_SEGMENT = 6,   /* a region of firmware: u64 base, u64 size, SHA-384 */
	MEASURE_TREE = 7,      /* the device tree: the same, of its canonical form */
	MEASURE_INITRD = 8,    /* the same; size 0: there is none */
	MEASURE_IMAGE = 9,     /* the same, of the payload; size 0: how long it is is not known */
	MEASURE_HART = 10,     /* u64: this hart has entered the payload for the first time */
	MEASURE_DENIED = 11,   /* u64 hart, u64 enum refusal, u64 how often by now */
	MEASURE_STOPPED = 12,  /* u64: on this hart the firmware was ended */
	MEASURE_STAGE0 = 13,   /* SHA-384 of stage 0, which was there before */
	MEASURE_CODE = 14,     /* SHA-384 of the monitor as loaded */
	MEASURE_MANIFEST = 15, /* SHA-384 of what was signed, u32 security version */
	MEASURE_AUTHORITY = 16, /* SHA-384 of the keys that may sign, compiled in */
	MEASURE_CHANGED = 17,  /* SHA-384, as in claim -70011: the firmware's code is another */
};

/* One measurement. data is not in the digest's place: digest = measure_digest(type, data). */
struct measure_event {
	uint32_t type;
	uint8_t reg;
	uint8_t len;
	uint8_t digest[CRYPTO_SHA384_LEN];
	uint8_t data[MEASURE_DATA_MAX];
};

/* Zeroed it is what it is at reset. */
struct measure_log {
	uint8_t value[MEASURE_REGISTERS][CRYPTO_SHA384_LEN];
	/* One place for each of the two overflows behind the others. */
	struct measure_event event[MEASURE_MONITOR_EVENTS + MEASURE_PAYLOAD_EVENTS + 2];
	unsigned int count;      /* of event */
	unsigned int recorded[2]; /* of these, the monitor's and the payload's, no overflow */
	uint64_t dropped[2];     /* extended into a register but not recorded */
};

/* value = SHA-384(value || digest): one extension. */
void measure_extend(uint8_t value[CRYPTO_SHA384_LEN], const uint8_t digest[CRYPTO_SHA384_LEN]);

/*
 * The digest of an event that the monitor makes: SHA-384 of the event field that it has in the TCG
 * log (docs/attestation.md). data.len is at most MEASURE_DATA_MAX.
 */
void measure_digest(uint32_t type, struct crypto_bytes data, uint8_t out[CRYPTO_SHA384_LEN]);

/*
 * Measures data into a register of the monitor's and records it. False, and nothing is changed: no
 * such register of the monitor's, or more than MEASURE_DATA_MAX bytes. Without room the register is
 * extended, the event is counted in dropped, and the first such one is an event of its own.
 */
bool measure_event(struct measure_log *log, unsigned int reg, uint32_t type,
		   struct crypto_bytes data);

/* Extends a register of the payload's by its digest; as measure_event otherwise. */
bool measure_payload(struct measure_log *log, unsigned int reg,
		     const uint8_t digest[CRYPTO_SHA384_LEN]);

/* Is there such a register, and may the payload extend it? */
bool measure_is_payloads(unsigned int reg);

/* Writes the log as a sequence of CBOR items (RFC 8742), one for each event. */
void measure_write_cbor(const struct measure_log *log, struct sink *s);

/* SHA-384 of what measure_write_cbor writes, and its length. */
uint64_t measure_digest_cbor(const struct measure_log *log, uint8_t out[CRYPTO_SHA384_LEN]);

/* Writes it in the crypto-agile form of the TCG PC Client Platform Firmware Profile, chapter 10. */
void measure_write_tcg(const struct measure_log *log, struct sink *s);

#endif
