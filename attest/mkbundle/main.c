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
	const char *sign_key;
	const char *hss_key;
	const char *hss_signature;
	const char *hss_message; /* where what HSS has to sign is written, instead of a bundle */
	uint64_t svn;
	const char *version;
	const char *payload;
	const char *payload_addr; /* as given */
};

static void print_usage(FILE *to)
{
	(void)fputs("usage: mkbundle -m MONITOR.elf -f FIRMWARE.{elf,bin} -o OUT.bin [options]\n"
		    "       mkbundle --verify BUNDLE.bin\n"
		    "  -a ADDR      load address of a raw firmware (0x80000000)\n"
		    "  -e ADDR      entry of the firmware, instead of its own\n"
		    "  -b BOARD     name of the board (the monitor's)\n"
		    "  -p POLICIES  the policies, in the order they judge (the monitor's)\n"
		    "  -n NAME      name of the firmware (its file name)\n"
		    "  -k KEY.pem   private key of P-384 that signs (the TEST key)\n"
		    "  -s SVN       security version, 0 to 255 (0)\n"
		    "  -v VERSION   version of the bundle, a text (unreleased)\n"
		    "  --payload FILE               the only payload that may start: a Linux image "
		    "or raw binary\n"
		    "  --payload-addr ADDR          where it lies (0x80200000)\n"
		    "  --hss-key KEY.pub            public key of a second signer, HSS-LMS\n"
		    "  --hss-message OUT            write what that one has to sign, no bundle\n"
		    "  --hss-signature SIGNATURE    its signature\n", to);
}

static uint64_t parse_number(const char *text, const char *option)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno != 0 || end == text || *end != '\0' || text[0] == '-') {
		die(EXIT_USAGE, "%s wants a number such as 0x80000000, not \"%s\"", option, text);
	}
	return value;
}

enum long_option {
	OPTION_VERIFY = 256,
	OPTION_HSS_KEY,
	OPTION_HSS_MESSAGE,
	OPTION_HSS_SIGNATURE,
	OPTION_PAYLOAD,
	OPTION_PAYLOAD_ADDR,
};

static void take_signing_option(struct arguments *a, int option, const char *value)
{
	switch (option) {
	case 'k': a->sign_key = value; break;
	case 'v': a->version = value; break;
	case OPTION_HSS_KEY: a->hss_key = value; break;
	case OPTION_HSS_MESSAGE: a->hss_message = value; break;
	case OPTION_HSS_SIGNATURE: a->hss_signature = value; break;
	case OPTION_PAYLOAD: a->payload = value; break;
	case OPTION_PAYLOAD_ADDR: a->payload_addr = value; break;
	case 's':
		a->svn = parse_number(value, "-s");
		break;
	default:
		print_usage(stderr);
		exit(EXIT_USAGE);
	}
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
	case OPTION_VERIFY: a->verify = value; break;
	case 'a':
		a->options.has_addr = true;
		a->options.addr = parse_number(value, "-a");
		break;
	case 'e':
		a->options.has_entry = true;
		a->options.entry = parse_number(value, "-e");
		break;
	case 'h':
		print_usage(stdout);
		exit(EXIT_SUCCESS);
	default: take_signing_option(a, option, value); break;
	}
}

/* What was given together has a sense together. */
static void check_arguments(const struct arguments *a)
{
	if (a->verify != NULL) {
		return;
	}
	if (a->monitor == NULL || a->firmware == NULL ||
	    (a->output == NULL && a->hss_message == NULL)) {
		die(EXIT_USAGE, "-m, -f and -o are all needed; see mkbundle --help");
	}
	if (a->payload_addr != NULL && a->payload == NULL) {
		die(EXIT_USAGE, "--payload-addr goes with --payload; see mkbundle --help");
	}
	if (a->svn > MANIFEST_SVN_MAX) {
		die(EXIT_USAGE, "-s wants a security version of at most %u", MANIFEST_SVN_MAX);
	}
	if ((a->hss_key != NULL) != (a->hss_message != NULL || a->hss_signature != NULL) ||
	    (a->hss_message != NULL && a->hss_signature != NULL)) {
		die(EXIT_USAGE, "--hss-key goes with either --hss-message or --hss-signature; "
		    "see mkbundle --help");
	}
}

static struct arguments parse_arguments(int argc, char **argv)
{
	static const struct option long_options[] = {
		{"verify", required_argument, NULL, OPTION_VERIFY},
		{"hss-key", required_argument, NULL, OPTION_HSS_KEY},
		{"hss-message", required_argument, NULL, OPTION_HSS_MESSAGE},
		{"hss-signature", required_argument, NULL, OPTION_HSS_SIGNATURE},
		{"payload", required_argument, NULL, OPTION_PAYLOAD},
		{"payload-addr", required_argument, NULL, OPTION_PAYLOAD_ADDR},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	struct arguments a = {.version = "unreleased"};
	int option;

	while ((option = getopt_long(argc, argv, "m:f:o:b:p:n:a:e:k:s:v:h", long_options,
				     NULL)) != -1) {
		take_option(&a, option, optarg);
	}
	if (optind != argc) {
		die(EXIT_USAGE, "\"%s\" is not an option; see mkbundle --help", argv[optind]);
	}
	check_arguments(&a);
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

/* What the monitor says of itself goes into the bundle; who says something else is mistaken. */
static const char *agree(const char *what, const char *given, const struct monitor *m,
			 const char *own)
{
	if (m->traits.magic == 0) {
		return given != NULL ? given : "";
	}
	if (given != NULL && strcmp(given, own) != 0) {
		die(EXIT_MONITOR, "the monitor is built for the %s \"%s\", not \"%s\"; leave "
		    "that option out", what, own, given);
	}
	return own;
}

/* A bundle that its own monitor will not start is not made. */
static void check_signer(const struct signer *s, const struct monitor *m)
{
	struct manifest_key room[KEYS_MAX];
	struct keys keys = traits_keys(&m->traits, room);

	if (m->traits.magic == 0) {
		return;
	}
	if ((m->traits.flags & IMAGE_TRAIT_DEBUG) != 0 && !s->is_test) {
		die(EXIT_KEY, "the monitor is a debug image, which only the TEST key may sign; "
		    "build it without SWITCHES and SELFTEST");
	}
	for (unsigned int i = 0; i < s->count; i++) {
		if (keys_find(&keys, s->public[i].kid) == NULL) {
			die(EXIT_KEY, "the monitor does not authorise the %skey that is to sign; "
			    "build it with KEYS= of its public half", i == 0 ? "" : "HSS ");
		}
	}
	if (s->count == 1 && keys_have(&keys, KEY_HSS)) {
		die(EXIT_KEY, "the monitor wants an HSS signature, too; give --hss-key");
	}
}

static struct signer signer_of(const struct arguments *a, const struct monitor *m)
{
	struct signer s = {.svn = a->svn, .version = a->version};

	signer_take_key(&s, a->sign_key);
	if (a->hss_key != NULL) {
		signer_take_hss_key(&s, a->hss_key);
	}
	if (a->hss_signature != NULL) {
		signer_take_hss(&s, a->hss_signature);
	}
	if (a->payload != NULL) {
		signer_bind_payload(&s, a->payload, a->payload_addr == NULL
				    ? PAYLOAD_DEFAULT_ADDR
				    : parse_number(a->payload_addr, "--payload-addr"));
	}
	check_signer(&s, m);
	return s;
}

static void write_result(const struct arguments *a, const struct signer *signer,
			 const struct blob *bundle)
{
	struct blob message;

	if (a->hss_message == NULL) {
		file_write(a->output, bundle->bytes, bundle->len);
		return;
	}
	message = signer_hss_message(signer, bundle);
	file_write(a->hss_message, message.bytes, message.len);
	free(message.bytes);
}

static void build(const struct arguments *a)
{
	struct blob monitor_file = file_read(a->monitor);
	struct blob firmware_file = file_read(a->firmware);
	struct names names = a->names;
	struct monitor monitor = monitor_load(&monitor_file);
	struct firmware firmware = firmware_load(&firmware_file, &a->options);
	struct signer signer = signer_of(a, &monitor);
	struct blob bundle;

	if (names.firmware == NULL) {
		names.firmware = base_name(a->firmware);
	}
	names.board = agree("board", names.board, &monitor, monitor.traits.board);
	names.policies = agree("policies", names.policies, &monitor, monitor.traits.policies);
	bundle = bundle_build(&monitor, &firmware, &names, &signer);
	write_result(a, &signer, &bundle);
	wipe(&signer.key, sizeof(signer.key));
	free(signer.hss.bytes);
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
