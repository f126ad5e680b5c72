/* SPDX-License-Identifier: Apache-2.0 */
/* cordon replay: a log by itself. */
#include <stdlib.h>

#include "decode.h"
#include "options.h"

static void print_registers(const struct log *log)
{
	for (unsigned int i = 0; i < REGISTERS; i++) {
		(void)printf("%2u  ", i);
		hex_print(stdout, (struct span){log->reg[i], DIGEST_LEN});
		(void)putchar('\n');
	}
}

int cmd_replay(int argc, char **argv)
{
	bool events = false;
	const struct option_row rows[] = {
		{"events", OPTION_FLAG, &events, "print the events, too"},
		{NULL, OPTION_FLAG, NULL, NULL},
	};
	int at = options_parse(argc, argv, rows, "LOG");
	struct span bytes;
	struct log log;
	const char *fault;
	size_t where;

	if (at == argc) {
		die(CORDON_USAGE, "replay needs a log; see cordon replay --help");
	}
	options_end(argc, argv, at + 1);
	bytes = file_read(argv[at]);
	fault = log_parse(bytes, &log, &where);
	if (fault != NULL) {
		die(CORDON_MALFORMED, "event %zu of %s: %s", where, argv[at], fault);
	}
	if (events) {
		decode_log(&log);
	}
	print_registers(&log);
	if (log.lost_monitor || log.lost_payload) {
		(void)printf("events are missing: %s\n", log.lost_monitor
			     ? "register 6 may be another"
			     : "registers 8 to 11 may be others");
	}
	log_free(&log);
	free((void *)(uintptr_t)bytes.data);
	return CORDON_OK;
}
