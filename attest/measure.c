/* SPDX-License-Identifier: Apache-2.0 */
/* Measurement registers, and the list of events that they are made of. */
#include "attest/measure.h"

#include <string.h>

#include "attest/cbor.h"

/* TCG PC Client Platform Firmware Profile 1.05, 10.4.1: event types. */
#define EV_NO_ACTION 3u
#define EV_SEPARATOR 4u
#define EV_EVENT_TAG 6u
#define TCG_SHA384 0x000cu /* TPM 2.0 Library, part 2, 6.3 */
#define TAG_BASE 0x43440000u /* our tagged event ids: "CD", and the type */
#define TAG_HEAD 8u

enum { OF_MONITOR, OF_PAYLOAD };

static const unsigned int most[2] = { MEASURE_MONITOR_EVENTS, MEASURE_PAYLOAD_EVENTS };

void measure_extend(uint8_t value[CRYPTO_SHA384_LEN], const uint8_t digest[CRYPTO_SHA384_LEN])
{
	struct crypto_sha384 hash;

	crypto_sha384_init(&hash);
	crypto_sha384_update(&hash, value, CRYPTO_SHA384_LEN);
	crypto_sha384_update(&hash, digest, CRYPTO_SHA384_LEN);
	crypto_sha384_finish(&hash, value);
}

/* The event field of TCG_PCR_EVENT2: a separator's is its data, all others are tagged (10.2.4). */
static void write_field(struct sink *s, uint32_t type, struct crypto_bytes data)
{
	if (type != MEASURE_SEPARATOR) {
		sink_little(s, TAG_BASE | type, 4);
		sink_little(s, data.len, 4);
	}
	sink_bytes(s, data.data, data.len);
}

void measure_digest(uint32_t type, struct crypto_bytes data, uint8_t out[CRYPTO_SHA384_LEN])
{
	uint8_t field[TAG_HEAD + MEASURE_DATA_MAX];
	struct sink s = { .out = field, .room = sizeof(field) };

	write_field(&s, type, data);
	crypto_sha384(field, s.kept, out);
}

static void record(struct measure_log *log, const struct measure_event *e)
{
	log->event[log->count++] = *e;
}

/* Of one kind nothing is recorded any more: that is an event, whatever room the others have. */
static void record_overflow(struct measure_log *log, unsigned int kind)
{
	struct measure_event e = { .type = MEASURE_OVERFLOW, .reg = MEASURE_RUNTIME, .len = 4 };

	e.data[0] = (uint8_t)kind;
	measure_digest(e.type, (struct crypto_bytes){ e.data, e.len }, e.digest);
	measure_extend(log->value[e.reg], e.digest);
	record(log, &e);
}

/* I-ATT-1 */
static void add(struct measure_log *log, const struct measure_event *e)
{
	unsigned int kind = measure_is_payloads(e->reg) ? OF_PAYLOAD : OF_MONITOR;

	if (log->recorded[kind] == most[kind]) {
		if (log->dropped[kind] == 0) {
			record_overflow(log, kind);
		}
		log->dropped[kind]++;
	} else {
		log->recorded[kind]++;
		record(log, e);
	}
	measure_extend(log->value[e->reg], e->digest);
}

bool measure_is_payloads(unsigned int reg)
{
	return reg >= MEASURE_PAYLOAD && reg < MEASURE_REGISTERS;
}

bool measure_event(struct measure_log *log, unsigned int reg, uint32_t type,
		   struct crypto_bytes data)
{
	struct measure_event e = { .type = type, .reg = (uint8_t)reg, .len = (uint8_t)data.len };

	if (reg >= MEASURE_PAYLOAD || data.len > MEASURE_DATA_MAX) {
		return false;
	}
	if (data.len != 0) {
		memcpy(e.data, data.data, data.len);
	}
	measure_digest(type, data, e.digest);
	add(log, &e);
	return true;
}

bool measure_payload(struct measure_log *log, unsigned int reg,
		     const uint8_t digest[CRYPTO_SHA384_LEN])
{
	struct measure_event e = { .type = MEASURE_EXTENDED, .reg = (uint8_t)reg };

	if (!measure_is_payloads(reg)) {
		return false;
	}
	memcpy(e.digest, digest, sizeof(e.digest));
	add(log, &e);
	return true;
}

/* ---- the two forms ---- */

static void write_cbor_event(const struct measure_event *e, unsigned int number, struct sink *s)
{
	cbor_array(s, 5);
	cbor_unsigned(s, number);
	cbor_unsigned(s, e->reg);
	cbor_unsigned(s, e->type);
	cbor_bytes(s, e->digest, sizeof(e->digest));
	cbor_bytes(s, e->data, e->len);
}

void measure_write_cbor(const struct measure_log *log, struct sink *s)
{
	for (unsigned int i = 0; i < log->count; i++) {
		write_cbor_event(&log->event[i], i, s);
	}
}

/* An event, at most: heads of array, numbers and strings, digest, data. */
#define CBOR_EVENT_MAX (16u + CRYPTO_SHA384_LEN + MEASURE_DATA_MAX)

uint64_t measure_digest_cbor(const struct measure_log *log, uint8_t out[CRYPTO_SHA384_LEN])
{
	struct crypto_sha384 hash;
	uint64_t length = 0;

	crypto_sha384_init(&hash);
	for (unsigned int i = 0; i < log->count; i++) {
		uint8_t bytes[CBOR_EVENT_MAX];
		struct sink s = { .out = bytes, .room = sizeof(bytes) };

		write_cbor_event(&log->event[i], i, &s);
		crypto_sha384_update(&hash, bytes, s.kept);
		length += s.kept;
	}
	crypto_sha384_finish(&hash, out);
	return length;
}

/* TCG_PCClientPCREvent with TCG_EfiSpecIDEvent (10.4.5.1): SHA-384 is all there is. */
static void write_tcg_head(struct sink *s)
{
	static const uint8_t zeros[20];

	sink_little(s, 0, 4);
	sink_little(s, EV_NO_ACTION, 4);
	sink_bytes(s, zeros, sizeof(zeros));
	sink_little(s, 33, 4); /* what follows */
	sink_bytes(s, "Spec ID Event03", 16);
	sink_little(s, 0, 4);  /* platform class: client */
	sink_little(s, 0, 1);  /* version 2.00, errata 0 */
	sink_little(s, 2, 1);
	sink_little(s, 0, 1);
	sink_little(s, 2, 1);  /* UINTN has 64 bits */
	sink_little(s, 1, 4);  /* algorithms */
	sink_little(s, TCG_SHA384, 2);
	sink_little(s, CRYPTO_SHA384_LEN, 2);
	sink_little(s, 0, 1);  /* vendor information */
}

/* TCG_PCR_EVENT2 (10.2.2). A register is the PCR of the same number. */
static void write_tcg_event(struct sink *s, const struct measure_event *e)
{
	bool plain = e->type == MEASURE_SEPARATOR;

	sink_little(s, e->reg, 4);
	sink_little(s, plain ? EV_SEPARATOR : EV_EVENT_TAG, 4);
	sink_little(s, 1, 4);
	sink_little(s, TCG_SHA384, 2);
	sink_bytes(s, e->digest, sizeof(e->digest));
	sink_little(s, e->len + (plain ? 0 : TAG_HEAD), 4);
	write_field(s, e->type, (struct crypto_bytes){ e->data, e->len });
}

void measure_write_tcg(const struct measure_log *log, struct sink *s)
{
	write_tcg_head(s);
	for (unsigned int i = 0; i < log->count; i++) {
		write_tcg_event(s, &log->event[i]);
	}
}
