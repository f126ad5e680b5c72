/* SPDX-License-Identifier: Apache-2.0 */
/* cordon refval: signed reference values, out of a bundle, a log and a token of a device that one
 * trusts. What several of these say must agree. */
#include <stdlib.h>
#include <string.h>

#include "bundle_file.h"
#include "log.h"
#include "options.h"
#include "reference.h"

#define FIRST_MACHINE_REGISTERS 5u /* registers 0 to 4 do not depend on what is handed over */
#define REGION_LEN 64u    /* docs/attestation.md, Regions: base, size, SHA-384 */
#define REGION_DIGEST 16u
#define LINUX_MAGIC_AT 56u
#define LINUX_SIZE_AT 16u

/* What is known of each component, and who said so. */
struct collected {
	struct {
		const char *source; /* NULL: not known */
		uint8_t digest[DIGEST_LEN];
		bool has_tcb, in_tcb;
	} component[COMPONENT_TYPES];
	const char *register_source;
	uint8_t reg[REGISTERS][DIGEST_LEN];
	struct span version;
	bool has_svn;
	uint64_t svn;
	size_t file_count;
	struct span file[6]; /* what the rest points into */
};

static struct span keep_file(struct collected *c, const char *path)
{
	c->file[c->file_count] = file_read(path);
	return c->file[c->file_count++];
}

static void free_collected(struct collected *c)
{
	for (size_t i = 0; i < c->file_count; i++) {
		free((void *)(uintptr_t)c->file[i].data);
	}
	free(c);
}

static void collect(struct collected *c, enum component_type type,
		    const uint8_t digest[DIGEST_LEN], const char *source)
{
	if (c->component[type].source == NULL) {
		c->component[type].source = source;
		memcpy(c->component[type].digest, digest, DIGEST_LEN);
	} else if (memcmp(c->component[type].digest, digest, DIGEST_LEN) != 0) {
		die(CORDON_REFERENCE, "%s and %s do not agree on %s", c->component[type].source,
		    source, component_name(type));
	}
}

static void store_u64(uint8_t *at, uint64_t value)
{
	for (unsigned int i = 0; i < 8; i++) {
		at[i] = (uint8_t)(value >> 8 * i);
	}
}

/* The datum of a region (docs/attestation.md): base, size, SHA-384. */
static void put_region(struct buffer *out, uint64_t base, struct span bytes)
{
	uint8_t region[REGION_LEN];

	store_u64(region, base);
	store_u64(region + 8, bytes.len);
	sha384(bytes, region + 16);
	put_raw(out, (struct span){region, sizeof(region)});
}

static void collect_firmware(struct collected *c, const struct bundle *b, struct span file)
{
	struct buffer regions = {NULL, 0, 0};
	uint8_t digest[DIGEST_LEN];

	for (uint32_t i = 0; i < b->header.part_count; i++) {
		const struct image_part *p = &b->header.part[i];
		uint8_t *memory;

		if (p->type != IMAGE_PART_FIRMWARE) {
			continue;
		}
		if (p->mem_len < p->len || p->mem_len > FILE_MAX_LEN) {
			die(CORDON_MALFORMED,
			    "the bundle is damaged: a segment has no usable size");
		}
		memory = alloc_zeroed((size_t)p->mem_len);
		memcpy(memory, file.data + p->offset, (size_t)p->len);
		put_region(&regions, p->load_addr, (struct span){memory, (size_t)p->mem_len});
		free(memory);
	}
	sha384(buffer_span(&regions), digest);
	collect(c, COMPONENT_FIRMWARE, digest, "the bundle");
	free(regions.data);
}

static void collect_manifest(struct collected *c, const struct bundle *b, struct span file)
{
	struct manifest m;
	const char *fault;

	if (bundle_find_manifest(b) == b->header.part_count) {
		return;
	}
	fault = manifest_parse(bundle_manifest(file), &m);
	if (fault != NULL) {
		die(CORDON_MALFORMED, "the manifest of the bundle is malformed: %s", fault);
	}
	collect(c, COMPONENT_MONITOR, m.monitor, "the manifest");
	c->version = m.version;
	c->svn = m.svn;
	c->has_svn = true;
}

static void collect_bundle(struct collected *c, struct span file)
{
	struct bundle b;

	bundle_read(file, &b);
	for (uint32_t i = 0; i < b.header.part_count; i++) {
		if (b.header.part[i].type == IMAGE_PART_MONITOR) {
			collect(c, COMPONENT_MONITOR, b.header.part[i].digest, "the bundle");
		}
	}
	collect_manifest(c, &b, file);
	collect_firmware(c, &b, file);
}

static void collect_events(struct collected *c, const struct log *log)
{
	struct buffer segments = {NULL, 0, 0};
	uint8_t digest[DIGEST_LEN];

	for (size_t i = 0; i < log->count; i++) {
		const struct log_event *e = &log->event[i];
		bool empty = e->data.len != REGION_LEN ||
			     memcmp(e->data.data + 8, (uint8_t[8]){0}, 8) == 0;

		if (e->type == LOG_SEGMENT) {
			put_raw(&segments, e->data);
		} else if (e->type == LOG_TREE && !empty) {
			collect(c, COMPONENT_TREE, e->data.data + REGION_DIGEST, "the log");
		} else if (e->type == LOG_INITRD && !empty) {
			collect(c, COMPONENT_INITRD, e->data.data + REGION_DIGEST, "the log");
		} else if (e->type == LOG_PAYLOAD && !empty) {
			collect(c, COMPONENT_PAYLOAD, e->data.data + REGION_DIGEST, "the log");
		}
	}
	sha384(buffer_span(&segments), digest);
	collect(c, COMPONENT_FIRMWARE, digest, "the log");
	free(segments.data);
}

static void collect_registers(struct collected *c, uint8_t reg[REGISTERS][DIGEST_LEN],
			      const char *source)
{
	size_t len = FIRST_MACHINE_REGISTERS * DIGEST_LEN;

	if (c->register_source != NULL && memcmp(c->reg, reg, len) != 0) {
		die(CORDON_REFERENCE, "%s and %s do not agree on registers 0 to 4",
		    c->register_source, source);
	}
	c->register_source = source;
	memcpy(c->reg, reg, REGISTERS * DIGEST_LEN);
}

static void collect_log(struct collected *c, struct span bytes)
{
	struct log log;
	size_t where;
	const char *fault = log_parse(bytes, &log, &where);

	if (fault != NULL) {
		die(CORDON_MALFORMED, "event %zu of the log: %s", where, fault);
	}
	collect_events(c, &log);
	collect_registers(c, log.reg, "the log");
	log_free(&log);
}

static void collect_token(struct collected *c, struct span bytes)
{
	struct sign1 message;
	struct claims claims;
	const char *fault = sign1_parse(bytes, &message);

	if (fault == NULL) {
		fault = claims_parse(message.payload, &claims);
	}
	if (fault != NULL) {
		die(CORDON_MALFORMED, "the token is malformed: %s", fault);
	}
	for (int i = 0; i < COMPONENT_TYPES; i++) {
		const struct component *known = &claims.component[i];

		if (known->present) {
			collect(c, (enum component_type)i, known->digest, "the token");
			c->component[i].has_tcb = true;
			c->component[i].in_tcb = known->in_tcb;
		}
	}
	collect_registers(c, claims.reg, "the token");
}

/* A file as it lies in memory: for a Linux image, with the memory behind it that it asks for. */
static void collect_payload(struct collected *c, struct span file)
{
	uint64_t len = file.len;
	uint8_t *memory;
	uint8_t digest[DIGEST_LEN];

	if (file.len > LINUX_MAGIC_AT + 4 &&
	    memcmp(file.data + LINUX_MAGIC_AT, "RSC\x05", 4) == 0) {
		len = 0;
		for (unsigned int i = 0; i < 8; i++) {
			len |= (uint64_t)file.data[LINUX_SIZE_AT + i] << 8 * i;
		}
	}
	if (len < file.len || len > 4 * FILE_MAX_LEN) {
		die(CORDON_MALFORMED, "the payload's header names a size that cannot be");
	}
	memory = alloc_zeroed((size_t)len);
	memcpy(memory, file.data, file.len);
	sha384((struct span){memory, (size_t)len}, digest);
	collect(c, COMPONENT_PAYLOAD, digest, "the payload's file");
	free(memory);
}

static void put_digest(struct buffer *b, const uint8_t digest[DIGEST_LEN])
{
	put_array(b, 1);
	put_array(b, 2);
	put_int(b, CORIM_SHA384);
	put_bytes(b, (struct span){digest, DIGEST_LEN});
}

static void put_environment(struct buffer *b, const char *model)
{
	put_map(b, 1);
	put_int(b, 0);
	put_map(b, model == NULL ? 1 : 2);
	put_int(b, 1);
	put_text(b, span_text(CORIM_VENDOR));
	if (model != NULL) {
		put_int(b, 2);
		put_text(b, span_text(model));
	}
}

/* What the monitor's certificate says has a version and a security version, too. */
static void put_versions(struct buffer *b, const struct collected *c)
{
	if (c->version.len != 0) {
		put_int(b, 0);
		put_map(b, 1);
		put_int(b, 0);
		put_text(b, c->version);
	}
	if (c->has_svn) {
		put_int(b, 1);
		put_tag(b, CORIM_TAG_MIN_SVN);
		put_int(b, (int64_t)c->svn);
	}
}

static void put_component(struct buffer *b, const struct collected *c, int type)
{
	bool monitor = type == COMPONENT_MONITOR;
	bool tcb = c->component[type].has_tcb;
	unsigned int fields = 1u + (monitor && c->version.len != 0) + (monitor && c->has_svn) + tcb;

	put_array(b, 2);
	put_environment(b, component_name((enum component_type)type));
	put_array(b, 1);
	put_map(b, 1);
	put_int(b, 1);
	put_map(b, fields);
	if (monitor) {
		put_versions(b, c);
	}
	put_int(b, 2);
	put_digest(b, c->component[type].digest);
	if (tcb) {
		put_int(b, 3);
		put_map(b, 1);
		put_int(b, 8);
		put_bool(b, c->component[type].in_tcb);
	}
}

static void put_registers(struct buffer *b, const struct collected *c)
{
	put_array(b, 2);
	put_environment(b, CORIM_REGISTERS);
	put_array(b, 1);
	put_map(b, 1);
	put_int(b, 1);
	put_map(b, 1);
	put_int(b, 14);
	put_map(b, FIRST_MACHINE_REGISTERS);
	for (unsigned int i = 0; i < FIRST_MACHINE_REGISTERS; i++) {
		put_int(b, (int64_t)i);
		put_digest(b, c->reg[i]);
	}
}

static void put_roots(struct buffer *b, const struct option_list *roots)
{
	put_array(b, 1);
	put_array(b, 2);
	put_environment(b, NULL);
	put_array(b, roots->count);
	for (size_t i = 0; i < roots->count; i++) {
		struct span bytes = file_read(roots->text[i]);
		STACK_OF(X509) *stack = chain_read_roots(bytes);
		EVP_PKEY *key = stack == NULL ? NULL : X509_get0_pubkey(sk_X509_value(stack, 0));
		uint8_t id[KEY_ID_LEN];
		char *pem;

		if (key == NULL || !key_id(key, id)) {
			die(CORDON_CRYPTO, "%s is no certificate of a root on P-384",
			    roots->text[i]);
		}
		pem = key_pem(key);
		put_tag(b, CORIM_TAG_PEM_KEY);
		put_text(b, span_text(pem));
		free(pem);
		sk_X509_pop_free(stack, X509_free);
		free((void *)(uintptr_t)bytes.data);
	}
}

static void put_comid(struct buffer *b, const struct collected *c, const char *name,
		      const struct option_list *roots)
{
	unsigned int count = 1;

	for (int i = 0; i < COMPONENT_TYPES; i++) {
		count += c->component[i].source != NULL;
	}
	put_map(b, 2);
	put_int(b, 1);
	put_map(b, 1);
	put_int(b, 0);
	put_text(b, span_text(name));
	put_int(b, 4);
	put_map(b, roots->count == 0 ? 1 : 2);
	put_int(b, 0);
	put_array(b, count);
	for (int i = 0; i < COMPONENT_TYPES; i++) {
		if (c->component[i].source != NULL) {
			put_component(b, c, i);
		}
	}
	put_registers(b, c);
	if (roots->count != 0) {
		put_int(b, 3);
		put_roots(b, roots);
	}
}

static void put_corim(struct buffer *b, struct span comid, const char *name)
{
	put_tag(b, CORIM_TAG);
	put_map(b, 3);
	put_int(b, 0);
	put_text(b, span_text(name));
	put_int(b, 1);
	put_array(b, 1);
	put_tag(b, CORIM_TAG_COMID);
	put_bytes(b, comid);
	put_int(b, 3);
	put_tag(b, CORIM_TAG_URI);
	put_text(b, span_text(CORIM_PROFILE));
}

static void put_header(struct buffer *b, EVP_PKEY *key, const char *signer)
{
	struct buffer meta = {NULL, 0, 0};
	uint8_t id[KEY_ID_LEN];

	(void)key_id(key, id);
	put_map(&meta, 1);
	put_int(&meta, 0);
	put_map(&meta, 1);
	put_int(&meta, 0);
	put_text(&meta, span_text(signer));
	put_map(b, 4);
	put_int(b, 1);
	put_int(b, COSE_ES384);
	put_int(b, 3);
	put_text(b, span_text(CORIM_CONTENT));
	put_int(b, 4);
	put_bytes(b, (struct span){id, sizeof(id)});
	put_int(b, 8);
	put_bytes(b, buffer_span(&meta));
	free(meta.data);
}

struct refval_arguments {
	const char *bundle, *log, *token, *stage0, *payload, *initrd, *key, *out, *name, *signer;
	struct option_number svn;
	struct option_list roots;
};

static struct refval_arguments parse_arguments(int argc, char **argv)
{
	struct refval_arguments a = {.name = "cordon", .signer = "cordon refval"};
	const struct option_row rows[] = {
		{"bundle", OPTION_TEXT, &a.bundle, "FILE: monitor and firmware"},
		{"log", OPTION_TEXT, &a.log, "FILE of a device that you trust: registers, tree"},
		{"token", OPTION_TEXT, &a.token, "FILE of that device: policies and all else"},
		{"stage0", OPTION_TEXT, &a.stage0, "FILE: the first stage as measured"},
		{"payload", OPTION_TEXT, &a.payload, "FILE: a Linux image or raw binary"},
		{"initrd", OPTION_TEXT, &a.initrd, "FILE: what is loaded beside it"},
		{"root", OPTION_LIST, &a.roots, "FILE: devices must be below these; repeatable"},
		{"min-svn", OPTION_NUMBER, &a.svn, "N, instead of the manifest's"},
		{"key", OPTION_TEXT, &a.key, "PEM: private key to sign with"},
		{"signer", OPTION_TEXT, &a.signer, "NAME of the signer"},
		{"name", OPTION_TEXT, &a.name, "NAME of these values"},
		{"out", OPTION_TEXT, &a.out, "FILE: the signed CoRIM"},
		{NULL, OPTION_FLAG, NULL, NULL},
	};

	options_end(argc, argv, options_parse(argc, argv, rows, ""));
	option_need(a.bundle, "refval", "bundle");
	option_need(a.key, "refval", "key");
	option_need(a.out, "refval", "out");
	if (a.log == NULL && a.token == NULL) {
		die(CORDON_USAGE, "refval needs --log or --token of a device that you trust");
	}
	return a;
}

static void collect_all(struct collected *c, const struct refval_arguments *a)
{
	uint8_t digest[DIGEST_LEN];

	collect_bundle(c, keep_file(c, a->bundle));
	if (a->stage0 != NULL) {
		sha384(keep_file(c, a->stage0), digest);
		collect(c, COMPONENT_STAGE0, digest, "the first stage's file");
	}
	if (a->payload != NULL) {
		collect_payload(c, keep_file(c, a->payload));
	}
	if (a->initrd != NULL) {
		sha384(keep_file(c, a->initrd), digest);
		collect(c, COMPONENT_INITRD, digest, "the initrd's file");
	}
	if (a->log != NULL) {
		collect_log(c, keep_file(c, a->log));
	}
	if (a->token != NULL) {
		collect_token(c, keep_file(c, a->token));
	}
	if (a->svn.given) {
		c->svn = a->svn.value;
		c->has_svn = true;
	}
}

static void print_collected(const struct collected *c, struct span corim)
{
	uint8_t digest[DIGEST_LEN];

	for (int i = 0; i < COMPONENT_TYPES; i++) {
		if (c->component[i].source != NULL) {
			(void)printf("%-8s ", component_name((enum component_type)i));
			hex_print(stdout, (struct span){c->component[i].digest, DIGEST_LEN});
			(void)printf("  %s\n", c->component[i].source);
		}
	}
	sha384(corim, digest);
	(void)printf("all      ");
	hex_print(stdout, (struct span){digest, DIGEST_LEN});
	(void)printf("  the CoRIM, unsigned\n");
}

int cmd_refval(int argc, char **argv)
{
	struct refval_arguments a = parse_arguments(argc, argv);
	struct collected *c = alloc_zeroed(sizeof(*c));
	EVP_PKEY *key = key_load_private(a.key);
	struct buffer comid = {NULL, 0, 0};
	struct buffer corim = {NULL, 0, 0};
	struct buffer header = {NULL, 0, 0};
	struct buffer out = {NULL, 0, 0};

	collect_all(c, &a);
	put_comid(&comid, c, a.name, &a.roots);
	put_corim(&corim, buffer_span(&comid), a.name);
	put_header(&header, key, a.signer);
	sign1_write(&out, key, buffer_span(&header), buffer_span(&corim));
	file_write(a.out, buffer_span(&out), FILE_REPLACE);
	print_collected(c, buffer_span(&corim));
	EVP_PKEY_free(key);
	free(out.data);
	free(header.data);
	free(corim.data);
	free(comid.data);
	free_collected(c);
	return CORDON_OK;
}
