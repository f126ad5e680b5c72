/* SPDX-License-Identifier: Apache-2.0 */
/* The two databases behind store.h, both spoken to in one SQL with parameters $1, $2 and so on. */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stddef.h>

/* A row's columns as text; NULL values come as "". */
typedef void db_row_fn(void *context, const char *const *columns);

/* One statement and what it is given; all parameters are text. */
struct db_query {
	const char *sql;
	const char *const *parameters;
	size_t count;
	db_row_fn *each; /* may be NULL */
	void *context;
};

#define DB_COLUMNS 8
#define DB_PARAMETERS 8

/* run returns the number of rows changed or shown, or -1, with the reason said on stderr. */
struct db {
	long (*run)(struct db *db, const struct db_query *query);
	void (*close)(struct db *db);
};

/* NULL: said on stderr. */
struct db *db_sqlite_open(const char *file);
struct db *db_postgres_open(const char *url);

#endif
