/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole cryptographic interface: SHA-384, HMAC, HKDF, secrets and a random
 * generator made of them, ECDSA on P-384, HSS/LMS verification, comparison
 * without a timing channel, and erasure. No type of the library behind it
 * appears here, so that nothing above this header depends on which library
 * that is.
 *
 * Who may call what, and when:
 * - "any hart": needs no memory but its arguments and the stack, cannot run out
 *   of anything, and any number of harts may be in it at once.
 * - "one at a time": uses the arena and the library's state; the caller holds
 *   one lock around the call, for all of these together. An object that such a
 *   call has begun (a generator, a job) keeps a part of the arena until it is
 *   ended. These need CRYPTO_STACK_LEN bytes of stack, on which they leave
 *   secrets: keep that stack where no world can read it, or erase it.
 *
 * Where a function returns bool and this says nothing else, false means that a
 * length was out of range or that the arena has no room, and that nothing
 * useful was written.
 */
#ifndef CRYPTO_CRYPTO_H
#define CRYPTO_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that somebody else owns. data may be NULL when len is 0. */
struct crypto_bytes {
	const void *data;
	size_t len;
};

/*
 * For variables that hold secrets for longer than a call, here and above: the linker puts them all
 * next to the arena, so that in the monitor secrets are in one region, which no world reaches.
 */
#define CRYPTO_MEMORY __attribute__((section(".bss.crypto")))

/* ---- SHA-384 (FIPS 180-4); any hart ---- */

#define CRYPTO_SHA384_LEN 48u /* bytes; FIPS 180-4, section 1 (figure 1) */

/*
 * A digest in progress. Owned by the caller, opaque to it, copyable while in
 * progress; it holds no pointer.
 */
struct crypto_sha384 {
	uint64_t opaque[27];
};

/* Starts a digest (FIPS 180-4, section 5.3.4). Needs no earlier initialisation and cannot fail. */
void crypto_sha384_init(struct crypto_sha384 *ctx);

/*
 * Adds len bytes at data to a started digest. len may be 0, and data may then
 * be NULL. The sum over all calls must stay below 2^61 bytes.
 */
void crypto_sha384_update(struct crypto_sha384 *ctx, const void *data, size_t len);

/*
 * Writes the digest to out and erases ctx, which must be started again before
 * it is used again.
 */
void crypto_sha384_finish(struct crypto_sha384 *ctx, uint8_t out[CRYPTO_SHA384_LEN]);

/* The three calls above in one: out = SHA-384 of the len bytes at data. */
void crypto_sha384(const void *data, size_t len, uint8_t out[CRYPTO_SHA384_LEN]);

/* ---- HMAC-SHA-384 (RFC 2104, RFC 4231) and HKDF (RFC 5869); any hart ---- */

/* A code in progress. Owned by the caller, opaque, copyable; it holds no pointer. */
struct crypto_hmac {
	struct crypto_sha384 inner;
	struct crypto_sha384 outer;
};

/* Starts a code under a key of any length. The key is not needed any more afterwards. */
void crypto_hmac_init(struct crypto_hmac *ctx, struct crypto_bytes key);

/* Adds len bytes at data, as crypto_sha384_update does. */
void crypto_hmac_update(struct crypto_hmac *ctx, const void *data, size_t len);

/* Writes the code to out and erases ctx. Compare codes with ct_equal. */
void crypto_hmac_finish(struct crypto_hmac *ctx, uint8_t out[CRYPTO_SHA384_LEN]);

/* The three calls above in one. out may be where key or data is. */
void crypto_hmac(struct crypto_bytes key, struct crypto_bytes data, uint8_t out[CRYPTO_SHA384_LEN]);

#define CRYPTO_HKDF_MAX (255u * CRYPTO_SHA384_LEN) /* bytes; RFC 5869, 2.3 */

/* HKDF-Extract (RFC 5869, 2.2): out is the pseudorandom key made of key and salt. */
void crypto_hkdf_extract(struct crypto_bytes salt, struct crypto_bytes key,
			 uint8_t out[CRYPTO_SHA384_LEN]);

/* HKDF-Expand (RFC 5869, 2.3): len bytes at out. False if len is above CRYPTO_HKDF_MAX. */
bool crypto_hkdf_expand(const uint8_t prk[CRYPTO_SHA384_LEN], struct crypto_bytes info,
			void *out, size_t len);

/* What HKDF takes: salt and info may be empty, and need not be secret. */
struct crypto_hkdf_input {
	struct crypto_bytes salt;
	struct crypto_bytes key;
	struct crypto_bytes info;
};

/* Both steps (RFC 5869, 2): len bytes at out. False if len is above CRYPTO_HKDF_MAX. */
bool crypto_hkdf(const struct crypto_hkdf_input *in, void *out, size_t len);

/* ---- secrets; any hart ---- */

#define CRYPTO_SECRET_MIN 32u /* bytes; 256 bits */
#define CRYPTO_SECRET_MAX 64u /* bytes */

/*
 * A value that nobody but the monitor knows. Random generators and private keys
 * are made of this type alone, and only the three functions below fill it: an
 * address of anything public (a digest, a device tree, a nonce, a counter) does
 * not fit the parameter. Erase it with wipe(&s, sizeof(s)).
 */
struct crypto_secret {
	size_t len; /* CRYPTO_SECRET_MIN..CRYPTO_SECRET_MAX; anything else is no secret */
	uint8_t bytes[CRYPTO_SECRET_MAX];
};

/* True if the length says that there is a secret in it. */
bool crypto_secret_valid(const struct crypto_secret *secret);

/*
 * Takes over a secret from storage that only the monitor reads: fuses, a TPM, a
 * latched page. The caller answers for it that nobody else knows these bytes.
 * False, and no secret in out, if there are less than 32 or more than 64.
 */
bool crypto_secret_adopt(struct crypto_secret *out, const void *secret_bytes, size_t len);

/*
 * out = the 48 bytes that HKDF makes of another secret (DICE derivations). out
 * may be from. False, and no secret in out, if from holds none.
 */
bool crypto_secret_derive(struct crypto_secret *out, const struct crypto_secret *from,
			  struct crypto_bytes salt, struct crypto_bytes info);

/*
 * An entropy source. sample gives 16 bits with at least 8 bits of entropy, as
 * the seed CSR of Zkr does in state ES16; false when it has failed or is dead.
 */
struct crypto_entropy {
	bool (*sample)(void *arg, uint16_t *out);
	void *arg;
};

/*
 * out = 384 bits conditioned from 64 samples (SP 800-90B, 3.1.5). False, and no
 * secret in out, if the source fails or repeats itself (SP 800-90B, 4.4.1).
 */
bool crypto_secret_gather(struct crypto_secret *out, const struct crypto_entropy *source);

/* ---- the arena ---- */

#define CRYPTO_ARENA_LEN 12288u /* bytes */
#define CRYPTO_STACK_LEN 5120u  /* bytes that a "one at a time" call may need of its stack */

/* Bytes of the arena now taken, heads of blocks included; 0 when everything begun was ended. */
size_t crypto_arena_used(void);

/* The most that was ever taken. */
size_t crypto_arena_peak(void);

/* ---- HMAC_DRBG with SHA-384 (SP 800-90A, 10.1.2); one at a time ---- */

#define CRYPTO_DRBG_MAX 1024u /* bytes in one call */

/* A generator. Opaque, and not to be copied or moved: ended with crypto_drbg_end. */
struct crypto_drbg {
	uint64_t opaque[16];
};

/*
 * Starts a generator from a secret (entropy and nonce of SP 800-90A in one) and
 * a personalisation of at most 128 bytes, which need not be secret. Whoever
 * needs more entropy than the secret has calls crypto_drbg_reseed.
 */
bool crypto_drbg_seed(struct crypto_drbg *drbg, const struct crypto_secret *seed,
		      struct crypto_bytes personal);

/* Adds fresh entropy (SP 800-90A, 10.1.2.4, without additional input). */
bool crypto_drbg_reseed(struct crypto_drbg *drbg, const struct crypto_secret *fresh);

/* Writes len random bytes to out. False if len is above CRYPTO_DRBG_MAX. */
bool crypto_drbg_bytes(struct crypto_drbg *drbg, void *out, size_t len);

/* Erases a generator that was started. */
void crypto_drbg_end(struct crypto_drbg *drbg);

/* ---- ECDSA on P-384 with SHA-384 (FIPS 186-5, RFC 6979); one at a time ---- */

#define CRYPTO_P384_LEN 48u /* bytes of a coordinate or scalar, big-endian */

struct crypto_p384_private {
	uint8_t d[CRYPTO_P384_LEN];
};

struct crypto_p384_public {
	uint8_t x[CRYPTO_P384_LEN];
	uint8_t y[CRYPTO_P384_LEN];
};

/* r and s side by side: the form of COSE (RFC 9053, 2.1). */
struct crypto_p384_signature {
	uint8_t r[CRYPTO_P384_LEN];
	uint8_t s[CRYPTO_P384_LEN];
};

/*
 * The private key of a seed, always the same for the same seed: HMAC_DRBG on
 * the seed, and its first output that lies in 1..n-1 (rejection, so that no
 * key is likelier than another; FIPS 186-5, A.2.2).
 */
bool crypto_p384_derive(struct crypto_p384_private *out, const struct crypto_secret *seed);

/*
 * The public key of a private one. random blinds the computation. False also if
 * the private key is not in 1..n-1.
 */
bool crypto_p384_public(struct crypto_p384_public *out, const struct crypto_p384_private *key,
			struct crypto_drbg *random);

/* True if the point is on the curve (SP 800-56A, 5.6.2.3.3). */
bool crypto_p384_valid(const struct crypto_p384_public *key);

/*
 * A signature being made or verified. Opaque, and not to be copied or moved;
 * between begin and end it owns a part of the arena.
 */
struct crypto_p384_job {
	uint64_t opaque[96];
};

enum crypto_progress {
	CRYPTO_MORE,   /* not finished: call again */
	CRYPTO_DONE,   /* finished: the signature is written, or was right */
	CRYPTO_FAILED, /* finished: no signature, or it was wrong */
};

/*
 * Work in one call of crypto_p384_continue, in units that mbedTLS calls
 * operations (an addition of two points is 11). The work before and after them
 * is not divisible: less than this makes the calls more and not shorter.
 */
#define CRYPTO_SLICE_OPS 248u

/*
 * Begins a deterministic signature (RFC 6979 with SHA-384) of a digest. key and
 * digest are copied; random blinds the computation, does not change the
 * signature, and must live until the job has ended. False if the key is not in
 * 1..n-1, random is NULL or the arena is full; there is then no job to end.
 */
bool crypto_p384_sign_begin(struct crypto_p384_job *job, const struct crypto_p384_private *key,
			    const uint8_t digest[CRYPTO_SHA384_LEN], struct crypto_drbg *random);

/*
 * Begins to verify a signature of a digest. False if the key is not on the
 * curve or the arena is full; there is then no job to end. A high s is as good
 * as a low one.
 */
bool crypto_p384_verify_begin(struct crypto_p384_job *job, const struct crypto_p384_public *key,
			      const uint8_t digest[CRYPTO_SHA384_LEN],
			      const struct crypto_p384_signature *signature);

/*
 * Goes on with a job, for about max_ops operations, or to its end if max_ops is
 * 0. Not to be called again after CRYPTO_DONE or CRYPTO_FAILED.
 */
enum crypto_progress crypto_p384_continue(struct crypto_p384_job *job, unsigned int max_ops);

/* Writes the signature of a job that said CRYPTO_DONE. */
void crypto_p384_signature(const struct crypto_p384_job *job, struct crypto_p384_signature *out);

/* Ends a job, finished or not, and erases what it held. */
void crypto_p384_end(struct crypto_p384_job *job);

/* A signature in one call: begin, continue to the end, end. */
bool crypto_p384_sign(struct crypto_p384_signature *out, const struct crypto_p384_private *key,
		      const uint8_t digest[CRYPTO_SHA384_LEN], struct crypto_drbg *random);

/* True if the signature of the digest is right. In one call, as above. */
bool crypto_p384_verify(const struct crypto_p384_public *key,
			const uint8_t digest[CRYPTO_SHA384_LEN],
			const struct crypto_p384_signature *signature);

/* ---- HSS/LMS verification (RFC 8554, SP 800-208); any hart with CRYPTO_STACK_LEN of stack ---- */

#define CRYPTO_HSS_PUBLIC_LEN 60u      /* bytes; RFC 8554, 6.1 with L = 1 */
#define CRYPTO_HSS_SIGNATURE_LEN 1456u /* bytes; RFC 8554, 6.2 with Nspk = 0 */

/*
 * True if signature is right for the message under the key. Both are in the
 * encoding of RFC 8554, section 6. Accepted are one level, LMS_SHA256_M32_H10
 * and LMOTS_SHA256_N32_W8; any other type, level or length is refused. Whether
 * a one-time key was used twice only the signer can know.
 */
bool crypto_hss_verify(struct crypto_bytes key, struct crypto_bytes message,
		       struct crypto_bytes signature);

/* ---- self-test; one at a time ---- */

#ifndef CRYPTO_SELFTEST
#define CRYPTO_SELFTEST 0 /* 1: the monitor runs it at boot (make SELFTEST=1) */
#endif

/*
 * Known answers of everything above, in one pass. Returns NULL if all are as
 * they should be, else the name of the first that is not. The arena must have
 * room for a generator and a job.
 */
const char *crypto_selftest(void);

/* ---- comparison and erasure; any hart ---- */

/*
 * True if the len bytes at a and b are the same. The time taken depends on len
 * alone. Two empty strings are equal.
 */
bool ct_equal(const void *a, const void *b, size_t len);

/*
 * Sets the len bytes at p to zero in a way that the compiler may not drop,
 * although nobody reads them afterwards. p may be NULL when len is 0.
 */
void wipe(void *p, size_t len);

#endif
