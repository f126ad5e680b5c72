/* SPDX-License-Identifier: Apache-2.0 */
/* The one identity, and how it is made. */
#include "attest/identity.h"

#include <string.h>

/* A key pair of a layer that certifies, while certificates are made. */
struct pair {
	struct crypto_p384_private key;
	struct crypto_p384_public public;
	struct x509_name name;
};

/* Written by the boot hart before the firmware, read by all afterwards. */
static struct {
	/* Kept. */
	struct identity_facts facts;
	struct crypto_p384_private key;
	struct crypto_secret seal; /* of version facts.svn */
	struct crypto_secret local;
	struct crypto_secret blind;
	uint8_t certificate[IDENTITY_CERTIFICATES][X509_MAX];
	size_t length[IDENTITY_CERTIFICATES];
	struct crypto_secret counter_key;
	struct crypto_secret fresh; /* until it is taken */
	bool made;
	bool adopted; /* and nothing was forgotten since */
	/* Erased by identity_forget. */
	struct crypto_secret cdi_attest;
	struct identity_start start;
	uint8_t monitor_id[X509_ID_LEN];
} identity CRYPTO_MEMORY;

/* ---- taking over ---- */

/* One PMP entry covers the flash, and the slots are in it. */
static bool flash_is_sound(const struct identity_handoff *h)
{
	uint64_t len = h->flash_len;

	return len >= 4096 && (len & (len - 1)) == 0 && h->flash_base % len == 0 &&
	       h->store_base >= h->flash_base && h->store_base - h->flash_base <= len &&
	       h->store_len <= len - (h->store_base - h->flash_base);
}

/* Who has a TPM has class tpm, and the other way round. */
static bool tpm_is_sound(const struct identity_handoff *h)
{
	return (h->tpm_len != 0) == (h->class == DICE_CLASS_TPM) &&
	       h->tpm_len <= UINT64_C(1) << 20 && h->tpm_base <= UINT64_MAX - h->tpm_len;
}

static bool understood(const struct identity_handoff *h)
{
	return h->version == IDENTITY_VERSION && h->size == sizeof(*h) &&
	       dice_class_supported(h->class) &&
	       h->uds_cert_len <= sizeof(h->uds_cert) && h->mon_cert_len <= sizeof(h->mon_cert) &&
	       h->uds_cert_len != 0 && h->mon_cert_len != 0 && h->svn <= DICE_SVN_MAX &&
	       flash_is_sound(h) && tpm_is_sound(h);
}

static void adopt_certificate(enum identity_certificate which, const uint8_t *der, size_t len)
{
	memcpy(identity.certificate[which], der, len);
	identity.length[which] = len;
}

static bool adopt_tpm(const struct identity_handoff *h)
{
	struct identity_facts *f = &identity.facts;

	f->tpm_base = h->tpm_base;
	f->tpm_len = h->tpm_len;
	f->counter_base = h->counter_base;
	return h->tpm_len == 0 ||
	       (crypto_secret_adopt(&identity.counter_key, h->counter_key, DICE_LEN) &&
		crypto_secret_adopt(&identity.fresh, h->fresh, DICE_LEN));
}

static bool adopt_handoff(const struct identity_handoff *h)
{
	struct identity_facts *f = &identity.facts;

	if (!understood(h)) {
		return false;
	}
	f->has_stage0 = true;
	f->class = h->class;
	f->mode = h->mode;
	f->svn = h->svn;
	f->slot = h->slot;
	f->flags = h->flags;
	f->boot_count = h->boot_count;
	f->flash_base = h->flash_base;
	f->flash_len = h->flash_len;
	f->store_base = h->store_base;
	f->store_len = h->store_len;
	memcpy(f->code, h->code, DICE_LEN);
	memcpy(f->authority, h->authority, DICE_LEN);
	memcpy(f->manifest_digest, h->manifest_digest, DICE_LEN);
	memcpy(f->stage0_digest, h->stage0_digest, DICE_LEN);
	memcpy(f->device_digest, h->device_digest, DICE_LEN);
	memcpy(identity.monitor_id, h->monitor_id, X509_ID_LEN);
	adopt_certificate(IDENTITY_DEVICE, h->uds_cert, h->uds_cert_len);
	adopt_certificate(IDENTITY_MONITOR, h->mon_cert, h->mon_cert_len);
	return adopt_tpm(h) &&
	       crypto_secret_adopt(&identity.cdi_attest, h->cdi_attest, DICE_LEN) &&
	       crypto_secret_adopt(&identity.seal, h->seal_key, DICE_LEN);
}

bool identity_adopt(const struct identity_start *start)
{
	struct identity_facts *f = &identity.facts;
	bool right = true;

	identity.start = *start;
	identity.start.handoff = NULL;
	if (start->handoff->magic == IDENTITY_MAGIC) {
		right = adopt_handoff(start->handoff);
	} else {
		f->class = DICE_CLASS_ZERO;
		f->mode = DICE_MODE_NONE;
		f->svn = start->svn;
		f->slot = IDENTITY_NO_SLOT;
		memcpy(f->code, start->code, DICE_LEN);
		if (start->authority != NULL) {
			memcpy(f->authority, start->authority, DICE_LEN);
		}
		if (start->manifest_digest != NULL) {
			memcpy(f->manifest_digest, start->manifest_digest, DICE_LEN);
		}
	}
	wipe(start->handoff, sizeof(*start->handoff));
	identity.adopted = right;
	return right;
}

/* ---- the layers ---- */

static bool open_pair(struct pair *p, const char *common, struct crypto_drbg *random)
{
	p->name.common = common;
	if (!crypto_p384_public(&p->public, &p->key, random)) {
		return false;
	}
	x509_key_id(&p->public, p->name.id);
	return true;
}

static bool certify(enum identity_certificate which, const struct x509_request *request,
		    const struct crypto_p384_private *issuer, struct crypto_drbg *random)
{
	identity.length[which] = x509_certify(request, issuer, random,
					      identity.certificate[which]);
	return identity.length[which] != 0;
}

/* What a stage 0 would have done, with a secret of zeros: the device's certificate. */
static bool make_device(struct pair *device, const struct crypto_secret *uds,
			struct crypto_drbg *random)
{
	struct x509_request r = {.key = &device->public, .path_length = 1};

	if (!dice_uds_key(&device->key, uds) || !open_pair(device, X509_UDS_NAME, random)) {
		return false;
	}
	device->name.organisation = X509_ZERO_NAME;
	x509_key_digest(&device->public, identity.facts.device_digest);
	r.subject = device->name;
	r.issuer = device->name;
	return certify(IDENTITY_DEVICE, &r, &device->key, random);
}

/* The configuration as in docs/attestation.md; its length, 0 if it is too long. */
static size_t describe(uint8_t out[DICE_CONFIG_MAX], struct dice_input *in)
{
	const struct identity_start *s = &identity.start;
	struct dice_config config = {.version = s->version, .policies = s->policies,
				     .svn = s->svn, .class = DICE_CLASS_ZERO, .off = s->off};
	struct sink sink = {.out = out, .room = DICE_CONFIG_MAX};

	dice_write_config(&config, &sink);
	crypto_sha384(out, sink.kept, in->config);
	return sink.kept == sink.total ? sink.kept : 0;
}

/* The monitor's certificate, and the secrets of this layer. */
static bool make_monitor(const struct pair *device, const struct crypto_secret *uds,
			 struct crypto_drbg *random)
{
	struct dice_input in = {.mode = DICE_MODE_NONE};
	uint8_t descriptor[DICE_CONFIG_MAX];
	struct x509_layer layer = {.input = &in, .version = identity.start.version,
				   .svn = identity.facts.svn};
	struct pair monitor = {.name = {.organisation = NULL}};
	struct x509_request r = {.issuer = device->name, .key = &monitor.public, .layer = &layer};
	bool done;

	memcpy(in.code, identity.facts.code, DICE_LEN);
	memcpy(in.authority, identity.facts.authority, DICE_LEN);
	layer.descriptor = (struct crypto_bytes){descriptor, describe(descriptor, &in)};
	done = layer.descriptor.len != 0 &&
	       dice_derive_attest(&identity.cdi_attest, uds, &in) &&
	       dice_derive_seal(&identity.seal, uds, &in) &&
	       dice_derive_version(&identity.seal, &identity.seal, identity.facts.svn) &&
	       dice_monitor_key(&monitor.key, &identity.cdi_attest) &&
	       open_pair(&monitor, X509_MONITOR_NAME, random);
	r.subject = monitor.name;
	memcpy(identity.monitor_id, monitor.name.id, X509_ID_LEN);
	done = done && certify(IDENTITY_MONITOR, &r, &device->key, random);
	wipe(&monitor, sizeof(monitor));
	return done;
}

static bool make_zero_layers(void)
{
	static const uint8_t zeros[DICE_LEN];
	struct crypto_secret uds;
	struct crypto_secret blind;
	struct crypto_drbg random;
	struct pair device = {.name = {.organisation = NULL}};
	bool done;

	if (!crypto_secret_adopt(&uds, zeros, sizeof(zeros)) || !dice_blind_secret(&blind, &uds) ||
	    !crypto_drbg_seed(&random, &blind, (struct crypto_bytes){NULL, 0})) {
		return false;
	}
	done = make_device(&device, &uds, &random) && make_monitor(&device, &uds, &random);
	crypto_drbg_end(&random);
	wipe(&device, sizeof(device));
	return done;
}

/* ---- the attestation key ---- */

static bool make_leaf(struct crypto_drbg *random)
{
	struct crypto_p384_public public;
	struct crypto_p384_private monitor;
	struct x509_request r = {.subject = {.common = X509_ATTESTATION_NAME},
				 .issuer = {.common = X509_MONITOR_NAME},
				 .key = &public, .path_length = X509_NOT_AN_AUTHORITY};
	bool done = dice_attestation_key(&identity.key, &identity.cdi_attest) &&
		    crypto_p384_public(&public, &identity.key, random) &&
		    dice_monitor_key(&monitor, &identity.cdi_attest);

	if (done) {
		x509_key_id(&public, identity.facts.key_id);
		memcpy(r.subject.id, identity.facts.key_id, X509_ID_LEN);
		memcpy(r.issuer.id, identity.monitor_id, X509_ID_LEN);
		done = certify(IDENTITY_ATTESTATION, &r, &monitor, random);
	}
	wipe(&monitor, sizeof(monitor));
	return done;
}

static bool make_all(void)
{
	struct crypto_drbg random;
	bool done;

	if (!crypto_secret_valid(&identity.cdi_attest) &&
	    (identity.facts.has_stage0 || !make_zero_layers())) {
		return false;
	}
	if (!dice_local_secret(&identity.local, &identity.cdi_attest) ||
	    !dice_blind_secret(&identity.blind, &identity.cdi_attest) ||
	    !crypto_drbg_seed(&random, &identity.blind, (struct crypto_bytes){NULL, 0})) {
		return false;
	}
	done = make_leaf(&random);
	crypto_drbg_end(&random);
	return done;
}

bool identity_make(void)
{
	if (!identity.made && identity.adopted) {
		identity.made = make_all();
	}
	identity_forget();
	return identity.made;
}

void identity_forget(void)
{
	identity.adopted = false;
	wipe(&identity.cdi_attest, sizeof(identity.cdi_attest));
	if (!identity.made) {
		wipe(&identity.key, sizeof(identity.key));
		wipe(&identity.seal, sizeof(identity.seal));
		wipe(&identity.local, sizeof(identity.local));
		wipe(&identity.blind, sizeof(identity.blind));
		wipe(&identity.counter_key, sizeof(identity.counter_key));
		wipe(&identity.fresh, sizeof(identity.fresh));
	}
}

/* ---- what others may ask ---- */

bool identity_is_made(void)
{
	return identity.made;
}

const char *identity_warning(void)
{
	if (!identity.made || !dice_class_insecure(identity.facts.class)) {
		return NULL;
	}
	return identity.facts.class == DICE_CLASS_FLASH
		? "INSECURE identity: flash-dev, known to whoever reads this machine's flash"
		: "INSECURE identity: zero, everybody knows its keys";
}

const struct identity_facts *identity_facts(void)
{
	return &identity.facts;
}

struct crypto_bytes identity_certificate(enum identity_certificate which)
{
	return (struct crypto_bytes){identity.certificate[which], identity.length[which]};
}

const struct crypto_p384_private *identity_key(void)
{
	return &identity.key;
}

const struct crypto_secret *identity_blind(void)
{
	return &identity.blind;
}

const struct crypto_secret *identity_local(void)
{
	return &identity.local;
}

const struct crypto_secret *identity_counter_key(void)
{
	return &identity.counter_key;
}

bool identity_take_fresh(struct crypto_secret *out)
{
	*out = identity.fresh;
	wipe(&identity.fresh, sizeof(identity.fresh));
	return crypto_secret_valid(out);
}

bool identity_sealing_root(struct crypto_secret *out, uint32_t svn)
{
	if (svn > identity.facts.svn) {
		wipe(out, sizeof(*out));
		return false;
	}
	return dice_lower_version(out, &identity.seal, identity.facts.svn - svn);
}
