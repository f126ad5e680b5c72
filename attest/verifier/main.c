/* SPDX-License-Identifier: Apache-2.0 */
/* cordon: the relying party's side of remote attestation. */
#include <errno.h>
#include <string.h>

#include "cordon.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *purpose;
};

static const struct command commands[] = {
	{"challenge", cmd_challenge, "make a nonce that a token must answer"},
	{"decode", cmd_decode, "show what is in a token, manifest, log or CoRIM"},
	{"verify", cmd_verify, "judge a token"},
	{"keygen", cmd_keygen, "make a root, a signer's or any other key"},
	{"provision", cmd_provision, "give a device its secret and its certificate"},
	{"sign", cmd_sign, "sign the manifest of a bundle with another key"},
	{"refval", cmd_refval, "make signed reference values"},
	{"replay", cmd_replay, "check a log and compute its registers"},
	{"diff", cmd_diff, "say in what two tokens differ"},
	{"serve", cmd_serve, "challenge and judge many devices by HTTPS"},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_usage(FILE *to)
{
	(void)fputs("usage: cordon COMMAND [options]; cordon COMMAND --help\n", to);
	for (size_t i = 0; i < COMMANDS; i++) {
		(void)fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].purpose);
	}
	(void)fputs("exit codes: 0 good, 1 usage, 2 malformed, 3 signature or certificate, "
		    "4 stale nonce,\n  5 not the reference value, 6 against policy, "
		    "7 insecure identity\n", to);
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i].name, name) == 0) {
			return &commands[i];
		}
	}
	return NULL;
}

int main(int argc, char **argv)
{
	const struct command *command;
	int status;

	if (argc < 2) {
		print_usage(stderr);
		return CORDON_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_usage(stdout);
		return CORDON_OK;
	}
	command = find_command(argv[1]);
	if (command == NULL) {
		die(CORDON_USAGE, "\"%s\" is no command; see cordon --help", argv[1]);
	}
	status = command->run(argc - 1, argv + 1);
	if (fflush(stdout) != 0) {
		die(CORDON_USAGE, "cannot write to the standard output: %s", strerror(errno));
	}
	return status;
}
