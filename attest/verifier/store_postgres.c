/* SPDX-License-Identifier: Apache-2.0 */
/* The store in a PostgreSQL database, which many servers share. */
#include "attest/verifier/store_db.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

struct postgres_db {
	struct db db;
	PGconn *connection;
};

static long failed(const struct postgres_db *d, PGresult *result)
{
	fprintf(stderr, "cordon serve: the store failed: %s", PQerrorMessage(d->connection));
	PQclear(result);
	return -1;
}

static void show_row(const PGresult *result, int row, const struct db_query *q)
{
	const char *columns[DB_COLUMNS] = { 0 };
	int count = PQnfields(result);

	for (int i = 0; i < count && i < DB_COLUMNS; i++) {
		columns[i] = PQgetvalue(result, row, i);
	}
	if (q->each != NULL) {
		q->each(q->context, columns);
	}
}

/*
 * A connection that broke since the last request is made again before a statement is sent; one
 * that breaks under it fails the request, for nobody knows whether it was carried out.
 */
static long postgres_run(struct db *db, const struct db_query *q)
{
	struct postgres_db *d = (struct postgres_db *)db;
	ExecStatusType status;
	PGresult *result;
	long rows;

	if (PQstatus(d->connection) != CONNECTION_OK) {
		PQreset(d->connection);
	}
	result = PQexecParams(d->connection, q->sql, (int)q->count, NULL, q->parameters, NULL,
			      NULL, 0);
	status = PQresultStatus(result);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		return failed(d, result);
	}
	rows = status == PGRES_COMMAND_OK ? atol(PQcmdTuples(result)) : PQntuples(result);
	for (int i = 0; status == PGRES_TUPLES_OK && i < (int)rows; i++) {
		show_row(result, i, q);
	}
	PQclear(result);
	return rows;
}

static void postgres_close(struct db *db)
{
	PQfinish(((struct postgres_db *)db)->connection);
	free(db);
}

static void be_quiet(void *context, const char *message)
{
	(void)context, (void)message;
}

struct db *db_postgres_open(const char *url)
{
	struct postgres_db *d = calloc(1, sizeof(*d));

	if (d == NULL) {
		return NULL;
	}
	d->db = (struct db){ .run = postgres_run, .close = postgres_close };
	d->connection = PQconnectdb(url);
	if (PQstatus(d->connection) != CONNECTION_OK) {
		fprintf(stderr, "cordon serve: cannot open the store: %s",
			PQerrorMessage(d->connection));
		postgres_close(&d->db);
		return NULL;
	}
	/* "Table exists, skipping" is no news. */
	PQsetNoticeProcessor(d->connection, be_quiet, NULL);
	return &d->db;
}
