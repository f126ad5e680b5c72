/* SPDX-License-Identifier: Apache-2.0 */
/* cordon-agent: shows what the monitor has measured, and answers a remote challenge. */
#include "attest/guest/agent/agent.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REGISTERS_INFO 1
#define INFO_COUNT 11
#define STATUS_COUNT 7
#define NONCE_MIN 8

static const char help[] =
	"cordon-agent info                             what the monitor offers\n"
	"cordon-agent registers                        the measurement registers\n"
	"cordon-agent extend REGISTER DIGEST           by 48 bytes in hex, or\n"
	"cordon-agent extend REGISTER --file FILE      by the SHA-384 of a file\n"
	"cordon-agent log [--form cbor|tcg] [--out FILE]\n"
	"cordon-agent evidence --nonce HEX [--cnf FILE] [--out FILE]\n"
	"cordon-agent certificate 0|1|2 [--out FILE]   attestation key, monitor, device\n"
	"cordon-agent seal --label TEXT [--svn N] [--out FILE]\n"
	"cordon-agent report [--data HEX] [--out FILE] for others on this machine\n"
	"cordon-agent verify FILE                      such a report\n"
	"cordon-agent status                           identity and update slots\n"
	"cordon-agent update BUNDLE                    for the next start, which is its trial\n"
	"cordon-agent confirm                          what runs, works: it stays\n"
	"cordon-agent answer https://HOST:PORT --ca FILE [--name HOST] | --no-verify\n"
	"                                              answers a challenge of cordon serve\n"
	"Without --out, bytes are shown in hex.\n"
	"Exit codes: 0 done, 1 usage, 2 no /dev/cordon, 3 not offered by this monitor,\n"
	"4 refused by the monitor, 5 files or memory, 6 the verifier cannot be reached,\n"
	"7 it refused the request, 8 its verdict is not positive.\n";

static int usage(const char *why)
{
	return say_error(AGENT_USAGE, "%s; cordon-agent --help lists the commands", why);
}

/* ---- the commands: arguments behind the name, count of them, and options ---- */

static int info(char **arguments, int count, const struct options *options)
{
	static const char *const names[INFO_COUNT] = {
		"version", "registers", "extendable", "hash", "forms", "slice", "events",
		"events not recorded", "log in CBOR", "log in TCG's form",
		"flags for evidence",
	};
	int err = AGENT_OK;

	(void)arguments, (void)count, (void)options;
	for (uint32_t i = 0; err == AGENT_OK && i < INFO_COUNT; i++) {
		uint64_t value;

		err = device_value(CORDON_INFO, i, &value);
		if (err == AGENT_OK) {
			printf("%s: %llu\n", names[i], (unsigned long long)value);
		}
	}
	return err;
}

static int registers(char **arguments, int count, const struct options *options)
{
	uint8_t value[CORDON_DIGEST];
	uint64_t number;
	int err = device_value(CORDON_INFO, REGISTERS_INFO, &number);

	(void)arguments, (void)count, (void)options;
	for (uint32_t i = 0; err == AGENT_OK && i < number; i++) {
		err = device_read(i, value);
		if (err == AGENT_OK) {
			printf("%u ", i);
			hex_print(value, sizeof(value));
		}
	}
	return err;
}

/* A small number in the way that a command has its index. */
static bool number_of(const char *text, unsigned long limit, uint32_t *out)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	*out = (uint32_t)value;
	return errno == 0 && end != text && *end == '\0' && value <= limit;
}

static int extend(char **arguments, int count, const struct options *options)
{
	uint8_t digest[CORDON_DIGEST];
	uint32_t index;
	int err = AGENT_OK;

	if (count < 1 || !number_of(arguments[0], UINT32_MAX, &index)) {
		return usage("name the register");
	}
	if (options->file != NULL) {
		struct bytes file;

		err = file_read(options->file, AGENT_LOG_MAX * 256UL, &file);
		if (err == AGENT_OK) {
			err = digest_of(&file, digest);
			free(file.data);
		}
	} else if (count < 2 || hex_read(arguments[1], digest, sizeof(digest)) != CORDON_DIGEST) {
		return usage("a register is extended by 48 bytes in hex, or by --file");
	}
	return err == AGENT_OK ? device_extend(index, digest) : err;
}

static int show_log(char **arguments, int count, const struct options *options)
{
	bool tcg = options->form != NULL && strcmp(options->form, "tcg") == 0;
	struct bytes log;
	int err;

	(void)arguments, (void)count;
	if (options->form != NULL && !tcg && strcmp(options->form, "cbor") != 0) {
		return usage("the log has the forms cbor and tcg");
	}
	err = device_log(tcg ? 1 : 0, &log);
	if (err == AGENT_OK) {
		err = file_write(options->out, log.data, log.size);
		free(log.data);
	}
	return err;
}

static int evidence(char **arguments, int count, const struct options *options)
{
	uint8_t bytes[CORDON_NONCE_MAX];
	struct bytes nonce = { .data = bytes }, cnf = { .size = 0 }, token;
	long size = options->nonce == NULL ? -1 : hex_read(options->nonce, bytes, sizeof(bytes));
	int err = AGENT_OK;

	(void)arguments, (void)count;
	if (size < NONCE_MIN) {
		return usage("evidence needs --nonce with 8 to 64 bytes in hex");
	}
	nonce.size = (size_t)size;
	if (options->cnf != NULL) {
		err = file_read(options->cnf, CORDON_CNF_MAX, &cnf);
	}
	if (err == AGENT_OK) {
		err = device_evidence(&nonce, &cnf, &token);
		free(cnf.data);
	}
	if (err == AGENT_OK) {
		err = file_write(options->out, token.data, token.size);
		free(token.data);
	}
	return err;
}

static int certificate(char **arguments, int count, const struct options *options)
{
	struct bytes der;
	uint32_t index;
	int err;

	if (count < 1 || !number_of(arguments[0], 2, &index)) {
		return usage("name the certificate: 0, 1 or 2");
	}
	err = device_certificate(index, &der);
	if (err == AGENT_OK) {
		err = file_write(options->out, der.data, der.size);
		free(der.data);
	}
	return err;
}

static int seal(char **arguments, int count, const struct options *options)
{
	struct cordon_seal s = { .svn = (uint32_t)options->svn };
	int err;

	(void)arguments, (void)count;
	if (options->label == NULL || strlen(options->label) > sizeof(s.label)) {
		return usage("seal needs --label with at most 32 bytes");
	}
	memcpy(s.label, options->label, strlen(options->label));
	err = device_seal(&s);
	return err == AGENT_OK ? file_write(options->out, s.key, sizeof(s.key)) : err;
}

static int report(char **arguments, int count, const struct options *options)
{
	struct cordon_report r = { .data = { 0 } };
	int err;

	(void)arguments, (void)count;
	if (options->data != NULL && hex_read(options->data, r.data, sizeof(r.data)) < 0) {
		return usage("a report has at most 64 bytes of data, in hex");
	}
	err = device_report(&r);
	return err == AGENT_OK ? file_write(options->out, (uint8_t *)&r, sizeof(r)) : err;
}

static int verify(char **arguments, int count, const struct options *options)
{
	struct cordon_report r;
	struct bytes file;
	int err;

	(void)options;
	if (count < 1) {
		return usage("name the file of the report");
	}
	err = file_read(arguments[0], sizeof(r), &file);
	if (err != AGENT_OK) {
		return err;
	}
	if (file.size != sizeof(r)) {
		free(file.data);
		return say_error(AGENT_FILE, "%s is not a report", arguments[0]);
	}
	memcpy(&r, file.data, sizeof(r));
	free(file.data);
	err = device_verify(&r);
	if (err == AGENT_OK) {
		puts("the report is of this machine and this boot's monitor");
	}
	return err;
}

static int status(char **arguments, int count, const struct options *options)
{
	static const char *const names[STATUS_COUNT] = {
		"slot", "pending", "confirmed", "counter", "identity class", "svn",
		"firmware stopped",
	};
	int err = AGENT_OK;

	(void)arguments, (void)count, (void)options;
	for (uint32_t i = 0; err == AGENT_OK && i < STATUS_COUNT; i++) {
		uint64_t value;

		err = device_value(CORDON_STATUS, i, &value);
		if (err == AGENT_OK) {
			printf("%s: %llu\n", names[i], (unsigned long long)value);
		}
	}
	return err;
}

/* Whether it is one that may start, stage 0 will see. */
static int update(char **arguments, int count, const struct options *options)
{
	struct bytes file;
	int err;

	(void)options;
	if (count < 1) {
		return usage("name the file of the bundle");
	}
	err = file_read(arguments[0], AGENT_UPDATE_MAX, &file);
	if (err != AGENT_OK) {
		return err;
	}
	if (file.size == 0 || file.size % 4 != 0) {
		err = say_error(AGENT_FILE, "%s is not a bundle", arguments[0]);
	} else {
		err = device_update(&file);
	}
	free(file.data);
	if (err == AGENT_OK) {
		puts("staged: the next start tries it; confirm there, or the one after is as now");
	}
	return err;
}

static int confirm(char **arguments, int count, const struct options *options)
{
	uint64_t counter;
	int err = device_confirm(&counter);

	(void)arguments, (void)count, (void)options;
	if (err == AGENT_OK) {
		printf("confirmed: nothing below security version %llu starts any more\n",
		       (unsigned long long)counter);
	}
	return err;
}

static int answer(char **arguments, int count, const struct options *options)
{
	if (count < 1) {
		return usage("name the verifier: https://HOST:PORT");
	}
	return answer_challenge(arguments[0], options);
}

/* ---- the command line ---- */

struct command {
	const char *name;
	int (*run)(char **arguments, int count, const struct options *options);
};

static const struct command commands[] = {
	{ "info", info }, { "registers", registers }, { "extend", extend }, { "log", show_log },
	{ "evidence", evidence }, { "certificate", certificate }, { "seal", seal },
	{ "report", report }, { "verify", verify }, { "status", status }, { "answer", answer },
	{ "update", update }, { "confirm", confirm },
};

static const char **option_of(struct options *options, int letter)
{
	switch (letter) {
	case 'n': return &options->nonce;
	case 'o': return &options->out;
	case 'f': return &options->form;
	case 'i': return &options->file;
	case 'c': return &options->cnf;
	case 'l': return &options->label;
	case 'd': return &options->data;
	case 'a': return &options->ca;
	case 'm': return &options->name;
	default: return NULL;
	}
}

/* false: an option is not known, or has no value. */
static bool parse(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{ "nonce", 1, NULL, 'n' }, { "out", 1, NULL, 'o' }, { "form", 1, NULL, 'f' },
		{ "file", 1, NULL, 'i' }, { "cnf", 1, NULL, 'c' }, { "label", 1, NULL, 'l' },
		{ "data", 1, NULL, 'd' }, { "ca", 1, NULL, 'a' }, { "name", 1, NULL, 'm' },
		{ "svn", 1, NULL, 's' }, { "no-verify", 0, NULL, 'x' }, { NULL, 0, NULL, 0 },
	};
	int letter;

	while ((letter = getopt_long(argc, argv, "", known, NULL)) != -1) {
		uint32_t svn = 0;

		if (option_of(options, letter) != NULL) {
			*option_of(options, letter) = optarg;
		} else if (letter == 's' && number_of(optarg, UINT32_MAX, &svn)) {
			options->svn = svn;
		} else if (letter == 'x') {
			options->no_verify = true;
		} else {
			return false;
		}
	}
	return true;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };

	if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)) {
		fputs(help, stdout);
		return AGENT_OK;
	}
	if (argc < 2 || !parse(argc - 1, argv + 1, &options)) {
		return usage("that is no command");
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name) == 0) {
			int err = device_open();

			return err != AGENT_OK ? err : commands[i].run(argv + 1 + optind,
								       argc - 1 - optind,
								       &options);
		}
	}
	return usage("that is no command");
}
