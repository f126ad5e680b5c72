/* SPDX-License-Identifier: Apache-2.0 */
/* The store of cordon serve, in the SQL that both databases understand. */
#define _POSIX_C_SOURCE 200809L

#include "attest/verifier/store.h"

#include "attest/verifier/store_db.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPEN_OF_DEVICE "16"	/* challenges that one device may have open */
#define OPEN_OF_ALL "100000"
#define FORGET_AFTER 86400	/* seconds after which a challenge is no longer remembered */
#define NUMBER 24		/* characters of any number */

struct store {
	pthread_mutex_t lock;
	struct db *db;
};

/* ---- statements ---- */

struct call {
	const char *sql;
	const char *parameters[DB_PARAMETERS];
	db_row_fn *each;
	void *context;
};

/* Rows changed or shown, -1 if the store failed. */
static long run(struct store *s, const struct call *c)
{
	struct db_query q = { .sql = c->sql, .parameters = c->parameters, .each = c->each,
			      .context = c->context };
	long rows;

	while (q.count < DB_PARAMETERS && c->parameters[q.count] != NULL) {
		q.count++;
	}
	pthread_mutex_lock(&s->lock);
	rows = s->db->run(s->db, &q);
	pthread_mutex_unlock(&s->lock);
	return rows;
}

static enum store_status done(long rows)
{
	return rows < 0 ? STORE_FAILED : rows == 0 ? STORE_UNKNOWN : STORE_OK;
}

static const char *number(char text[NUMBER], long long value)
{
	snprintf(text, NUMBER, "%lld", value);
	return text;
}

/* ---- opening ---- */

static const char *const tables[] = {
	"CREATE TABLE IF NOT EXISTS devices (id TEXT PRIMARY KEY, name TEXT NOT NULL)",
	"CREATE TABLE IF NOT EXISTS challenges (nonce TEXT PRIMARY KEY, device TEXT NOT NULL, "
	"expires BIGINT NOT NULL, used INTEGER NOT NULL DEFAULT 0)",
	"CREATE INDEX IF NOT EXISTS challenges_by_device ON challenges (device)",
	"CREATE INDEX IF NOT EXISTS challenges_by_time ON challenges (expires)",
	"CREATE TABLE IF NOT EXISTS results (nonce TEXT PRIMARY KEY, device TEXT NOT NULL, "
	"time BIGINT NOT NULL, code INTEGER NOT NULL, steps TEXT NOT NULL, ear TEXT NOT NULL)",
	"CREATE INDEX IF NOT EXISTS results_by_device ON results (device, time)",
	"CREATE TABLE IF NOT EXISTS revocations (kind TEXT NOT NULL, id TEXT NOT NULL, "
	"reason TEXT NOT NULL, PRIMARY KEY (kind, id))",
};

static bool make_tables(struct store *s)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct call c = { .sql = tables[i] };

		/* Two servers that start at once may try to make a table twice. */
		if (run(s, &c) < 0 && run(s, &c) < 0) {
			return false;
		}
	}
	return true;
}

struct store *store_open(const char *name)
{
	struct store *s = calloc(1, sizeof(*s));
	bool is_url = strncmp(name, "postgres://", 11) == 0 ||
		      strncmp(name, "postgresql://", 13) == 0;

	if (s == NULL) {
		return NULL;
	}
	s->db = is_url ? db_postgres_open(name) : db_sqlite_open(name);
	if (s->db == NULL) {
		free(s);
		return NULL;
	}
	pthread_mutex_init(&s->lock, NULL);
	if (!make_tables(s)) {
		store_close(s);
		return NULL;
	}
	return s;
}

void store_close(struct store *s)
{
	s->db->close(s->db);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* ---- devices and revocations ---- */

enum store_status store_enrol(struct store *s, const char *id, const char *name)
{
	struct call c = {
		.sql = "INSERT INTO devices (id, name) VALUES ($1, $2) "
		       "ON CONFLICT (id) DO UPDATE SET name = excluded.name",
		.parameters = { id, name },
	};

	return done(run(s, &c));
}

enum store_status store_remove(struct store *s, const char *id)
{
	struct call c = { .sql = "DELETE FROM devices WHERE id = $1", .parameters = { id } };

	return done(run(s, &c));
}

enum store_status store_revoke(struct store *s, const char *kind, const char *id,
			       const char *reason)
{
	struct call c = {
		.sql = "INSERT INTO revocations (kind, id, reason) VALUES ($1, $2, $3) "
		       "ON CONFLICT (kind, id) DO UPDATE SET reason = excluded.reason",
		.parameters = { kind, id, reason },
	};

	return done(run(s, &c));
}

enum store_status store_unrevoke(struct store *s, const char *kind, const char *id)
{
	struct call c = {
		.sql = "DELETE FROM revocations WHERE kind = $1 AND id = $2",
		.parameters = { kind, id },
	};

	return done(run(s, &c));
}

enum store_status store_is_revoked(struct store *s, const char *kind, const char *id)
{
	struct call c = {
		.sql = "SELECT reason FROM revocations WHERE kind = $1 AND id = $2",
		.parameters = { kind, id },
	};

	return done(run(s, &c));
}

/* ---- challenges ---- */

static void copy_flag(void *context, const char *const *columns)
{
	*(bool *)context = columns[0][0] == '1';
}

/* Why a challenge was not kept: the device is unknown, or too many are open. */
static enum store_status why_not_kept(struct store *s, const struct store_challenge *q)
{
	struct call c = { .sql = "SELECT id FROM devices WHERE id = $1",
			  .parameters = { q->device } };
	enum store_status known = q->open ? STORE_OK : done(run(s, &c));

	return known == STORE_OK ? STORE_MANY : known;
}

enum store_status store_challenge(struct store *s, const struct store_challenge *q)
{
	char expires[NUMBER], now[NUMBER], old[NUMBER];
	struct call forget = {
		.sql = "DELETE FROM challenges WHERE expires < $1",
		.parameters = { number(old, q->now - FORGET_AFTER) },
	};
	struct call c = {
		.sql = "INSERT INTO challenges (nonce, device, expires) "
		       "SELECT $1, $2, CAST($3 AS BIGINT) WHERE "
		       "($5 = 'open' OR EXISTS (SELECT 1 FROM devices WHERE id = $2)) AND "
		       "(SELECT count(*) FROM challenges WHERE device = $2 AND used = 0 AND "
		       "expires > CAST($4 AS BIGINT)) < " OPEN_OF_DEVICE " AND "
		       "(SELECT count(*) FROM challenges WHERE "
		       "expires > CAST($4 AS BIGINT)) < " OPEN_OF_ALL,
		.parameters = { q->nonce, q->device, number(expires, q->expires),
				number(now, q->now), q->open ? "open" : "known" },
	};
	long rows;

	if (run(s, &forget) < 0) {
		return STORE_FAILED;
	}
	rows = run(s, &c);
	return rows == 0 ? why_not_kept(s, q) : done(rows);
}

/* What is known of a nonce that could not be used. */
struct used_row {
	char device[STORE_ID + 1];
	bool used;
};

static void copy_used(void *context, const char *const *columns)
{
	struct used_row *row = context;

	snprintf(row->device, sizeof(row->device), "%s", columns[0]);
	row->used = columns[1][0] == '1';
}

static enum store_status why_not_used(struct store *s, const char *nonce, const char *device)
{
	struct used_row row;
	struct call c = { .sql = "SELECT device, used FROM challenges WHERE nonce = $1",
			  .parameters = { nonce }, .each = copy_used, .context = &row };
	enum store_status status = done(run(s, &c));

	if (status != STORE_OK) {
		return status;
	}
	return strcmp(row.device, device) != 0 ? STORE_OTHER
	       : row.used		       ? STORE_USED
					       : STORE_EXPIRED;
}

/* One statement decides: whoever changes the row has the nonce, and nobody changes it again. */
enum store_status store_use(struct store *s, const char *nonce, const char *device, long long now)
{
	char text[NUMBER];
	struct call c = {
		.sql = "UPDATE challenges SET used = 1 WHERE nonce = $1 AND device = $2 AND "
		       "used = 0 AND expires > CAST($3 AS BIGINT)",
		.parameters = { nonce, device, number(text, now) },
	};
	long rows = run(s, &c);

	return rows == 0 ? why_not_used(s, nonce, device) : done(rows);
}

/* ---- results ---- */

enum store_status store_add_result(struct store *s, const struct store_result *r, int keep)
{
	char time[NUMBER], code[NUMBER], limit[NUMBER];
	struct call add = {
		.sql = "INSERT INTO results (nonce, device, time, code, steps, ear) VALUES "
		       "($1, $2, CAST($3 AS BIGINT), CAST($4 AS INTEGER), $5, $6)",
		.parameters = { r->nonce, r->device, number(time, r->time), number(code, r->code),
				r->steps, r->ear },
	};
	struct call drop = {
		.sql = "DELETE FROM results WHERE device = $1 AND nonce NOT IN "
		       "(SELECT nonce FROM results WHERE device = $1 "
		       "ORDER BY time DESC, nonce LIMIT CAST($2 AS BIGINT))",
		.parameters = { r->device, number(limit, keep) },
	};

	if (run(s, &add) < 0 || run(s, &drop) < 0) {
		return STORE_FAILED;
	}
	return STORE_OK;
}

/* ---- what pages show ---- */

struct device_context {
	store_device_fn *each;
	void *context;
};

static void show_device(void *context, const char *const *columns)
{
	struct device_context *d = context;
	struct store_device row = { .id = columns[0], .name = columns[1],
				    .time = atoll(columns[2]), .code = atoi(columns[3]) };

	copy_flag(&row.revoked, columns + 4);
	d->each(d->context, &row);
}

enum store_status store_devices(struct store *s, const char *id, store_device_fn *each,
				void *context)
{
	struct device_context d = { .each = each, .context = context };
	struct call c = {
		.sql = "SELECT d.id, d.name, coalesce(r.time, 0), coalesce(r.code, 0), "
		       "CASE WHEN EXISTS (SELECT 1 FROM revocations v WHERE v.kind = 'device' "
		       "AND v.id = d.id) THEN 1 ELSE 0 END "
		       "FROM devices d LEFT JOIN results r ON r.nonce = (SELECT nonce FROM results "
		       "WHERE device = d.id ORDER BY time DESC, nonce LIMIT 1) "
		       "WHERE $1 = '' OR d.id = $1 ORDER BY d.name, d.id",
		.parameters = { id == NULL ? "" : id },
		.each = show_device,
		.context = &d,
	};

	return done(run(s, &c));
}

struct result_context {
	store_result_fn *each;
	void *context;
};

static void show_result(void *context, const char *const *columns)
{
	struct result_context *d = context;
	struct store_result row = { .nonce = columns[0], .device = columns[1],
				    .time = atoll(columns[2]), .code = atoi(columns[3]),
				    .steps = columns[4], .ear = columns[5] };

	d->each(d->context, &row);
}

enum store_status store_results(struct store *s, const char *id, int limit,
				store_result_fn *each, void *context)
{
	char text[NUMBER];
	struct result_context d = { .each = each, .context = context };
	struct call c = {
		.sql = "SELECT nonce, device, time, code, steps, ear FROM results "
		       "WHERE device = $1 ORDER BY time DESC, nonce LIMIT CAST($2 AS BIGINT)",
		.parameters = { id, number(text, limit) },
		.each = show_result,
		.context = &d,
	};

	return done(run(s, &c));
}
