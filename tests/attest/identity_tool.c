/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attest/identity.h and what it is made of as a command, for tests. All arguments are hexadecimal
 * but for texts and numbers; "-" is an empty string. Prints NAME=HEX lines.
 * Status 0: done; 1: the operation failed; 2: wrong usage.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/identity.h"

static _Noreturn void stop(int status, const char *sentence)
{
	(void)fprintf(stderr, "identity_tool: %s\n", sentence);
	exit(status);
}

static void need(bool done)
{
	if (!done) {
		stop(1, "the operation failed");
	}
}

static const char *text_of(const char *argument)
{
	return strcmp(argument, "-") == 0 ? "" : argument;
}

static void take(const char *hex, void *to, size_t len)
{
	uint8_t *bytes = to;

	if (strlen(hex) != 2 * len) {
		stop(2, "an argument has the wrong length");
	}
	for (size_t i = 0; i < len; i++) {
		unsigned int byte;

		if (sscanf(hex + 2 * i, "%2x", &byte) != 1) {
			stop(2, "an argument is not hexadecimal");
		}
		bytes[i] = (uint8_t)byte;
	}
}

static void print(const char *name, const void *data, size_t len)
{
	(void)printf("%s=", name);
	for (size_t i = 0; i < len; i++) {
		(void)printf("%02x", ((const uint8_t *)data)[i]);
	}
	(void)printf("\n");
}

static void take_secret(const char *hex, struct crypto_secret *secret)
{
	uint8_t bytes[DICE_LEN];

	take(hex, bytes, sizeof(bytes));
	need(crypto_secret_adopt(secret, bytes, sizeof(bytes)));
}

/* CODE CONFIG AUTHORITY MODE HIDDEN */
static void take_input(char **a, struct dice_input *in)
{
	take(a[0], in->code, DICE_LEN);
	take(a[1], in->config, DICE_LEN);
	take(a[2], in->authority, DICE_LEN);
	in->mode = (uint8_t)strtoul(a[3], NULL, 10);
	take(a[4], in->hidden, DICE_LEN);
}

static void print_key(const char *name, const struct crypto_p384_private *key)
{
	print(name, key->d, sizeof(key->d));
}

static void print_version(const char *name, const struct crypto_secret *seal, uint32_t svn)
{
	struct crypto_secret root;

	need(dice_derive_version(&root, seal, svn));
	print(name, root.bytes, root.len);
}

/* derive UDS CODE CONFIG AUTHORITY MODE HIDDEN */
static void do_derive(char **a)
{
	struct crypto_secret uds;
	struct crypto_secret cdi;
	struct crypto_secret out;
	struct crypto_p384_private key;
	struct dice_input in;

	take_secret(a[0], &uds);
	take_input(a + 1, &in);
	need(dice_derive_attest(&cdi, &uds, &in));
	print("attest", cdi.bytes, cdi.len);
	need(dice_derive_seal(&out, &uds, &in));
	print("seal", out.bytes, out.len);
	print_version("seal255", &out, 255);
	print_version("seal254", &out, 254);
	print_version("seal7", &out, 7);
	print_version("seal0", &out, 0);
	need(dice_uds_key(&key, &uds));
	print_key("uds-key", &key);
	need(dice_monitor_key(&key, &cdi));
	print_key("monitor-key", &key);
	need(dice_attestation_key(&key, &cdi));
	print_key("attestation-key", &key);
	need(dice_local_secret(&out, &cdi));
	print("local", out.bytes, out.len);
	need(dice_blind_secret(&out, &cdi));
	print("blind", out.bytes, out.len);
}

/* VERSION POLICIES SVN CLASS OFF */
static void take_config(char **a, struct dice_config *config, struct sink *s)
{
	config->version = text_of(a[0]);
	config->policies = text_of(a[1]);
	config->svn = (uint32_t)strtoul(a[2], NULL, 10);
	config->class = (uint32_t)strtoul(a[3], NULL, 10);
	config->off = strtoull(a[4], NULL, 10);
	dice_write_config(config, s);
	need(s->kept == s->total);
}

/* config VERSION POLICIES SVN CLASS OFF */
static void do_config(char **a)
{
	uint8_t out[DICE_CONFIG_MAX];
	struct sink s = {.out = out, .room = sizeof(out)};
	struct dice_config config;

	take_config(a, &config, &s);
	print("config", out, s.kept);
}

/* Blinding whose seed everybody knows: nothing here is secret. */
static void start_random(struct crypto_drbg *drbg)
{
	static const uint8_t known[48] = {1};
	struct crypto_secret secret;

	need(crypto_secret_adopt(&secret, known, sizeof(known)) &&
	     crypto_drbg_seed(drbg, &secret, (struct crypto_bytes){NULL, 0}));
}

/* public D: the point */
static void do_public(char **a)
{
	struct crypto_p384_private key;
	struct crypto_p384_public public;
	struct crypto_drbg random;

	take(a[0], key.d, sizeof(key.d));
	start_random(&random);
	need(crypto_p384_public(&public, &key, &random));
	print("public", &public, sizeof(public));
}

/*
 * certify ISSUER_D ISSUER_ID ISSUER_CN ISSUER_O SUBJECT_XY SUBJECT_CN SUBJECT_O PATH_LENGTH
 * and for a layer: CODE CONFIG AUTHORITY MODE HIDDEN VERSION POLICIES SVN CLASS OFF
 */
static void do_certify(char **a, bool with_layer)
{
	struct crypto_p384_private issuer;
	struct crypto_p384_public subject;
	struct x509_request r = {.key = &subject, .path_length = atoi(a[7])};
	uint8_t descriptor[DICE_CONFIG_MAX];
	struct sink s = {.out = descriptor, .room = sizeof(descriptor)};
	struct dice_config config;
	struct dice_input in;
	struct x509_layer layer = {.input = &in};
	struct crypto_drbg random;
	uint8_t out[X509_MAX];
	size_t len;

	take(a[0], issuer.d, sizeof(issuer.d));
	take(a[1], r.issuer.id, X509_ID_LEN);
	r.issuer.common = a[2];
	r.issuer.organisation = strcmp(a[3], "-") == 0 ? NULL : a[3];
	take(a[4], &subject, sizeof(subject));
	x509_key_id(&subject, r.subject.id);
	r.subject.common = a[5];
	r.subject.organisation = strcmp(a[6], "-") == 0 ? NULL : a[6];
	if (with_layer) {
		take_input(a + 8, &in);
		take_config(a + 13, &config, &s);
		crypto_sha384(descriptor, s.kept, in.config);
		layer.descriptor = (struct crypto_bytes){descriptor, s.kept};
		layer.version = config.version;
		layer.svn = config.svn;
		r.layer = &layer;
	}
	start_random(&random);
	len = x509_certify(&r, &issuer, &random, out);
	need(len != 0);
	print("certificate", out, len);
}

/* zero CODE POLICIES OFF VERSION SVN: what a monitor without a stage 0 has */
static void do_zero(char **a)
{
	static struct identity_handoff none;
	static uint8_t code[DICE_LEN];
	struct identity_start start = {.handoff = &none, .code = code, .policies = text_of(a[1])};
	struct crypto_bytes certificate;
	struct crypto_secret seal;

	take(a[0], code, sizeof(code));
	start.off = strtoull(a[2], NULL, 10);
	start.version = text_of(a[3]);
	start.svn = (uint32_t)strtoul(a[4], NULL, 10);
	need(identity_adopt(&start) && identity_make());
	certificate = identity_certificate(IDENTITY_DEVICE);
	print("uds", certificate.data, certificate.len);
	certificate = identity_certificate(IDENTITY_MONITOR);
	print("monitor", certificate.data, certificate.len);
	certificate = identity_certificate(IDENTITY_ATTESTATION);
	print("attestation", certificate.data, certificate.len);
	print("attestation-key", identity_key()->d, DICE_LEN);
	need(identity_sealing_root(&seal, 0));
	print("seal0", seal.bytes, seal.len);
	print("device", identity_facts()->device_digest, DICE_LEN);
	(void)fprintf(stderr, "%s\n", identity_warning());
}

int main(int argc, char **argv)
{
	char **rest = argv + 2;
	int count = argc - 2;

	if (count == 6 && strcmp(argv[1], "derive") == 0) {
		do_derive(rest);
	} else if (count == 5 && strcmp(argv[1], "config") == 0) {
		do_config(rest);
	} else if (count == 5 && strcmp(argv[1], "zero") == 0) {
		do_zero(rest);
	} else if (count == 1 && strcmp(argv[1], "public") == 0) {
		do_public(rest);
	} else if ((count == 8 || count == 18) && strcmp(argv[1], "certify") == 0) {
		do_certify(rest, count == 18);
	} else {
		stop(2, "no such command, or not so many arguments: see the source");
	}
	return 0;
}
