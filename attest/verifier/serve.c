/* SPDX-License-Identifier: Apache-2.0 */
/* cordon serve: the command line. */
#include "attest/verifier/serve.h"

#include "attest/verifier/store.h"

#include <ctype.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
	"cordon serve [--listen ADDRESS:PORT] [--view ADDRESS:PORT|none] [--store FILE|URL]\n"
	"             --root FILE --refval FILE [--signer FILE] [--policy FILE]\n"
	"             [--allow-insecure-identity] [--open] [--ttl SECONDS] [--keep NUMBER]\n"
	"             [--cert FILE --key FILE] [--name HOST]\n"
	"    gives nonces to devices and judges their evidence, until it is interrupted\n"
	"cordon serve [--store FILE|URL] --enrol ID [--device-name NAME] | --remove ID |\n"
	"             --revoke device:ID|signer:ID [--reason TEXT] |\n"
	"             --unrevoke device:ID|signer:ID\n"
	"    changes the store, also while servers run\n"
	"Defaults: --listen 127.0.0.1:8443 --view 127.0.0.1:8444 --store cordon-serve.db\n"
	"          --cert serve-cert.pem --key serve-key.pem (made if not there) --ttl 300\n"
	"          --keep 100 (results of each device)\n"
	"A store postgres://... may be used by many servers at once.\n"
	"Exit codes: 0 done, 1 usage, 2 to 7 as of cordon verify for files that are named,\n"
	"8 store, 9 certificate, 10 cannot listen, 12 no such device or entry.\n";

int serve_say(int code, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fputs("cordon serve: ", stderr);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
	va_end(list);
	return code;
}

/* ---- changes of the store ---- */

struct change {
	const char *enrol, *name, *remove, *revoke, *unrevoke, *reason;
};

static bool is_hex(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (!isdigit((unsigned char)text[i]) && (text[i] < 'a' || text[i] > 'f')) {
			return false;
		}
	}
	return text[size] == '\0';
}

/* device:ID or signer:ID; the kind, and *id behind it; NULL if it is neither. */
static const char *kind_of(const char *what, const char **id)
{
	bool device = strncmp(what, "device:", 7) == 0;

	*id = what + 7;
	if (!device && strncmp(what, "signer:", 7) != 0) {
		return NULL;
	}
	if (!is_hex(*id, device ? STORE_ID : SERVE_SIGNER)) {
		return NULL;
	}
	return device ? "device" : "signer";
}

static int told(enum store_status status)
{
	switch (status) {
	case STORE_OK:
		return SERVE_OK;
	case STORE_UNKNOWN:
		return serve_say(SERVE_UNKNOWN, "the store has no such entry");
	default:
		return SERVE_STORE;
	}
}

static int change_revocation(struct store *s, const struct change *c)
{
	const char *id, *kind = kind_of(c->revoke != NULL ? c->revoke : c->unrevoke, &id);

	if (kind == NULL) {
		return serve_say(SERVE_USAGE, "name what is revoked as device: and 66, or "
				 "signer: and 96 lower-case hex digits");
	}
	if (c->revoke != NULL) {
		return told(store_revoke(s, kind, id, c->reason));
	}
	return told(store_unrevoke(s, kind, id));
}

static int change_store(struct store *s, const struct change *c)
{
	const char *id = c->enrol != NULL ? c->enrol : c->remove;

	if (id == NULL) {
		return change_revocation(s, c);
	}
	if (!is_hex(id, STORE_ID)) {
		return serve_say(SERVE_USAGE, "a device's id is 66 lower-case hex digits");
	}
	if (c->enrol != NULL) {
		return told(store_enrol(s, id, c->name != NULL ? c->name : id));
	}
	return told(store_remove(s, id));
}

/* ---- the command line ---- */

static const char **text_option(struct serve_options *o, struct change *c, int letter)
{
	switch (letter) {
	case 'l': return &o->listen;
	case 'v': return &o->view;
	case 's': return &o->store;
	case 'c': return &o->cert;
	case 'k': return &o->key;
	case 'n': return &o->name;
	case 'r': return &o->judge.root;
	case 'f': return &o->judge.refval;
	case 'g': return &o->judge.signer;
	case 'p': return &o->judge.policy;
	case 'E': return &c->enrol;
	case 'N': return &c->name;
	case 'R': return &c->remove;
	case 'V': return &c->revoke;
	default: break;
	}
	return letter == 'U' ? &c->unrevoke : letter == 'W' ? &c->reason : NULL;
}

static bool set_number(int *out, const char *text, int limit)
{
	char *end;
	long value = strtol(text, &end, 10);

	*out = (int)value;
	return end != text && *end == '\0' && value > 0 && value <= limit;
}

static bool set_option(struct serve_options *o, struct change *c, int letter)
{
	const char **text = text_option(o, c, letter);

	if (text != NULL) {
		*text = optarg;
		return true;
	}
	switch (letter) {
	case 't':
		return set_number(&o->ttl, optarg, 86400);
	case 'K':
		return set_number(&o->keep, optarg, INT_MAX);
	case 'o':
		o->open = true;
		return true;
	case 'i':
		o->judge.allow_insecure = true;
		return true;
	default:
		return false;
	}
}

static bool parse(int argc, char **argv, struct serve_options *o, struct change *c)
{
	static const struct option known[] = {
		{ "listen", 1, NULL, 'l' }, { "view", 1, NULL, 'v' }, { "store", 1, NULL, 's' },
		{ "cert", 1, NULL, 'c' }, { "key", 1, NULL, 'k' }, { "name", 1, NULL, 'n' },
		{ "root", 1, NULL, 'r' }, { "refval", 1, NULL, 'f' }, { "signer", 1, NULL, 'g' },
		{ "policy", 1, NULL, 'p' }, { "ttl", 1, NULL, 't' }, { "keep", 1, NULL, 'K' },
		{ "open", 0, NULL, 'o' }, { "allow-insecure-identity", 0, NULL, 'i' },
		{ "enrol", 1, NULL, 'E' }, { "device-name", 1, NULL, 'N' },
		{ "remove", 1, NULL, 'R' }, { "revoke", 1, NULL, 'V' },
		{ "unrevoke", 1, NULL, 'U' }, { "reason", 1, NULL, 'W' }, { NULL, 0, NULL, 0 },
	};
	int letter;

	optind = 1;
	while ((letter = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (!set_option(o, c, letter)) {
			return false;
		}
	}
	return optind == argc;
}

static int serve(const struct serve_options *o)
{
	struct store *store;
	int code = serve_judge_open(&o->judge);

	if (code != 0) {
		return code;
	}
	store = store_open(o->store);
	if (store == NULL) {
		return SERVE_STORE;
	}
	code = serve_run(o, store);
	store_close(store);
	return code;
}

int cmd_serve(int argc, char **argv)
{
	struct change change = { .reason = "" };
	struct serve_options options = {
		.listen = "127.0.0.1:8443", .view = "127.0.0.1:8444",
		.store = "cordon-serve.db", .cert = "serve-cert.pem", .key = "serve-key.pem",
		.name = "localhost", .ttl = 300, .keep = 100,
	};
	struct store *store;
	int code, changes;

	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		fputs(help, stdout);
		return SERVE_OK;
	}
	if (!parse(argc, argv, &options, &change)) {
		return serve_say(SERVE_USAGE, "cordon serve --help lists the options");
	}
	changes = (change.enrol != NULL) + (change.remove != NULL) + (change.revoke != NULL) +
		  (change.unrevoke != NULL);
	if (changes == 0) {
		return serve(&options);
	}
	if (changes > 1) {
		return serve_say(SERVE_USAGE, "name one change of the store at a time");
	}
	store = store_open(options.store);
	if (store == NULL) {
		return SERVE_STORE;
	}
	code = change_store(store, &change);
	store_close(store);
	return code;
}
