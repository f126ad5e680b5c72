/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store of cordon serve: devices, challenges, results, revocations.
 *
 * It is a file of SQLite, or a PostgreSQL database that many copies of the server share.  Nothing
 * else is kept between two requests.  A challenge is used up by one SQL statement, so of several
 * copies of one answer exactly one gets through.  Functions may be called from several threads.
 */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stddef.h>

struct store;

#define STORE_ID 66 /* characters of a device's id: 33 bytes in hex */
#define STORE_NONCE 64 /* characters of a nonce: 32 bytes in hex */

enum store_status {
	STORE_OK,
	STORE_FAILED,	/* the database does not answer, or not as it should; said on stderr */
	STORE_UNKNOWN,	/* no such device, nonce or entry */
	STORE_MANY,	/* too many challenges are open */
	STORE_USED,	/* the nonce was answered before */
	STORE_EXPIRED,	/* the nonce is too old */
	STORE_OTHER,	/* the nonce is another device's */
};

/* Names with postgres:// or postgresql:// are databases, others files. NULL: said on stderr. */
struct store *store_open(const char *name);
void store_close(struct store *s);

/* ---- what the operator does ---- */

enum store_status store_enrol(struct store *s, const char *id, const char *name);
enum store_status store_remove(struct store *s, const char *id);

/* kind is "device" or "signer"; id is hex.  Revoking twice replaces the reason. */
enum store_status store_revoke(struct store *s, const char *kind, const char *id,
			       const char *reason);
enum store_status store_unrevoke(struct store *s, const char *kind, const char *id);

/* STORE_OK: it is revoked, STORE_UNKNOWN: it is not. */
enum store_status store_is_revoked(struct store *s, const char *kind, const char *id);

/* ---- challenges ---- */

struct store_challenge {
	const char *nonce, *device;
	long long now, expires; /* seconds since 1970 */
	bool open;		/* also for a device that is not enrolled */
};

/* Keeps a challenge, and drops those that are long over. STORE_UNKNOWN: no such device. */
enum store_status store_challenge(struct store *s, const struct store_challenge *c);

/* Uses the nonce up for that device; STORE_OK once and never again. */
enum store_status store_use(struct store *s, const char *nonce, const char *device,
			    long long now);

/* ---- results ---- */

struct store_result {
	const char *nonce, *device;
	const char *steps; /* lines: PASS, FAIL or SKIP, a tab, name, a tab, sentence */
	const char *ear;   /* JSON; empty if it would say another thing than code */
	long long time;
	int code;	   /* exit code of cordon verify */
};

/* Keeps the result and of this device's older ones as many as make keep in all. */
enum store_status store_add_result(struct store *s, const struct store_result *r, int keep);

/* ---- what pages show ---- */

/* One row; strings are valid during the call only, and never NULL. */
struct store_device {
	const char *id, *name;
	long long time; /* of the newest result; 0: there is none */
	int code;
	bool revoked;
};

typedef void store_device_fn(void *context, const struct store_device *device);
typedef void store_result_fn(void *context, const struct store_result *result);

/* All devices, or with id not NULL that one. STORE_UNKNOWN: there is none. */
enum store_status store_devices(struct store *s, const char *id, store_device_fn *each,
				void *context);

/* The newest results of a device first, at most limit. */
enum store_status store_results(struct store *s, const char *id, int limit,
				store_result_fn *each, void *context);

#endif
