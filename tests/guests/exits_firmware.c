/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of exits.c that take no payload, for policies that begin with the first one. */
/* Evidence for I-MON-3, I-RUN-1, I-SBX-7. */
#define FIRMWARE_ALONE 1

#include "exits.c"
