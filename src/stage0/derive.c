/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor's layer of the identity: its secrets, its certificate, and what is handed over. */
#include "stage0/stage0.h"

#include "lib/log.h"
#include "lib/string.h"

/* While the layer is made; all of it is cleared with the rest of our memory. */
static struct {
	struct dice_input input;
	u8 descriptor[DICE_CONFIG_MAX];
	char version[MANIFEST_TEXT_MAX + 1];
	struct crypto_secret cdi_attest;
	struct crypto_secret seal;
	struct crypto_secret blind;
	struct crypto_p384_private device_key;
	struct crypto_p384_public device;
	struct crypto_p384_private monitor_key;
	struct crypto_p384_public monitor;
	struct crypto_drbg random;
} layer;

static u8 mode_of(const struct stage0 *s)
{
	if ((s->manifest.flags & MANIFEST_DEBUG) != 0) {
		return DICE_MODE_DEBUG;
	}
	return s->slot == 2 ? DICE_MODE_RECOVERY : DICE_MODE_NORMAL;
}

/* What was started, as docs/attestation.md has it. The descriptor's length, 0: too long. */
static size_t describe(const struct stage0 *s)
{
	struct keys keys = keys_authorised();
	struct dice_config config = { .version = layer.version,
				      .policies = s->info.bundle.policies,
				      .svn = (u32)s->manifest.svn,
				      .class = s->class };
	struct sink sink = { .out = layer.descriptor, .room = sizeof(layer.descriptor) };

	memcpy(layer.version, s->manifest.version.data, s->manifest.version.len);
	dice_write_config(&config, &sink);
	crypto_sha384(layer.descriptor, sink.kept, layer.input.config);
	memcpy(layer.input.code, s->manifest.monitor, DICE_LEN);
	keys_authority(&keys, layer.input.authority);
	memcpy(layer.input.hidden, s->hidden, DICE_LEN);
	layer.input.mode = mode_of(s);
	return sink.kept == sink.total ? sink.kept : 0;
}

static bool derive_secrets(const struct stage0 *s)
{
	const struct crypto_bytes none = { NULL, 0 };

	return dice_derive_attest(&layer.cdi_attest, &s->uds, &layer.input) &&
	       dice_derive_seal(&layer.seal, &s->uds, &layer.input) &&
	       dice_derive_version(&layer.seal, &layer.seal, (u32)s->manifest.svn) &&
	       dice_blind_secret(&layer.blind, &s->uds) &&
	       dice_uds_key(&layer.device_key, &s->uds) &&
	       dice_monitor_key(&layer.monitor_key, &layer.cdi_attest) &&
	       crypto_drbg_seed(&layer.random, &layer.blind, none) &&
	       crypto_p384_public(&layer.device, &layer.device_key, &layer.random) &&
	       crypto_p384_public(&layer.monitor, &layer.monitor_key, &layer.random);
}

static struct x509_name device_name(const struct stage0 *s)
{
	struct x509_name name = { .common = X509_UDS_NAME };

	name.organisation = s->class == DICE_CLASS_ZERO ? X509_ZERO_NAME : NULL;
	x509_key_id(&layer.device, name.id);
	return name;
}

/* The device's certificate, by its own key if nobody has signed one. */
static bool certify_device(const struct stage0 *s, struct identity_handoff *h)
{
	struct x509_request r = { .subject = device_name(s), .issuer = device_name(s),
				  .key = &layer.device, .path_length = 1 };

	h->uds_cert_len = s->certificate_len;
	memcpy(h->uds_cert, s->certificate, sizeof(h->uds_cert));
	if (h->uds_cert_len == 0) {
		h->uds_cert_len = (u32)x509_certify(&r, &layer.device_key, &layer.random,
						    h->uds_cert);
	}
	return h->uds_cert_len != 0;
}

static bool certify_monitor(const struct stage0 *s, struct identity_handoff *h, size_t described)
{
	struct x509_layer what = { .input = &layer.input,
				   .descriptor = { layer.descriptor, described },
				   .version = layer.version,
				   .svn = (u32)s->manifest.svn };
	struct x509_request r = { .subject = { .common = X509_MONITOR_NAME },
				  .issuer = device_name(s),
				  .key = &layer.monitor, .layer = &what };

	x509_key_id(&layer.monitor, r.subject.id);
	memcpy(h->monitor_id, r.subject.id, sizeof(h->monitor_id));
	h->mon_cert_len = (u32)x509_certify(&r, &layer.device_key, &layer.random, h->mon_cert);
	return h->mon_cert_len != 0;
}

/* For recovery and debug images the counter is not theirs to count. */
static void hand_over_tpm(const struct stage0 *s, struct identity_handoff *h)
{
	if (s->class != DICE_CLASS_TPM) {
		return;
	}
	h->tpm_base = s->platform.tpm.base;
	h->tpm_len = s->platform.tpm.size;
	h->counter_base = s->counter.base;
	memcpy(h->fresh, s->fresh, DICE_LEN);
	if (layer.input.mode == DICE_MODE_NORMAL) {
		memcpy(h->counter_key, s->counter.key.bytes, DICE_LEN);
	}
}

static void hand_over(const struct stage0 *s, struct identity_handoff *h)
{
	h->version = IDENTITY_VERSION;
	h->size = sizeof(*h);
	h->class = s->class;
	h->mode = layer.input.mode;
	h->svn = (u32)s->manifest.svn;
	h->slot = s->slot;
	h->flags = s->flags | ((s->manifest.flags & MANIFEST_DEBUG) != 0 ? IDENTITY_DEBUG : 0);
	h->boot_count = s->boot_count;
	h->flash_base = STAGE0_FLASH;
	h->flash_len = STAGE0_FLASHES_LEN;
	h->store_base = STAGE0_STORE;
	h->store_len = SLOTS_FLASH_LEN;
	hand_over_tpm(s, h);
	memcpy(h->cdi_attest, layer.cdi_attest.bytes, DICE_LEN);
	memcpy(h->seal_key, layer.seal.bytes, DICE_LEN);
	memcpy(h->code, layer.input.code, DICE_LEN);
	memcpy(h->config, layer.input.config, DICE_LEN);
	memcpy(h->authority, layer.input.authority, DICE_LEN);
	memcpy(h->hidden, layer.input.hidden, DICE_LEN);
	memcpy(h->manifest_digest, s->manifest.digest, DICE_LEN);
	memcpy(h->stage0_digest, s->digest, DICE_LEN);
	x509_key_digest(&layer.device, h->device_digest);
	h->magic = IDENTITY_MAGIC;
}

bool stage0_derive(struct stage0 *s)
{
	struct identity_handoff *h = &stage0_shared.handoff;
	size_t described = describe(s);

	if (described == 0 || !derive_secrets(s) || !certify_device(s, h) ||
	    !certify_monitor(s, h, described)) {
		log_line("stage 0: refused: no identity: shorten the manifest's version");
		return false;
	}
	hand_over(s, h);
	if (dice_class_insecure(s->class)) {
		log_line("stage 0: INSECURE identity: %s", dice_class_name(s->class));
	}
	return true;
}
