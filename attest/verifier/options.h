/* SPDX-License-Identifier: Apache-2.0 */
/* Long options of the subcommands: each is a row that says where its argument goes. */
#ifndef ATTEST_VERIFIER_OPTIONS_H
#define ATTEST_VERIFIER_OPTIONS_H

#include "cordon.h"

#define OPTION_REPEATS 16u

enum option_kind { OPTION_TEXT, OPTION_NUMBER, OPTION_FLAG, OPTION_LIST };

/* Arguments of an option that may be given several times. */
struct option_list {
	size_t count;
	const char *text[OPTION_REPEATS];
};

/* One option. `value` points to const char *, struct option_number, bool or struct option_list. */
struct option_row {
	const char *name; /* without the dashes */
	enum option_kind kind;
	void *value;
	const char *help;
};

struct option_number {
	bool given;
	uint64_t value;
};

/*
 * Reads options up to the first argument that is none, and returns its index. Prints the usage and
 * ends the program if asked to, or if an option is unknown or lacks its argument. The table ends
 * with a row without a name.
 */
int options_parse(int argc, char **argv, const struct option_row *rows, const char *arguments);

/* Ends the program if a needed option was not given. */
void option_need(const char *value, const char *command, const char *name);

/* Ends the program if there are arguments from this index on. */
void options_end(int argc, char **argv, int at);

#endif
