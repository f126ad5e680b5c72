/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The requests of cordon serve: challenges and evidence on one port, pages for people on another.
 */
#define _POSIX_C_SOURCE 200809L

#include "attest/verifier/serve_http.h"

#include "attest/verifier/page.h"
#include "attest/verifier/serve_form.h"
#include "attest/verifier/store.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NONCE_BYTES (STORE_NONCE / 2)
#define ID_BYTES (STORE_ID / 2)

/* ---- answers ---- */

static const char *const headers[][2] = {
	{ "Cache-Control", "no-store" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; "
				     "frame-ancestors 'none'; form-action 'none'; "
				     "base-uri 'none'" },
};

/* Sends the page and frees it. */
static enum MHD_Result send_page(struct MHD_Connection *connection, unsigned int status,
				 const char *type, struct page *p)
{
	struct MHD_Response *response;
	enum MHD_Result sent;

	if (p->failed || p->text == NULL) {
		page_free(p);
		return MHD_NO;
	}
	response = MHD_create_response_from_buffer(p->size, p->text, MHD_RESPMEM_MUST_COPY);
	page_free(p);
	if (response == NULL) {
		return MHD_NO;
	}
	MHD_add_response_header(response, "Content-Type", type);
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		MHD_add_response_header(response, headers[i][0], headers[i][1]);
	}
	sent = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return sent;
}

/* Does the client ask for plain lines in place of JSON? */
static bool wants_text(struct MHD_Connection *connection)
{
	const char *accept = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Accept");

	return accept != NULL && strcmp(accept, "text/plain") == 0;
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, unsigned int status,
				   struct page *p)
{
	return send_page(connection, status, wants_text(connection) ? "text/plain; charset=utf-8"
			 : "application/json", p);
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned int status,
			      const char *why)
{
	struct page p = { 0 };

	if (wants_text(connection)) {
		page_add(&p, "%s\n", why);
	} else {
		page_add(&p, "{\"error\":");
		page_add_json(&p, why);
		page_add(&p, "}\n");
	}
	return send_answer(connection, status, &p);
}

static enum MHD_Result refuse_by(struct MHD_Connection *connection, enum store_status status)
{
	static const struct {
		unsigned int code;
		const char *why;
	} refusals[] = {
		[STORE_UNKNOWN] = { MHD_HTTP_NOT_FOUND,
				    "no such device or nonce: the operator enrols devices, and "
				    "a nonce is forgotten after a day" },
		[STORE_MANY] = { MHD_HTTP_TOO_MANY_REQUESTS,
				 "too many challenges are open: answer one of them, or wait" },
		[STORE_USED] = { MHD_HTTP_CONFLICT, "this nonce was answered before" },
		[STORE_EXPIRED] = { MHD_HTTP_GONE, "this nonce is too old: fetch a new one" },
		[STORE_OTHER] = { MHD_HTTP_FORBIDDEN, "this nonce is another device's" },
		[STORE_FAILED] = { MHD_HTTP_SERVICE_UNAVAILABLE,
				   "the store does not answer: try again" },
	};

	return refuse(connection, refusals[status].code, refusals[status].why);
}

/* ---- /challenge ---- */

static bool new_nonce(char text[STORE_NONCE + 1])
{
	uint8_t bytes[NONCE_BYTES];

	if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
		return false;
	}
	for (size_t i = 0; i < sizeof(bytes); i++) {
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	}
	return true;
}

/* STORE_OK: it is a device's id, and not a revoked one; else *sent is what was answered. */
static bool check_device(struct server *s, struct MHD_Connection *connection,
			 const struct form_field *device, enum MHD_Result *sent)
{
	uint8_t id[ID_BYTES];
	enum store_status revoked;

	if (!form_hex(device, id, sizeof(id))) {
		*sent = refuse(connection, MHD_HTTP_BAD_REQUEST,
			       "device must be 66 lower-case hex digits");
		return false;
	}
	revoked = store_is_revoked(s->store, "device", device->data);
	if (revoked == STORE_OK) {
		*sent = refuse(connection, MHD_HTTP_FORBIDDEN, "this device is revoked");
		return false;
	}
	if (revoked != STORE_UNKNOWN) {
		*sent = refuse_by(connection, revoked);
		return false;
	}
	return true;
}

static enum MHD_Result challenge(struct server *s, struct MHD_Connection *connection,
				 const struct form *r)
{
	char nonce[STORE_NONCE + 1];
	long long now = (long long)time(NULL);
	struct store_challenge c = { .nonce = nonce, .device = r->field[FORM_DEVICE].data,
				     .now = now, .expires = now + s->options->ttl,
				     .open = s->options->open };
	struct page p = { 0 };
	enum store_status status;
	enum MHD_Result sent;

	if (!check_device(s, connection, &r->field[FORM_DEVICE], &sent)) {
		return sent;
	}
	if (!new_nonce(nonce)) {
		return refuse(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "no random numbers");
	}
	status = store_challenge(s->store, &c);
	if (status != STORE_OK) {
		return refuse_by(connection, status);
	}
	page_add(&p, wants_text(connection) ? "nonce %s\nttl %d\n"
		 : "{\"nonce\":\"%s\",\"ttl\":%d}\n", nonce, s->options->ttl);
	return send_answer(connection, MHD_HTTP_OK, &p);
}

/* ---- /evidence ---- */

/* A verdict of ours, as the last step: whether a signer of what runs is revoked. */
static bool judge_signers(struct server *s, struct serve_verdict *v, struct page *steps)
{
	for (unsigned int i = 0; i < v->signers; i++) {
		enum store_status status = store_is_revoked(s->store, "signer", v->signer[i]);

		if (status == STORE_OK) {
			page_add(steps, "FAIL\trevocation\tthe signer %s is revoked\n",
				 v->signer[i]);
			v->code = v->code == CORDON_OK ? CORDON_POLICY : v->code;
			v->ear[0] = '\0'; /* it knows nothing of revocations */
			return true;
		}
		if (status != STORE_UNKNOWN) {
			return false;
		}
	}
	page_add(steps, "PASS\trevocation\tneither the device nor a signer is revoked\n");
	return true;
}

static void note_that_there_is_one(void *context, const struct store_device *device)
{
	(void)device;
	*(bool *)context = true;
}

/* Keeps the result. With --open, a device that passes is enrolled; others leave no trace. */
static bool keep_result(struct server *s, const struct store_result *result)
{
	bool known = false;

	if (store_devices(s->store, result->device, note_that_there_is_one, &known) ==
	    STORE_FAILED) {
		return false;
	}
	if (!known && (result->code != 0 || store_enrol(s->store, result->device,
							result->device) != STORE_OK)) {
		return result->code != 0;
	}
	return store_add_result(s->store, result, s->options->keep) == STORE_OK;
}

static void add_steps_as_text(struct page *p, const char *steps)
{
	while (*steps != '\0') {
		size_t word = strcspn(steps, "\t"), line = strcspn(steps, "\n");
		const char *name = steps + (word < line ? word + 1 : line);
		size_t length = strcspn(name, "\t\n");
		const char *why = name + length + (name[length] == '\t');

		page_add(p, "%.*s %.*s: %.*s\n", (int)(word < line ? word : line), steps,
			 (int)length, name, (int)strcspn(why, "\n"), why);
		steps += line + (steps[line] == '\n');
	}
}

static enum MHD_Result send_verdict(struct MHD_Connection *connection,
				    const struct store_result *r)
{
	const char *word = r->code == 0 ? "trusted" : "not trusted";
	struct page p = { 0 };

	if (wants_text(connection)) {
		page_add(&p, "verdict %d %s\n", r->code, word);
		add_steps_as_text(&p, r->steps);
	} else {
		page_add(&p, "{\"code\":%d,\"verdict\":\"%s\",\"steps\":", r->code, word);
		page_add_steps(&p, r->steps);
		page_add(&p, ",\"ear\":%s}\n", r->ear[0] == '\0' ? "null" : r->ear);
	}
	return send_answer(connection, MHD_HTTP_OK, &p);
}

/* The nonce is used up: judge, keep, answer. */
static enum MHD_Result appraise_it(struct server *s, struct MHD_Connection *connection,
				   const struct serve_evidence *e, const struct form *r)
{
	struct serve_verdict v = { 0 };
	struct page steps = { 0 };
	struct store_result result = { .nonce = r->field[FORM_NONCE].data,
				       .device = r->field[FORM_DEVICE].data,
				       .time = (long long)time(NULL) };
	enum MHD_Result sent;
	bool ok = serve_judge(e, &v);

	if (ok) {
		page_add(&steps, "%s", v.steps);
		ok = judge_signers(s, &v, &steps) && !steps.failed;
	}
	if (ok) {
		result.code = v.code;
		result.steps = steps.text;
		result.ear = v.ear;
		ok = keep_result(s, &result);
	}
	sent = ok ? send_verdict(connection, &result) : refuse_by(connection, STORE_FAILED);
	page_free(&steps);
	free(v.steps);
	free(v.ear);
	return sent;
}

static enum MHD_Result evidence(struct server *s, struct MHD_Connection *connection,
				const struct form *r)
{
	uint8_t nonce[NONCE_BYTES], device[ID_BYTES];
	const struct form_field *token = &r->field[FORM_TOKEN], *log = &r->field[FORM_LOG];
	struct serve_evidence e = { .nonce = nonce, .nonce_size = sizeof(nonce), .device = device,
				    .token = (const uint8_t *)token->data,
				    .token_size = token->size,
				    .log = (const uint8_t *)log->data, .log_size = log->size };
	enum store_status status;
	enum MHD_Result sent;

	if (!check_device(s, connection, &r->field[FORM_DEVICE], &sent)) {
		return sent;
	}
	if (token->data == NULL || log->data == NULL ||
	    !form_hex(&r->field[FORM_NONCE], nonce, sizeof(nonce)) ||
	    !form_hex(&r->field[FORM_DEVICE], device, sizeof(device))) {
		return refuse(connection, MHD_HTTP_BAD_REQUEST,
			      "evidence is a form with device, nonce (both hex), token and log");
	}
	status = store_use(s->store, r->field[FORM_NONCE].data, r->field[FORM_DEVICE].data,
			   (long long)time(NULL));
	if (status != STORE_OK) {
		return refuse_by(connection, status);
	}
	return appraise_it(s, connection, &e, r);
}

/* ---- which request it is ---- */

/* Refuses a body of unknown or too large a size before it is sent. */
static bool may_come(struct MHD_Connection *connection, enum MHD_Result *sent)
{
	const char *length = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
							 "Content-Length");

	if (length == NULL) {
		*sent = refuse(connection, MHD_HTTP_LENGTH_REQUIRED, "say the Content-Length");
		return false;
	}
	if (strlen(length) > 9 || atol(length) > FORM_BODY_MAX) {
		*sent = refuse(connection, MHD_HTTP_CONTENT_TOO_LARGE,
			       "evidence has at most 128 KiB");
		return false;
	}
	return true;
}

static enum MHD_Result begin_request(struct MHD_Connection *connection, bool has_body,
				     void **state)
{
	enum MHD_Result sent;

	if (has_body && !may_come(connection, &sent)) {
		return sent;
	}
	*state = form_new(connection, has_body);
	return *state == NULL ? MHD_NO : MHD_YES;
}

/* The device of GET /challenge?device=ID. */
static void take_argument(struct MHD_Connection *connection, struct form *r)
{
	const char *id = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "device");

	if (id != NULL) {
		form_set(r, FORM_DEVICE, id);
	}
}

/* A request whose body is there, if it has one. */
static enum MHD_Result answer(struct server *s, struct MHD_Connection *connection,
			      const char *url, struct form *r)
{
	take_argument(connection, r);
	if (r->bad) {
		return refuse(connection, MHD_HTTP_BAD_REQUEST,
			      "this is no form with the fields that belong here, each once");
	}
	if (strcmp(url, "/challenge") == 0) {
		return challenge(s, connection, r);
	}
	if (strcmp(url, "/evidence") == 0 && r->reader != NULL) {
		return evidence(s, connection, r);
	}
	return refuse(connection, MHD_HTTP_NOT_FOUND, "there are /challenge and /evidence");
}

enum MHD_Result serve_device_request(void *context, struct MHD_Connection *connection,
				     const char *url, const char *method, const char *version,
				     const char *data, size_t *size, void **state)
{
	bool post = strcmp(method, "POST") == 0;
	struct form *r = *state;

	(void)version;
	if (r == NULL) {
		if (!post && strcmp(method, "GET") != 0) {
			return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "GET or POST");
		}
		return begin_request(connection, post, state);
	}
	if (*size != 0) {
		form_take(r, data, *size);
		*size = 0;
		return MHD_YES;
	}
	return answer(context, connection, url, r);
}

void serve_completed(void *context, struct MHD_Connection *connection, void **state,
		     enum MHD_RequestTerminationCode why)
{
	(void)context, (void)connection, (void)why;
	if (*state != NULL) {
		form_free(*state);
		*state = NULL;
	}
}

/* ---- pages ---- */

static enum MHD_Result show_device(struct server *s, struct MHD_Connection *connection)
{
	const char *id = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "id");
	struct page p = { 0 };
	bool found = false;

	if (id != NULL && *id != '\0' && page_device(&p, s->store, id, &found)) {
		return send_page(connection, MHD_HTTP_OK, "text/html; charset=utf-8", &p);
	}
	page_free(&p);
	return refuse_by(connection, found ? STORE_FAILED : STORE_UNKNOWN);
}

enum MHD_Result serve_view_request(void *context, struct MHD_Connection *connection,
				   const char *url, const char *method, const char *version,
				   const char *data, size_t *size, void **state)
{
	struct server *s = context;
	bool fleet = strcmp(url, "/") == 0;
	struct page p = { 0 };

	(void)version, (void)data, (void)size, (void)state;
	if (strcmp(method, "GET") != 0) {
		return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "pages are only read");
	}
	if (strcmp(url, "/device") == 0) {
		return show_device(s, connection);
	}
	if (!fleet && strcmp(url, "/devices") != 0) {
		return refuse(connection, MHD_HTTP_NOT_FOUND,
			      "there are /, /device?id= and /devices");
	}
	if (!(fleet ? page_fleet(&p, s->store) : page_devices_json(&p, s->store))) {
		page_free(&p);
		return refuse_by(connection, STORE_FAILED);
	}
	return send_page(connection, MHD_HTTP_OK, fleet ? "text/html; charset=utf-8"
			 : "application/json", &p);
}
