/* SPDX-License-Identifier: Apache-2.0 */
/* cordon serve listens, by libmicrohttpd with TLS of GnuTLS, until a signal asks for the end. */
#define _POSIX_C_SOURCE 200809L

#include "attest/verifier/serve_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECTIONS 512
#define CONNECTION_SECONDS 20
#define THREADS 4

static const char priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

/* ADDRESS:PORT, an IPv6 address in brackets; false if it is neither. */
static bool address_of(const char *text, struct sockaddr_storage *out)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;
	struct sockaddr_in *four = (struct sockaddr_in *)out;
	const char *colon = strrchr(text, ':');
	char host[64];
	size_t length = colon == NULL ? 0 : (size_t)(colon - text);
	bool bracket = length >= 2 && text[0] == '[' && text[length - 1] == ']';
	int port = colon == NULL ? -1 : atoi(colon + 1);

	if (length == 0 || length >= sizeof(host) || port < 0 || port > 65535) {
		return false;
	}
	memset(out, 0, sizeof(*out));
	snprintf(host, sizeof(host), "%.*s", (int)(bracket ? length - 2 : length),
		 text + bracket);
	if (bracket) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons((uint16_t)port);
		return inet_pton(AF_INET6, host, &six->sin6_addr) == 1;
	}
	four->sin_family = AF_INET;
	four->sin_port = htons((uint16_t)port);
	return inet_pton(AF_INET, host, &four->sin_addr) == 1;
}

/* What both daemons have in common. */
struct listener {
	const char *at;
	MHD_AccessHandlerCallback handler;
	const char *cert, *key;
	struct server *server;
};

static struct MHD_Daemon *listen_at(const struct listener *l)
{
	struct sockaddr_storage address;
	unsigned int flags = MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_TLS;
	struct MHD_Daemon *daemon = NULL;

	if (address_of(l->at, &address)) {
		flags |= address.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0;
		daemon = MHD_start_daemon(
			flags, 0, NULL, NULL, l->handler, l->server,
			MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
			MHD_OPTION_HTTPS_MEM_CERT, l->cert, MHD_OPTION_HTTPS_MEM_KEY, l->key,
			MHD_OPTION_HTTPS_PRIORITIES, priorities,
			MHD_OPTION_NOTIFY_COMPLETED, serve_completed, NULL,
			MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CONNECTIONS,
			MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)CONNECTION_SECONDS,
			MHD_OPTION_THREAD_POOL_SIZE, (unsigned int)THREADS, MHD_OPTION_END);
	}
	if (daemon == NULL) {
		serve_say(SERVE_LISTEN, "cannot listen at %s: name ADDRESS:PORT of this machine "
			  "that is free, and a certificate with its key", l->at);
	}
	return daemon;
}

static void wait_for_the_end(const sigset_t *ends)
{
	int which;

	puts("cordon serve: ready");
	fflush(stdout);
	sigwait(ends, &which);
}

static bool is_wanted(const char *at)
{
	return strcmp(at, "none") != 0;
}

int serve_run(const struct serve_options *o, struct store *store)
{
	struct server server = { .options = o, .store = store };
	struct listener l = { .at = o->listen, .handler = serve_device_request, .server = &server };
	struct MHD_Daemon *devices, *view = NULL;
	char *cert, *key;
	sigset_t ends;
	int code = serve_certificate(o, &cert, &key);

	if (code != CORDON_OK) {
		return code;
	}
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	l.cert = cert;
	l.key = key;
	devices = listen_at(&l);
	if (devices != NULL && is_wanted(o->view)) {
		l.at = o->view;
		l.handler = serve_view_request;
		view = listen_at(&l);
	}
	if (devices != NULL && (view != NULL || !is_wanted(o->view))) {
		wait_for_the_end(&ends);
	} else {
		code = SERVE_LISTEN;
	}
	if (view != NULL) {
		MHD_stop_daemon(view);
	}
	if (devices != NULL) {
		MHD_stop_daemon(devices);
	}
	free(cert);
	free(key);
	return code;
}
