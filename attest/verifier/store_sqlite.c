/* SPDX-License-Identifier: Apache-2.0 */
/* The store in a file: SQLite.  Several servers on one machine may share it. */
#define _POSIX_C_SOURCE 200809L

#include "attest/verifier/store_db.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#define BUSY_MS 10000

struct sqlite_db {
	struct db db;
	sqlite3 *handle;
};

static long failed(const struct sqlite_db *d, sqlite3_stmt *statement)
{
	fprintf(stderr, "cordon serve: the store failed: %s\n", sqlite3_errmsg(d->handle));
	sqlite3_finalize(statement);
	return -1;
}

static int bind(sqlite3_stmt *statement, const struct db_query *q)
{
	char name[24];

	for (size_t i = 0; i < q->count; i++) {
		snprintf(name, sizeof(name), "$%zu", i + 1);
		if (sqlite3_bind_text(statement, sqlite3_bind_parameter_index(statement, name),
				      q->parameters[i], -1, SQLITE_STATIC) != SQLITE_OK) {
			return SQLITE_ERROR;
		}
	}
	return SQLITE_OK;
}

static void show_row(sqlite3_stmt *statement, const struct db_query *q)
{
	const char *columns[DB_COLUMNS] = { 0 };
	int count = sqlite3_column_count(statement);

	for (int i = 0; i < count && i < DB_COLUMNS; i++) {
		const char *text = (const char *)sqlite3_column_text(statement, i);

		columns[i] = text == NULL ? "" : text;
	}
	if (q->each != NULL) {
		q->each(q->context, columns);
	}
}

static long sqlite_run(struct db *db, const struct db_query *q)
{
	struct sqlite_db *d = (struct sqlite_db *)db;
	sqlite3_stmt *statement = NULL;
	long rows = 0;
	int status;

	if (sqlite3_prepare_v2(d->handle, q->sql, -1, &statement, NULL) != SQLITE_OK ||
	    bind(statement, q) != SQLITE_OK) {
		return failed(d, statement);
	}
	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		show_row(statement, q);
		rows++;
	}
	if (status != SQLITE_DONE) {
		return failed(d, statement);
	}
	if (sqlite3_column_count(statement) == 0) {
		rows = sqlite3_changes(d->handle);
	}
	sqlite3_finalize(statement);
	return rows;
}

static void sqlite_close(struct db *db)
{
	sqlite3_close(((struct sqlite_db *)db)->handle);
	free(db);
}

/*
 * A write-ahead log lets readers go on while one writes.  FULL: were a commit lost when the power
 * fails, a nonce that is used up could be used again.
 */
static const char setup[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";

struct db *db_sqlite_open(const char *file)
{
	struct sqlite_db *d = calloc(1, sizeof(*d));

	if (d == NULL) {
		return NULL;
	}
	d->db = (struct db){ .run = sqlite_run, .close = sqlite_close };
	if (sqlite3_open(file, &d->handle) != SQLITE_OK ||
	    sqlite3_busy_timeout(d->handle, BUSY_MS) != SQLITE_OK ||
	    sqlite3_exec(d->handle, setup, NULL, NULL, NULL) != SQLITE_OK) {
		fprintf(stderr, "cordon serve: cannot open the store %s: %s\n", file,
			sqlite3_errmsg(d->handle));
		sqlite_close(&d->db);
		return NULL;
	}
	return &d->db;
}
