/* SPDX-License-Identifier: Apache-2.0 */
/* A form of a request to cordon serve, read within fixed limits before anything else. */
#ifndef SERVE_FORM_H
#define SERVE_FORM_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FORM_BODY_MAX (128 * 1024)
#define FORM_TOKEN_MAX (16 * 1024)
#define FORM_LOG_MAX (64 * 1024)

enum form_name { FORM_DEVICE, FORM_NONCE, FORM_TOKEN, FORM_LOG, FORM_FIELDS };

struct form_field {
	char *data; /* with a 0 behind it; NULL: not given */
	size_t size;
};

/* One request while its body comes in. */
struct form {
	struct MHD_PostProcessor *reader;
	struct form_field field[FORM_FIELDS];
	size_t body;
	bool bad; /* too long, not a form, or with a field that does not belong there */
};

/* A form for the body of this connection's request, or without one; NULL: no memory. */
struct form *form_new(struct MHD_Connection *connection, bool has_body);
void form_free(struct form *f);

/* The next bytes of the body. */
void form_take(struct form *f, const char *data, size_t size);

/* A field that came in another way than in the body. */
void form_set(struct form *f, enum form_name name, const char *value);

/* The bytes that a field names in lower-case hex; false if they are not so many, or not hex. */
bool form_hex(const struct form_field *field, uint8_t *out, size_t size);

#endif
