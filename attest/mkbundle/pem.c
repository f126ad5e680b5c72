/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of signers: a private key of P-384 in PEM, a public one of HSS as its bytes. */
#include <stdlib.h>
#include <string.h>

#include "mkbundle.h"
#include "test_key.h"

/* SEC 1, C.4: SEQUENCE { 1, the scalar, [0] secp384r1, [1] the point }. */
static const uint8_t sec1[] = {0x30, 0x81, 0xa4, 0x02, 0x01, 0x01, 0x04, 0x30};
/* RFC 5958, 2: SEQUENCE { 0, { id-ecPublicKey, secp384r1 }, OCTET STRING { of SEC 1 ... */
static const uint8_t pkcs8[] = {
	0x30, 0x81, 0xb6, 0x02, 0x01, 0x00, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce,
	0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22, 0x04, 0x81, 0x9e, 0x30,
	0x81, 0x9b, 0x02, 0x01, 0x01, 0x04, 0x30,
};

#define SEC1_LEN  167u
#define PKCS8_LEN 185u
#define DER_MAX   256u

static int digit_of(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c == '\0' ? NULL : strchr(digits, c);

	return found == NULL ? -1 : (int)(found - digits);
}

/* Base 64 (RFC 4648, 4) up to whatever is no digit; returns how many bytes there were. */
static size_t decode(const char *text, uint8_t out[DER_MAX])
{
	uint32_t bits = 0;
	unsigned int have = 0;
	size_t len = 0;

	for (; len < DER_MAX; text++) {
		int digit = digit_of(*text);

		if (*text == '\n' || *text == '\r') {
			continue;
		}
		if (digit < 0) {
			break;
		}
		bits = bits << 6 | (uint32_t)digit;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[len++] = (uint8_t)(bits >> have);
		}
	}
	return len;
}

/* The first block of this label; 0 bytes if there is none. */
static size_t find_block(const char *text, const char *label, uint8_t out[DER_MAX])
{
	const char *at = strstr(text, label);

	return at == NULL ? 0 : decode(at + strlen(label), out);
}

static bool scalar_of(const char *text, uint8_t d[CRYPTO_P384_LEN])
{
	uint8_t der[DER_MAX];
	size_t len = find_block(text, "-----BEGIN EC PRIVATE KEY-----", der);
	bool found = len == SEC1_LEN && memcmp(der, sec1, sizeof(sec1)) == 0;
	size_t at = sizeof(sec1);

	if (!found) {
		len = find_block(text, "-----BEGIN PRIVATE KEY-----", der);
		found = len == PKCS8_LEN && memcmp(der, pkcs8, sizeof(pkcs8)) == 0;
		at = sizeof(pkcs8);
	}
	if (found) {
		memcpy(d, der + at, CRYPTO_P384_LEN);
	}
	wipe(der, sizeof(der));
	return found;
}

bool signer_random(const struct signer *s, struct crypto_drbg *drbg)
{
	struct crypto_secret secret;
	bool good = crypto_secret_adopt(&secret, s->key.d, sizeof(s->key.d)) &&
		    crypto_secret_derive(&secret, &secret, (struct crypto_bytes){NULL, 0},
					 (struct crypto_bytes){"blinding", 8}) &&
		    crypto_drbg_seed(drbg, &secret, (struct crypto_bytes){NULL, 0});

	wipe(&secret, sizeof(secret));
	return good;
}

static bool take_scalar(struct signer *s, const char *text)
{
	struct manifest_key *k = &s->public[0];
	struct crypto_p384_public point;
	struct crypto_drbg drbg;
	bool good = scalar_of(text, s->key.d) && signer_random(s, &drbg);

	if (!good) {
		return false;
	}
	good = crypto_p384_public(&point, &s->key, &drbg);
	crypto_drbg_end(&drbg);
	k->kind = KEY_P384;
	k->bytes[0] = 4; /* SEC 1, 2.3.3 */
	memcpy(k->bytes + 1, &point, sizeof(point));
	cose_kid_p384(&point, k->kid);
	s->count = 1;
	return good;
}

void signer_take_key(struct signer *s, const char *path)
{
	struct signer test = {.count = 0};
	struct blob file;
	char *text;

	if (!take_scalar(&test, test_key)) {
		die(EXIT_KEY, "the TEST key in this tool is damaged; build it again");
	}
	if (path == NULL) {
		s->key = test.key;
		s->public[0] = test.public[0];
		s->count = 1;
		s->is_test = true;
		return;
	}
	file = file_read(path);
	text = alloc_zeroed(file.len + 1);
	memcpy(text, file.bytes, file.len);
	if (!take_scalar(s, text)) {
		die(EXIT_KEY, "%s is no private key of P-384 in PEM, or is encrypted; make one "
		    "with openssl ecparam -name secp384r1 -genkey -noout", path);
	}
	s->is_test = memcmp(s->public[0].bytes, test.public[0].bytes, KEYS_POINT_LEN) == 0;
	wipe(text, file.len);
	wipe(file.bytes, file.len);
	free(file.bytes);
	free(text);
}

void signer_take_hss_key(struct signer *s, const char *path)
{
	static const uint8_t types[] = {0, 0, 0, 1, 0, 0, 0, 6, 0, 0, 0, 4}; /* H10, W8 */
	struct blob file = file_read(path);
	struct manifest_key *k = &s->public[1];

	if (file.len != CRYPTO_HSS_PUBLIC_LEN || memcmp(file.bytes, types, sizeof(types)) != 0) {
		die(EXIT_KEY, "%s is not the %u bytes of an HSS key of one level with H10 and W8",
		    path, CRYPTO_HSS_PUBLIC_LEN);
	}
	k->kind = KEY_HSS;
	memcpy(k->bytes, file.bytes, file.len);
	cose_kid_hss(k->bytes, k->kid);
	s->count = 2;
	free(file.bytes);
}

void signer_take_hss(struct signer *s, const char *path)
{
	s->hss = file_read(path);
	if (s->hss.len != CRYPTO_HSS_SIGNATURE_LEN) {
		die(EXIT_KEY, "%s is not the %u bytes of an HSS signature with H10 and W8", path,
		    CRYPTO_HSS_SIGNATURE_LEN);
	}
}
