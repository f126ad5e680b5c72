/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates. What stands last in one is written first: attest/der.h. */
#include "attest/x509.h"

#include <string.h>

#include "attest/der.h"

/* Content of object identifiers (X.690, 8.19). */
static const uint8_t oid_common[] = {0x55, 0x04, 0x03};       /* 2.5.4.3 */
static const uint8_t oid_serial[] = {0x55, 0x04, 0x05};       /* 2.5.4.5 */
static const uint8_t oid_organisation[] = {0x55, 0x04, 0x0a}; /* 2.5.4.10 */
static const uint8_t oid_subject_id[] = {0x55, 0x1d, 0x0e};   /* 2.5.29.14 */
static const uint8_t oid_key_usage[] = {0x55, 0x1d, 0x0f};    /* 2.5.29.15 */
static const uint8_t oid_constraints[] = {0x55, 0x1d, 0x13};  /* 2.5.29.19 */
static const uint8_t oid_issuer_id[] = {0x55, 0x1d, 0x23};    /* 2.5.29.35 */
/* ecdsa-with-SHA384, 1.2.840.10045.4.3.3 (RFC 5758, 3.2) */
static const uint8_t oid_signature[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03};
/* id-ecPublicKey, 1.2.840.10045.2.1, and secp384r1, 1.3.132.0.34 (RFC 5480, 2.1.1) */
static const uint8_t oid_ec_key[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
static const uint8_t oid_curve[] = {0x2b, 0x81, 0x04, 0x00, 0x22};
/* id-sha384, 2.16.840.1.101.3.4.2.2 (RFC 5754, 2.3) */
static const uint8_t oid_sha384[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02};
/* diceAttestationData, 1.3.6.1.4.1.11129.2.1.24 (Open Profile for DICE) */
static const uint8_t oid_dice[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x01, 0x18};
/* tcg-dice-TcbInfo, 2.23.133.5.4.1 (TCG DICE Attestation Architecture, 6.1.1) */
static const uint8_t oid_tcb_info[] = {0x67, 0x81, 0x05, 0x05, 0x04, 0x01};

#define OID(d, oid) der_value(d, DER_OID, oid, sizeof(oid))

/* ---- parts ---- */

static void write_algorithm(struct der *d)
{
	size_t mark = d->left;

	OID(d, oid_signature);
	der_head(d, DER_SEQUENCE, mark);
}

static void write_version(struct der *d)
{
	size_t mark = d->left;

	der_number(d, DER_INTEGER, 2); /* v3 (RFC 5280, 4.1.2.1) */
	der_head(d, DER_CONTEXT_IN(0), mark);
}

/* One attribute, alone in its set (RFC 5280, 4.1.2.4). */
static void write_attribute(struct der *d, const uint8_t oid[3], unsigned int tag,
			    struct crypto_bytes value)
{
	size_t mark = d->left;

	der_value(d, tag, value.data, value.len);
	der_value(d, DER_OID, oid, 3);
	der_head(d, DER_SEQUENCE, mark);
	der_head(d, DER_SET, mark);
}

static void write_name(struct der *d, const struct x509_name *name)
{
	static const char digit[] = "0123456789abcdef";
	char hex[2 * X509_ID_LEN];
	size_t mark = d->left;

	for (unsigned int i = 0; i < X509_ID_LEN; i++) {
		hex[2 * i] = digit[name->id[i] >> 4];
		hex[2 * i + 1] = digit[name->id[i] & 15];
	}
	write_attribute(d, oid_serial, DER_PRINTABLE, (struct crypto_bytes){hex, sizeof(hex)});
	if (name->organisation != NULL) {
		write_attribute(d, oid_organisation, DER_UTF8,
				(struct crypto_bytes){name->organisation,
						      strlen(name->organisation)});
	}
	write_attribute(d, oid_common, DER_UTF8,
			(struct crypto_bytes){name->common, strlen(name->common)});
	der_head(d, DER_SEQUENCE, mark);
}

/* From before the first of them was made to no end (RFC 5280, 4.1.2.5): a device has no clock. */
static void write_validity(struct der *d)
{
	size_t mark = d->left;

	der_text(d, DER_GENERALIZED_TIME, "99991231235959Z");
	der_text(d, DER_UTC_TIME, "260101000000Z");
	der_head(d, DER_SEQUENCE, mark);
}

/* The uncompressed point, SubjectPublicKeyInfo around it (RFC 5480, 2). */
static void write_key(struct der *d, const struct crypto_p384_public *key)
{
	static const uint8_t form[] = {0, 4}; /* no bits unused; uncompressed */
	size_t mark = d->left;
	size_t algorithm;

	der_raw(d, key->y, sizeof(key->y));
	der_raw(d, key->x, sizeof(key->x));
	der_raw(d, form, sizeof(form));
	der_head(d, DER_BIT_STRING, mark);
	algorithm = d->left;
	OID(d, oid_curve);
	OID(d, oid_ec_key);
	der_head(d, DER_SEQUENCE, algorithm);
	der_head(d, DER_SEQUENCE, mark);
}

/* ---- extensions (RFC 5280, 4.2) ---- */

/* Closes one whose content, written since mark, is complete. */
static void close_extension(struct der *d, struct crypto_bytes oid, bool critical, size_t mark)
{
	static const uint8_t yes = 0xff;

	der_head(d, DER_OCTET_STRING, mark);
	if (critical) {
		der_value(d, DER_BOOLEAN, &yes, 1);
	}
	der_value(d, DER_OID, oid.data, oid.len);
	der_head(d, DER_SEQUENCE, mark);
}

#define CLOSE(d, oid, critical, mark) \
	close_extension(d, (struct crypto_bytes){oid, sizeof(oid)}, critical, mark)

static void write_ids(struct der *d, const struct x509_request *r)
{
	size_t mark = d->left;

	der_value(d, DER_CONTEXT(0), r->issuer.id, X509_ID_LEN);
	der_head(d, DER_SEQUENCE, mark);
	CLOSE(d, oid_issuer_id, false, mark);
	mark = d->left;
	der_value(d, DER_OCTET_STRING, r->subject.id, X509_ID_LEN);
	CLOSE(d, oid_subject_id, false, mark);
}

static void write_usage(struct der *d, int path_length)
{
	static const uint8_t sign_certificates[] = {2, 0x04}; /* keyCertSign is bit 5 */
	static const uint8_t sign[] = {7, 0x80}; /* 7 bits unused; digitalSignature is bit 0 */
	static const uint8_t yes = 0xff;
	bool authority = path_length >= 0;
	size_t mark = d->left;

	der_value(d, DER_BIT_STRING, authority ? sign_certificates : sign, 2);
	CLOSE(d, oid_key_usage, true, mark);
	mark = d->left;
	if (authority) {
		der_number(d, DER_INTEGER, (uint64_t)path_length);
		der_value(d, DER_BOOLEAN, &yes, 1);
	}
	der_head(d, DER_SEQUENCE, mark);
	CLOSE(d, oid_constraints, true, mark);
}

static void write_tagged_bytes(struct der *d, unsigned int tag, struct crypto_bytes value)
{
	size_t mark = d->left;

	der_value(d, DER_OCTET_STRING, value.data, value.len);
	der_head(d, DER_CONTEXT_IN(tag), mark);
}

/* OpenDiceInput. Not critical, against its text: then other libraries refuse the certificate. */
static void write_dice(struct der *d, const struct x509_layer *layer)
{
	const struct dice_input *in = layer->input;
	size_t mark = d->left;

	der_number(d, DER_INTEGER, in->mode);
	der_head(d, DER_CONTEXT_IN(6), mark);
	write_tagged_bytes(d, 4, (struct crypto_bytes){in->authority, DICE_LEN});
	write_tagged_bytes(d, 3, layer->descriptor);
	write_tagged_bytes(d, 2, (struct crypto_bytes){in->config, DICE_LEN});
	write_tagged_bytes(d, 0, (struct crypto_bytes){in->code, DICE_LEN});
	der_head(d, DER_SEQUENCE, mark);
	CLOSE(d, oid_dice, false, mark);
}

/* DiceTcbInfo with version [2], svn [3] and fwids [6], all tagged implicitly. */
static void write_tcb_info(struct der *d, const struct x509_layer *layer)
{
	size_t mark = d->left;

	der_value(d, DER_OCTET_STRING, layer->input->code, DICE_LEN);
	OID(d, oid_sha384);
	der_head(d, DER_SEQUENCE, mark);
	der_head(d, DER_CONTEXT_IN(6), mark);
	der_number(d, DER_CONTEXT(3), layer->svn);
	der_text(d, DER_CONTEXT(2), layer->version);
	der_head(d, DER_SEQUENCE, mark);
	CLOSE(d, oid_tcb_info, false, mark);
}

static void write_extensions(struct der *d, const struct x509_request *r)
{
	size_t mark = d->left;

	if (r->layer != NULL) {
		write_tcb_info(d, r->layer);
		write_dice(d, r->layer);
	}
	write_ids(d, r);
	write_usage(d, r->path_length);
	der_head(d, DER_SEQUENCE, mark);
	der_head(d, DER_CONTEXT_IN(3), mark);
}

/* ---- the certificate ---- */

void x509_key_digest(const struct crypto_p384_public *key, uint8_t digest[CRYPTO_SHA384_LEN])
{
	static const uint8_t uncompressed = 4;
	struct crypto_sha384 ctx;

	crypto_sha384_init(&ctx);
	crypto_sha384_update(&ctx, &uncompressed, 1);
	crypto_sha384_update(&ctx, key->x, sizeof(key->x));
	crypto_sha384_update(&ctx, key->y, sizeof(key->y));
	crypto_sha384_finish(&ctx, digest);
}

void x509_key_id(const struct crypto_p384_public *key, uint8_t id[X509_ID_LEN])
{
	uint8_t digest[CRYPTO_SHA384_LEN];

	x509_key_digest(key, digest);
	memcpy(id, digest, X509_ID_LEN);
}

void x509_serial(const uint8_t id[X509_ID_LEN], uint8_t serial[X509_ID_LEN])
{
	memcpy(serial, id, X509_ID_LEN);
	serial[0] &= 0x7f;
	if (serial[0] == 0) {
		serial[0] = 1;
	}
}

size_t x509_write_body(const struct x509_request *request, uint8_t *out, size_t room)
{
	uint8_t serial[X509_ID_LEN];
	struct der d;

	der_start(&d, out, room);
	write_extensions(&d, request);
	write_key(&d, request->key);
	write_name(&d, &request->subject);
	write_validity(&d);
	write_name(&d, &request->issuer);
	write_algorithm(&d);
	x509_serial(request->subject.id, serial);
	der_unsigned(&d, DER_INTEGER, serial, sizeof(serial));
	write_version(&d);
	der_head(&d, DER_SEQUENCE, room);
	return der_finish(&d);
}

size_t x509_assemble(struct crypto_bytes body, const struct crypto_p384_signature *signature,
		     uint8_t *out, size_t room)
{
	static const uint8_t unused_bits;
	struct der d;

	der_start(&d, out, room);
	der_unsigned(&d, DER_INTEGER, signature->s, sizeof(signature->s));
	der_unsigned(&d, DER_INTEGER, signature->r, sizeof(signature->r));
	der_head(&d, DER_SEQUENCE, room); /* Ecdsa-Sig-Value (RFC 5480, appendix A) */
	der_raw(&d, &unused_bits, 1);
	der_head(&d, DER_BIT_STRING, room);
	write_algorithm(&d);
	der_raw(&d, body.data, body.len);
	der_head(&d, DER_SEQUENCE, room);
	return der_finish(&d);
}

size_t x509_certify(const struct x509_request *request, const struct crypto_p384_private *issuer,
		    struct crypto_drbg *random, uint8_t out[X509_MAX])
{
	uint8_t digest[CRYPTO_SHA384_LEN];
	struct crypto_p384_signature signature;
	size_t len = x509_write_body(request, out, X509_BODY_MAX);

	crypto_sha384(out, len, digest);
	if (len == 0 || !crypto_p384_sign(&signature, issuer, digest, random)) {
		return 0;
	}
	return x509_assemble((struct crypto_bytes){out, len}, &signature, out, X509_MAX);
}
