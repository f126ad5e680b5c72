/* SPDX-License-Identifier: Apache-2.0 */
/* Keys on the curve P-384, and ECDSA with them, as one call or slice by slice. */
#include "crypto/crypto.h"

#include <assert.h>
#include <string.h>

#include <mbedtls/ecdsa.h>
#include <mbedtls/ecp.h>
#include <mbedtls/hmac_drbg.h>

/* What struct crypto_p384_job holds. */
struct job {
	mbedtls_ecp_group curve;
	mbedtls_ecp_point public;
	mbedtls_mpi private;
	mbedtls_mpi r;
	mbedtls_mpi s;
	mbedtls_ecdsa_restart_ctx restart;
	struct crypto_drbg *random; /* NULL in a verification */
	uint8_t digest[CRYPTO_SHA384_LEN];
};

static_assert(sizeof(struct job) <= sizeof(struct crypto_p384_job),
	      "struct crypto_p384_job has the room that mbedTLS needs");
static_assert(_Alignof(struct job) <= _Alignof(struct crypto_p384_job),
	      "struct crypto_p384_job is aligned for mbedTLS");

static struct job *job_of(struct crypto_p384_job *job)
{
	return (struct job *)(void *)job;
}

static int random_bytes(void *drbg, unsigned char *out, size_t len)
{
	return crypto_drbg_bytes(drbg, out, len) ? 0 : MBEDTLS_ERR_ECP_RANDOM_FAILED;
}

/* A job with nothing in it but the curve. Ended by crypto_p384_end. */
static bool job_open(struct crypto_p384_job *opaque)
{
	struct job *job = job_of(opaque);

	memset(opaque, 0, sizeof(*opaque));
	mbedtls_ecp_group_init(&job->curve);
	mbedtls_ecp_point_init(&job->public);
	mbedtls_mpi_init(&job->private);
	mbedtls_mpi_init(&job->r);
	mbedtls_mpi_init(&job->s);
	mbedtls_ecdsa_restart_init(&job->restart);
	return mbedtls_ecp_group_load(&job->curve, MBEDTLS_ECP_DP_SECP384R1) == 0;
}

static bool load_private(struct job *job, const struct crypto_p384_private *key)
{
	return mbedtls_mpi_read_binary(&job->private, key->d, sizeof(key->d)) == 0 &&
	       mbedtls_ecp_check_privkey(&job->curve, &job->private) == 0;
}

static bool load_public(struct job *job, const struct crypto_p384_public *key)
{
	uint8_t point[1 + sizeof(*key)];

	point[0] = 4; /* uncompressed: SEC 1, 2.3.4 */
	memcpy(point + 1, key->x, sizeof(key->x));
	memcpy(point + 1 + sizeof(key->x), key->y, sizeof(key->y));
	return mbedtls_ecp_point_read_binary(&job->curve, &job->public, point,
					     sizeof(point)) == 0 &&
	       mbedtls_ecp_check_pubkey(&job->curve, &job->public) == 0;
}

void crypto_p384_end(struct crypto_p384_job *opaque)
{
	struct job *job = job_of(opaque);

	mbedtls_ecdsa_restart_free(&job->restart);
	mbedtls_mpi_free(&job->s);
	mbedtls_mpi_free(&job->r);
	mbedtls_mpi_free(&job->private);
	mbedtls_ecp_point_free(&job->public);
	mbedtls_ecp_group_free(&job->curve);
	wipe(opaque, sizeof(*opaque));
}

/* Hands a begun job to the caller, or ends it if something went wrong in beginning it. */
static bool job_begun(struct crypto_p384_job *job, bool good)
{
	if (!good) {
		crypto_p384_end(job);
	}
	return good;
}

static bool draw_private(struct job *job, struct crypto_drbg *drbg,
			 struct crypto_p384_private *out)
{
	return mbedtls_ecp_gen_privkey(&job->curve, &job->private, random_bytes, drbg) == 0 &&
	       mbedtls_mpi_write_binary(&job->private, out->d, sizeof(out->d)) == 0;
}

bool crypto_p384_derive(struct crypto_p384_private *out, const struct crypto_secret *seed)
{
	struct crypto_p384_job opaque;
	struct crypto_drbg drbg;
	bool done;

	if (!crypto_drbg_seed(&drbg, seed, (struct crypto_bytes){NULL, 0})) {
		return false;
	}
	done = job_open(&opaque) && draw_private(job_of(&opaque), &drbg, out);
	crypto_p384_end(&opaque);
	crypto_drbg_end(&drbg);
	return done;
}

static bool write_public(const struct job *job, struct crypto_p384_public *out)
{
	uint8_t point[1 + sizeof(*out)];
	size_t len;

	if (mbedtls_ecp_point_write_binary(&job->curve, &job->public, MBEDTLS_ECP_PF_UNCOMPRESSED,
					   &len, point, sizeof(point)) != 0 ||
	    len != sizeof(point)) {
		return false;
	}
	memcpy(out->x, point + 1, sizeof(out->x));
	memcpy(out->y, point + 1 + sizeof(out->x), sizeof(out->y));
	return true;
}

bool crypto_p384_public(struct crypto_p384_public *out, const struct crypto_p384_private *key,
			struct crypto_drbg *random)
{
	struct crypto_p384_job opaque;
	struct job *job = job_of(&opaque);
	bool done = job_open(&opaque) && load_private(job, key) &&
		    mbedtls_ecp_mul(&job->curve, &job->public, &job->private, &job->curve.G,
				    random_bytes, random) == 0 &&
		    write_public(job, out);

	crypto_p384_end(&opaque);
	return done;
}

bool crypto_p384_valid(const struct crypto_p384_public *key)
{
	struct crypto_p384_job opaque;
	bool valid = job_open(&opaque) && load_public(job_of(&opaque), key);

	crypto_p384_end(&opaque);
	return valid;
}

bool crypto_p384_sign_begin(struct crypto_p384_job *opaque, const struct crypto_p384_private *key,
			    const uint8_t digest[CRYPTO_SHA384_LEN], struct crypto_drbg *random)
{
	bool good = job_open(opaque) && random != NULL && load_private(job_of(opaque), key);

	job_of(opaque)->random = random;
	memcpy(job_of(opaque)->digest, digest, CRYPTO_SHA384_LEN);
	return job_begun(opaque, good);
}

bool crypto_p384_verify_begin(struct crypto_p384_job *opaque, const struct crypto_p384_public *key,
			      const uint8_t digest[CRYPTO_SHA384_LEN],
			      const struct crypto_p384_signature *signature)
{
	struct job *job = job_of(opaque);
	bool good = job_open(opaque) && load_public(job, key) &&
		    mbedtls_mpi_read_binary(&job->r, signature->r, CRYPTO_P384_LEN) == 0 &&
		    mbedtls_mpi_read_binary(&job->s, signature->s, CRYPTO_P384_LEN) == 0;

	memcpy(job->digest, digest, CRYPTO_SHA384_LEN);
	return job_begun(opaque, good);
}

enum crypto_progress crypto_p384_continue(struct crypto_p384_job *opaque, unsigned int max_ops)
{
	struct job *job = job_of(opaque);
	int error;

	/* For calls with a restart context only, and all of those come through here. */
	mbedtls_ecp_set_max_ops(max_ops);
	if (job->random != NULL) {
		error = mbedtls_ecdsa_sign_det_restartable(
			&job->curve, &job->r, &job->s, &job->private, job->digest,
			sizeof(job->digest), MBEDTLS_MD_SHA384, random_bytes, job->random,
			&job->restart);
	} else {
		error = mbedtls_ecdsa_verify_restartable(&job->curve, job->digest,
							 sizeof(job->digest), &job->public,
							 &job->r, &job->s, &job->restart);
	}
	if (error == MBEDTLS_ERR_ECP_IN_PROGRESS) {
		return CRYPTO_MORE;
	}
	return error == 0 ? CRYPTO_DONE : CRYPTO_FAILED;
}

void crypto_p384_signature(const struct crypto_p384_job *opaque, struct crypto_p384_signature *out)
{
	const struct job *job = (const struct job *)(const void *)opaque;

	/* Both are below n, which has 48 bytes: there is room, the only thing that could fail. */
	(void)mbedtls_mpi_write_binary(&job->r, out->r, sizeof(out->r));
	(void)mbedtls_mpi_write_binary(&job->s, out->s, sizeof(out->s));
}

bool crypto_p384_sign(struct crypto_p384_signature *out, const struct crypto_p384_private *key,
		      const uint8_t digest[CRYPTO_SHA384_LEN], struct crypto_drbg *random)
{
	struct crypto_p384_job job;
	bool done;

	if (!crypto_p384_sign_begin(&job, key, digest, random)) {
		return false;
	}
	done = crypto_p384_continue(&job, 0) == CRYPTO_DONE;
	if (done) {
		crypto_p384_signature(&job, out);
	}
	crypto_p384_end(&job);
	return done;
}

bool crypto_p384_verify(const struct crypto_p384_public *key,
			const uint8_t digest[CRYPTO_SHA384_LEN],
			const struct crypto_p384_signature *signature)
{
	struct crypto_p384_job job;
	bool right;

	if (!crypto_p384_verify_begin(&job, key, digest, signature)) {
		return false;
	}
	right = crypto_p384_continue(&job, 0) == CRYPTO_DONE;
	crypto_p384_end(&job);
	return right;
}
