/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of this boot, and the certificates that say whose they are. Stage 0 has left a secret
 * and two certificates; without one the same is made of the secret that everybody knows.
 */
#include "attest/dice.h"
#include "attest/facts.h"
#include "attest/handoff.h"
#include "lib/log.h"
#include "lib/string.h"
#include "monitor/entropy.h"
#include "monitor/mechanism.h"
#include "monitor/slice.h"
#include "monitor/timer.h"
#include "policies/attest/attest.h"

enum { OF_KEY, OF_MONITOR, OF_DEVICE };

/* Written by attest_identify on the boot hart; random under crypto_lock afterwards. */
static struct attest_identity identity;
static struct crypto_drbg blinding;

/* Any hart, one at a time. */
static u32 crypto_lock;
static struct slice_stack crypto_stack;
static enum attest_job crypto_job;

const struct attest_identity *attest_identity(void)
{
	return &identity;
}

struct crypto_drbg *attest_random(void)
{
	return &blinding;
}

void attest_lock(struct hart *h)
{
	slice_lock(h, &crypto_lock);
}

void attest_unlock(void)
{
	slice_unlock(&crypto_lock);
}

void attest_compute(struct hart *h, enum attest_job job)
{
	crypto_job = job;
	slice_run(h, &policy_attest, &crypto_stack);
}

/* ---- on the crypto stack, at boot ---- */

/* What identities are made of: wiped as soon as they are. */
static struct making {
	struct crypto_secret fresh; /* of the hart's entropy, if it has some */
	struct crypto_secret uds;   /* only without a stage 0 */
	struct crypto_secret cdi;
	struct crypto_p384_private device;
	struct crypto_p384_private monitor;
	struct dice_input input;
	struct x509_name device_name;
	struct x509_name monitor_name;
	bool done;
} making;


/* Two boots do not draw the same numbers, even if the device has no entropy. */
static bool start_generator(const struct making *m)
{
	u64 moment[2] = { attest_facts.boot_count, timer_now() };
	struct crypto_secret seed;
	bool done = dice_blind_secret(&seed, &m->cdi) &&
		    crypto_drbg_seed(&blinding, &seed,
				     (struct crypto_bytes){ moment, sizeof(moment) });

	identity.random_is_fresh = done && crypto_secret_valid(&m->fresh) &&
				   crypto_drbg_reseed(&blinding, &m->fresh);
	wipe(&seed, sizeof(seed));
	return done && crypto_drbg_bytes(&blinding, identity.boot_seed,
					 sizeof(identity.boot_seed));
}

static void name_key(struct x509_name *name, const char *common,
		     const struct crypto_p384_public *key)
{
	*name = (struct x509_name){ .common = common };
	x509_key_id(key, name->id);
}

/* The device's name: its number is of the same digest as its key's, but longer (RFC 9711, 4.2.1) */
static void name_device(const struct crypto_p384_public *key)
{
	static const u8 uncompressed = 4; /* SEC 1, 2.3.3 */
	u8 digest[CRYPTO_SHA384_LEN];
	struct crypto_sha384 hash;

	crypto_sha384_init(&hash);
	crypto_sha384_update(&hash, &uncompressed, 1);
	crypto_sha384_update(&hash, key, sizeof(*key));
	crypto_sha384_finish(&hash, digest);
	identity.ueid[0] = 1; /* type RAND */
	memcpy(identity.ueid + 1, digest, sizeof(identity.ueid) - 1);
}
static_assert(sizeof(struct crypto_p384_public) == 2 * CRYPTO_P384_LEN, "a point is x, y");

static bool certify(unsigned int which, const struct x509_request *request,
		    const struct crypto_p384_private *issuer)
{
	identity.length[which] = x509_certify(request, issuer, &blinding,
					      identity.certificate[which]);
	return identity.length[which] != 0;
}

/* ---- without a stage 0 ---- */

/* Nobody has said which mode this is; a test image is a debug image all the same. */
static u8 mode(void)
{
	return mechanism_switched_off() != 0 || attest_facts.debug_image ? DICE_MODE_DEBUG
									  : DICE_MODE_NONE;
}

static bool certify_zero_device(struct making *m)
{
	struct crypto_p384_public key;
	struct x509_request r = { .key = &key, .path_length = 1 };

	if (!dice_uds_key(&m->device, &m->uds) ||
	    !crypto_p384_public(&key, &m->device, &blinding)) {
		return false;
	}
	name_device(&key);
	name_key(&m->device_name, X509_UDS_NAME, &key);
	m->device_name.organisation = X509_ZERO_NAME;
	r.subject = r.issuer = m->device_name;
	return certify(OF_DEVICE, &r, &m->device);
}

static bool certify_monitor(struct making *m, struct crypto_bytes descriptor)
{
	struct crypto_p384_public key;
	struct x509_layer layer = { .input = &m->input, .descriptor = descriptor,
				    .version = attest_facts.version, .svn = identity.svn };
	struct x509_request r = { .key = &key, .layer = &layer, .issuer = m->device_name };

	if (!dice_monitor_key(&m->monitor, &m->cdi) ||
	    !crypto_p384_public(&key, &m->monitor, &blinding)) {
		return false;
	}
	name_key(&m->monitor_name, X509_MONITOR_NAME, &key);
	r.subject = m->monitor_name;
	return certify(OF_MONITOR, &r, &m->device);
}

static size_t describe_config(uint8_t out[DICE_CONFIG_MAX])
{
	struct sink s = { .out = out, .room = DICE_CONFIG_MAX };
	struct dice_config config = {
		.version = attest_facts.version,
		.policies = policy_names(),
		.svn = identity.svn,
		.class = identity.identity_class,
		.off = mechanism_switched_off(),
	};

	dice_write_config(&config, &s);
	return s.total == s.kept ? s.kept : 0;
}

static bool derive_zero(struct making *m)
{
	static const uint8_t zeros[DICE_LEN];
	struct crypto_secret seal;
	bool done;

	memcpy(m->input.code, attest_facts.code, sizeof(m->input.code));
	memcpy(m->input.authority, attest_facts.authority, sizeof(m->input.authority));
	m->input.mode = mode();
	done = crypto_secret_adopt(&m->uds, zeros, sizeof(zeros)) &&
	       dice_derive_attest(&m->cdi, &m->uds, &m->input) &&
	       dice_derive_seal(&seal, &m->uds, &m->input) &&
	       dice_derive_version(&identity.seal, &seal, identity.svn);
	wipe(&seal, sizeof(seal));
	return done;
}

static bool make_zero(struct making *m)
{
	uint8_t descriptor[DICE_CONFIG_MAX];
	size_t length;

	identity.identity_class = DICE_CLASS_ZERO;
	identity.svn = attest_facts.svn;
	length = describe_config(descriptor);
	crypto_sha384(descriptor, length, m->input.config);
	return length != 0 && derive_zero(m) && start_generator(m) &&
	       certify_zero_device(m) &&
	       certify_monitor(m, (struct crypto_bytes){ descriptor, length });
}

/* ---- with one ---- */

/* SubjectPublicKeyInfo of a key of P-384, up to the point (RFC 5480, 2). */
static const uint8_t spki[] = {
	0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
	0x05, 0x2b, 0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00, 0x04,
};

/* The key of a certificate that stage 0 vouches for; false: there is none of this kind in it. */
static bool find_key(const uint8_t *certificate, size_t length, struct crypto_p384_public *out)
{
	for (size_t i = 0; i + sizeof(spki) + sizeof(*out) <= length; i++) {
		if (memcmp(certificate + i, spki, sizeof(spki)) == 0) {
			memcpy(out, certificate + i + sizeof(spki), sizeof(*out));
			return true;
		}
	}
	return false;
}

static bool take_certificate(unsigned int which, const uint8_t *from, u32 length,
			     struct crypto_p384_public *key)
{
	if (length > X509_MAX) {
		return false;
	}
	memcpy(identity.certificate[which], from, length);
	identity.length[which] = length;
	return find_key(from, length, key);
}

static bool take_handoff(struct making *m, const struct identity_handoff *from)
{
	struct crypto_p384_public device, monitor;

	identity.identity_class = from->class;
	identity.svn = from->svn;
	if (!crypto_secret_adopt(&m->cdi, from->cdi_attest, sizeof(from->cdi_attest)) ||
	    !crypto_secret_adopt(&identity.seal, from->seal_key, sizeof(from->seal_key)) ||
	    !take_certificate(OF_DEVICE, from->uds_cert, from->uds_cert_len, &device) ||
	    !take_certificate(OF_MONITOR, from->mon_cert, from->mon_cert_len, &monitor)) {
		return false;
	}
	name_device(&device);
	name_key(&m->monitor_name, X509_MONITOR_NAME, &monitor);
	return dice_monitor_key(&m->monitor, &m->cdi) && start_generator(m);
}

/* ---- both ---- */

static bool certify_key(struct making *m)
{
	struct crypto_p384_public key;
	struct x509_request r = { .key = &key, .path_length = X509_NOT_AN_AUTHORITY,
				  .issuer = m->monitor_name };

	if (!dice_attestation_key(&identity.key, &m->cdi) ||
	    !dice_local_secret(&identity.local, &m->cdi) ||
	    !crypto_p384_public(&key, &identity.key, &blinding)) {
		return false;
	}
	cose_kid_p384(&key, identity.kid);
	name_key(&r.subject, X509_ATTESTATION_NAME, &key);
	return certify(OF_KEY, &r, &m->monitor);
}

static void make(struct making *m)
{
	const struct identity_handoff *from = attest_facts.handoff;

	m->done = (from != NULL ? take_handoff(m, from) : make_zero(m)) && certify_key(m);
}

void attest_on_slice(struct hart *h)
{
	(void)h;
	if (crypto_job == ATTEST_IDENTIFY) {
		make(&making);
	} else {
		attest_on_request(crypto_job);
	}
}

bool attest_identify(struct hart *h)
{
	static const struct crypto_entropy source = { .sample = entropy_sample };
	bool done;

	crypto_secret_gather(&making.fresh, &source); /* guarded accesses: not in a slice */
	attest_compute(h, ATTEST_IDENTIFY);
	done = making.done;
	wipe(&making, sizeof(making));
	wipe(&crypto_stack, sizeof(crypto_stack));
	if (!done) {
		log_line("refused: attest: no identity could be derived");
	} else if (dice_class_insecure(identity.identity_class)) {
		log_line("attest: INSECURE identity of class %s",
			 dice_class_name(identity.identity_class));
	}
	return done;
}
