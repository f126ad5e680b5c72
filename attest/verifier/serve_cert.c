/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate of cordon serve for TLS: the operator's, or one that it makes itself. */
#define _POSIX_C_SOURCE 200809L

#include "attest/verifier/serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PEM_MAX (64 * 1024)
#define YEARS_10 (10L * 365 * 86400)

/* The whole file with a 0 behind it; NULL if it cannot be read. */
static char *read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = file == NULL ? NULL : calloc(1, PEM_MAX + 1);

	if (text != NULL && fread(text, 1, PEM_MAX, file) == 0) {
		free(text);
		text = NULL;
	}
	if (file != NULL) {
		fclose(file);
	}
	return text;
}

/* A file that was not there; the mode counts for a key. */
static FILE *create(const char *path, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	return fd < 0 ? NULL : fdopen(fd, "wb");
}

static bool add_extension(X509 *crt, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	bool ok = extension != NULL && X509_add_ext(crt, extension, -1) == 1;

	X509_EXTENSION_free(extension);
	return ok;
}

/* The name that clients use, besides those of this machine itself. */
static bool add_names(X509 *crt, const char *name)
{
	char value[512];
	unsigned char address[16];
	bool is_address = inet_pton(AF_INET, name, address) == 1 ||
			  inet_pton(AF_INET6, name, address) == 1;

	snprintf(value, sizeof(value), "DNS:localhost,IP:127.0.0.1,IP:::1,%s:%s",
		 is_address ? "IP" : "DNS", name);
	return add_extension(crt, NID_subject_alt_name, value);
}

static bool fill(X509 *crt, EVP_PKEY *key, const char *name)
{
	X509_NAME *subject = X509_get_subject_name(crt);
	unsigned char serial[16];
	BIGNUM *number;
	bool ok;

	if (RAND_bytes(serial, sizeof(serial)) != 1) {
		return false;
	}
	serial[0] &= 0x7f;
	number = BN_bin2bn(serial, sizeof(serial), NULL);
	ok = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(crt)) != NULL;
	BN_free(number);
	return ok && X509_set_version(crt, 2) == 1 &&
	       X509_gmtime_adj(X509_getm_notBefore(crt), -86400) != NULL &&
	       X509_gmtime_adj(X509_getm_notAfter(crt), YEARS_10) != NULL &&
	       X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
					  (const unsigned char *)"cordon serve", -1, -1, 0) == 1 &&
	       X509_set_issuer_name(crt, subject) == 1 && X509_set_pubkey(crt, key) == 1 &&
	       add_extension(crt, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
	       add_extension(crt, NID_ext_key_usage, "serverAuth") && add_names(crt, name) &&
	       X509_sign(crt, key, EVP_sha256()) > 0;
}

static bool write_pair(const struct serve_options *o, X509 *crt, EVP_PKEY *key)
{
	FILE *key_file = create(o->key, S_IRUSR | S_IWUSR);
	FILE *cert_file = create(o->cert, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
	bool ok = key_file != NULL && cert_file != NULL &&
		  PEM_write_PrivateKey(key_file, key, NULL, NULL, 0, NULL, NULL) == 1 &&
		  PEM_write_X509(cert_file, crt) == 1;

	if (key_file != NULL) {
		ok = fclose(key_file) == 0 && ok;
	}
	if (cert_file != NULL) {
		ok = fclose(cert_file) == 0 && ok;
	}
	return ok;
}

static bool make_pair(const struct serve_options *o)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *crt = X509_new();
	bool ok = key != NULL && crt != NULL && fill(crt, key, o->name) && write_pair(o, crt, key);

	X509_free(crt);
	EVP_PKEY_free(key);
	return ok;
}

int serve_certificate(const struct serve_options *o, char **cert, char **key)
{
	if (access(o->cert, F_OK) != 0 && access(o->key, F_OK) != 0) {
		if (!make_pair(o)) {
			return serve_say(SERVE_CERTIFICATE, "cannot make a certificate in %s and "
					 "%s: %s", o->cert, o->key, strerror(errno));
		}
		printf("cordon serve: made the certificate %s; devices are given it as --ca\n",
		       o->cert);
	}
	*cert = read_file(o->cert);
	*key = read_file(o->key);
	if (*cert == NULL || *key == NULL) {
		free(*cert);
		free(*key);
		return serve_say(SERVE_CERTIFICATE, "cannot read the certificate %s or its key %s; "
				 "name both, or remove both to have new ones made", o->cert,
				 o->key);
	}
	return CORDON_OK;
}
