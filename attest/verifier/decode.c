/* SPDX-License-Identifier: Apache-2.0 */
/* cordon decode: what is in a file, for people. Nothing is judged but the form. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bundle_file.h"
#include "decode.h"
#include "item.h"
#include "log.h"
#include "options.h"

#include "chain.h"

static void print_items(struct cursor *c, uint64_t count, bool map, FILE *to);

/* Diagnostic notation (RFC 8949, 8), on one line. */
static void print_item(struct cursor *c, FILE *to)
{
	switch (cursor_peek(c)) {
	case ITEM_UINT: (void)fprintf(to, "%" PRIu64, cursor_uint(c)); break;
	case ITEM_NEGATIVE: (void)fprintf(to, "%" PRId64, cursor_int(c)); break;
	case ITEM_BYTES:
		(void)fputs("h'", to);
		hex_print(to, cursor_bytes(c));
		(void)fputc('\'', to);
		break;
	case ITEM_TEXT:
		(void)fputc('"', to);
		text_print(to, cursor_text(c));
		(void)fputc('"', to);
		break;
	case ITEM_ARRAY: print_items(c, cursor_array(c), false, to); break;
	case ITEM_MAP: print_items(c, cursor_map(c), true, to); break;
	case ITEM_TAG:
		(void)fprintf(to, "%" PRIu64 "(", cursor_tag(c));
		print_item(c, to);
		(void)fputc(')', to);
		break;
	case ITEM_SIMPLE: {
		struct span s = cursor_skip(c);

		(void)fputs(s.data[0] == 0xf4 ? "false" : s.data[0] == 0xf5 ? "true" : "null", to);
		break;
	}
	case ITEM_END: break;
	}
}

static void print_items(struct cursor *c, uint64_t count, bool map, FILE *to)
{
	(void)fputc(map ? '{' : '[', to);
	for (uint64_t i = 0; !c->failed && i < count; i++) {
		(void)fputs(i == 0 ? "" : ", ", to);
		print_item(c, to);
		if (map) {
			(void)fputs(": ", to);
			print_item(c, to);
		}
	}
	(void)fputc(map ? '}' : ']', to);
}

void decode_item(struct span item, FILE *to)
{
	struct cursor c = cursor_at(item);

	print_item(&c, to);
}

/* What keys of maps are called. */
struct label {
	int64_t key;
	const char *name;
};

static const struct label claim_labels[] = {
	{8, "cnf"}, {10, "nonce"}, {256, "ueid"}, {258, "oemid"}, {259, "hwmodel"},
	{261, "uptime"}, {262, "oemboot"}, {263, "dbgstat"}, {265, "profile"},
	{267, "bootcount"}, {268, "bootseed"}, {2399, "components"}, {-70001, "requester"},
	{-70002, "counters"}, {-70003, "log"}, {-70004, "identity class"}, {-70005, "policies"},
	{-70006, "isolation"}, {-70007, "crypto"}, {-70008, "firmware"}, {-70009, "update"},
	{-70010, "registers"}, {-70011, "firmware code"}, {0, NULL},
};

static const struct label manifest_labels[] = {
	{1, "format"}, {2, "name"}, {3, "version"}, {4, "svn"}, {5, "platform"},
	{6, "monitor"}, {7, "policies"}, {8, "segments"}, {9, "entry"}, {10, "flags"},
	{11, "payload"}, {12, "sealing svn"}, {13, "relocations"}, {0, NULL},
};

static void print_label(const struct label *labels, int64_t key)
{
	while (labels->name != NULL && labels->key != key) {
		labels++;
	}
	if (labels->name == NULL) {
		(void)printf("%" PRId64 " ", key);
	} else {
		(void)printf("%-14s ", labels->name);
	}
}

/* An array longer than this gets a line for each entry. */
#define LONG_ITEM 60u

static void print_entries(struct span item)
{
	struct cursor c = cursor_at(item);
	uint64_t count = cursor_array(&c);

	for (uint64_t i = 0; !c.failed && i < count; i++) {
		(void)printf("\n    ");
		print_item(&c, stdout);
	}
	(void)putchar('\n');
}

/* A map with integer keys, a line for each. */
static void print_map(struct span bytes, const struct label *labels)
{
	struct cursor c = cursor_at(bytes);
	uint64_t count = cursor_map(&c);

	for (uint64_t i = 0; !c.failed && i < count; i++) {
		int64_t key = cursor_int(&c);
		struct span value = cursor_skip(&c);

		if (c.failed) {
			break;
		}
		(void)printf("  ");
		print_label(labels, key);
		if (value.data[0] >> 5 == ITEM_ARRAY && value.len > LONG_ITEM) {
			print_entries(value);
		} else {
			decode_item(value, stdout);
			(void)putchar('\n');
		}
	}
	if (c.failed) {
		(void)printf("  (a map with other keys than numbers)\n");
	}
}

static void print_certificate(const char *name, struct span der)
{
	const uint8_t *at = der.data;
	X509 *cert = d2i_X509(NULL, &at, (long)der.len);
	char *subject;
	char *issuer;

	if (cert == NULL) {
		(void)printf("  %-14s %zu bytes that are no certificate\n", name, der.len);
		return;
	}
	subject = X509_NAME_oneline(X509_get_subject_name(cert), NULL, 0);
	issuer = X509_NAME_oneline(X509_get_issuer_name(cert), NULL, 0);
	(void)printf("  %-14s ", name);
	text_print(stdout, span_text(subject == NULL ? "?" : subject));
	(void)printf("\n  %-14s ", "  issued by");
	text_print(stdout, span_text(issuer == NULL ? "?" : issuer));
	(void)putchar('\n');
	OPENSSL_free(subject);
	OPENSSL_free(issuer);
	X509_free(cert);
}

static void print_payload(struct span payload, const struct label *labels)
{
	const char *fault = item_fault(payload);

	if (fault != NULL) {
		die(CORDON_MALFORMED, "the signed content is malformed: %s", fault);
	}
	if (payload.data[0] >> 5 == ITEM_MAP) {
		print_map(payload, labels);
	} else {
		(void)printf("  ");
		decode_item(payload, stdout);
		(void)putchar('\n');
	}
}

static void print_header(const struct sign1 *m)
{
	(void)printf("  %-14s %" PRId64 "%s\n", "algorithm", m->algorithm,
		     m->algorithm == COSE_ES384 ? " (ES384)" : "");
	(void)printf("  %-14s ", "content type");
	decode_item(m->content, stdout);
	(void)printf("\n  %-14s ", "key");
	hex_print(stdout, m->kid);
	(void)putchar('\n');
}

/* Reference values: the CoMIDs are byte strings, of which the content is shown. */
static void print_corim(struct span payload)
{
	struct cursor c = cursor_at(payload);
	uint64_t tags;

	if (item_fault(payload) != NULL || cursor_tag(&c) != CORIM_TAG || c.failed) {
		die(CORDON_MALFORMED, "the signed content is not a CoRIM");
	}
	(void)cursor_map(&c);
	if (cursor_take_key(&c, 0)) {
		(void)printf("  %-14s ", "id");
		print_item(&c, stdout);
		(void)putchar('\n');
	}
	tags = cursor_take_key(&c, 1) ? cursor_array(&c) : 0;
	for (uint64_t i = 0; !c.failed && i < tags; i++) {
		uint64_t tag = cursor_tag(&c);
		struct span bytes = cursor_bytes(&c);

		(void)printf("  %-14s ", tag == CORIM_TAG_COMID ? "CoMID" : "tag");
		decode_item(item_fault(bytes) == NULL ? bytes : (struct span){NULL, 0}, stdout);
		(void)putchar('\n');
	}
}

static void decode_sign1(struct span bytes)
{
	static const char *const names[CHAIN_LEN] = {"attestation", "monitor", "device"};
	struct sign1 m;
	const char *fault = sign1_parse(bytes, &m);

	if (fault != NULL) {
		die(CORDON_MALFORMED, "the COSE_Sign1 is malformed: %s", fault);
	}
	(void)printf("%s, %zu bytes; nothing is verified\n",
		     m.has_chain ? "token" : "reference values", bytes.len);
	print_header(&m);
	for (int i = 0; m.has_chain && i < CHAIN_LEN; i++) {
		print_certificate(names[i], m.chain[i]);
	}
	if (m.has_chain) {
		print_payload(m.payload, claim_labels);
	} else {
		print_corim(m.payload);
	}
}

static void decode_manifest(struct span bytes)
{
	struct manifest m;
	const char *fault = manifest_parse(bytes, &m);

	if (fault != NULL) {
		die(CORDON_MALFORMED, "the manifest is malformed: %s", fault);
	}
	(void)printf("manifest, %zu bytes; nothing is verified\n", bytes.len);
	for (size_t i = 0; i < m.count; i++) {
		(void)printf("  signature      %" PRId64 " by ", m.signature[i].algorithm);
		hex_print(stdout, m.signature[i].kid);
		(void)putchar('\n');
	}
	print_payload(m.payload, manifest_labels);
}

void decode_log(const struct log *log)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct log_event *e = &log->event[i];

		(void)printf("%4zu  %2" PRIu64 "  %-12s ", i, e->reg, log_type_name(e->type));
		hex_print(stdout, e->data);
		if (e->type == LOG_POLICY) {
			(void)fputs("  ", stdout);
			text_print(stdout, e->data);
		}
		(void)putchar('\n');
	}
}

static void decode_sequence(struct span bytes)
{
	struct log log;
	size_t where;
	const char *fault = log_parse(bytes, &log, &where);

	if (fault != NULL) {
		die(CORDON_MALFORMED, "event %zu of the log: %s", where, fault);
	}
	(void)printf("log, %zu events; each digest is that of its datum\n", log.count);
	decode_log(&log);
	log_free(&log);
}

static void decode_bytes(struct span bytes)
{
	if (bundle_is(bytes)) {
		decode_manifest(bundle_manifest(bytes));
	} else if (bytes.len > 0 && bytes.data[0] == 0xd2) { /* tag 18 */
		decode_sign1(bytes);
	} else if (bytes.len > 1 && bytes.data[0] == 0xd8 && bytes.data[1] == COSE_TAG_SIGN) {
		decode_manifest(bytes);
	} else if (bytes.len > 1 && bytes.data[0] == 0x85 && bytes.data[1] == 0) {
		decode_sequence(bytes); /* an array of five, the first of them 0 */
	} else {
		die(CORDON_MALFORMED, "this is no token, manifest, bundle, log or CoRIM");
	}
}

int cmd_decode(int argc, char **argv)
{
	const struct option_row rows[] = {{NULL, OPTION_FLAG, NULL, NULL}};
	int at = options_parse(argc, argv, rows, "FILE");
	struct span bytes;

	if (at == argc) {
		die(CORDON_USAGE, "decode needs a file; see cordon decode --help");
	}
	options_end(argc, argv, at + 1);
	bytes = file_read(argv[at]);
	decode_bytes(bytes);
	free((void *)(uintptr_t)bytes.data);
	return CORDON_OK;
}
