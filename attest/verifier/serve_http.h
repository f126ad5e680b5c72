/* SPDX-License-Identifier: Apache-2.0 */
/* What libmicrohttpd calls for the requests of cordon serve; context is a struct server. */
#ifndef SERVE_HTTP_H
#define SERVE_HTTP_H

#include <microhttpd.h>
#include <stddef.h>

#include "attest/verifier/serve.h"

struct server {
	const struct serve_options *options;
	struct store *store;
};

/* Requests of devices, and requests for pages: the parameters of MHD_AccessHandlerCallback. */
enum MHD_Result serve_device_request(void *context, struct MHD_Connection *connection,
				     const char *url, const char *method, const char *version,
				     const char *data, size_t *size, void **state);
enum MHD_Result serve_view_request(void *context, struct MHD_Connection *connection,
				   const char *url, const char *method, const char *version,
				   const char *data, size_t *size, void **state);

/* Frees what a request has left, however it ended. */
void serve_completed(void *context, struct MHD_Connection *connection, void **state,
		     enum MHD_RequestTerminationCode why);

#endif
