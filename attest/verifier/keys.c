/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes, keys and signatures by OpenSSL. */
#include "keys.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

static _Noreturn void die_openssl(const char *what)
{
	die(CORDON_CRYPTO, "OpenSSL cannot %s; is it configured to do without P-384 or SHA-384?",
	    what);
}

void sha384(struct span bytes, uint8_t out[DIGEST_LEN])
{
	if (EVP_Digest(bytes.data, bytes.len, out, NULL, EVP_sha384(), NULL) != 1) {
		die_openssl("hash");
	}
}

void hmac_sha384(struct span key, struct span bytes, uint8_t out[DIGEST_LEN])
{
	unsigned int len = DIGEST_LEN;

	if (HMAC(EVP_sha384(), key.data, (int)key.len, bytes.data, bytes.len, out, &len) == NULL) {
		die_openssl("make an HMAC");
	}
}

/* OpenSSL also knows keys given by explicit parameters; those have no name. */
static bool is_p384(const EVP_PKEY *key)
{
	char name[32];
	size_t len;

	return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
	       EVP_PKEY_get_group_name(key, name, sizeof(name), &len) == 1 &&
	       strcmp(name, SN_secp384r1) == 0;
}

bool key_point(const EVP_PKEY *key, uint8_t out[POINT_LEN])
{
	BIGNUM *x = NULL;
	BIGNUM *y = NULL;
	bool good = is_p384(key) &&
		    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
		    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1 &&
		    BN_bn2binpad(x, out + 1, SCALAR_LEN) == (int)SCALAR_LEN &&
		    BN_bn2binpad(y, out + 1 + SCALAR_LEN, SCALAR_LEN) == (int)SCALAR_LEN;

	out[0] = 4;
	BN_free(x);
	BN_free(y);
	return good;
}

bool key_id(const EVP_PKEY *key, uint8_t out[KEY_ID_LEN])
{
	uint8_t point[POINT_LEN];
	uint8_t digest[DIGEST_LEN];

	if (!key_point(key, point)) {
		return false;
	}
	sha384((struct span){point, sizeof(point)}, digest);
	memcpy(out, digest, KEY_ID_LEN);
	return true;
}

/* FIPS 186-5, 6.4.2: r and s lie between 0 and the order of the group, exclusively. */
static bool in_range(const BIGNUM *v)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_secp384r1);
	bool good = group != NULL && !BN_is_zero(v) && !BN_is_negative(v) &&
		    BN_cmp(v, EC_GROUP_get0_order(group)) < 0;

	EC_GROUP_free(group);
	return good;
}

/* The signature as OpenSSL wants it; NULL if a number is out of range. Freed by OPENSSL_free. */
static uint8_t *signature_der(const uint8_t raw[SIGNATURE_LEN], size_t *len)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(raw, SCALAR_LEN, NULL);
	BIGNUM *s = BN_bin2bn(raw + SCALAR_LEN, SCALAR_LEN, NULL);
	uint8_t *der = NULL;
	int n = -1;

	if (sig == NULL || r == NULL || s == NULL || !in_range(r) || !in_range(s)) {
		BN_free(r);
		BN_free(s);
	} else if (ECDSA_SIG_set0(sig, r, s) == 1) {
		n = i2d_ECDSA_SIG(sig, &der);
	}
	ECDSA_SIG_free(sig);
	*len = n > 0 ? (size_t)n : 0;
	return n > 0 ? der : NULL;
}

const char *key_verify(EVP_PKEY *key, struct span message,
		       const uint8_t signature[SIGNATURE_LEN])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len;
	uint8_t *der = signature_der(signature, &len);
	const char *fault = NULL;

	if (der == NULL) {
		fault = "a number of the signature is zero or not below the order of the curve";
	} else if (ctx == NULL || !is_p384(key) ||
		   EVP_DigestVerifyInit(ctx, NULL, EVP_sha384(), NULL, key) != 1 ||
		   EVP_DigestVerify(ctx, der, len, message.data, message.len) != 1) {
		fault = "the signature is wrong: other bytes were signed, or by another key";
	}
	OPENSSL_free(der);
	EVP_MD_CTX_free(ctx);
	return fault;
}

static void signature_raw(const uint8_t *der, size_t len, uint8_t out[SIGNATURE_LEN])
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);

	if (sig == NULL ||
	    BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, SCALAR_LEN) < 0 ||
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + SCALAR_LEN, SCALAR_LEN) < 0) {
		die_openssl("read its own signature");
	}
	ECDSA_SIG_free(sig);
}

void key_sign(EVP_PKEY *key, struct span message, uint8_t out[SIGNATURE_LEN])
{
	uint8_t der[160];
	size_t len = sizeof(der);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (ctx == NULL || EVP_DigestSignInit(ctx, NULL, EVP_sha384(), NULL, key) != 1 ||
	    EVP_DigestSign(ctx, der, &len, message.data, message.len) != 1) {
		die_openssl("sign");
	}
	EVP_MD_CTX_free(ctx);
	signature_raw(der, len, out);
}

EVP_PKEY *key_generate(void)
{
	EVP_PKEY *key = EVP_EC_gen(SN_secp384r1);

	if (key == NULL) {
		die_openssl("make a key");
	}
	return key;
}

/* The point of a scalar, uncompressed. */
static bool multiply(const BIGNUM *d, uint8_t out[POINT_LEN])
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_secp384r1);
	EC_POINT *point = group == NULL ? NULL : EC_POINT_new(group);
	bool good = point != NULL && EC_POINT_mul(group, point, d, NULL, NULL, NULL) == 1 &&
		    EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out,
				       POINT_LEN, NULL) == POINT_LEN;

	EC_POINT_free(point);
	EC_GROUP_free(group);
	return good;
}

static EVP_PKEY *key_of_params(OSSL_PARAM *params)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;

	if (ctx == NULL || params == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) != 1) {
		key = NULL;
	}
	EVP_PKEY_CTX_free(ctx);
	return key;
}

EVP_PKEY *key_of_scalar(const uint8_t scalar[SCALAR_LEN])
{
	uint8_t point[POINT_LEN];
	BIGNUM *d = BN_bin2bn(scalar, SCALAR_LEN, NULL);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	if (d != NULL && build != NULL && in_range(d) && multiply(d, point) &&
	    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, SN_secp384r1,
					    0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point,
					     sizeof(point)) == 1 &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, d) == 1) {
		params = OSSL_PARAM_BLD_to_param(build);
		key = key_of_params(params);
	}
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_clear_free(d);
	return key;
}

/* Nobody is asked for a passphrase: a key that needs one is refused. */
static int no_passphrase(char *buf, int size, int rwflag, void *u)
{
	(void)buf;
	(void)size;
	(void)rwflag;
	(void)u;
	return 0;
}

static EVP_PKEY *key_read(struct span pem, bool private)
{
	BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
	EVP_PKEY *key = NULL;

	if (bio != NULL) {
		key = private ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL)
			      : PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);
	}
	BIO_free(bio);
	if (key != NULL && !is_p384(key)) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	return key;
}

EVP_PKEY *key_read_private(struct span pem)
{
	return key_read(pem, true);
}

EVP_PKEY *key_read_public(struct span pem)
{
	return key_read(pem, false);
}

EVP_PKEY *key_load_private(const char *path)
{
	struct span pem = file_read(path);
	EVP_PKEY *key = key_read_private(pem);

	if (key == NULL) {
		die(CORDON_CRYPTO, "%s holds no private key on P-384 in PEM without a passphrase; "
		    "make one with cordon keygen", path);
	}
	OPENSSL_cleanse((void *)(uintptr_t)pem.data, pem.len);
	free((void *)(uintptr_t)pem.data);
	return key;
}

EVP_PKEY *key_load_public(const char *path)
{
	struct span pem = file_read(path);
	EVP_PKEY *key = key_read_public(pem);

	if (key == NULL) {
		die(CORDON_CRYPTO, "%s holds no public key on P-384 in PEM", path);
	}
	free((void *)(uintptr_t)pem.data);
	return key;
}

char *key_pem(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes;
	char *copy;
	long len;

	if (bio == NULL || PEM_write_bio_PUBKEY(bio, key) != 1) {
		die_openssl("write a key");
	}
	len = BIO_get_mem_data(bio, &bytes);
	copy = alloc_zeroed((size_t)len + 1);
	memcpy(copy, bytes, (size_t)len);
	BIO_free(bio);
	return copy;
}
