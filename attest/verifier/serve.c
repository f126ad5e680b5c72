/* SPDX-License-Identifier: Apache-2.0 */
/* cordon serve: the command line. */
#include "attest/verifier/serve.h"

#include "attest/verifier/store.h"

#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	if (status == STORE_UNKNOWN) {
		return serve_say(SERVE_UNKNOWN, "the store has no such entry");
	}
	return status == STORE_OK ? CORDON_OK : SERVE_STORE;
}

static int change_revocation(struct store *s, const struct change *c)
{
	const char *id, *kind = kind_of(c->revoke != NULL ? c->revoke : c->unrevoke, &id);

	if (kind == NULL) {
		return serve_say(CORDON_USAGE, "name what is revoked as device: and 66, or "
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
		return serve_say(CORDON_USAGE, "a device's id is 66 lower-case hex digits");
	}
	if (c->enrol != NULL) {
		return told(store_enrol(s, id, c->name != NULL ? c->name : id));
	}
	return told(store_remove(s, id));
}

/* ---- the command line ---- */

/* A number that is there, or the default. */
static int number_of(const struct option_number *n, const char *name, int otherwise)
{
	if (n->given && (n->value == 0 || n->value > INT_MAX)) {
		die(CORDON_USAGE, "--%s is a number from 1 to %d", name, INT_MAX);
	}
	return n->given ? (int)n->value : otherwise;
}

static void parse(int argc, char **argv, struct serve_options *o, struct change *c)
{
	struct option_number ttl = { .given = false }, keep = { .given = false };
	struct serve_judge_options *j = &o->judge;
	const struct option_row rows[] = {
		{ "listen", OPTION_TEXT, &o->listen, "ADDRESS:PORT for devices (127.0.0.1:8443)" },
		{ "view", OPTION_TEXT, &o->view,
		  "ADDRESS:PORT for pages (127.0.0.1:8444), or none" },
		{ "store", OPTION_TEXT, &o->store, "FILE (cordon-serve.db), or postgres://..." },
		{ "cert", OPTION_TEXT, &o->cert,
		  "PEM for TLS (serve-cert.pem; made if not there)" },
		{ "key", OPTION_TEXT, &o->key, "PEM of its key (serve-key.pem)" },
		{ "name", OPTION_TEXT, &o->name, "HOST or address for a certificate that is made" },
		{ "ttl", OPTION_NUMBER, &ttl, "SECONDS in which a nonce is answered (300)" },
		{ "keep", OPTION_NUMBER, &keep, "N results are kept of a device (100)" },
		{ "open", OPTION_FLAG, &o->open, "enrol every device that passes" },
		{ "ref", OPTION_TEXT, &j->ref, "FILE: signed reference values (CoRIM)" },
		{ "ref-key", OPTION_TEXT, &j->ref_key, "PEM: public key of their signer" },
		{ "root", OPTION_LIST, &j->roots, "FILE: certificates of roots; repeatable" },
		{ "require-policy", OPTION_LIST, &j->policies,
		  "NAME that must enforce; repeatable" },
		{ "min-svn", OPTION_NUMBER, &j->min_svn,
		  "N: least security version of the monitor" },
		{ "max-denials", OPTION_NUMBER, &j->max_denials, "N: most actions denied" },
		{ "allow-insecure-identity", OPTION_FLAG, &j->insecure,
		  "believe devices without a protected secret" },
		{ "allow-debug", OPTION_FLAG, &j->debug, "accept TEST keys and debug mode" },
		{ "allow-dropped", OPTION_FLAG, &j->dropped,
		  "accept events that were not recorded" },
		{ "any-firmware", OPTION_FLAG, &j->any_firmware,
		  "accept any firmware that sandbox encloses" },
		{ "require-recheck", OPTION_FLAG, &j->recheck,
		  "the firmware's code must have been looked at again" },
		{ "enrol", OPTION_TEXT, &c->enrol, "ID: take this device up, and end" },
		{ "device-name", OPTION_TEXT, &c->name, "NAME by which pages call it" },
		{ "remove", OPTION_TEXT, &c->remove, "ID: forget this device, and end" },
		{ "revoke", OPTION_TEXT, &c->revoke, "device:ID or signer:ID, and end" },
		{ "reason", OPTION_TEXT, &c->reason, "TEXT: why it is revoked" },
		{ "unrevoke", OPTION_TEXT, &c->unrevoke, "device:ID or signer:ID, and end" },
		{ NULL, OPTION_FLAG, NULL, NULL },
	};

	options_end(argc, argv, options_parse(argc, argv, rows, ""));
	o->ttl = number_of(&ttl, "ttl", 300);
	o->keep = number_of(&keep, "keep", 100);
}

static int serve(const struct serve_options *o)
{
	struct store *store;
	int code;

	option_need(o->judge.ref, "serve", "ref");
	option_need(o->judge.ref_key, "serve", "ref-key");
	if (o->judge.roots.count == 0 && !o->judge.insecure) {
		die(CORDON_USAGE, "serve needs --root: certificates that may certify devices");
	}
	serve_judge_open(&o->judge);
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
		.name = "localhost",
	};
	struct store *store;
	int code, changes;

	parse(argc, argv, &options, &change);
	changes = (change.enrol != NULL) + (change.remove != NULL) + (change.revoke != NULL) +
		  (change.unrevoke != NULL);
	if (changes == 0) {
		return serve(&options);
	}
	if (changes > 1) {
		return serve_say(CORDON_USAGE, "name one change of the store at a time");
	}
	store = store_open(options.store);
	if (store == NULL) {
		return SERVE_STORE;
	}
	code = change_store(store, &change);
	store_close(store);
	return code;
}
