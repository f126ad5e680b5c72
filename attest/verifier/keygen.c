/* SPDX-License-Identifier: Apache-2.0 */
/* cordon keygen: key pairs, and the certificate of a root. */
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>

#include "certify.h"
#include "options.h"

static struct span private_pem(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct span out;
	char *bytes;
	uint8_t *copy;
	long len;

	if (bio == NULL || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1) {
		die(CORDON_CRYPTO, "OpenSSL cannot write a key");
	}
	len = BIO_get_mem_data(bio, &bytes);
	copy = alloc_zeroed((size_t)len);
	memcpy(copy, bytes, (size_t)len);
	OPENSSL_cleanse(bytes, (size_t)len);
	BIO_free(bio);
	out = (struct span){copy, (size_t)len};
	return out;
}

static char *with_suffix(const char *path, const char *suffix)
{
	char *out = alloc_zeroed(strlen(path) + strlen(suffix) + 1);

	memcpy(out, path, strlen(path));
	memcpy(out + strlen(path), suffix, strlen(suffix));
	return out;
}

static void write_root(const char *file, EVP_PKEY *key, const char *name)
{
	char *pem = root_certificate(key, name);

	file_write(file, span_text(pem), FILE_NEW);
	(void)printf("%s\n", file);
	free(pem);
}

static void write_public(const char *file, EVP_PKEY *key)
{
	char *pem = key_pem(key);
	uint8_t id[KEY_ID_LEN];

	file_write(file, span_text(pem), FILE_NEW);
	(void)key_id(key, id);
	(void)printf("%s\nkey identifier ", file);
	hex_print(stdout, (struct span){id, sizeof(id)});
	(void)putchar('\n');
	free(pem);
}

static void write_private(const char *file, EVP_PKEY *key)
{
	struct span pem = private_pem(key);

	file_write(file, pem, FILE_SECRET);
	OPENSSL_cleanse((void *)(uintptr_t)pem.data, pem.len);
	free((void *)(uintptr_t)pem.data);
	(void)printf("%s\n", file);
}

int cmd_keygen(int argc, char **argv)
{
	const char *out = NULL;
	const char *root = NULL;
	const struct option_row rows[] = {
		{"out", OPTION_TEXT, &out, "FILE: private key, mode 0600; FILE.pub: public key"},
		{"root", OPTION_TEXT, &root, "NAME: also FILE.crt, the root's certificate"},
		{NULL, OPTION_FLAG, NULL, NULL},
	};
	char *public_file;
	char *root_file;
	EVP_PKEY *key;

	options_end(argc, argv, options_parse(argc, argv, rows, ""));
	option_need(out, "keygen", "out");
	public_file = with_suffix(out, ".pub");
	root_file = with_suffix(out, ".crt");
	file_require_new(public_file);
	if (root != NULL) {
		file_require_new(root_file);
	}
	key = key_generate();
	write_private(out, key);
	write_public(public_file, key);
	if (root != NULL) {
		write_root(root_file, key, root);
	}
	EVP_PKEY_free(key);
	free(root_file);
	free(public_file);
	return CORDON_OK;
}
