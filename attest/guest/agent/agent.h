/* SPDX-License-Identifier: Apache-2.0 */
/* cordon-agent: what its files offer each other. */
#ifndef AGENT_H
#define AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attest/guest/cordon_ioctl.h"

/* Exit codes; cordon-agent prints them with --help. */
enum agent_exit {
	AGENT_OK = 0,
	AGENT_USAGE = 1,
	AGENT_NO_DEVICE = 2,
	AGENT_NOT_OFFERED = 3,
	AGENT_REFUSED = 4,
	AGENT_FILE = 5,
	AGENT_TRANSPORT = 6,
	AGENT_VERIFIER = 7,
	AGENT_VERDICT = 8,
};

#define AGENT_TOKEN_MAX (64 * 1024)
#define AGENT_LOG_MAX (256 * 1024)
#define AGENT_CERTIFICATE_MAX 4096
#define AGENT_UPDATE_MAX (4096 * 1024) /* a slot */
#define AGENT_DEVICE_ID 33 /* bytes of a device's id (EAT: ueid) */

/* Bytes in memory; data is freed by whoever has the structure. */
struct bytes {
	uint8_t *data;
	size_t size;
};

/* What stands behind options; strings are those of the command line. */
struct options {
	const char *nonce, *out, *form, *file, *cnf, *label, *data, *ca, *name;
	unsigned long svn;
	bool no_verify;
};

/* ---- output and text (text.c) ---- */

/* One sentence to standard error; returns code. */
int say_error(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The bytes that text names in hex: at most room of them; -1 if it is not hex or too long. */
long hex_read(const char *text, uint8_t *out, size_t room);
void hex_print(const uint8_t *data, size_t size);

/* Writes hex and a 0; out has 2 * size + 1 bytes. */
void hex_write(const uint8_t *data, size_t size, char *out);

/* A whole file of at most limit bytes; AGENT_OK or AGENT_FILE. */
int file_read(const char *path, size_t limit, struct bytes *out);

/* To the file, readable for its owner alone, or in hex to standard output if path is NULL. */
int file_write(const char *path, const uint8_t *data, size_t size);

/* ---- the device (device.c): every function says what went wrong and returns an exit code ---- */

int device_open(void);
int device_value(unsigned long call, uint32_t which, uint64_t *value);
int device_read(uint32_t index, uint8_t value[CORDON_DIGEST]);
int device_extend(uint32_t index, const uint8_t value[CORDON_DIGEST]);

/* The whole log; form 0 CBOR, 1 TCG. */
int device_log(uint32_t form, struct bytes *out);
int device_evidence(const struct bytes *nonce, const struct bytes *cnf, struct bytes *out);
int device_certificate(uint32_t index, struct bytes *out);
int device_seal(struct cordon_seal *seal);
int device_report(struct cordon_report *report);
int device_verify(const struct cordon_report *report);

/* A whole update, piece by piece, and its end; or that what runs works (the counter then). */
int device_update(const struct bytes *update);
int device_confirm(uint64_t *counter);

/* ---- a remote verifier ---- */

/* Where it is: of https://HOST:PORT/ the host and the port (443 if there is none). */
struct server {
	char host[256];
	char port[8];
	const char *ca, *name;
	bool no_verify;
};

struct answer {
	int status; /* of HTTP */
	struct bytes body; /* with a 0 behind it */
};

/* POST of a body to the server by HTTPS (http.c). */
int http_post(const struct server *server, const char *path, const char *type,
	      const struct bytes *body, struct answer *answer);

/* SHA-384 of bytes; and the id of the device whose certificate this is (http.c's library). */
int digest_of(const struct bytes *data, uint8_t out[CORDON_DIGEST]);
int device_id_of(const struct bytes *certificate, uint8_t id[AGENT_DEVICE_ID]);

/* The command: answers one challenge of the verifier at url (answer.c). */
int answer_challenge(const char *url, const struct options *options);

#endif
