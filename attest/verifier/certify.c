/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates with the fields that the profile fixes (docs/attestation.md, Certificates). */
#include "certify.h"

#include <string.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "chain.h"

#define NOT_BEFORE "260101000000Z"
#define NOT_AFTER "99991231235959Z" /* RFC 5280, 4.1.2.5: no date is known */

static _Noreturn void die_certificate(void)
{
	die(CORDON_CRYPTO, "OpenSSL cannot make the certificate; is the name too long?");
}

static void need(bool good)
{
	if (!good) {
		die_certificate();
	}
}

/* CN and the key's identifier as serialNumber. */
static void set_subject(X509 *cert, const char *cn, const uint8_t id[KEY_ID_LEN])
{
	X509_NAME *name = X509_NAME_new();
	char hex[2 * KEY_ID_LEN + 1];

	hex_encode((struct span){id, KEY_ID_LEN}, hex);
	need(name != NULL &&
	     X509_NAME_add_entry_by_txt(name, "CN", V_ASN1_UTF8STRING,
					(const unsigned char *)cn, -1, -1, 0) == 1 &&
	     X509_NAME_add_entry_by_txt(name, "serialNumber", V_ASN1_PRINTABLESTRING,
					(const unsigned char *)hex, -1, -1, 0) == 1 &&
	     X509_set_subject_name(cert, name) == 1);
	X509_NAME_free(name);
}

static void set_serial(X509 *cert, const uint8_t id[KEY_ID_LEN])
{
	uint8_t bytes[KEY_ID_LEN];
	BIGNUM *number;

	memcpy(bytes, id, KEY_ID_LEN);
	bytes[0] &= 0x7f;
	bytes[0] = bytes[0] == 0 ? 1 : bytes[0];
	number = BN_bin2bn(bytes, KEY_ID_LEN, NULL);
	need(number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL);
	BN_free(number);
}

static void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *extension;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	need(extension != NULL && X509_add_ext(cert, extension, -1) == 1);
	X509_EXTENSION_free(extension);
}

/* A certificate without its signature; issuer may be itself. */
static X509 *begin(EVP_PKEY *key, const char *cn, X509 *issuer, const char *constraints)
{
	X509 *cert = X509_new();
	uint8_t id[KEY_ID_LEN];

	need(cert != NULL && key_id(key, id) && X509_set_version(cert, X509_VERSION_3) == 1 &&
	     ASN1_TIME_set_string_X509(X509_getm_notBefore(cert), "20" NOT_BEFORE) == 1 &&
	     ASN1_TIME_set_string_X509(X509_getm_notAfter(cert), NOT_AFTER) == 1 &&
	     X509_set_pubkey(cert, key) == 1);
	set_subject(cert, cn, id);
	set_serial(cert, id);
	issuer = issuer == NULL ? cert : issuer;
	need(X509_set_issuer_name(cert, X509_get_subject_name(issuer)) == 1);
	add_extension(cert, issuer, NID_subject_key_identifier, "hash");
	add_extension(cert, issuer, NID_basic_constraints, constraints);
	add_extension(cert, issuer, NID_key_usage, "critical,keyCertSign");
	return cert;
}

/* The key identifiers are ours, not the SHA-1 that OpenSSL would put there. */
static void set_identifiers(X509 *cert, const uint8_t own[KEY_ID_LEN],
			    const uint8_t issuer[KEY_ID_LEN])
{
	ASN1_OCTET_STRING *subject = ASN1_OCTET_STRING_new();
	AUTHORITY_KEYID *authority = AUTHORITY_KEYID_new();

	need(subject != NULL && authority != NULL &&
	     (authority->keyid = ASN1_OCTET_STRING_new()) != NULL &&
	     ASN1_OCTET_STRING_set(subject, own, KEY_ID_LEN) == 1 &&
	     ASN1_OCTET_STRING_set(authority->keyid, issuer, KEY_ID_LEN) == 1 &&
	     X509_add1_ext_i2d(cert, NID_subject_key_identifier, subject, 0,
			       X509V3_ADD_REPLACE) == 1 &&
	     X509_add1_ext_i2d(cert, NID_authority_key_identifier, authority, 0,
			       X509V3_ADD_REPLACE) == 1);
	ASN1_OCTET_STRING_free(subject);
	AUTHORITY_KEYID_free(authority);
}

char *root_certificate(EVP_PKEY *key, const char *name)
{
	X509 *cert = begin(key, name, NULL, "critical,CA:TRUE,pathlen:2");
	BIO *bio = BIO_new(BIO_s_mem());
	uint8_t id[KEY_ID_LEN];
	char *bytes;
	char *copy;
	long len;

	need(key_id(key, id));
	set_identifiers(cert, id, id);
	need(bio != NULL && X509_sign(cert, key, EVP_sha384()) > 0 &&
	     PEM_write_bio_X509(bio, cert) == 1);
	len = BIO_get_mem_data(bio, &bytes);
	copy = alloc_zeroed((size_t)len + 1);
	memcpy(copy, bytes, (size_t)len);
	BIO_free(bio);
	X509_free(cert);
	return copy;
}

static X509 *take_root(struct span bytes, EVP_PKEY *key)
{
	STACK_OF(X509) *stack = chain_read_roots(bytes);
	X509 *root = stack == NULL ? NULL : sk_X509_shift(stack);

	if (root == NULL || X509_check_private_key(root, key) != 1) {
		die(CORDON_CRYPTO, "the root's certificate is not that of the root's key");
	}
	sk_X509_pop_free(stack, X509_free);
	return root;
}

uint8_t *device_certificate(EVP_PKEY *device, EVP_PKEY *root, struct span root_certificate,
			    size_t *len)
{
	X509 *issuer = take_root(root_certificate, root);
	X509 *cert = begin(device, "Cordon UDS", issuer, "critical,CA:TRUE,pathlen:1");
	uint8_t own[KEY_ID_LEN];
	uint8_t theirs[KEY_ID_LEN];
	uint8_t *der = NULL;
	int n;

	need(key_id(device, own) && key_id(root, theirs));
	set_identifiers(cert, own, theirs);
	need(X509_sign(cert, root, EVP_sha384()) > 0);
	n = i2d_X509(cert, &der);
	need(n > 0);
	*len = (size_t)n;
	X509_free(cert);
	X509_free(issuer);
	return der;
}
