/* SPDX-License-Identifier: Apache-2.0 */
/* cordon-agent: answers a challenge of cordon serve, and prints its verdict. */
#include "attest/guest/agent/agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEVICE_CERTIFICATE 2
#define BOUNDARY "cordon-agent-part-7d3f0c52b1a94e68"

/* ---- where the verifier is ---- */

/* https://HOST[:PORT][/], with an IPv6 address in brackets. */
static bool parse_url(const char *url, struct server *server)
{
	static const char scheme[] = "https://";
	const char *host = url + sizeof(scheme) - 1, *end;

	if (strncmp(url, scheme, sizeof(scheme) - 1) != 0) {
		return false;
	}
	if (*host == '[') {
		host++;
		end = strchr(host, ']');
	} else {
		end = host + strcspn(host, ":/");
	}
	if (end == NULL || end == host || (size_t)(end - host) >= sizeof(server->host)) {
		return false;
	}
	memcpy(server->host, host, (size_t)(end - host));
	server->host[end - host] = '\0';
	end += *end == ']';
	strcpy(server->port, "443");
	if (*end == ':') {
		size_t digits = strspn(++end, "0123456789");

		if (digits == 0 || digits >= sizeof(server->port)) {
			return false;
		}
		memcpy(server->port, end, digits);
		server->port[digits] = '\0';
		end += digits;
	}
	return *end == '\0' || strcmp(end, "/") == 0;
}

/* ---- the steps ---- */

static int own_id(char text[2 * AGENT_DEVICE_ID + 1])
{
	uint8_t id[AGENT_DEVICE_ID];
	struct bytes der;
	int err = device_certificate(DEVICE_CERTIFICATE, &der);

	if (err == AGENT_OK) {
		err = device_id_of(&der, id);
		free(der.data);
	}
	if (err == AGENT_OK) {
		hex_write(id, sizeof(id), text);
	}
	return err;
}

/* Text of the server on our terminal: nothing but what can be printed. */
static void print_text(const char *text)
{
	for (; *text != '\0'; text++) {
		putchar((*text >= ' ' && *text < 127) || *text == '\n' ? *text : '?');
	}
}

static int not_accepted(const char *what, struct answer *answer)
{
	say_error(AGENT_VERIFIER, "the verifier refused %s (%d):", what, answer->status);
	print_text((char *)answer->body.data);
	free(answer->body.data);
	return AGENT_VERIFIER;
}

static int fetch_nonce(const struct server *server, const char *device, char *nonce, size_t room)
{
	char text[2 * AGENT_DEVICE_ID + 16], format[32];
	struct bytes body = { .data = (uint8_t *)text };
	struct answer answer;
	int err;

	body.size = (size_t)snprintf(text, sizeof(text), "device=%s", device);
	err = http_post(server, "/challenge", "application/x-www-form-urlencoded", &body, &answer);
	if (err != AGENT_OK) {
		return err;
	}
	snprintf(format, sizeof(format), "nonce %%%zu[0-9a-f]", room - 1);
	if (answer.status != 200 || sscanf((char *)answer.body.data, format, nonce) != 1) {
		return not_accepted("a challenge", &answer);
	}
	free(answer.body.data);
	return AGENT_OK;
}

static int sign_nonce(const char *nonce, struct bytes *token)
{
	uint8_t bytes[CORDON_NONCE_MAX];
	struct bytes value = { .data = bytes }, cnf = { .size = 0 };
	long size = hex_read(nonce, bytes, sizeof(bytes));

	if (size <= 0) {
		return say_error(AGENT_VERIFIER, "the verifier's nonce is not one");
	}
	value.size = (size_t)size;
	return device_evidence(&value, &cnf, token);
}

/* ---- the form that is sent ---- */

static void append(struct bytes *body, const void *data, size_t size)
{
	memcpy(body->data + body->size, data, size);
	body->size += size;
}

static void append_part(struct bytes *body, const char *name, const void *data, size_t size)
{
	char head[256];
	int length = snprintf(head, sizeof(head), "--" BOUNDARY "\r\n"
			      "Content-Disposition: form-data; name=\"%s\"\r\n\r\n", name);

	append(body, head, (size_t)length);
	append(body, data, size);
	append(body, "\r\n", 2);
}

struct submission {
	const char *device, *nonce;
	struct bytes token, log;
};

static int submit(const struct server *server, const struct submission *s)
{
	struct bytes body = { .data = malloc(s->token.size + s->log.size + 2048) };
	struct answer answer;
	int code = -1, err;

	if (body.data == NULL) {
		return say_error(AGENT_FILE, "out of memory");
	}
	append_part(&body, "device", s->device, strlen(s->device));
	append_part(&body, "nonce", s->nonce, strlen(s->nonce));
	append_part(&body, "token", s->token.data, s->token.size);
	append_part(&body, "log", s->log.data, s->log.size);
	append(&body, "--" BOUNDARY "--\r\n", strlen("--" BOUNDARY "--\r\n"));
	err = http_post(server, "/evidence", "multipart/form-data; boundary=" BOUNDARY, &body,
			&answer);
	free(body.data);
	if (err != AGENT_OK) {
		return err;
	}
	if (answer.status != 200 || sscanf((char *)answer.body.data, "verdict %d", &code) != 1) {
		return not_accepted("the evidence", &answer);
	}
	print_text((char *)answer.body.data);
	free(answer.body.data);
	return code == 0 ? AGENT_OK : AGENT_VERDICT;
}

int answer_challenge(const char *url, const struct options *options)
{
	char device[2 * AGENT_DEVICE_ID + 1], nonce[2 * CORDON_NONCE_MAX + 1];
	struct server server = { .ca = options->ca, .no_verify = options->no_verify };
	struct submission s = { .device = device, .nonce = nonce };
	int err;

	if (!parse_url(url, &server)) {
		return say_error(AGENT_USAGE, "a verifier is named as https://HOST:PORT");
	}
	if ((server.ca == NULL) != server.no_verify) {
		return say_error(AGENT_USAGE, "say by --ca FILE whose certificate the verifier "
				 "has, or --no-verify to take the verdict from anybody");
	}
	server.name = options->name != NULL ? options->name : server.host;
	err = own_id(device);
	if (err == AGENT_OK) {
		err = fetch_nonce(&server, device, nonce, sizeof(nonce));
	}
	if (err == AGENT_OK) {
		err = sign_nonce(nonce, &s.token);
	}
	if (err == AGENT_OK) {
		err = device_log(0, &s.log);
	}
	if (err == AGENT_OK) {
		err = submit(&server, &s);
	}
	free(s.token.data);
	free(s.log.data);
	return err;
}
