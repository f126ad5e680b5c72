/* SPDX-License-Identifier: Apache-2.0 */
/* Where attest computes with keys: the stack, the lock, the generator that blinds. */
#include "attest/identity.h"
#include "lib/log.h"
#include "monitor/entropy.h"
#include "monitor/slice.h"
#include "monitor/timer.h"
#include "policies/attest/attest.h"

/* Any hart, one at a time: with what is below, under the lock. */
static u32 crypto_lock;
static struct slice_stack crypto_stack CRYPTO_MEMORY;
static enum attest_job crypto_job;

/* Made once on the boot hart; the generator is used under the lock afterwards. */
static struct {
	struct crypto_drbg generator;
	struct crypto_secret fresh; /* of the hart's entropy, if it has some; then wiped */
	const char *source;
	bool made;
	u8 boot_seed[EVIDENCE_SEED_LEN];
} random CRYPTO_MEMORY;

void attest_lock(struct hart *h)
{
	slice_lock(h, &crypto_lock);
}

void attest_unlock(void)
{
	slice_unlock(&crypto_lock);
}

struct crypto_drbg *attest_random(void)
{
	return &random.generator;
}

const char *attest_random_source(void)
{
	return random.source;
}

const u8 *attest_boot_seed(void)
{
	return random.boot_seed;
}

void attest_compute(struct hart *h, enum attest_job job)
{
	crypto_job = job;
	slice_run(h, &policy_attest, &crypto_stack);
}

/* Adds the TPM's random bytes and the hart's own, which nobody else has seen on their way. */
static void freshen(void)
{
	struct crypto_secret given;

	random.source = "cdi-only";
	if (identity_take_fresh(&given) && crypto_drbg_reseed(&random.generator, &given)) {
		random.source = "tpm";
	}
	wipe(&given, sizeof(given));
	if (crypto_secret_valid(&random.fresh) &&
	    crypto_drbg_reseed(&random.generator, &random.fresh)) {
		random.source = "zkr";
	}
}

/* Two boots do not draw the same numbers, even if the machine has no entropy. */
static bool start_generator(void)
{
	u64 moment[2] = { identity_facts()->boot_count, timer_now() };
	struct crypto_bytes personal = { moment, sizeof(moment) };

	if (!crypto_drbg_seed(&random.generator, identity_blind(), personal)) {
		return false;
	}
	freshen();
	return crypto_drbg_bytes(&random.generator, random.boot_seed, sizeof(random.boot_seed));
}

void attest_on_slice(struct hart *h)
{
	(void)h;
	if (crypto_job == ATTEST_IDENTIFY) {
		random.made = identity_make() && start_generator();
	} else if (crypto_job < ATTEST_OPEN) {
		attest_on_request(crypto_job);
	} else {
		attest_on_store(crypto_job);
	}
}

bool attest_identify(struct hart *h)
{
	static const struct crypto_entropy source = { .sample = entropy_sample };

	crypto_secret_gather(&random.fresh, &source); /* guarded accesses: not in a slice */
	attest_compute(h, ATTEST_IDENTIFY);
	if (random.made) {
		attest_open_store(h);
	}
	wipe(&random.fresh, sizeof(random.fresh));
	wipe(&crypto_stack, sizeof(crypto_stack));
	if (!random.made) {
		log_line("refused: attest: no identity could be made");
	}
	return random.made;
}
