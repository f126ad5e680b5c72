/* SPDX-License-Identifier: Apache-2.0 */
/* cordon sign: the manifest of a bundle, signed by another key. What is signed stays the same, and
 * so does every length: only signature, key identifier and the digests over them change. */
#include <stdlib.h>
#include <string.h>

#include "bundle_file.h"
#include "options.h"

static void put_signature(struct buffer *out, EVP_PKEY *key, struct span payload)
{
	struct buffer header = {NULL, 0, 0};
	struct buffer message = {NULL, 0, 0};
	uint8_t signature[SIGNATURE_LEN];
	uint8_t id[KEY_ID_LEN];
	struct span protected;

	(void)key_id(key, id);
	put_map(&header, 2);
	put_int(&header, 1);
	put_int(&header, COSE_ES384);
	put_int(&header, 4);
	put_bytes(&header, (struct span){id, sizeof(id)});
	protected = buffer_span(&header);
	sig_structure(&message, (struct span){NULL, 0}, &protected, payload);
	key_sign(key, buffer_span(&message), signature);
	put_array(out, 3);
	put_bytes(out, protected);
	put_map(out, 0);
	put_bytes(out, (struct span){signature, sizeof(signature)});
	free(message.data);
	free(header.data);
}

static void put_kept(struct buffer *out, const struct manifest_signature *s)
{
	put_array(out, 3);
	put_bytes(out, s->protected);
	put_map(out, 0);
	put_bytes(out, s->signature);
}

/* The manifest with its ES384 signature replaced; one by HSS/LMS, over the same, stays. */
static void sign_manifest(struct buffer *out, const struct manifest *m, EVP_PKEY *key)
{
	unsigned int replaced = 0;

	put_tag(out, COSE_TAG_SIGN);
	put_array(out, 4);
	put_bytes(out, (struct span){NULL, 0});
	put_map(out, 0);
	put_bytes(out, m->payload);
	put_array(out, m->count);
	for (size_t i = 0; i < m->count; i++) {
		if (m->signature[i].algorithm == COSE_ES384) {
			put_signature(out, key, m->payload);
			replaced++;
		} else {
			put_kept(out, &m->signature[i]);
		}
	}
	if (replaced != 1) {
		die(CORDON_MALFORMED, "the manifest does not have one ES384 signature to replace");
	}
}

static void replace_part(uint8_t *copy, struct bundle *b, struct span manifest)
{
	struct image_part *part = &b->header.part[bundle_find_manifest(b)];

	if (part->len != manifest.len) {
		die(CORDON_MALFORMED, "the manifest would change its length; sign the bundle where "
		    "it is built");
	}
	memcpy(copy + part->offset, manifest.data, manifest.len);
	sha384(manifest, part->digest);
	bundle_digest_header(&b->header);
	memcpy(copy + b->monitor.bundle_off, &b->header, sizeof(b->header));
}

static void sign_bundle(struct span file, EVP_PKEY *key, const char *out)
{
	struct manifest m;
	const char *fault = manifest_parse(bundle_manifest(file), &m);
	uint8_t *copy = alloc_zeroed(file.len);
	struct buffer signed_manifest = {NULL, 0, 0};
	struct bundle b;

	if (fault != NULL) {
		die(CORDON_MALFORMED, "the manifest is malformed: %s", fault);
	}
	bundle_read(file, &b);
	memcpy(copy, file.data, file.len);
	sign_manifest(&signed_manifest, &m, key);
	replace_part(copy, &b, buffer_span(&signed_manifest));
	file_write(out, (struct span){copy, file.len}, FILE_REPLACE);
	free(signed_manifest.data);
	free(copy);
}

int cmd_sign(int argc, char **argv)
{
	const char *key_path = NULL;
	const char *out = NULL;
	const struct option_row rows[] = {
		{"key", OPTION_TEXT, &key_path, "PEM: private key of the new signer"},
		{"out", OPTION_TEXT, &out, "FILE: the bundle with the new signature"},
		{NULL, OPTION_FLAG, NULL, NULL},
	};
	int at = options_parse(argc, argv, rows, "BUNDLE");
	struct span file;
	EVP_PKEY *key;

	if (at == argc) {
		die(CORDON_USAGE, "sign needs a bundle; see cordon sign --help");
	}
	options_end(argc, argv, at + 1);
	option_need(key_path, "sign", "key");
	option_need(out, "sign", "out");
	key = key_load_private(key_path);
	file = file_read(argv[at]);
	sign_bundle(file, key, out);
	EVP_PKEY_free(key);
	free((void *)(uintptr_t)file.data);
	return CORDON_OK;
}
