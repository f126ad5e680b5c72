/* SPDX-License-Identifier: Apache-2.0 */
/* The forms that devices send: challenge and evidence. */
#include "attest/verifier/serve_form.h"

#include "attest/verifier/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READER_BUFFER 4096

static const struct {
	const char *name;
	size_t limit;
} rules[FORM_FIELDS] = {
	[FORM_DEVICE] = { "device", STORE_ID },
	[FORM_NONCE] = { "nonce", STORE_NONCE },
	[FORM_TOKEN] = { "token", FORM_TOKEN_MAX },
	[FORM_LOG] = { "log", FORM_LOG_MAX },
};

static bool grow(struct form_field *field, const char *data, size_t size)
{
	char *grown = realloc(field->data, field->size + size + 1);

	if (grown == NULL) {
		return false;
	}
	memcpy(grown + field->size, data, size);
	field->data = grown;
	field->size += size;
	field->data[field->size] = '\0';
	return true;
}

/* A part of a field.  A field that is given twice would begin again at 0. */
static enum MHD_Result add(void *context, enum MHD_ValueKind kind, const char *key,
			   const char *filename, const char *type, const char *encoding,
			   const char *data, uint64_t offset, size_t size)
{
	struct form *f = context;

	(void)kind, (void)filename, (void)type, (void)encoding;
	for (unsigned int i = 0; i < FORM_FIELDS; i++) {
		struct form_field *field = &f->field[i];

		if (strcmp(key, rules[i].name) == 0 && offset == field->size &&
		    size <= rules[i].limit - field->size && grow(field, data, size)) {
			return MHD_YES;
		}
	}
	f->bad = true;
	return MHD_NO;
}

struct form *form_new(struct MHD_Connection *connection, bool has_body)
{
	struct form *f = calloc(1, sizeof(*f));

	if (f != NULL && has_body) {
		f->reader = MHD_create_post_processor(connection, READER_BUFFER, add, f);
		f->bad = f->reader == NULL;
	}
	return f;
}

void form_free(struct form *f)
{
	if (f->reader != NULL) {
		MHD_destroy_post_processor(f->reader);
	}
	for (unsigned int i = 0; i < FORM_FIELDS; i++) {
		free(f->field[i].data);
	}
	free(f);
}

void form_take(struct form *f, const char *data, size_t size)
{
	f->body += size;
	if (f->body > FORM_BODY_MAX) {
		f->bad = true;
	}
	if (!f->bad && MHD_post_process(f->reader, data, size) != MHD_YES) {
		f->bad = true;
	}
}

void form_set(struct form *f, enum form_name name, const char *value)
{
	add(f, MHD_GET_ARGUMENT_KIND, rules[name].name, NULL, NULL, NULL, value, 0,
	    strlen(value));
}

bool form_hex(const struct form_field *field, uint8_t *out, size_t size)
{
	if (field->data == NULL || field->size != 2 * size) {
		return false;
	}
	for (size_t i = 0; i < size; i++) {
		unsigned int value;

		if (strspn(field->data + 2 * i, "0123456789abcdef") < 2 ||
		    sscanf(field->data + 2 * i, "%2x", &value) != 1) {
			return false;
		}
		out[i] = (uint8_t)value;
	}
	return true;
}
