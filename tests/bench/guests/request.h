/* SPDX-License-Identifier: Apache-2.0 */
/* What the payload asks the firmware for, in a7: an extension number that is the firmware's own. */
#ifndef BENCH_REQUEST_H
#define BENCH_REQUEST_H

#define REQUEST 0x0a00c0de

/* The bit of the answer that tells it from what a handler leaves in a0; below it is a time. */
#define SERVED 62

/* The markers of the payload's operations follow this one. */
#define PAYLOAD_MARKERS 500

#endif
