/* SPDX-License-Identifier: Apache-2.0 */
/* Long options, by a table. */
#include "options.h"

#include <stdlib.h>
#include <string.h>

static _Noreturn void print_help(const char *command, const struct option_row *rows,
				 const char *arguments)
{
	(void)printf("usage: cordon %s [options]%s%s\n", command, arguments[0] == '\0' ? "" : " ",
		     arguments);
	for (; rows->name != NULL; rows++) {
		(void)printf("  --%-24s %s\n", rows->name, rows->help);
	}
	exit(CORDON_OK);
}

static const struct option_row *find_row(const struct option_row *rows, const char *name)
{
	while (rows->name != NULL && strcmp(rows->name, name) != 0) {
		rows++;
	}
	return rows->name == NULL ? NULL : rows;
}

static void take_value(const struct option_row *row, const char *text)
{
	struct option_list *list;

	switch (row->kind) {
	case OPTION_TEXT: *(const char **)row->value = text; break;
	case OPTION_NUMBER:
		*(struct option_number *)row->value =
			(struct option_number){true, number_parse(text, row->name)};
		break;
	case OPTION_FLAG: *(bool *)row->value = true; break;
	case OPTION_LIST:
		list = row->value;
		if (list->count == OPTION_REPEATS) {
			die(CORDON_USAGE, "--%s is given more than %u times", row->name,
			    OPTION_REPEATS);
		}
		list->text[list->count++] = text;
		break;
	}
}

int options_parse(int argc, char **argv, const struct option_row *rows, const char *arguments)
{
	int at = 1;

	while (at < argc && strncmp(argv[at], "--", 2) == 0) {
		const struct option_row *row = find_row(rows, argv[at] + 2);

		if (strcmp(argv[at], "--") == 0) {
			return at + 1;
		}
		if (strcmp(argv[at], "--help") == 0) {
			print_help(argv[0], rows, arguments);
		}
		if (row == NULL) {
			die(CORDON_USAGE, "%s is not an option; see cordon %s --help", argv[at],
			    argv[0]);
		}
		if (row->kind != OPTION_FLAG && at + 1 == argc) {
			die(CORDON_USAGE, "%s needs an argument; see cordon %s --help", argv[at],
			    argv[0]);
		}
		take_value(row, row->kind == OPTION_FLAG ? NULL : argv[at + 1]);
		at += row->kind == OPTION_FLAG ? 1 : 2;
	}
	return at;
}

void option_need(const char *value, const char *command, const char *name)
{
	if (value == NULL) {
		die(CORDON_USAGE, "%s needs --%s; see cordon %s --help", command, name, command);
	}
}

void options_end(int argc, char **argv, int at)
{
	if (at < argc) {
		die(CORDON_USAGE, "\"%s\" is one argument too many; see cordon %s --help", argv[at],
		    argv[0]);
	}
}
