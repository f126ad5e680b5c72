/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which bundle of the flash is started, and how old it may be: two slots that take turns, a third
 * one for recovery, and the security version below which nothing is started any more. An update is
 * started once on trial; unless that start is confirmed, the next one is the old bundle again.
 *
 * All of this is kept in a log that is only ever added to. Each record holds the whole state, a
 * number that grows by one, and a code under a key that comes from the sealing root; it counts from
 * the moment its last word is cleared. A power cut loses at most the record being written.
 *
 * Such a flash alone cannot prevent that somebody puts an older copy of all of it in place. With a
 * counter that nobody can put back it can: the counter has the number of the last record, or is one
 * behind it after a power cut. A log that ends earlier is an older one, and nothing starts from it.
 *
 * One hart at a time: the caller holds a lock around each call.
 */
#ifndef ATTEST_SLOTS_H
#define ATTEST_SLOTS_H

#include "attest/counter.h"
#include "attest/flash.h"
#include "crypto/crypto.h"

enum slots_slot { SLOT_A, SLOT_B, SLOT_RECOVERY, SLOT_NONE = 255 };

#define SLOTS_COUNT       3u
#define SLOTS_LEN         (16u * FLASH_SECTOR) /* bytes of a slot; slot n begins at n times this */
#define SLOTS_LOG_FIRST   (125u * FLASH_SECTOR) /* the log takes turns between this sector ... */
#define SLOTS_LOG_SECOND  (126u * FLASH_SECTOR) /* ... and this one */
#define SLOTS_FLASH_LEN   (128u * FLASH_SECTOR)
#define SLOTS_CHUNK_MAX   4096u /* bytes of an update in one call */

/* What the log says; part of its format, all little-endian. */
struct slots_state {
	uint64_t boots;    /* starts so far, this one included once slots_choose was called */
	uint32_t floor;    /* the lowest security version that may start */
	uint32_t active;   /* the slot that was confirmed last */
	uint32_t trial;    /* the slot of an update that is not confirmed, or SLOT_NONE */
	uint32_t attempts; /* that it still has */
};

/* The log and what is going on. Opaque but for state; zeroed it is not usable. */
struct slots {
	struct flash flash;
	struct crypto_secret key;
	struct slots_state state;
	uint64_t sequence; /* of the last record; 0: there is none */
	struct counter *counter; /* NULL: an older copy of the flash is not noticed */
	uint64_t counted;        /* what the counter says */
	size_t log;        /* the sector that is added to */
	size_t next;       /* where in it the next record goes */
	uint32_t running;  /* the slot that was started */
	bool excluded[SLOTS_COUNT]; /* found unusable at this start */
	bool staging;
	size_t staged;     /* bytes of an update so far */
};

enum slots_status {
	SLOTS_OK,
	SLOTS_NO_FLASH,   /* no flash of this kind and size */
	SLOTS_TAMPERED,   /* a record was changed, repeated or removed by somebody else */
	SLOTS_FAILED,     /* the flash does not take what is written */
	SLOTS_REPLAYED,   /* the log is older than what the counter has counted */
	SLOTS_NO_COUNTER, /* the counter does not answer, or does not count */
	SLOTS_BAD_STATE,  /* not now: not begun, an update on trial, nothing to confirm */
	SLOTS_BAD_RANGE,  /* not the bytes that are due, or more than a slot has room for */
};

/*
 * Opens the log, or finds that there is none yet: then slot A is active, and the floor is 0. root
 * is the sealing root of security version 0, the one that every version of the monitor can derive.
 * counter, if there is one, outlives s.
 */
enum slots_status slots_open(struct slots *s, const struct flash *flash,
			     const struct crypto_secret *root, struct counter *counter);

/*
 * The slot to start, counted as a start and, if it is on trial, as an attempt: both are in the log
 * before this returns. For stage 0, once at each start.
 */
enum slots_status slots_choose(struct slots *s, enum slots_slot *out);

/*
 * What was chosen cannot be started (no bundle, wrong signature, too old): the next best, or
 * SLOT_NONE. An update that is rejected is given up.
 */
enum slots_status slots_reject(struct slots *s, enum slots_slot which, enum slots_slot *out);

/* May a bundle of this security version start? */
bool slots_allows(const struct slots *s, uint64_t svn);

/*
 * For the monitor, which stage 0 has started from this slot: after slots_open, instead of
 * slots_choose.
 */
void slots_continue(struct slots *s, enum slots_slot running);

/* Is what runs an update that nobody has confirmed? */
bool slots_on_trial(const struct slots *s);

/*
 * Has what runs, with this security version, been confirmed? True where slots_confirm would change
 * nothing: for slot A of version 0 from the beginning.
 */
bool slots_confirmed(const struct slots *s, uint32_t svn);

/*
 * Takes the next bytes of an update into the slot that is neither running nor active: offset 0
 * begins anew, every other call goes on where the last one ended; len is a multiple of 4 and at
 * most SLOTS_CHUNK_MAX. Each sector is erased when it is reached. SLOTS_BAD_STATE while what runs
 * is on trial.
 */
enum slots_status slots_stage(struct slots *s, size_t offset, const void *data, size_t len);

/* Ends an update: the next start is its trial. What was written is judged by stage 0 then. */
enum slots_status slots_stage_end(struct slots *s);

/*
 * What runs, with this security version, is good: it is the active slot from now on, and nothing
 * with a lower version starts any more.
 */
enum slots_status slots_confirm(struct slots *s, uint32_t svn);

/* One English sentence; never NULL. */
const char *slots_status_text(enum slots_status status);

#endif
