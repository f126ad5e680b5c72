/* SPDX-License-Identifier: Apache-2.0 */
/* Where secrets come from: storage only the monitor reads, an entropy source, or other secrets. */
#include "crypto/crypto.h"

#include <string.h>

/*
 * A Zkr source promises 8 bits of entropy in a sample of 16 (Zkr, "Entropy Source Requirements"),
 * so that these hold 512: 128 more than the 384 that are made of them.
 */
#define SAMPLES 64u
#define SAME_IN_A_ROW 4u /* SP 800-90B, 4.4.1: 1 + 20 / 8, rounded up; false alarms are 2^-20 */

bool crypto_secret_valid(const struct crypto_secret *secret)
{
	return secret->len >= CRYPTO_SECRET_MIN && secret->len <= CRYPTO_SECRET_MAX;
}

bool crypto_secret_adopt(struct crypto_secret *out, const void *secret_bytes, size_t len)
{
	wipe(out, sizeof(*out));
	if (len < CRYPTO_SECRET_MIN || len > CRYPTO_SECRET_MAX) {
		return false;
	}
	memcpy(out->bytes, secret_bytes, len);
	out->len = len;
	return true;
}

bool crypto_secret_derive(struct crypto_secret *out, const struct crypto_secret *from,
			  struct crypto_bytes salt, struct crypto_bytes info)
{
	struct crypto_hkdf_input in = {salt, {from->bytes, from->len}, info};
	uint8_t bytes[CRYPTO_SHA384_LEN];
	bool done = crypto_secret_valid(from) && crypto_hkdf(&in, bytes, sizeof(bytes)) &&
		    crypto_secret_adopt(out, bytes, sizeof(bytes));

	if (!done) {
		wipe(out, sizeof(*out));
	}
	wipe(bytes, sizeof(bytes));
	return done;
}

static bool read_samples(const struct crypto_entropy *source, uint16_t samples[SAMPLES])
{
	size_t same = 1;

	for (size_t i = 0; i < SAMPLES; i++) {
		if (!source->sample(source->arg, &samples[i])) {
			return false;
		}
		same = i != 0 && samples[i] == samples[i - 1] ? same + 1 : 1;
		if (same == SAME_IN_A_ROW) {
			return false;
		}
	}
	return true;
}

bool crypto_secret_gather(struct crypto_secret *out, const struct crypto_entropy *source)
{
	uint16_t samples[SAMPLES];
	bool done = read_samples(source, samples);

	wipe(out, sizeof(*out));
	if (done) {
		crypto_sha384(samples, sizeof(samples), out->bytes);
		out->len = CRYPTO_SHA384_LEN;
	}
	wipe(samples, sizeof(samples));
	return done;
}
