/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Updates and confirmations: the payload's way to the slots that stage 0 starts from. What is
 * written is not judged here; stage 0 does that at the next start.
 */
#include "attest/facts.h"
#include "attest/identity.h"
#include "attest/slots.h"
#include "lib/log.h"
#include "monitor/sbi_serve.h"
#include "monitor/vpmp.h"
#include "policies/attest/attest.h"

/* Under attest_lock; what is to be done, and what came of it, for the slice. */
static struct {
	struct slots slots;
	struct counter counter; /* of the TPM, if there is one */
	bool open;
	unsigned int begun; /* updates in this start */
	u64 offset;
	u64 size;
	uint8_t data[ATTEST_STAGE_MAX];
	enum slots_status status;
} store;

static_assert(ATTEST_STAGE_MAX <= SLOTS_CHUNK_MAX, "one call takes one chunk");

/* What others tell of the store (attest/facts.h). */
static void note(void)
{
	const struct slots *s = &store.slots;
	struct attest_facts *f = &attest_facts;

	f->pending = slots_on_trial(s);
	f->confirmed = slots_confirmed(s, identity_facts()->svn);
	f->counter = s->state.floor;
	f->least_svn = s->state.floor;
}

static void open_log(void)
{
	const struct identity_facts *id = identity_facts();
	const struct flash flash = { .base = id->store_base, .size = id->store_len };
	struct counter *counter = id->tpm_len != 0 ? &store.counter : NULL;
	struct crypto_secret root;

	store.status = SLOTS_FAILED;
	store.counter.tpm.port = (struct tpm_port){
		.base = id->tpm_base,
		.clock = machine.timebase != 0 ? machine.clint.mtime : 0,
		.patience = TPM_TIS_SECONDS * machine.timebase,
	};
	store.counter.base = id->counter_base;
	store.counter.key = *identity_counter_key();
	if (identity_sealing_root(&root, 0)) {
		store.status = slots_open(&store.slots, &flash, &root, counter);
	}
	wipe(&root, sizeof(root));
	store.open = store.status == SLOTS_OK;
	if (store.open) {
		slots_continue(&store.slots, (enum slots_slot)id->slot);
	}
}

void attest_on_store(enum attest_job job)
{
	const struct identity_facts *id = identity_facts();

	if (job == ATTEST_OPEN) {
		open_log();
	} else if (job == ATTEST_UPDATE) {
		store.status = slots_stage(&store.slots, store.offset, store.data, store.size);
	} else if (job == ATTEST_UPDATED) {
		store.status = slots_stage_end(&store.slots);
	} else {
		store.status = slots_confirm(&store.slots, id->svn);
	}
}

/*
 * The log's key is made of a sealing root that monitors for recovery and debug images do not have:
 * they confirm nothing, and take no updates.
 */
void attest_open_store(struct hart *h)
{
	const struct identity_facts *id = identity_facts();

	store.open = false;
	attest_facts.pending = (id->flags & IDENTITY_TRIAL) != 0;
	if (!id->has_stage0 || id->mode != DICE_MODE_NORMAL) {
		return;
	}
	attest_compute(h, ATTEST_OPEN);
	if (store.open) {
		note();
	} else {
		log_line("attest: no updates: %s", slots_status_text(store.status));
	}
}

/* ---- calls ---- */

static s64 error_of(enum slots_status status)
{
	switch (status) {
	case SLOTS_OK:
		return SBI_SUCCESS;
	case SLOTS_BAD_STATE:
		return SBI_ERR_INVALID_STATE;
	case SLOTS_BAD_RANGE:
		return SBI_ERR_INVALID_PARAM;
	default:
		return SBI_ERR_FAILED;
	}
}

static s64 change(struct hart *h, enum attest_job job)
{
	attest_compute(h, job);
	note();
	return error_of(store.status);
}

/* A flash wears: a start has so many updates and no more (I-ATT-9). */
static bool may_begin(struct hart *h)
{
	if (store.offset != 0) {
		return true;
	}
	if (store.begun == ATTEST_UPDATES) {
		refuse(h, REFUSED_CALL);
		return false;
	}
	store.begun++;
	return true;
}

/* The bytes are copied once, and the copy is what is written. */
static s64 update(struct hart *h)
{
	if (store.size > ATTEST_STAGE_MAX || store.size % FLASH_WORD != 0) {
		return SBI_ERR_INVALID_PARAM;
	}
	if (!attest_may(h, 1, store.size, PMP_R) ||
	    !sbi_memory_load(h, sbi_arg(h, 1), store.data, store.size)) {
		return SBI_ERR_INVALID_ADDRESS;
	}
	return may_begin(h) ? change(h, ATTEST_UPDATE) : SBI_ERR_DENIED;
}

/* The caller says how long its update was, so that none is taken for whole that is not. */
static s64 end_update(struct hart *h)
{
	if (store.slots.staging && store.slots.staged != store.offset) {
		return SBI_ERR_INVALID_PARAM;
	}
	return change(h, ATTEST_UPDATED);
}

enum verdict attest_stage(struct hart *h)
{
	s64 error = SBI_ERR_NOT_SUPPORTED;

	attest_lock(h);
	if (store.open) {
		store.offset = sbi_arg(h, 0);
		store.size = sbi_arg(h, 3);
		error = store.size != 0 ? update(h) : end_update(h);
	}
	attest_unlock();
	return attest_done(h, error, 0);
}

enum verdict attest_confirm(struct hart *h)
{
	s64 error = SBI_ERR_NOT_SUPPORTED;
	u64 counter = 0;

	attest_lock(h);
	if (store.open) {
		error = change(h, ATTEST_CONFIRMED);
		counter = error == SBI_SUCCESS ? attest_facts.counter : 0;
	}
	attest_unlock();
	return attest_done(h, error, counter);
}
