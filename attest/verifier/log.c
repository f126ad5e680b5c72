/* SPDX-License-Identifier: Apache-2.0 */
/* The event log: reading and replaying. */
#include "log.h"

#include <stdlib.h>
#include <string.h>

#include "item.h"
#include "keys.h"

#define EVENT_TAG_BASE 0x43440000u /* docs/attestation.md: of the TCG form */
#define REGISTER_RUNTIME 6u
#define REGISTER_PAYLOAD 8u

const char *log_type_name(uint64_t type)
{
	static const char *const name[LOG_TYPES] = {
		"separator", "extended", "overflow", "machine", "policy", "switched off",
		"segment", "tree", "initrd", "payload", "hart", "denied", "stopped", "stage 0",
		"monitor", "manifest", "authority", "changed",
	};

	return type < LOG_TYPES ? name[type] : "unknown";
}

void register_extend(uint8_t reg[DIGEST_LEN], const uint8_t digest[DIGEST_LEN])
{
	uint8_t both[2 * DIGEST_LEN];

	memcpy(both, reg, DIGEST_LEN);
	memcpy(both + DIGEST_LEN, digest, DIGEST_LEN);
	sha384((struct span){both, sizeof(both)}, reg);
}

static void store_u32(uint8_t *at, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++) {
		at[i] = (uint8_t)(value >> 8 * i);
	}
}

void event_digest(uint64_t type, struct span data, uint8_t out[DIGEST_LEN])
{
	uint8_t field[8 + LOG_DATA_MAX];

	if (type == LOG_SEPARATOR) {
		sha384(data, out);
		return;
	}
	store_u32(field, (uint32_t)type + EVENT_TAG_BASE);
	store_u32(field + 4, (uint32_t)data.len);
	if (data.len != 0) {
		memcpy(field + 8, data.data, data.len);
	}
	sha384((struct span){field, 8 + data.len}, out);
}

/* The registers an event of this type may be in; docs/attestation.md, Events. */
static bool register_fits(uint64_t type, uint64_t reg)
{
	switch (type) {
	case LOG_SEPARATOR: return reg < REGISTER_RUNTIME;
	case LOG_EXTENDED: return reg >= REGISTER_PAYLOAD && reg < REGISTERS;
	case LOG_MACHINE: return reg == 1;
	case LOG_POLICY:
	case LOG_AUTHORITY:
	case LOG_SWITCHED: return reg == 2;
	case LOG_SEGMENT: return reg == 3;
	case LOG_TREE:
	case LOG_INITRD:
	case LOG_PAYLOAD: return reg == 5;
	case LOG_OVERFLOW:
	case LOG_HART:
	case LOG_CHANGED:
	case LOG_STOPPED:
	case LOG_DENIED: return reg == REGISTER_RUNTIME;
	case LOG_STAGE0:
	case LOG_CODE:
	case LOG_MANIFEST: return reg == 0;
	default: return reg < REGISTER_PAYLOAD;
	}
}

static bool separator_is_plain(struct span data)
{
	static const uint8_t zeros[4];

	return span_equal(data, (struct span){zeros, sizeof(zeros)});
}

static const char *judge_event(const struct log_event *e)
{
	uint8_t digest[DIGEST_LEN];

	if (!register_fits(e->type, e->reg)) {
		return "it is in a register where such an event does not belong";
	}
	if (e->type == LOG_EXTENDED) {
		return e->data.len == 0 ? NULL : "an extension by the payload has data";
	}
	if (e->type == LOG_SEPARATOR && !separator_is_plain(e->data)) {
		return "a separator is not four zero bytes";
	}
	event_digest(e->type, e->data, digest);
	return span_equal(e->digest, (struct span){digest, DIGEST_LEN}) ? NULL
		: "its digest is not that of its data";
}

static const char *read_event(struct cursor *c, uint64_t number, struct log_event *e)
{
	cursor_require(c, cursor_array(c) == 5);
	cursor_require(c, cursor_uint(c) == number);
	e->reg = cursor_uint(c);
	e->type = cursor_uint(c);
	e->digest = cursor_bytes(c);
	e->data = cursor_bytes(c);
	cursor_require(c, e->digest.len == DIGEST_LEN && e->data.len <= LOG_DATA_MAX);
	cursor_require(c, e->reg < REGISTERS && e->type <= UINT32_MAX - EVENT_TAG_BASE);
	return c->failed ? "it is not an event, or not the one with this number" : judge_event(e);
}

static void note_overflow(struct log *log, const struct log_event *e)
{
	bool payload = e->data.len > 0 && e->data.data[0] == 1;

	if (e->type == LOG_OVERFLOW) {
		log->lost_monitor = log->lost_monitor || !payload;
		log->lost_payload = log->lost_payload || payload;
	}
}

const char *log_parse(struct span bytes, struct log *out, size_t *where)
{
	const char *fault = item_sequence_fault(bytes);
	struct cursor c = cursor_at(bytes);

	*out = (struct log){.count = 0};
	*where = 0;
	if (fault != NULL) {
		return fault;
	}
	out->event = alloc_zeroed(LOG_EVENTS_MAX * sizeof(*out->event));
	while (fault == NULL && cursor_peek(&c) != ITEM_END) {
		struct log_event *e = &out->event[out->count];

		*where = out->count;
		if (out->count == LOG_EVENTS_MAX) {
			return "it has more events than any log that we know";
		}
		fault = read_event(&c, out->count, e);
		if (fault == NULL) {
			register_extend(out->reg[e->reg], e->digest.data);
			note_overflow(out, e);
			out->count++;
		}
	}
	return fault;
}

void log_free(struct log *log)
{
	free(log->event);
	*log = (struct log){.count = 0};
}
