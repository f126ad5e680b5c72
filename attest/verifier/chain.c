/* SPDX-License-Identifier: Apache-2.0 */
/* Certificate chains: each field that the profile fixes is compared, and OpenSSL has the last
 * word. */
#include "chain.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define INSECURE_ROOT "INSECURE DEVELOPMENT ROOT"

static const struct fault no_fault = {CORDON_OK, NULL};

static struct fault malformed(const char *text)
{
	return (struct fault){CORDON_MALFORMED, text};
}

static struct fault refused(const char *text)
{
	return (struct fault){CORDON_CRYPTO, text};
}

static X509 *parse_der(struct span der)
{
	const uint8_t *at = der.data;
	X509 *cert = d2i_X509(NULL, &at, (long)der.len);

	if (cert != NULL && at != der.data + der.len) {
		X509_free(cert);
		cert = NULL;
	}
	return cert;
}

struct fault chain_parse(const struct span der[CHAIN_LEN], struct chain *out)
{
	const char *fault;

	*out = (struct chain){.self_made = false};
	for (int i = 0; i < CHAIN_LEN; i++) {
		out->cert[i] = parse_der(der[i]);
		if (out->cert[i] == NULL) {
			return malformed("a certificate of the chain is no certificate in DER");
		}
		out->key[i] = X509_get0_pubkey(out->cert[i]);
		if (out->key[i] == NULL || !key_id(out->key[i], out->id[i])) {
			return refused("a certificate of the chain has no key on P-384");
		}
	}
	fault = dice_parse(out->cert[CHAIN_MON], &out->dice);
	return fault == NULL ? no_fault : malformed(fault);
}

/* One value of a name, as UTF-8, compared with a text. */
static bool name_has(const X509_NAME *name, int nid, const char *text)
{
	int at = X509_NAME_get_index_by_NID(name, nid, -1);
	unsigned char *utf8 = NULL;
	int len = at < 0 ? -1 : ASN1_STRING_to_UTF8(&utf8,
				X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
	bool same = len >= 0 && X509_NAME_get_index_by_NID(name, nid, at) < 0 &&
		    (size_t)len == strlen(text) && memcmp(utf8, text, (size_t)len) == 0;

	OPENSSL_free(utf8);
	return same;
}

/* RFC 5758, 3.2: inside and outside the same, and no parameters. */
static bool algorithm_is_es384(const X509 *cert)
{
	const ASN1_BIT_STRING *signature;
	const X509_ALGOR *outer;
	const X509_ALGOR *inner = X509_get0_tbs_sigalg(cert);
	const ASN1_OBJECT *oid;
	int parameters;

	X509_get0_signature(&signature, &outer, cert);
	X509_ALGOR_get0(&oid, &parameters, NULL, outer);
	return X509_ALGOR_cmp(outer, inner) == 0 && parameters == V_ASN1_UNDEF &&
	       OBJ_obj2nid(oid) == NID_ecdsa_with_SHA384;
}

static bool serial_is(const X509 *cert, const uint8_t id[KEY_ID_LEN])
{
	uint8_t want[KEY_ID_LEN];
	BIGNUM *serial = ASN1_INTEGER_to_BN(X509_get0_serialNumber(cert), NULL);
	uint8_t have[KEY_ID_LEN];
	bool same;

	memcpy(want, id, KEY_ID_LEN);
	want[0] &= 0x7f;
	want[0] = want[0] == 0 ? 1 : want[0];
	same = serial != NULL && BN_bn2binpad(serial, have, KEY_ID_LEN) == (int)KEY_ID_LEN &&
	       !BN_is_negative(serial) && memcmp(want, have, KEY_ID_LEN) == 0;
	BN_free(serial);
	return same;
}

static bool octets_are(const ASN1_OCTET_STRING *octets, const uint8_t id[KEY_ID_LEN])
{
	return octets != NULL && ASN1_STRING_length(octets) == (int)KEY_ID_LEN &&
	       memcmp(ASN1_STRING_get0_data(octets), id, KEY_ID_LEN) == 0;
}

static bool names_own_key(const X509 *cert, const uint8_t id[KEY_ID_LEN], const char *cn)
{
	char hex[2 * KEY_ID_LEN + 1];
	const X509_NAME *subject = X509_get_subject_name(cert);

	hex_encode((struct span){id, KEY_ID_LEN}, hex);
	return name_has(subject, NID_commonName, cn) && name_has(subject, NID_serialNumber, hex) &&
	       octets_are(X509_get0_subject_key_id((X509 *)(uintptr_t)cert), id) &&
	       serial_is(cert, id);
}

/* What each certificate of the chain is for. */
struct role {
	const char *cn;
	bool authority;
	long path_len;
	const char *name_fault, *use_fault;
};

static const struct role roles[CHAIN_LEN] = {
	{"Cordon attestation", false, -1,
	 "the first certificate is not named after its key, as that of an attestation key is",
	 "the attestation key's certificate is not for signing alone"},
	{"Cordon monitor", true, 0,
	 "the second certificate is not named after its key, as that of a monitor is",
	 "the monitor's certificate is not that of an authority with path length 0"},
	{"Cordon UDS", true, 1,
	 "the third certificate is not named after its key, as that of a device is",
	 "the device's certificate is not that of an authority with path length 1"},
};

static bool use_fits(X509 *cert, const struct role *role)
{
	uint32_t flags = X509_get_extension_flags(cert);
	uint32_t usage = X509_get_key_usage(cert);
	int critical_basic = -1;
	int critical_usage = -1;
	BASIC_CONSTRAINTS *basic = X509_get_ext_d2i(cert, NID_basic_constraints, &critical_basic,
						    NULL);
	ASN1_BIT_STRING *bits = X509_get_ext_d2i(cert, NID_key_usage, &critical_usage, NULL);

	BASIC_CONSTRAINTS_free(basic);
	ASN1_BIT_STRING_free(bits);
	if (critical_basic != 1 || critical_usage != 1 || (flags & EXFLAG_INVALID) != 0 ||
	    (flags & EXFLAG_CRITICAL) != 0 || ((flags & EXFLAG_CA) != 0) != role->authority) {
		return false;
	}
	return usage == (role->authority ? KU_KEY_CERT_SIGN : KU_DIGITAL_SIGNATURE) &&
	       X509_get_pathlen(cert) == role->path_len;
}

static struct fault judge_one(const struct chain *c, int i)
{
	if (X509_get_version(c->cert[i]) != X509_VERSION_3 || !algorithm_is_es384(c->cert[i])) {
		return refused("a certificate is not of version 3 with ECDSA and SHA-384");
	}
	if (!names_own_key(c->cert[i], c->id[i], roles[i].cn)) {
		return refused(roles[i].name_fault);
	}
	return use_fits(c->cert[i], &roles[i]) ? no_fault : refused(roles[i].use_fault);
}

static bool is_issued_by(X509 *cert, X509 *issuer, EVP_PKEY *key, const uint8_t id[KEY_ID_LEN])
{
	return X509_NAME_cmp(X509_get_issuer_name(cert), X509_get_subject_name(issuer)) == 0 &&
	       octets_are(X509_get0_authority_key_id(cert), id) && X509_verify(cert, key) == 1;
}

struct fault chain_judge_links(struct chain *c)
{
	for (int i = 0; i < CHAIN_LEN; i++) {
		struct fault fault = judge_one(c, i);

		if (fault.code != CORDON_OK) {
			return fault;
		}
	}
	if (!is_issued_by(c->cert[CHAIN_AK], c->cert[CHAIN_MON], c->key[CHAIN_MON],
			  c->id[CHAIN_MON])) {
		return refused("the attestation key was not certified by this monitor");
	}
	if (!is_issued_by(c->cert[CHAIN_MON], c->cert[CHAIN_UDS], c->key[CHAIN_UDS],
			  c->id[CHAIN_UDS])) {
		return refused("the monitor was not certified by this device");
	}
	c->self_made = is_issued_by(c->cert[CHAIN_UDS], c->cert[CHAIN_UDS], c->key[CHAIN_UDS],
				    c->id[CHAIN_UDS]);
	return no_fault;
}

static STACK_OF(X509) *read_pem(struct span bytes)
{
	STACK_OF(X509) *stack = sk_X509_new_null();
	BIO *bio = BIO_new_mem_buf(bytes.data, (int)bytes.len);
	X509 *cert;

	while (stack != NULL && bio != NULL &&
	       (cert = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
		(void)sk_X509_push(stack, cert);
	}
	BIO_free(bio);
	ERR_clear_error();
	return stack;
}

STACK_OF(X509) *chain_read_roots(struct span bytes)
{
	STACK_OF(X509) *stack = read_pem(bytes);
	X509 *cert;

	if (stack != NULL && sk_X509_num(stack) == 0 && (cert = parse_der(bytes)) != NULL) {
		(void)sk_X509_push(stack, cert);
	}
	ERR_clear_error();
	if (stack != NULL && sk_X509_num(stack) == 0) {
		sk_X509_free(stack);
		return NULL;
	}
	return stack;
}

/* The general rules of RFC 5280, 6.1, as OpenSSL knows them. */
static int path_error(struct chain *c, X509 *root, int64_t now)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *between = sk_X509_new_null();
	int error = X509_V_ERR_OUT_OF_MEM;

	if (store != NULL && ctx != NULL && between != NULL &&
	    X509_STORE_add_cert(store, root) == 1 &&
	    sk_X509_push(between, c->cert[CHAIN_MON]) > 0 &&
	    sk_X509_push(between, c->cert[CHAIN_UDS]) > 0 &&
	    X509_STORE_CTX_init(ctx, store, c->cert[CHAIN_AK], between) == 1) {
		X509_STORE_CTX_set_time(ctx, 0, (time_t)now);
		error = X509_verify_cert(ctx) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(ctx);
	}
	sk_X509_free(between);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	ERR_clear_error();
	return error;
}

static struct fault judge_path(struct chain *c, X509 *root, int64_t now)
{
	int error = path_error(c, root, now);

	switch (error) {
	case X509_V_OK: return no_fault;
	case X509_V_ERR_CERT_NOT_YET_VALID:
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return refused("a certificate is not valid now: it is too early or too late");
	case X509_V_ERR_PATH_LENGTH_EXCEEDED:
		return refused("an authority certified more levels than its path length allows");
	case X509_V_ERR_INVALID_CA:
	case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
		return refused("the root is not an authority that may certify");
	case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
		return refused("a certificate has a critical extension that we do not know");
	default: return refused(X509_verify_cert_error_string(error));
	}
}

static void note_root(struct chain *c, X509 *root)
{
	c->insecure_root = name_has(X509_get_subject_name(root), NID_commonName, INSECURE_ROOT);
	(void)key_id(X509_get0_pubkey(root), c->root_id);
	free(c->root_pem);
	c->root_pem = key_pem(X509_get0_pubkey(root));
}

/* A root is found by its key, not by a name that anybody can choose. */
static bool is_root_of(struct chain *c, X509 *root)
{
	uint8_t id[KEY_ID_LEN];
	EVP_PKEY *key = X509_get0_pubkey(root);

	return key != NULL && key_id(key, id) &&
	       is_issued_by(c->cert[CHAIN_UDS], root, key, id);
}

/* NULL if none of these is the root. The stack keeps the certificate. */
static X509 *find_root(struct chain *c, STACK_OF(X509) *stack)
{
	for (int i = 0; stack != NULL && i < sk_X509_num(stack); i++) {
		X509 *root = sk_X509_value(stack, i);

		if (is_root_of(c, root)) {
			return root;
		}
	}
	return NULL;
}

struct fault chain_judge_root(struct chain *c, const struct anchors *anchors)
{
	if (c->self_made) {
		note_root(c, c->cert[CHAIN_UDS]);
		return judge_path(c, c->cert[CHAIN_UDS], anchors->now);
	}
	for (size_t i = 0; i < anchors->count; i++) {
		STACK_OF(X509) *stack = chain_read_roots(anchors->root[i]);
		X509 *root = find_root(c, stack);
		struct fault fault = no_fault;

		if (root != NULL) {
			note_root(c, root);
			fault = judge_path(c, root, anchors->now);
		}
		sk_X509_pop_free(stack, X509_free);
		if (root != NULL) {
			return fault;
		}
	}
	ERR_clear_error();
	return refused("the device was not certified by a root that you trust");
}

void chain_free(struct chain *c)
{
	for (int i = 0; i < CHAIN_LEN; i++) {
		X509_free(c->cert[i]);
	}
	free(c->root_pem);
	*c = (struct chain){.self_made = false};
}
