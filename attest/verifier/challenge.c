/* SPDX-License-Identifier: Apache-2.0 */
/* cordon challenge: nonces, and the files that remember them. */
#define _POSIX_C_SOURCE 200809L

#include "challenge.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "options.h"

#define USED ".used"
#define DEFAULT_TTL 300u
#define FORMAT "cordon challenge 1\nnonce %s\ncreated %" PRId64 "\nexpires %" PRId64 "\n"

static char *used_path(const char *path)
{
	char *used = alloc_zeroed(strlen(path) + sizeof(USED));

	memcpy(used, path, strlen(path));
	memcpy(used + strlen(path), USED, sizeof(USED));
	return used;
}

/* A line "WORD VALUE"; the value, which ends the line, or NULL. Moves on to the next line. */
static char *take_line(char **text, const char *word)
{
	char *line = *text;
	char *end = strchr(line, '\n');
	size_t len = strlen(word);

	if (end == NULL || strncmp(line, word, len) != 0 || line[len] != ' ') {
		return NULL;
	}
	*end = '\0';
	*text = end + 1;
	return line + len + 1;
}

static bool parse_time(const char *text, int64_t *out)
{
	char *end;

	if (text == NULL || text[0] < '0' || text[0] > '9') {
		return false;
	}
	errno = 0;
	*out = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0';
}

static bool parse_challenge(char *text, struct challenge *c)
{
	char *version = take_line(&text, "cordon");
	char *nonce = version == NULL ? NULL : take_line(&text, "nonce");
	char *created = nonce == NULL ? NULL : take_line(&text, "created");
	char *expires = created == NULL ? NULL : take_line(&text, "expires");

	return expires != NULL && *text == '\0' && strcmp(version, "challenge 1") == 0 &&
	       hex_decode(nonce, c->nonce, NONCE_MAX, &c->len) && c->len >= NONCE_MIN &&
	       parse_time(created, &c->created) && parse_time(expires, &c->expires);
}

struct challenge challenge_read(const char *path)
{
	struct challenge c = {.len = 0};
	char *used = used_path(path);
	struct span bytes;

	c.used = access(path, F_OK) != 0 && access(used, F_OK) == 0;
	bytes = file_read(c.used ? used : path);
	if (memchr(bytes.data, '\0', bytes.len) != NULL ||
	    !parse_challenge((char *)(uintptr_t)bytes.data, &c)) {
		die(CORDON_MALFORMED, "%s is not a file that cordon challenge wrote", path);
	}
	free((void *)(uintptr_t)bytes.data);
	free(used);
	return c;
}

const char *challenge_fault(const struct challenge *c, int64_t now)
{
	if (c->used) {
		return "the nonce was answered before: make a new challenge";
	}
	if (now < c->created) {
		return "the nonce is from the future: is the clock right?";
	}
	return now >= c->expires ? "the nonce has expired: make a new challenge" : NULL;
}

bool challenge_use(const char *path)
{
	char *used = used_path(path);
	bool done = rename(path, used) == 0;

	free(used);
	return done;
}

int cmd_challenge(int argc, char **argv)
{
	const char *out = NULL;
	struct option_number ttl = {false, DEFAULT_TTL};
	struct option_number bytes = {false, 32};
	const struct option_row rows[] = {
		{"out", OPTION_TEXT, &out, "FILE: the record for cordon verify --challenge"},
		{"ttl", OPTION_NUMBER, &ttl, "SECONDS in which it may be answered (300)"},
		{"bytes", OPTION_NUMBER, &bytes, "N: length of the nonce, 8 to 64 (32)"},
		{NULL, OPTION_FLAG, NULL, NULL},
	};
	uint8_t nonce[NONCE_MAX];
	char hex[2 * NONCE_MAX + 1];
	char record[sizeof(hex) + 128];
	int64_t now = (int64_t)time(NULL);

	options_end(argc, argv, options_parse(argc, argv, rows, ""));
	option_need(out, "challenge", "out");
	if (bytes.value < NONCE_MIN || bytes.value > NONCE_MAX || ttl.value < 1 ||
	    ttl.value > 86400) {
		die(CORDON_USAGE, "a nonce has 8 to 64 bytes and lives for 1 to 86400 seconds");
	}
	if (RAND_bytes(nonce, (int)bytes.value) != 1) {
		die(CORDON_CRYPTO, "OpenSSL has no randomness; try again");
	}
	hex_encode((struct span){nonce, (size_t)bytes.value}, hex);
	(void)snprintf(record, sizeof(record), FORMAT, hex, now, now + (int64_t)ttl.value);
	file_write(out, span_text(record), FILE_NEW);
	(void)printf("%s\n", hex);
	return CORDON_OK;
}
