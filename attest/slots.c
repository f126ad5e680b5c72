/* SPDX-License-Identifier: Apache-2.0 */
/* The log of starts and updates, and what follows from it (see slots.h). */
#include "attest/slots.h"

#include <assert.h>
#include <string.h>

#define RECORD_MAGIC     0x31474f4c53444e43u /* "CNDSLOG1" */
#define RECORD_COMMITTED 0u /* the last word: no bit of it can be set again without an erase */
#define TRIALS           1u /* starts that an update has to prove itself */

struct record {
	uint64_t magic;
	uint64_t sequence;
	struct slots_state state;
	uint8_t code[CRYPTO_SHA384_LEN]; /* of everything before it, and of the sector it is in */
	uint8_t unused[12];              /* all ones */
	uint32_t committed;
};

static_assert(sizeof(struct slots_state) == 24, "no padding: it is digested as it is");
static_assert(sizeof(struct record) == 104, "no padding: it is written as it is");
static_assert(sizeof(struct record) % FLASH_WORD == 0, "whole words");

static void code_of(const struct slots *s, const struct record *r, size_t sector,
		    uint8_t out[CRYPTO_SHA384_LEN])
{
	const uint64_t where = sector;
	struct crypto_hmac hmac;

	crypto_hmac_init(&hmac, (struct crypto_bytes){s->key.bytes, s->key.len});
	crypto_hmac_update(&hmac, r, offsetof(struct record, code));
	crypto_hmac_update(&hmac, &where, sizeof(where));
	crypto_hmac_finish(&hmac, out);
}

static bool all_ones(const void *p, size_t len)
{
	const uint8_t *bytes = p;
	uint8_t all = 0xff;

	for (size_t i = 0; i < len; i++) {
		all &= bytes[i];
	}
	return all == 0xff;
}

static bool is_blank(const struct record *r)
{
	return all_ones(r, sizeof(*r));
}

/* So begins a flash that nobody has given any content (QEMU without pflash1). */
static bool is_void(const struct record *r)
{
	static const struct record zero;

	return memcmp(r, &zero, sizeof(zero)) == 0;
}

static bool is_ours(const struct slots *s, const struct record *r, size_t sector)
{
	uint8_t code[CRYPTO_SHA384_LEN];

	code_of(s, r, sector, code);
	return r->magic == RECORD_MAGIC && all_ones(r->unused, sizeof(r->unused)) &&
	       ct_equal(code, r->code, sizeof(code)) &&
	       r->state.active < SLOTS_COUNT &&
	       (r->state.trial < SLOTS_COUNT || r->state.trial == SLOT_NONE);
}

/* ---- reading ---- */

/* What one sector says. */
struct found {
	struct slots_state state;
	uint64_t sequence; /* of its last record; 0: it has none */
	size_t next;
};

/* A record that was begun and not ended is passed over: the power went while it was written. */
static enum slots_status take_record(const struct slots *s, const struct record *r, size_t sector,
				     struct found *f)
{
	if (r->committed != RECORD_COMMITTED) {
		return SLOTS_OK;
	}
	if (!is_ours(s, r, sector) || r->sequence == 0 ||
	    (f->sequence != 0 && r->sequence != f->sequence + 1)) {
		return SLOTS_TAMPERED;
	}
	f->state = r->state;
	f->sequence = r->sequence;
	return SLOTS_OK;
}

static enum slots_status read_sector(const struct slots *s, size_t sector, struct found *f)
{
	enum slots_status status = SLOTS_OK;
	struct record r;

	memset(f, 0, sizeof(*f));
	while (status == SLOTS_OK && f->next + sizeof(r) <= FLASH_SECTOR) {
		if (!flash_read(&s->flash, sector + f->next, &r, sizeof(r)) ||
		    (f->next == 0 && is_void(&r))) {
			return SLOTS_NO_FLASH;
		}
		if (is_blank(&r)) {
			break;
		}
		status = take_record(s, &r, sector, f);
		f->next += sizeof(r);
	}
	return status;
}

static void use(struct slots *s, size_t sector, const struct found *f)
{
	s->log = sector;
	s->next = f->next;
	s->sequence = f->sequence;
	if (f->sequence != 0) {
		s->state = f->state;
	}
}

static bool is_full(const struct found *f)
{
	return f->next + sizeof(struct record) > FLASH_SECTOR;
}

/*
 * The sector with the higher numbers counts. One that is not sound is overlooked only while the
 * other one is full: then it may have been in the middle of its erase when the power went.
 */
static enum slots_status read_log(struct slots *s)
{
	struct found first;
	struct found second;
	enum slots_status of_first = read_sector(s, SLOTS_LOG_FIRST, &first);
	enum slots_status of_second = read_sector(s, SLOTS_LOG_SECOND, &second);

	if (of_first == SLOTS_OK && of_second == SLOTS_OK) {
		if (second.sequence > first.sequence) {
			use(s, SLOTS_LOG_SECOND, &second);
		} else {
			use(s, SLOTS_LOG_FIRST, &first);
		}
		return SLOTS_OK;
	}
	if (of_first == SLOTS_OK && of_second == SLOTS_TAMPERED && is_full(&first)) {
		use(s, SLOTS_LOG_FIRST, &first);
		return SLOTS_OK;
	}
	if (of_second == SLOTS_OK && of_first == SLOTS_TAMPERED && is_full(&second)) {
		use(s, SLOTS_LOG_SECOND, &second);
		return SLOTS_OK;
	}
	return of_first != SLOTS_OK ? of_first : of_second;
}

/* ---- counting ---- */

/* Makes the counter agree with the last record, which it may be one behind. */
static enum slots_status count_up(struct slots *s)
{
	if (s->counter == NULL || s->counted == s->sequence) {
		return SLOTS_OK;
	}
	if (!counter_add(s->counter)) {
		return SLOTS_NO_COUNTER;
	}
	s->counted++;
	return SLOTS_OK;
}

/* Is the log the one that was counted? */
static enum slots_status count(struct slots *s)
{
	if (s->counter == NULL) {
		return SLOTS_OK;
	}
	if (!counter_read(s->counter, &s->counted)) {
		return SLOTS_NO_COUNTER;
	}
	if (s->counted != s->sequence && s->counted + 1 != s->sequence) {
		return SLOTS_REPLAYED;
	}
	return count_up(s);
}

enum slots_status slots_open(struct slots *s, const struct flash *flash,
			     const struct crypto_secret *root, struct counter *counter)
{
	static const char purpose[] = "cordon boot log";
	enum slots_status status;

	memset(s, 0, sizeof(*s));
	s->flash = *flash;
	s->state = (struct slots_state){.active = SLOT_A, .trial = SLOT_NONE};
	s->running = SLOT_NONE;
	if (flash->size < SLOTS_FLASH_LEN || !flash_probe(flash) ||
	    !crypto_secret_derive(&s->key, root, (struct crypto_bytes){NULL, 0},
				  (struct crypto_bytes){purpose, sizeof(purpose) - 1})) {
		return SLOTS_NO_FLASH;
	}
	s->counter = counter;
	status = read_log(s);
	return status == SLOTS_OK ? count(s) : status;
}

/* ---- writing ---- */

static bool is_free(const struct slots *s, size_t at)
{
	struct record r;

	return at + sizeof(r) <= FLASH_SECTOR &&
	       flash_read(&s->flash, s->log + at, &r, sizeof(r)) && is_blank(&r);
}

/* Goes on in the other sector, which holds nothing that this one has not overtaken. */
static bool turn(struct slots *s)
{
	size_t other = s->log == SLOTS_LOG_FIRST ? SLOTS_LOG_SECOND : SLOTS_LOG_FIRST;

	if (!flash_erase(&s->flash, other)) {
		return false;
	}
	s->log = other;
	s->next = 0;
	return true;
}

/* Adds a record with this state, and only then has the state changed. */
static enum slots_status append(struct slots *s, const struct slots_state *state)
{
	struct record r = {
		.magic = RECORD_MAGIC, .sequence = s->sequence + 1, .state = *state,
	};
	const size_t all_but_last = offsetof(struct record, committed);
	enum slots_status status = count_up(s); /* never two behind */
	size_t at;

	if (status != SLOTS_OK) {
		return status;
	}
	if (!is_free(s, s->next) && !turn(s)) {
		return SLOTS_FAILED;
	}
	at = s->log + s->next;
	s->next += sizeof(r);
	memset(r.unused, 0xff, sizeof(r.unused));
	code_of(s, &r, s->log, r.code);
	r.committed = RECORD_COMMITTED;
	if (!flash_program(&s->flash, at, &r, all_but_last) ||
	    !flash_program(&s->flash, at + all_but_last, &r.committed, sizeof(r.committed))) {
		return SLOTS_FAILED;
	}
	s->sequence = r.sequence;
	s->state = *state;
	return count_up(s);
}

/* ---- starts ---- */

/* What is not excluded: the update on trial, what was confirmed, what is there for emergencies. */
static enum slots_slot best(const struct slots *s, const struct slots_state *state)
{
	const uint32_t order[] = {state->trial, state->active, SLOT_RECOVERY};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (order[i] < SLOTS_COUNT && !s->excluded[order[i]]) {
			return (enum slots_slot)order[i];
		}
	}
	return SLOT_NONE;
}

static void give_up_trial(struct slots_state *state)
{
	state->trial = SLOT_NONE;
	state->attempts = 0;
}

enum slots_status slots_choose(struct slots *s, enum slots_slot *out)
{
	struct slots_state state = s->state;
	enum slots_status status;

	state.boots++;
	if (state.trial != SLOT_NONE && state.attempts == 0) {
		give_up_trial(&state);
	} else if (state.trial != SLOT_NONE) {
		state.attempts--;
	}
	status = append(s, &state);
	*out = status == SLOTS_OK ? best(s, &state) : SLOT_NONE;
	s->running = *out;
	return status;
}

enum slots_status slots_reject(struct slots *s, enum slots_slot which, enum slots_slot *out)
{
	struct slots_state state = s->state;
	enum slots_status status = SLOTS_OK;

	if ((uint32_t)which < SLOTS_COUNT) {
		s->excluded[which] = true;
	}
	if (state.trial == (uint32_t)which) {
		give_up_trial(&state);
		status = append(s, &state);
	}
	*out = status == SLOTS_OK ? best(s, &s->state) : SLOT_NONE;
	s->running = *out;
	return status;
}

bool slots_allows(const struct slots *s, uint64_t svn)
{
	return svn >= s->state.floor;
}

void slots_continue(struct slots *s, enum slots_slot running)
{
	s->running = running;
}

bool slots_on_trial(const struct slots *s)
{
	return s->running != SLOT_NONE && s->running == s->state.trial;
}

bool slots_confirmed(const struct slots *s, uint32_t svn)
{
	return s->running < SLOTS_COUNT && s->running == s->state.active && svn <= s->state.floor &&
	       !slots_on_trial(s) && (s->counter == NULL || s->counted == s->sequence);
}

enum slots_status slots_confirm(struct slots *s, uint32_t svn)
{
	struct slots_state state = s->state;

	if (s->running != SLOT_A && s->running != SLOT_B) {
		return SLOTS_BAD_STATE;
	}
	state.active = s->running;
	if (slots_on_trial(s)) {
		give_up_trial(&state);
	}
	state.floor = svn > state.floor ? svn : state.floor;
	if (memcmp(&state, &s->state, sizeof(state)) == 0) {
		return count_up(s);
	}
	return append(s, &state);
}

/* ---- updates ---- */

/* Where an update goes: not over what runs, nor over what the next start may need. */
static enum slots_slot target_of(const struct slots *s)
{
	return s->state.active == SLOT_A ? SLOT_B : SLOT_A;
}

static bool may_stage(const struct slots *s)
{
	return s->running != SLOT_NONE && !slots_on_trial(s) &&
	       s->running != (uint32_t)target_of(s);
}

/* An update that waits for its trial is no longer whole as soon as another one begins. */
static enum slots_status begin_staging(struct slots *s)
{
	struct slots_state state = s->state;

	s->staging = true;
	s->staged = 0;
	if (state.trial == SLOT_NONE) {
		return SLOTS_OK;
	}
	give_up_trial(&state);
	return append(s, &state);
}

static enum slots_status write_chunk(struct slots *s, const uint8_t *data, size_t len)
{
	size_t slot = (size_t)target_of(s) * SLOTS_LEN;

	while (len != 0) {
		size_t in_sector = FLASH_SECTOR - s->staged % FLASH_SECTOR;
		size_t now = len < in_sector ? len : in_sector;

		if (in_sector == FLASH_SECTOR && !flash_erase(&s->flash, slot + s->staged)) {
			return SLOTS_FAILED;
		}
		if (!flash_program(&s->flash, slot + s->staged, data, now)) {
			return SLOTS_FAILED;
		}
		s->staged += now;
		data += now;
		len -= now;
	}
	return SLOTS_OK;
}

enum slots_status slots_stage(struct slots *s, size_t offset, const void *data, size_t len)
{
	enum slots_status status = SLOTS_OK;

	if (!may_stage(s) || (offset != 0 && !s->staging)) {
		return SLOTS_BAD_STATE;
	}
	if (len == 0 || len % FLASH_WORD != 0 || len > SLOTS_CHUNK_MAX ||
	    (offset != 0 && offset != s->staged) || offset > SLOTS_LEN - len) {
		return SLOTS_BAD_RANGE;
	}
	if (offset == 0) {
		status = begin_staging(s);
	}
	if (status == SLOTS_OK) {
		status = write_chunk(s, data, len);
	}
	s->staging = status == SLOTS_OK;
	return status;
}

enum slots_status slots_stage_end(struct slots *s)
{
	struct slots_state state = s->state;

	if (!s->staging || s->staged == 0) {
		return SLOTS_BAD_STATE;
	}
	s->staging = false;
	state.trial = (uint32_t)target_of(s);
	state.attempts = TRIALS;
	return append(s, &state);
}

#define TEXT_LEN 96

const char *slots_status_text(enum slots_status status)
{
	static const char text[][TEXT_LEN] = {
		[SLOTS_OK] = "done",
		[SLOTS_NO_FLASH] = "there is no flash for slots; start the machine with pflash1",
		[SLOTS_TAMPERED] = "the log of starts was tampered with; provision the flash again",
		[SLOTS_FAILED] = "the flash does not keep what is written; use another one",
		[SLOTS_REPLAYED] = "the flash is older than the TPM's counter: it was put back",
		[SLOTS_NO_COUNTER] = "the TPM's counter does not answer; provision the TPM",
		[SLOTS_BAD_STATE] = "this cannot be done now",
		[SLOTS_BAD_RANGE] = "these are not the bytes that are due",
	};

	return (uint32_t)status <= SLOTS_BAD_RANGE ? text[status] : "no such answer";
}
