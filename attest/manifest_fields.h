/* SPDX-License-Identifier: Apache-2.0 */
/* The payload of a manifest; for attest/manifest.c alone, which knows that it was signed. */
#ifndef ATTEST_MANIFEST_FIELDS_H
#define ATTEST_MANIFEST_FIELDS_H

#include "attest/manifest.h"

/* Reads it into the zeroed *out, and checks that it does not contradict itself. */
enum manifest_status manifest_fields(struct crypto_bytes payload, struct manifest *out);

#endif
