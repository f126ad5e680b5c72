/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of attest's SBI extension (docs/attestation.md), for callers too: needs no header. */
#ifndef ATTEST_NUMBERS_H
#define ATTEST_NUMBERS_H

#define ATTEST_EXTENSION 0x08434441u /* "CDA", in the space for experiments (SBI 3.0, 3.4) */
#define ATTEST_VERSION 4u

/* Functions. */
#define ATTEST_INFO 0u
#define ATTEST_READ 1u
#define ATTEST_EXTEND 2u
#define ATTEST_LOG 3u
#define ATTEST_BEGIN 4u
#define ATTEST_CONTINUE 5u
#define ATTEST_CERTIFICATE 6u
#define ATTEST_SEAL 7u
#define ATTEST_REPORT 8u
#define ATTEST_VERIFY 9u
#define ATTEST_STATUS 10u
#define ATTEST_STAGE 11u
#define ATTEST_CONFIRM 12u

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
#define ATTEST_INFO_FLAGS 10u /* that a request for evidence may have */

/* Formats of the log. */
#define ATTEST_CBOR 0u
#define ATTEST_TCG 1u
#define ATTEST_FORMATS 2u

#define ATTEST_SLICE 512u /* bytes of the log in one call, at most */

/*
 * The request of ATTEST_BEGIN, little-endian, without gaps: u32 version (1), u32 flags, u32
 * length of the nonce (8 to 64), u32 length of the key (0: none), the nonce in 64 bytes of which
 * so many count, the key.
 */
#define ATTEST_REQUEST_VERSION 1u
#define ATTEST_REQUEST_HEAD 80u
#define ATTEST_REQUEST_MAX 336u
#define ATTEST_RECHECK 1u /* flag: digest the firmware's code again (since version 4) */
#define ATTEST_REQUEST_FLAGS ATTEST_RECHECK

/* Certificates. */
#define ATTEST_CERTIFICATE_KEY 0u     /* the attestation key's */
#define ATTEST_CERTIFICATE_MONITOR 1u
#define ATTEST_CERTIFICATE_DEVICE 2u

/* The request of ATTEST_SEAL: u32 version (1), u32 security version, 32 bytes of label. */
#define ATTEST_SEAL_REQUEST 40u
#define ATTEST_SEAL_KEY 48u

/* A local report: 64 bytes of data, 48 of the claims' digest, 48 of code. */
#define ATTEST_REPORT_DATA 64u
#define ATTEST_REPORT_LEN 160u

/* What ATTEST_STATUS tells. */
#define ATTEST_STATUS_SLOT 0u
#define ATTEST_STATUS_PENDING 1u
#define ATTEST_STATUS_CONFIRMED 2u
#define ATTEST_STATUS_COUNTER 3u
#define ATTEST_STATUS_CLASS 4u
#define ATTEST_STATUS_SVN 5u
#define ATTEST_STATUS_STOPPED 6u
#define ATTEST_STATUSES 7u

#define ATTEST_STAGE_MAX 512u /* bytes of an update in one call, at most */
#define ATTEST_UPDATES 16u    /* that may begin in one start */

#endif
