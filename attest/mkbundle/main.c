/* SPDX-License-Identifier: Apache-2.0 */
/* mkbundle: puts monitor and firmware into one file, and checks such a file. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mkbundle.h"

struct arguments {
	const char *monitor;
	const char *firmware;
	const char *output;
	const char *verify;
	struct names names;
	struct firmware_options options;
};

static void print_usage(FILE *to)
{
	(void)fputs("usage: mkbundle -m MONITOR.elf -f FIRMWARE.{elf,bin} -o OUT.bin [options]\n"
		    "       mkbundle --verify BUNDLE.bin\n"
		    "  -a ADDR      load address of a raw firmware (0x80000000)\n"
		    "  -e ADDR      entry of the firmware, instead of its own\n"
		    "  -b BOARD     name of the board\n"
		    "  -p POLICIES  names of the policies, in the order they judge\n"
		    "  -n NAME      name of the firmware (its file name)\n", to);
}

static uint64_t parse_number(const char *text, char option)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno != 0 || end == text || *end != '\0' || text[0] == '-') {
		die(EXIT_USAGE, "-%c wants a number such as 0x80000000, not \"%s\"", option, text);
	}
	return value;
}

static void take_option(struct arguments *a, int option, const char *value)
{
	switch (option) {
	case 'm': a->monitor = value; break;
	case 'f': a->firmware = value; break;
	case 'o': a->output = value; break;
	case 'b': a->names.board = value; break;
	case 'p': a->names.policies = value; break;
	case 'n': a->names.firmware = value; break;
	case 'V': a->verify = value; break;
	case 'a':
		a->options.has_addr = true;
		a->options.addr = parse_number(value, 'a');
		break;
	case 'e':
		a->options.has_entry = true;
		a->options.entry = parse_number(value, 'e');
		break;
	case 'h':
		print_usage(stdout);
		exit(EXIT_SUCCESS);
	default:
		print_usage(stderr);
		exit(EXIT_USAGE);
	}
}

static struct arguments parse_arguments(int argc, char **argv)
{
	static const struct option long_options[] = {
		{"verify", required_argument, NULL, 'V'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	struct arguments a = {.names = {.board = "", .policies = ""}};
	int option;

	while ((option = getopt_long(argc, argv, "m:f:o:b:p:n:a:e:h", long_options, NULL)) != -1) {
		take_option(&a, option, optarg);
	}
	if (optind != argc) {
		die(EXIT_USAGE, "\"%s\" is not an option; see mkbundle --help", argv[optind]);
	}
	if (a.verify == NULL && (a.monitor == NULL || a.firmware == NULL || a.output == NULL)) {
		die(EXIT_USAGE, "-m, -f and -o are all needed; see mkbundle --help");
	}
	return a;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

static void verify(const struct arguments *a)
{
	struct blob file = file_read(a->verify);

	bundle_verify(&file);
	free(file.bytes);
}

static void build(const struct arguments *a)
{
	struct blob monitor_file = file_read(a->monitor);
	struct blob firmware_file = file_read(a->firmware);
	struct names names = a->names;
	struct monitor monitor = monitor_load(&monitor_file);
	struct firmware firmware = firmware_load(&firmware_file, &a->options);
	struct blob bundle;

	if (names.firmware == NULL) {
		names.firmware = base_name(a->firmware);
	}
	bundle = bundle_build(&monitor, &firmware, &names);
	file_write(a->output, bundle.bytes, bundle.len);
	free(bundle.bytes);
	free(monitor.relocs);
	free(monitor.bytes);
	free(firmware_file.bytes);
	free(monitor_file.bytes);
}

int main(int argc, char **argv)
{
	struct arguments a = parse_arguments(argc, argv);

	if (a.verify != NULL) {
		verify(&a);
	} else {
		build(&a);
	}
	if (fflush(stdout) != 0) {
		die(EXIT_WRITE, "cannot write to the standard output: %s", strerror(errno));
	}
	return EXIT_SUCCESS;
}
