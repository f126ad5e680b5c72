/* SPDX-License-Identifier: Apache-2.0 */
/* The derivations; every one of them is one HKDF with a text of its own. */
#include "attest/dice.h"

#include <string.h>

#include "attest/cbor.h"

#define CONFIG_NAME "cordon-monitor"

/* Keys of the descriptor's map. */
enum config_key { NAME = 1, VERSION = 2, SVN = 3, CLASS = 4, POLICIES = 5, OFF = 6 };

static struct crypto_bytes text(const char *s)
{
	return (struct crypto_bytes){s, strlen(s)};
}

static const struct crypto_bytes nothing;

/* ---- the configuration ---- */

static size_t word_length(const char *words)
{
	size_t len = 0;

	while (words[len] != '\0' && words[len] != ' ') {
		len++;
	}
	return len;
}

/* Behind this word and the space that follows it. */
static const char *next_word(const char *words)
{
	words += word_length(words);
	return *words == ' ' ? words + 1 : words;
}

static void write_words(const char *words, struct sink *s)
{
	uint64_t count = 0;

	for (const char *w = words; *w != '\0'; w = next_word(w)) {
		count++;
	}
	cbor_array(s, count);
	for (const char *w = words; *w != '\0'; w = next_word(w)) {
		cbor_text_part(s, w, word_length(w));
	}
}

void dice_write_config(const struct dice_config *config, struct sink *s)
{
	cbor_map(s, OFF);
	cbor_unsigned(s, NAME);
	cbor_text(s, CONFIG_NAME);
	cbor_unsigned(s, VERSION);
	cbor_text(s, config->version);
	cbor_unsigned(s, SVN);
	cbor_unsigned(s, config->svn);
	cbor_unsigned(s, CLASS);
	cbor_unsigned(s, config->class);
	cbor_unsigned(s, POLICIES);
	write_words(config->policies, s);
	cbor_unsigned(s, OFF);
	cbor_unsigned(s, config->off);
}

const char *dice_class_name(uint32_t class)
{
	switch (class) {
	case DICE_CLASS_HW:
		return "hw";
	case DICE_CLASS_TPM:
		return "tpm";
	case DICE_CLASS_FLASH:
		return "flash-dev";
	default:
		return "zero";
	}
}

bool dice_class_supported(uint32_t class)
{
	return class == DICE_CLASS_TPM || class == DICE_CLASS_FLASH || class == DICE_CLASS_ZERO;
}

bool dice_class_insecure(uint32_t class)
{
	return class != DICE_CLASS_HW && class != DICE_CLASS_TPM;
}

/* ---- the layer's secrets ---- */

bool dice_derive_attest(struct crypto_secret *out, const struct crypto_secret *uds,
			const struct dice_input *in)
{
	struct crypto_sha384 ctx;
	uint8_t salt[CRYPTO_SHA384_LEN];

	crypto_sha384_init(&ctx);
	crypto_sha384_update(&ctx, in->code, sizeof(in->code));
	crypto_sha384_update(&ctx, in->config, sizeof(in->config));
	crypto_sha384_update(&ctx, in->authority, sizeof(in->authority));
	crypto_sha384_update(&ctx, &in->mode, sizeof(in->mode));
	crypto_sha384_update(&ctx, in->hidden, sizeof(in->hidden));
	crypto_sha384_finish(&ctx, salt);
	return crypto_secret_derive(out, uds, (struct crypto_bytes){salt, sizeof(salt)},
				    text("cordon CDI_Attest"));
}

bool dice_derive_seal(struct crypto_secret *out, const struct crypto_secret *uds,
		      const struct dice_input *in)
{
	struct crypto_sha384 ctx;
	uint8_t salt[CRYPTO_SHA384_LEN];

	crypto_sha384_init(&ctx);
	crypto_sha384_update(&ctx, in->authority, sizeof(in->authority));
	crypto_sha384_update(&ctx, &in->mode, sizeof(in->mode));
	crypto_sha384_update(&ctx, in->hidden, sizeof(in->hidden));
	crypto_sha384_finish(&ctx, salt);
	return crypto_secret_derive(out, uds, (struct crypto_bytes){salt, sizeof(salt)},
				    text("cordon CDI_Seal"));
}

bool dice_derive_version(struct crypto_secret *out, const struct crypto_secret *cdi_seal,
			 uint32_t svn)
{
	if (svn > DICE_SVN_MAX) {
		wipe(out, sizeof(*out));
		return false;
	}
	return crypto_secret_derive(out, cdi_seal, nothing, text("cordon seal 255")) &&
	       dice_lower_version(out, out, DICE_SVN_MAX - svn);
}

bool dice_lower_version(struct crypto_secret *out, const struct crypto_secret *from,
			uint32_t steps)
{
	bool done = crypto_secret_valid(from) && steps <= DICE_SVN_MAX;

	if (!done) {
		wipe(out, sizeof(*out));
		return false;
	}
	*out = *from;
	while (done && steps-- != 0) {
		done = crypto_secret_derive(out, out, nothing, text("cordon seal version"));
	}
	return done;
}

/* ---- keys ---- */

static bool derive_key(struct crypto_p384_private *out, const struct crypto_secret *from,
		       const char *info)
{
	struct crypto_secret seed;
	bool done = crypto_secret_derive(&seed, from, nothing, text(info)) &&
		    crypto_p384_derive(out, &seed);

	if (!done) {
		wipe(out, sizeof(*out));
	}
	wipe(&seed, sizeof(seed));
	return done;
}

bool dice_uds_key(struct crypto_p384_private *out, const struct crypto_secret *uds)
{
	return derive_key(out, uds, "cordon UDS key");
}

bool dice_monitor_key(struct crypto_p384_private *out, const struct crypto_secret *cdi_attest)
{
	return derive_key(out, cdi_attest, "cordon monitor key");
}

bool dice_attestation_key(struct crypto_p384_private *out,
			  const struct crypto_secret *cdi_attest)
{
	return derive_key(out, cdi_attest, "cordon attestation key");
}

bool dice_local_secret(struct crypto_secret *out, const struct crypto_secret *cdi_attest)
{
	return crypto_secret_derive(out, cdi_attest, nothing, text("cordon local"));
}

bool dice_blind_secret(struct crypto_secret *out, const struct crypto_secret *cdi_attest)
{
	return crypto_secret_derive(out, cdi_attest, nothing, text("cordon blind"));
}
