/* SPDX-License-Identifier: Apache-2.0 */
/* mkbundle: what its files share. Every function here ends the program on failure, with one
 * sentence on stderr and the exit code that names the kind of failure. */
#ifndef ATTEST_MKBUNDLE_MKBUNDLE_H
#define ATTEST_MKBUNDLE_MKBUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attest/image.h"
#include "attest/manifest.h"

/* Exit codes; 1 is left to what the shell or a sanitizer may return. */
enum mkbundle_exit {
	EXIT_USAGE = 2,     /* arguments missing, unknown or contradictory */
	EXIT_READ = 3,      /* an input file cannot be read */
	EXIT_FOREIGN = 4,   /* an ELF, but not an executable for 64-bit little-endian RISC-V */
	EXIT_MALFORMED = 5, /* an ELF that is cut short or contradicts itself */
	EXIT_OVERLAP = 6,   /* two firmware segments want the same memory */
	EXIT_ADDRESS = 7,   /* the firmware reaches outside the address space */
	EXIT_WRITE = 8,     /* the bundle cannot be written */
	EXIT_MONITOR = 9,   /* the monitor has no usable header, or cannot be moved */
	EXIT_FIRMWARE = 10, /* the firmware has no or too many segments, or a bad entry */
	EXIT_DAMAGED = 11,  /* --verify: not a sound bundle, or one that is signed wrongly */
	EXIT_KEY = 12,      /* a key or signature cannot be used, or not for this monitor */
};

/* A file in memory; name is only for messages. Lives until the program ends. */
struct blob {
	const char *name;
	uint8_t *bytes;
	size_t len;
};

/* Prints "mkbundle: " and the sentence, and ends the program with `code`. */
_Noreturn void die(enum mkbundle_exit code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Zeroed memory, at least one byte of it. */
void *alloc_zeroed(size_t len);

/* Reads a whole file. */
struct blob file_read(const char *path);

/*
 * Puts the bytes at `path` all at once: another process sees the file that was
 * there before or the whole new one, whatever fails on the way.
 */
void file_write(const char *path, const uint8_t *bytes, size_t len);

/* The monitor: load_len bytes from its link base, and the words that hold addresses. */
struct monitor {
	struct image_monitor_header header; /* as linked: the tool's fields are still zero */
	uint8_t *bytes;
	uint32_t *relocs; /* ascending offsets from byte 0 */
	size_t reloc_count;
	struct image_traits traits; /* magic 0 if it says nothing of itself */
};

/* Takes the monitor out of its ELF, which was linked with --emit-relocs. */
struct monitor monitor_load(const struct blob *elf);

/* What the len measured bytes of a monitor say of it; magic 0 if nothing. */
struct image_traits traits_find(const char *name, const uint8_t *bytes, size_t len);

/* The authorised keys in it, by which a bundle of that monitor is judged. out has KEYS_MAX. */
struct keys traits_keys(const struct image_traits *traits, struct manifest_key *out);

struct segment {
	const uint8_t *bytes; /* inside the firmware's blob */
	uint64_t len;
	uint64_t load_addr;
	uint64_t mem_len;
	uint64_t flags; /* MANIFEST_R, _W, _X */
};

/* What the table of parts has room for once the monitor's own three and the manifest are in. */
#define SEGMENTS_MAX MANIFEST_SEGMENTS_MAX

struct firmware {
	uint64_t entry;
	size_t count;
	struct segment segment[SEGMENTS_MAX];
};

/* Numbers given on the command line; `has_` says whether. */
struct firmware_options {
	bool has_addr;
	uint64_t addr; /* where a raw binary is loaded */
	bool has_entry;
	uint64_t entry; /* instead of the file's own */
};

/* Where most firmware is linked, and where a raw binary goes unless told otherwise. */
#define FIRMWARE_DEFAULT_ADDR UINT64_C(0x80000000)

/* Where a previous stage puts the payload: QEMU does. */
#define PAYLOAD_DEFAULT_ADDR UINT64_C(0x80200000)

/* Finds the segments of an ELF or a raw binary, and checks them against each other. */
struct firmware firmware_load(const struct blob *file, const struct firmware_options *options);

/* The texts of the bundle header. */
struct names {
	const char *board;
	const char *policies;
	const char *firmware;
};

/* Who signs, and what only a signer knows. */
struct signer {
	struct crypto_p384_private key;
	struct manifest_key public[2]; /* of P-384; of HSS, if it signs, too */
	unsigned int count;
	bool is_test;                  /* with the TEST key */
	uint64_t svn;
	const char *version;
	struct blob hss;               /* the signature; no bytes: it is still to be made */
	struct manifest_segment payload; /* file_len 0: any may be started */
	uint8_t payload_digest[CRYPTO_SHA384_LEN];
};

/* Names the payload: the file, as it will lie in memory from addr on. */
void signer_bind_payload(struct signer *s, const char *path, uint64_t addr);

/* Takes the private key of P-384 in PEM (SEC 1 or PKCS #8), or the TEST key if path is NULL. */
void signer_take_key(struct signer *s, const char *path);

/* A generator that blinds the computations with its key, to be ended; false if it has none. */
bool signer_random(const struct signer *s, struct crypto_drbg *drbg);

/* Adds the public key of an HSS signer: the bytes of RFC 8554, 6.1. */
void signer_take_hss_key(struct signer *s, const char *path);

/* Adds its signature. */
void signer_take_hss(struct signer *s, const char *path);

/* What is signed: the bundle's header with the digests of its parts, the segments, the traits. */
struct manifest_input {
	const struct image_bundle_header *bundle;
	const struct firmware *firmware;
	const struct image_traits *traits;
};

/* Writes the manifest to out, MANIFEST_MAX bytes, and returns its length: the same every time. */
size_t signer_write_manifest(const struct signer *s, const struct manifest_input *in,
			     uint8_t *out);

/* What the HSS signer has to sign for this bundle. */
struct blob signer_hss_message(const struct signer *s, const struct blob *bundle);

/* Ends the program if boot would refuse the manifest of this bundle, which image_check passed. */
void signature_check(const struct blob *file, const struct image_info *info,
		     const struct keys *keys, struct manifest *out);

/*
 * Lays the bundle out in memory; the result passes image_check(). signer may be NULL: then there is
 * no manifest, and nothing that starts it.
 */
struct blob bundle_build(const struct monitor *m, const struct firmware *fw,
			 const struct names *names, const struct signer *signer);

/* Checks a bundle and prints what is in it. */
void bundle_verify(const struct blob *file);

#endif
