/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manifest of a bundle: what its signer says is in it, and where that may run. A CBOR map in a
 * COSE_Sign (attest/manifest.cddl, docs/verified-boot.md). Everything in it is refused that is not
 * exactly as described there, so that no byte can be changed unnoticed.
 */
#ifndef ATTEST_MANIFEST_H
#define ATTEST_MANIFEST_H

#include "attest/image.h"
#include "attest/keys.h"

#define MANIFEST_MAX          4096u /* bytes of a manifest */
#define MANIFEST_PAYLOAD_MAX  2048u /* bytes of what is signed in it */
#define MANIFEST_SEGMENTS_MAX (IMAGE_PARTS_MAX - 4u)
#define MANIFEST_POLICIES_MAX 16u
#define MANIFEST_TEXT_MAX     127u /* bytes of name, version, platform or a policy's name */
#define MANIFEST_SVN_MAX      255u
#define MANIFEST_DEPTH        6u
#define MANIFEST_FORMAT       1u

/* Labels of the map. */
enum manifest_label {
	MANIFEST_LABEL_FORMAT = 1,
	MANIFEST_LABEL_NAME,
	MANIFEST_LABEL_VERSION,
	MANIFEST_LABEL_SVN,
	MANIFEST_LABEL_PLATFORM,
	MANIFEST_LABEL_MONITOR,
	MANIFEST_LABEL_POLICIES,
	MANIFEST_LABEL_SEGMENTS,
	MANIFEST_LABEL_ENTRY,
	MANIFEST_LABEL_FLAGS,
	MANIFEST_LABEL_PAYLOAD,     /* optional */
	MANIFEST_LABEL_MIN_SEAL,    /* optional */
	MANIFEST_LABEL_RELOCATIONS,
};

#define MANIFEST_HYBRID 1u /* flag: not without an HSS signature */
#define MANIFEST_DEBUG  2u /* flag: a debug image; authorised by the TEST key alone */
#define MANIFEST_RWX    4u /* flag: segments may be writable and executable at once */
#define MANIFEST_FLAGS  7u

#define MANIFEST_R 1u /* flags of a segment */
#define MANIFEST_W 2u
#define MANIFEST_X 4u

/* One answer per thing that can be wrong. */
enum manifest_status {
	MANIFEST_OK,
	MANIFEST_MISSING,       /* the bundle has none */
	MANIFEST_TOO_LONG,      /* more than MANIFEST_MAX bytes, or its payload is too long */
	MANIFEST_NOT_CBOR,      /* not one item in the deterministic encoding */
	MANIFEST_BAD_TAG,       /* not a COSE_Sign */
	MANIFEST_BAD_SHAPE,     /* a COSE_Sign, but not of this form */
	MANIFEST_BAD_HEADER,    /* a header parameter that is not known here */
	MANIFEST_NO_ALG,        /* a signature that does not say of which algorithm it is */
	MANIFEST_BAD_ALG,       /* another one than is due at its place, or than its key's */
	MANIFEST_NO_KEY,        /* kid names no authorised key */
	MANIFEST_BAD_SIGNATURE, /* the ES384 signature */
	MANIFEST_NO_HSS,        /* an HSS signature is required and is not there */
	MANIFEST_BAD_HSS,       /* it is there, and not right */
	MANIFEST_BAD_FIELD,     /* a field is missing, unknown, or not of its type */
	MANIFEST_BAD_FORMAT,    /* of another version of this format */
	MANIFEST_BAD_SVN,       /* a security version above MANIFEST_SVN_MAX */
	MANIFEST_BAD_SEGMENT,   /* empty, outside of the address space, or a length that lies */
	MANIFEST_OVERLAP,       /* two segments want the same memory */
	MANIFEST_WRITABLE_CODE, /* writable and executable, without MANIFEST_RWX */
	MANIFEST_BAD_ENTRY,     /* the entry is not in an executable segment's bytes */
	MANIFEST_DEBUG_IMAGE,   /* a debug image, but the keys are not the TEST key */
	MANIFEST_PLATFORM,      /* signed for another board */
	MANIFEST_POLICIES,      /* signed for other policies */
	MANIFEST_MONITOR,       /* signed for another monitor */
	MANIFEST_FIRMWARE,      /* the bundle's firmware is not the one that was signed */
	MANIFEST_OLD,           /* the security version is below the one that is required */
	MANIFEST_UNBOUND,       /* it names a payload, and nobody would hold the machine to it */
	MANIFEST_NOWHERE,       /* the payload that it names does not lie in memory */
};

struct manifest_segment {
	uint64_t load;
	uint64_t file_len;
	uint64_t mem_len;
	uint64_t flags;
	const uint8_t *digest; /* SHA-384 of the file_len bytes */
};

/* What a manifest says. Pointers lead into its bytes. */
struct manifest {
	struct crypto_bytes name;
	struct crypto_bytes version;
	struct crypto_bytes platform;
	uint64_t svn;
	uint64_t flags;
	uint64_t entry;
	const uint8_t *monitor;     /* digest of the monitor part */
	const uint8_t *relocations; /* digest of the part of that name */
	struct crypto_bytes policy[MANIFEST_POLICIES_MAX];
	unsigned int policy_count;
	struct manifest_segment segment[MANIFEST_SEGMENTS_MAX];
	unsigned int segment_count;
	bool has_payload;
	struct manifest_segment payload; /* load, file_len, mem_len (the same) and digest */
	bool has_min_seal;
	uint64_t min_seal; /* sealed data of an older security version is not to be read */
	bool has_hss;      /* there was an HSS signature, too, and it was right */
	uint8_t digest[CRYPTO_SHA384_LEN]; /* of the payload: "the manifest digest" */
};

/* Room for what an HSS signature is made over. */
struct manifest_work {
	uint8_t tbs[MANIFEST_PAYLOAD_MAX + COSE_TBS_MAX];
};

/*
 * Checks signatures and form of a manifest. On MANIFEST_OK *out is filled, else it is undefined.
 * Every signature that is there must be right; the one of HSS must be there if the manifest says
 * so or a key of that kind is authorised. Uses the library of crypto.h, one at a time.
 */
enum manifest_status manifest_verify(struct crypto_bytes bytes, const struct keys *keys,
				     struct manifest_work *work, struct manifest *out);

/* The same without looking at the signatures: what it claims, for whoever only shows it. */
enum manifest_status manifest_parse(struct crypto_bytes bytes, struct manifest *out);

/* What is signed in it, wherever the signatures come from; false if it is no manifest. */
bool manifest_payload(struct crypto_bytes bytes, struct crypto_bytes *payload);

/* What is there, for a manifest to agree with. */
struct manifest_machine {
	const char *platform;    /* the board */
	const char *policies;    /* compiled in, in order, separated by one space */
	uint64_t least_svn;      /* of the rollback store; 0 if there is none */
	bool takes_debug_images; /* the authorised keys are the TEST key */
};

/*
 * Does it describe this bundle, whose parts were checked against their digests (image_check), on
 * this machine? MANIFEST_OK if it does.
 */
enum manifest_status manifest_match(const struct manifest *m, const struct image_info *bundle,
				    const struct manifest_machine *machine);

/* The part with the manifest in a checked bundle that begins at file; no bytes if there is none. */
struct crypto_bytes manifest_find(const uint8_t *file, const struct image_info *bundle);

/* One English sentence that says what is wrong and what to do; never NULL. */
const char *manifest_status_text(enum manifest_status status);

#endif
