/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of attest's SBI extension (docs/attestation.md), for callers too: needs no header. */
#ifndef ATTEST_NUMBERS_H
#define ATTEST_NUMBERS_H

#define ATTEST_EXTENSION 0x08434441u /* "CDA", in the space for experiments (SBI 3.0, 3.4) */
#define ATTEST_VERSION 1u

/* Functions. */
#define ATTEST_INFO 0u
#define ATTEST_READ 1u
#define ATTEST_EXTEND 2u
#define ATTEST_LOG 3u

/* What ATTEST_INFO tells. */
#define ATTEST_INFO_VERSION 0u
#define ATTEST_INFO_REGISTERS 1u
#define ATTEST_INFO_EXTENDABLE 2u
#define ATTEST_INFO_HASH 3u
#define ATTEST_INFO_FORMATS 4u
#define ATTEST_INFO_SLICE 5u
#define ATTEST_INFO_EVENTS 6u
#define ATTEST_INFO_DROPPED 7u
#define ATTEST_INFO_LENGTH 8u /* and the number of a format */

/* Formats of the log. */
#define ATTEST_CBOR 0u
#define ATTEST_TCG 1u
#define ATTEST_FORMATS 2u

#define ATTEST_SLICE 512u /* bytes of the log in one call, at most */

#endif
