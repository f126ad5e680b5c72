/* SPDX-License-Identifier: Apache-2.0 */
/* cordon-agent: one request by HTTPS, with mbedTLS; and what else mbedTLS is needed for. */
#include "attest/guest/agent/agent.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/sha512.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#define ANSWER_MAX (64 * 1024)
#define TIMEOUT_SECONDS 20
#define POINT_MAX 133 /* bytes of an uncompressed point of the largest curve */

struct connection {
	int socket;
	mbedtls_ssl_context ssl;
	mbedtls_ssl_config config;
	mbedtls_x509_crt ca;
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context random;
};

static void open_all(struct connection *c)
{
	c->socket = -1;
	mbedtls_ssl_init(&c->ssl);
	mbedtls_ssl_config_init(&c->config);
	mbedtls_x509_crt_init(&c->ca);
	mbedtls_entropy_init(&c->entropy);
	mbedtls_ctr_drbg_init(&c->random);
}

static void close_all(struct connection *c)
{
	mbedtls_ssl_free(&c->ssl);
	if (c->socket >= 0) {
		close(c->socket);
	}
	mbedtls_ssl_config_free(&c->config);
	mbedtls_x509_crt_free(&c->ca);
	mbedtls_ctr_drbg_free(&c->random);
	mbedtls_entropy_free(&c->entropy);
}

/* ---- the socket: names are not looked up, for a static program cannot rely on that ---- */

static int socket_send(void *context, const unsigned char *data, size_t size)
{
	ssize_t sent = send(*(int *)context, data, size, MSG_NOSIGNAL);

	return sent < 0 ? MBEDTLS_ERR_SSL_CONN_EOF : (int)sent;
}

static int socket_receive(void *context, unsigned char *data, size_t size)
{
	ssize_t got = recv(*(int *)context, data, size, 0);

	return got < 0 ? MBEDTLS_ERR_SSL_TIMEOUT : (int)got;
}

static bool socket_connect(struct connection *c, const struct server *server)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct timeval patience = { .tv_sec = TIMEOUT_SECONDS };
	bool is_four = inet_pton(AF_INET, server->host, &four.sin_addr) == 1;

	if (!is_four && inet_pton(AF_INET6, server->host, &six.sin6_addr) != 1) {
		return false;
	}
	four.sin_port = six.sin6_port = htons((uint16_t)atoi(server->port));
	c->socket = socket(is_four ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->socket < 0) {
		return false;
	}
	setsockopt(c->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(c->socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	return connect(c->socket, is_four ? (struct sockaddr *)&four : (struct sockaddr *)&six,
		       is_four ? sizeof(four) : sizeof(six)) == 0;
}

/* ---- TLS ---- */

/* Who the server has to be, and the name that its certificate must have. */
static int configure(struct connection *c, const struct server *server)
{
	int auth = server->no_verify ? MBEDTLS_SSL_VERIFY_NONE : MBEDTLS_SSL_VERIFY_REQUIRED;

	if (!server->no_verify && mbedtls_x509_crt_parse_file(&c->ca, server->ca) != 0) {
		return say_error(AGENT_FILE, "%s is no certificate in PEM or DER", server->ca);
	}
	if (mbedtls_ctr_drbg_seed(&c->random, mbedtls_entropy_func, &c->entropy, NULL, 0) != 0 ||
	    mbedtls_ssl_config_defaults(&c->config, MBEDTLS_SSL_IS_CLIENT,
					MBEDTLS_SSL_TRANSPORT_STREAM,
					MBEDTLS_SSL_PRESET_DEFAULT) != 0) {
		return say_error(AGENT_TRANSPORT, "TLS cannot be set up: no random numbers");
	}
	mbedtls_ssl_conf_authmode(&c->config, auth);
	mbedtls_ssl_conf_ca_chain(&c->config, &c->ca, NULL);
	mbedtls_ssl_conf_rng(&c->config, mbedtls_ctr_drbg_random, &c->random);
	if (mbedtls_ssl_setup(&c->ssl, &c->config) != 0 ||
	    mbedtls_ssl_set_hostname(&c->ssl, server->name) != 0) {
		return say_error(AGENT_FILE, "out of memory");
	}
	mbedtls_ssl_set_bio(&c->ssl, &c->socket, socket_send, socket_receive, NULL);
	return AGENT_OK;
}

static int connect_to(struct connection *c, const struct server *server)
{
	int err = configure(c, server), status;

	if (err != AGENT_OK) {
		return err;
	}
	if (!socket_connect(c, server)) {
		return say_error(AGENT_TRANSPORT, "nobody answers at %s port %s (a verifier is "
				 "named by its IP address)", server->host, server->port);
	}
	do {
		status = mbedtls_ssl_handshake(&c->ssl);
	} while (status == MBEDTLS_ERR_SSL_WANT_READ || status == MBEDTLS_ERR_SSL_WANT_WRITE);
	if (status != 0 && mbedtls_ssl_get_verify_result(&c->ssl) != 0 && !server->no_verify) {
		return say_error(AGENT_TRANSPORT, "the certificate of %s is not the one named by "
				 "--ca, or not for the name %s", server->host, server->name);
	}
	if (status != 0) {
		return say_error(AGENT_TRANSPORT, "no TLS with %s (mbedTLS -0x%04x)",
				 server->host, (unsigned int)-status);
	}
	return AGENT_OK;
}

static bool send_all(struct connection *c, const void *data, size_t size)
{
	const uint8_t *at = data;

	while (size > 0) {
		int sent = mbedtls_ssl_write(&c->ssl, at, size);

		if (sent < 0 && sent != MBEDTLS_ERR_SSL_WANT_READ &&
		    sent != MBEDTLS_ERR_SSL_WANT_WRITE) {
			return false;
		}
		at += sent > 0 ? sent : 0;
		size -= sent > 0 ? (size_t)sent : 0;
	}
	return true;
}

/* All that the server says until it closes the connection, as HTTP 1.0 has it. */
static bool receive_all(struct connection *c, struct bytes *out)
{
	int got = 0;

	out->size = 0;
	out->data = malloc(ANSWER_MAX + 1);
	while (out->data != NULL && out->size < ANSWER_MAX) {
		got = mbedtls_ssl_read(&c->ssl, out->data + out->size, ANSWER_MAX - out->size);
		if (got == MBEDTLS_ERR_SSL_WANT_READ || got == MBEDTLS_ERR_SSL_WANT_WRITE) {
			continue;
		}
		if (got <= 0) {
			break;
		}
		out->size += (size_t)got;
	}
	if (out->data == NULL || (got < 0 && got != MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY &&
				  got != MBEDTLS_ERR_SSL_CONN_EOF)) {
		free(out->data);
		return false;
	}
	out->data[out->size] = '\0';
	return true;
}

/* Status line and header go, the body stays. */
static int parse_answer(struct bytes *said, struct answer *answer)
{
	char *text = (char *)said->data, *body = strstr(text, "\r\n\r\n");

	if (body == NULL || sscanf(text, "HTTP/1.%*1[01] %3d", &answer->status) != 1) {
		free(said->data);
		return say_error(AGENT_TRANSPORT, "the server does not speak HTTP");
	}
	body += 4;
	answer->body.size = said->size - (size_t)(body - text);
	memmove(text, body, answer->body.size + 1);
	answer->body.data = said->data;
	return AGENT_OK;
}

static int exchange(struct connection *c, const char *head, const struct bytes *body,
		    struct answer *answer)
{
	struct bytes said;

	if (!send_all(c, head, strlen(head)) || !send_all(c, body->data, body->size) ||
	    !receive_all(c, &said)) {
		return say_error(AGENT_TRANSPORT, "the connection broke down");
	}
	mbedtls_ssl_close_notify(&c->ssl);
	return parse_answer(&said, answer);
}

int http_post(const struct server *server, const char *path, const char *type,
	      const struct bytes *body, struct answer *answer)
{
	char head[1024];
	struct connection c;
	int err;

	snprintf(head, sizeof(head), "POST %s HTTP/1.0\r\nHost: %s:%s\r\nContent-Type: %s\r\n"
		 "Accept: text/plain\r\nContent-Length: %zu\r\n\r\n", path, server->host,
		 server->port, type, body->size);
	open_all(&c);
	err = connect_to(&c, server);
	if (err == AGENT_OK) {
		err = exchange(&c, head, body, answer);
	}
	close_all(&c);
	return err;
}

/* ---- digests ---- */

int digest_of(const struct bytes *data, uint8_t out[CORDON_DIGEST])
{
	uint8_t digest[64];

	if (mbedtls_sha512(data->data, data->size, digest, 1) != 0) {
		return say_error(AGENT_FILE, "SHA-384 does not work");
	}
	memcpy(out, digest, CORDON_DIGEST);
	return AGENT_OK;
}

/* 1, then the first 32 bytes of the digest of the device's public key, an uncompressed point. */
int device_id_of(const struct bytes *certificate, uint8_t id[AGENT_DEVICE_ID])
{
	uint8_t point[POINT_MAX], digest[CORDON_DIGEST];
	struct bytes key = { .data = point };
	mbedtls_x509_crt crt;
	bool ok;

	mbedtls_x509_crt_init(&crt);
	ok = mbedtls_x509_crt_parse_der(&crt, certificate->data, certificate->size) == 0 &&
	     mbedtls_pk_can_do(&crt.pk, MBEDTLS_PK_ECKEY) &&
	     mbedtls_ecp_write_public_key(mbedtls_pk_ec(crt.pk), MBEDTLS_ECP_PF_UNCOMPRESSED,
					  &key.size, point, sizeof(point)) == 0 &&
	     digest_of(&key, digest) == AGENT_OK;
	mbedtls_x509_crt_free(&crt);
	if (!ok) {
		return say_error(AGENT_REFUSED, "the device's certificate cannot be read");
	}
	id[0] = 1;
	memcpy(id + 1, digest, AGENT_DEVICE_ID - 1);
	return AGENT_OK;
}
