/* SPDX-License-Identifier: Apache-2.0 */
/* cordon provision: a device's secret, the certificate of the key that comes of it, and the flash
 * that holds both. */
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "certify.h"
#include "claims.h"
#include "options.h"
#include "provision_tpm.h"

#define SECRET_LEN 48u
#define SECTOR_LEN (UINT64_C(256) << 10)
#define FLASH_SECTORS 128u
#define IDENTITY_SECTOR 127u
#define SLOT_LEN (UINT64_C(4) << 20)
#define HEADER_LEN 120u
#define ERASED 0xff

/* The identity sector, little-endian (docs/attestation.md): magic, u32 version, u32 class, secret,
 * hidden, u32 length of the certificate, u32 0; the certificate; SHA-384 of it all. */
enum { AT_MAGIC = 0, AT_VERSION = 8, AT_CLASS = 12, AT_SECRET = 16, AT_HIDDEN = 64, AT_LEN = 112 };

/* HKDF (RFC 5869) with SHA-384: no salt, one block. */
static void hkdf(struct span secret, const char *info, uint8_t out[DIGEST_LEN])
{
	static const uint8_t zeros[DIGEST_LEN];
	uint8_t key[DIGEST_LEN];
	uint8_t block[64];
	size_t len = strlen(info);

	memcpy(block, info, len);
	block[len] = 1;
	hmac_sha384((struct span){zeros, sizeof(zeros)}, secret, key);
	hmac_sha384((struct span){key, sizeof(key)}, (struct span){block, len + 1}, out);
	OPENSSL_cleanse(key, sizeof(key));
}

/* HMAC_DRBG (SP 800-90A, 10.1.2). */
struct drbg {
	uint8_t key[DIGEST_LEN];
	uint8_t v[DIGEST_LEN];
};

static void drbg_round(struct drbg *d, uint8_t mark, struct span data)
{
	uint8_t block[DIGEST_LEN + 1 + SECRET_LEN];

	memcpy(block, d->v, DIGEST_LEN);
	block[DIGEST_LEN] = mark;
	if (data.len != 0) {
		memcpy(block + DIGEST_LEN + 1, data.data, data.len);
	}
	hmac_sha384((struct span){d->key, DIGEST_LEN},
		    (struct span){block, DIGEST_LEN + 1 + data.len}, d->key);
	hmac_sha384((struct span){d->key, DIGEST_LEN}, (struct span){d->v, DIGEST_LEN}, d->v);
	OPENSSL_cleanse(block, sizeof(block));
}

static void drbg_generate(struct drbg *d, uint8_t out[DIGEST_LEN])
{
	hmac_sha384((struct span){d->key, DIGEST_LEN}, (struct span){d->v, DIGEST_LEN}, d->v);
	memcpy(out, d->v, DIGEST_LEN);
	drbg_round(d, 0, (struct span){NULL, 0});
}

/* The key that the device will derive from its secret: the first number in range. */
static EVP_PKEY *device_key(struct span secret)
{
	struct drbg d;
	uint8_t seed[DIGEST_LEN];
	uint8_t scalar[DIGEST_LEN];
	EVP_PKEY *key = NULL;

	hkdf(secret, "cordon UDS key", seed);
	memset(d.key, 0, sizeof(d.key));
	memset(d.v, 1, sizeof(d.v));
	drbg_round(&d, 0, (struct span){seed, sizeof(seed)});
	drbg_round(&d, 1, (struct span){seed, sizeof(seed)});
	for (int tries = 0; key == NULL && tries < 100; tries++) {
		drbg_generate(&d, scalar);
		key = key_of_scalar(scalar);
	}
	OPENSSL_cleanse(&d, sizeof(d));
	OPENSSL_cleanse(seed, sizeof(seed));
	OPENSSL_cleanse(scalar, sizeof(scalar));
	if (key == NULL) {
		die(CORDON_CRYPTO, "OpenSSL cannot make the device's key");
	}
	return key;
}

struct provision_arguments {
	const char *root_key, *root_cert, *secret, *hidden, *class;
	const char *sector, *flash, *cert, *secret_out, *slot_a, *slot_b, *recovery;
	const char *tpm, *stage0;
};

static void require_new(const struct provision_arguments *a)
{
	const char *const path[] = {a->sector, a->flash, a->cert, a->secret_out};

	for (size_t i = 0; i < sizeof(path) / sizeof(path[0]); i++) {
		if (path[i] != NULL) {
			file_require_new(path[i]);
		}
	}
}

static struct provision_arguments parse_arguments(int argc, char **argv)
{
	struct provision_arguments a = {.class = "flash-dev"};
	const struct option_row rows[] = {
		{"root-key", OPTION_TEXT, &a.root_key, "PEM: private key of the root"},
		{"root-cert", OPTION_TEXT, &a.root_cert, "FILE: its certificate"},
		{"uds", OPTION_TEXT, &a.secret, "FILE with the device's 48 bytes (random)"},
		{"hidden", OPTION_TEXT, &a.hidden, "HEX: 48 bytes that change all keys (zeros)"},
		{"class", OPTION_TEXT, &a.class, "tpm or flash-dev (flash-dev)"},
		{"cert", OPTION_TEXT, &a.cert, "FILE: the device's certificate, DER"},
		{"uds-out", OPTION_TEXT, &a.secret_out, "FILE: the secret, for another store"},
		{"sector", OPTION_TEXT, &a.sector, "FILE: the identity sector"},
		{"flash", OPTION_TEXT, &a.flash, "FILE: all of the second flash"},
		{"slot-a", OPTION_TEXT, &a.slot_a, "BUNDLE to put into the flash"},
		{"slot-b", OPTION_TEXT, &a.slot_b, "BUNDLE"},
		{"recovery", OPTION_TEXT, &a.recovery, "BUNDLE"},
		{"tpm", OPTION_TEXT, &a.tpm, "SOCKET or DEVICE of the TPM, class tpm"},
		{"stage0", OPTION_TEXT, &a.stage0, "FILE: the only stage 0 that gets the secret"},
		{NULL, OPTION_FLAG, NULL, NULL},
	};

	options_end(argc, argv, options_parse(argc, argv, rows, ""));
	option_need(a.root_key, "provision", "root-key");
	option_need(a.root_cert, "provision", "root-cert");
	if (a.cert == NULL && a.sector == NULL && a.flash == NULL) {
		die(CORDON_USAGE, "provision needs --sector, --flash or --cert: what shall it "
		    "write?");
	}
	if (a.flash == NULL && (a.slot_a != NULL || a.slot_b != NULL || a.recovery != NULL)) {
		die(CORDON_USAGE, "slots are in the flash: provision needs --flash");
	}
	if ((strcmp(a.class, "tpm") == 0) != (a.tpm != NULL) ||
	    (a.tpm != NULL) != (a.stage0 != NULL)) {
		die(CORDON_USAGE, "class tpm, and no other, needs --tpm and --stage0");
	}
	require_new(&a);
	return a;
}

static void take_secret(const char *path, uint8_t secret[SECRET_LEN])
{
	struct span bytes;

	if (path == NULL) {
		if (RAND_priv_bytes(secret, SECRET_LEN) != 1) {
			die(CORDON_CRYPTO, "OpenSSL has no randomness; try again");
		}
		return;
	}
	bytes = file_read(path);
	if (bytes.len != SECRET_LEN) {
		die(CORDON_MALFORMED, "%s does not have 48 bytes", path);
	}
	memcpy(secret, bytes.data, SECRET_LEN);
	OPENSSL_cleanse((void *)(uintptr_t)bytes.data, bytes.len);
	free((void *)(uintptr_t)bytes.data);
}

/* A device whose secret everybody knows is what provisioning is there to end. */
static void refuse_zeros(const uint8_t secret[SECRET_LEN])
{
	uint8_t all = 0;

	for (size_t i = 0; i < SECRET_LEN; i++) {
		all = (uint8_t)(all | secret[i]);
	}
	if (all == 0) {
		die(CORDON_INSECURE, "the device's secret is all zeros: everybody knows that one");
	}
}

static void take_hidden(const char *hex, uint8_t hidden[SECRET_LEN])
{
	size_t len = SECRET_LEN;

	if (hex != NULL && (!hex_decode(hex, hidden, SECRET_LEN, &len) || len != SECRET_LEN)) {
		die(CORDON_USAGE, "--hidden wants 96 hexadecimal digits");
	}
}

static uint32_t take_class(const char *name)
{
	for (uint32_t i = 1; i < 3; i++) {
		if (strcmp(name, identity_class_name(i)) == 0) {
			return i;
		}
	}
	die(CORDON_USAGE, "--class wants tpm or flash-dev, not \"%s\"; a secret that is in a "
	    "sector of flash is not in hardware", name);
}

static void store_u32(uint8_t *at, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++) {
		at[i] = (uint8_t)(value >> 8 * i);
	}
}

/* Fills the sector, which is erased and has room. A secret in a TPM is not in it, too. */
static void fill_sector(uint8_t *sector, const struct provision_arguments *a,
			const uint8_t secret[SECRET_LEN], struct span cert)
{
	uint8_t hidden[SECRET_LEN] = {0};

	take_hidden(a->hidden, hidden);
	memset(sector, 0, HEADER_LEN);
	memcpy(sector + AT_MAGIC, "CORDONID", 8);
	store_u32(sector + AT_VERSION, 1);
	store_u32(sector + AT_CLASS, take_class(a->class));
	if (a->tpm == NULL) {
		memcpy(sector + AT_SECRET, secret, SECRET_LEN);
	}
	memcpy(sector + AT_HIDDEN, hidden, SECRET_LEN);
	store_u32(sector + AT_LEN, (uint32_t)cert.len);
	memcpy(sector + HEADER_LEN, cert.data, cert.len);
	sha384((struct span){sector, HEADER_LEN + cert.len}, sector + HEADER_LEN + cert.len);
}

static void fill_slot(uint8_t *flash, unsigned int slot, const char *path)
{
	struct span bundle;

	if (path == NULL) {
		return;
	}
	bundle = file_read(path);
	if (bundle.len > SLOT_LEN) {
		die(CORDON_USAGE, "%s is longer than a slot of the flash", path);
	}
	memcpy(flash + slot * SLOT_LEN, bundle.data, bundle.len);
	free((void *)(uintptr_t)bundle.data);
}

static void write_flash(const struct provision_arguments *a, const uint8_t *sector)
{
	size_t len = FLASH_SECTORS * SECTOR_LEN;
	uint8_t *flash = alloc_zeroed(len);

	memset(flash, ERASED, len);
	fill_slot(flash, 0, a->slot_a);
	fill_slot(flash, 1, a->slot_b);
	fill_slot(flash, 2, a->recovery);
	memcpy(flash + IDENTITY_SECTOR * SECTOR_LEN, sector, SECTOR_LEN);
	file_write(a->flash, (struct span){flash, len}, FILE_SECRET);
	OPENSSL_cleanse(flash, len);
	free(flash);
}

static void write_all(const struct provision_arguments *a, const uint8_t secret[SECRET_LEN],
		      struct span cert)
{
	uint8_t *sector = alloc_zeroed(SECTOR_LEN);

	memset(sector, ERASED, SECTOR_LEN);
	fill_sector(sector, a, secret, cert);
	if (a->cert != NULL) {
		file_write(a->cert, cert, FILE_NEW);
	}
	if (a->secret_out != NULL) {
		file_write(a->secret_out, (struct span){secret, SECRET_LEN}, FILE_SECRET);
	}
	if (a->sector != NULL) {
		file_write(a->sector, (struct span){sector, SECTOR_LEN}, FILE_SECRET);
	}
	if (a->flash != NULL) {
		write_flash(a, sector);
	}
	OPENSSL_cleanse(sector, SECTOR_LEN);
	free(sector);
}

static void fill_tpm(const struct provision_arguments *a, const uint8_t secret[SECRET_LEN])
{
	uint8_t key[DIGEST_LEN];
	struct tpm_content c = {.secret = {secret, SECRET_LEN}, .counter_key = {key, sizeof(key)}};

	if (a->tpm == NULL) {
		return;
	}
	c.stage0 = file_read(a->stage0);
	hkdf(c.secret, "cordon TPM counter", key);
	provision_tpm(a->tpm, &c);
	OPENSSL_cleanse(key, sizeof(key));
	free((void *)(uintptr_t)c.stage0.data);
}

static void print_device(EVP_PKEY *device)
{
	uint8_t point[POINT_LEN];
	uint8_t ueid[DIGEST_LEN + 1] = {1};

	(void)key_point(device, point);
	sha384((struct span){point, sizeof(point)}, ueid + 1);
	(void)printf("device ");
	hex_print(stdout, (struct span){ueid, UEID_LEN});
	(void)putchar('\n');
}

int cmd_provision(int argc, char **argv)
{
	struct provision_arguments a = parse_arguments(argc, argv);
	uint8_t secret[SECRET_LEN];
	EVP_PKEY *root = key_load_private(a.root_key);
	struct span root_cert = file_read(a.root_cert);
	EVP_PKEY *device;
	uint8_t *cert;
	size_t len;

	take_secret(a.secret, secret);
	refuse_zeros(secret);
	device = device_key((struct span){secret, SECRET_LEN});
	cert = device_certificate(device, root, root_cert, &len);
	fill_tpm(&a, secret);
	write_all(&a, secret, (struct span){cert, len});
	print_device(device);
	OPENSSL_cleanse(secret, sizeof(secret));
	OPENSSL_free(cert);
	EVP_PKEY_free(device);
	EVP_PKEY_free(root);
	free((void *)(uintptr_t)root_cert.data);
	return CORDON_OK;
}
