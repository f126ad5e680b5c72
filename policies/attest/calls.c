/* SPDX-License-Identifier: Apache-2.0 */
/* attest's SBI extension: the payload reads registers and log, and extends the registers it has. */
#include "policies/attest/attest.h"

#include "attest/facts.h"
#include "attest/identity.h"
#include "monitor/sbi_serve.h"
#include "monitor/vpmp.h"

#define HASH_SHA384 0x000cu /* TPM 2.0 Library, part 2, 6.3 */

/* The part of the log that the window takes; returns how long all of it is. */
static u64 write_log(const struct measure_log *log, u64 format, struct sink *s)
{
	if (format == ATTEST_CBOR) {
		measure_write_cbor(log, s);
	} else {
		measure_write_tcg(log, s);
	}
	return s->total;
}

static u64 log_length(const struct measure_log *log, u64 format)
{
	struct sink s = { .out = NULL };

	return write_log(log, format, &s);
}

/* ---- the functions ---- */

/* What depends on the log. */
static u64 count(u64 which)
{
	const struct measure_log *log = attest_take();
	u64 value;

	switch (which) {
	case ATTEST_INFO_EVENTS:
		value = log->count;
		break;
	case ATTEST_INFO_DROPPED:
		value = log->dropped[0] + log->dropped[1];
		break;
	default:
		value = log_length(log, which - ATTEST_INFO_LENGTH);
		break;
	}
	attest_give();
	return value;
}

static enum verdict info(struct hart *h)
{
	static const u64 fixed[] = {
		[ATTEST_INFO_VERSION] = ATTEST_VERSION,
		[ATTEST_INFO_REGISTERS] = MEASURE_REGISTERS,
		[ATTEST_INFO_EXTENDABLE] = BITS(MEASURE_REGISTERS - 1, MEASURE_PAYLOAD),
		[ATTEST_INFO_HASH] = (u64)CRYPTO_SHA384_LEN << 16 | HASH_SHA384,
		[ATTEST_INFO_FORMATS] = BIT(ATTEST_CBOR) | BIT(ATTEST_TCG),
		[ATTEST_INFO_SLICE] = ATTEST_SLICE,
	};
	u64 which = sbi_arg(h, 0);

	if (which == ATTEST_INFO_FLAGS) {
		return attest_done(h, SBI_SUCCESS, ATTEST_REQUEST_FLAGS);
	}
	if (which >= ATTEST_INFO_LENGTH + ATTEST_FORMATS) {
		return attest_done(h, SBI_ERR_INVALID_PARAM, 0);
	}
	return attest_done(h, SBI_SUCCESS, which < ARRAY_SIZE(fixed) ? fixed[which] : count(which));
}

bool attest_may(const struct hart *h, unsigned int arg, u64 size, unsigned int need)
{
	return sbi_arg(h, arg + 1) == 0 && sbi_memory_may(h, sbi_arg(h, arg), size, need);
}

static enum verdict read_register(struct hart *h)
{
	u64 reg = sbi_arg(h, 0);
	u8 value[CRYPTO_SHA384_LEN];
	const struct measure_log *log;

	if (reg >= MEASURE_REGISTERS || sbi_arg(h, 3) != sizeof(value)) {
		return attest_done(h, SBI_ERR_INVALID_PARAM, 0);
	}
	if (!attest_may(h, 1, sizeof(value), PMP_W)) {
		return attest_done(h, SBI_ERR_INVALID_ADDRESS, 0);
	}
	log = attest_take();
	for (unsigned int i = 0; i < sizeof(value); i++) {
		value[i] = log->value[reg][i];
	}
	attest_give();
	if (!sbi_memory_store(h, sbi_arg(h, 1), value, sizeof(value))) {
		return attest_done(h, SBI_ERR_INVALID_ADDRESS, 0);
	}
	return attest_done(h, SBI_SUCCESS, sizeof(value));
}

static enum verdict extend_register(struct hart *h)
{
	u64 reg = sbi_arg(h, 0);
	u8 digest[CRYPTO_SHA384_LEN];

	if (reg >= MEASURE_REGISTERS || sbi_arg(h, 3) != sizeof(digest)) {
		return attest_done(h, SBI_ERR_INVALID_PARAM, 0);
	}
	if (!measure_is_payloads((unsigned int)reg)) {
		refuse(h, REFUSED_CALL);
		return attest_done(h, SBI_ERR_DENIED, 0);
	}
	/* One copy, which is what is measured: I-ATT-3 */
	if (!attest_may(h, 1, sizeof(digest), PMP_R) ||
	    !sbi_memory_load(h, sbi_arg(h, 1), digest, sizeof(digest))) {
		return attest_done(h, SBI_ERR_INVALID_ADDRESS, 0);
	}
	measure_payload(attest_take(), (unsigned int)reg, digest);
	attest_give();
	return attest_done(h, SBI_SUCCESS, 0);
}

static enum verdict read_log(struct hart *h)
{
	u64 format = sbi_arg(h, 0);
	u64 size = sbi_arg(h, 4) < ATTEST_SLICE ? sbi_arg(h, 4) : ATTEST_SLICE;
	u8 part[ATTEST_SLICE];
	struct sink s = { .out = part, .room = size, .skip = sbi_arg(h, 1) };
	u64 length;

	if (format >= ATTEST_FORMATS) {
		return attest_done(h, SBI_ERR_INVALID_PARAM, 0);
	}
	length = write_log(attest_take(), format, &s);
	attest_give();
	if (s.skip > length) {
		return attest_done(h, SBI_ERR_INVALID_PARAM, 0);
	}
	/* All that the caller offers has to be its own, not only what is used of it. */
	if (sbi_arg(h, 4) != 0 && (!attest_may(h, 2, sbi_arg(h, 4), PMP_W) ||
				   !sbi_memory_store(h, sbi_arg(h, 2), part, s.kept))) {
		return attest_done(h, SBI_ERR_INVALID_ADDRESS, 0);
	}
	return attest_done(h, SBI_SUCCESS, s.kept);
}

static u64 status_of(u64 which)
{
	const struct identity_facts *id = identity_facts();
	const u64 value[] = {
		[ATTEST_STATUS_SLOT] = id->slot,
		[ATTEST_STATUS_PENDING] = attest_facts.pending,
		[ATTEST_STATUS_CONFIRMED] = attest_facts.confirmed,
		[ATTEST_STATUS_COUNTER] = attest_facts.counter,
		[ATTEST_STATUS_CLASS] = id->class,
		[ATTEST_STATUS_SVN] = id->svn,
		[ATTEST_STATUS_STOPPED] =
			__atomic_load_n(&machine.firmware_stopped, __ATOMIC_ACQUIRE) != 0,
	};

	static_assert(ARRAY_SIZE(value) == ATTEST_STATUSES, "every status has a value");
	return value[which];
}

static enum verdict status(struct hart *h)
{
	u64 which = sbi_arg(h, 0);
	u64 value;

	if (which >= ATTEST_STATUSES) {
		return attest_done(h, SBI_ERR_INVALID_PARAM, 0);
	}
	attest_lock(h);
	value = status_of(which);
	attest_unlock();
	return attest_done(h, SBI_SUCCESS, value);
}

static enum verdict serve(struct hart *h)
{
	switch (sbi_function(h)) {
	case ATTEST_INFO:
		return info(h);
	case ATTEST_READ:
		return read_register(h);
	case ATTEST_EXTEND:
		return extend_register(h);
	case ATTEST_LOG:
		return read_log(h);
	case ATTEST_BEGIN:
		return attest_begin(h);
	case ATTEST_CONTINUE:
		return attest_continue(h);
	case ATTEST_CERTIFICATE:
		return attest_certificate(h);
	case ATTEST_SEAL:
		return attest_seal(h);
	case ATTEST_REPORT:
		return attest_report(h);
	case ATTEST_VERIFY:
		return attest_verify(h);
	case ATTEST_STATUS:
		return status(h);
	case ATTEST_STAGE:
		return attest_stage(h);
	case ATTEST_CONFIRM:
		return attest_confirm(h);
	default:
		return attest_done(h, SBI_ERR_NOT_SUPPORTED, 0);
	}
}

enum verdict attest_call(struct hart *h, u64 cause)
{
	if (cause != CAUSE_ECALL_S || h->world != WORLD_PAYLOAD) {
		return PASS;
	}
	/* The firmware does not know that this extension is there. */
	if (sbi_extension(h) == SBI_BASE && sbi_function(h) == SBI_BASE_PROBE &&
	    sbi_arg(h, 0) == ATTEST_EXTENSION) {
		return attest_done(h, SBI_SUCCESS, 1);
	}
	if (sbi_extension(h) != ATTEST_EXTENSION) {
		return PASS;
	}
	attest_note(h);
	return serve(h);
}
