/* SPDX-License-Identifier: Apache-2.0 */
/* cordon, the program of the relying party: what its files share. */
#ifndef ATTEST_VERIFIER_CORDON_H
#define ATTEST_VERIFIER_CORDON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define DIGEST_LEN 48u /* SHA-384 */

/* Exit codes of every subcommand, and of a failed step of an appraisal. */
enum cordon_exit {
	CORDON_OK = 0,
	CORDON_USAGE = 1,     /* arguments, and files that cannot be read or written */
	CORDON_MALFORMED = 2, /* not what it should be, byte by byte */
	CORDON_CRYPTO = 3,    /* a signature, certificate or key */
	CORDON_STALE = 4,     /* the nonce is not the one that was sent, is old or was used */
	CORDON_REFERENCE = 5, /* something is not what the reference values say */
	CORDON_POLICY = 6,    /* known and genuine, but not wanted */
	CORDON_INSECURE = 7,  /* the device's identity protects nothing */
};

/* Bytes that belong to someone else. */
struct span {
	const uint8_t *data;
	size_t len;
};

/* Do both hold the same bytes? Not in constant time: for what is public. */
bool span_equal(struct span a, struct span b);

/* The bytes of a C string, without its final zero. */
struct span span_text(const char *text);

/* Prints "cordon: " and the sentence, and ends the program with `code`. */
_Noreturn void die(enum cordon_exit code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Zeroed memory, at least one byte of it; ends the program if there is none. */
void *alloc_zeroed(size_t len);

/* No file that we read is longer than this. */
#define FILE_MAX_LEN (UINT64_C(64) << 20)

/* The whole file, with a zero behind it that does not count; ends the program on failure. Lives
 * until the program ends, or is freed by the caller. */
struct span file_read(const char *path);

/* What may become of a file that is there already. */
enum file_policy {
	FILE_REPLACE, /* another process sees the old or the new file, whatever fails on the way */
	FILE_NEW,     /* refused if the path exists */
	FILE_SECRET,  /* the same, and mode 0600 */
};

/* Ends the program if the path exists: for all files of a set, before the first one is written. */
void file_require_new(const char *path);

/* Puts the bytes at path, all of them or nothing; ends the program on failure. */
void file_write(const char *path, struct span bytes, enum file_policy policy);

/* Lower-case hexadecimal into out, which has room for 2 * len + 1. */
void hex_encode(struct span bytes, char *out);

/* The other way round; false if text is not 2 * n digits with n at most max. */
bool hex_decode(const char *text, uint8_t *out, size_t max, size_t *len);

/* Writes bytes as lower-case hexadecimal. */
void hex_print(FILE *to, struct span bytes);

/* Writes text with everything but printable ASCII escaped, so that no terminal obeys it. */
void text_print(FILE *to, struct span text);

/* A number of an option; ends the program if it is none. */
uint64_t number_parse(const char *text, const char *option);

/* The subcommands: arguments as for main(), argv[0] being the subcommand; the exit code. */
int cmd_challenge(int argc, char **argv);
int cmd_decode(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_keygen(int argc, char **argv);
int cmd_provision(int argc, char **argv);
int cmd_refval(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_sign(int argc, char **argv);
int cmd_verify(int argc, char **argv);

#endif
