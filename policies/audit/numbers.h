/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The numbers of audit's counters and of its SBI extension, as docs/audit.md has them. Needs no
 * other header, so that an operating system can include it as it is. Numbers are never reused; a
 * change of meaning is a new AUDIT_VERSION.
 */
#ifndef AUDIT_NUMBERS_H
#define AUDIT_NUMBERS_H

/* "CDN" in the experimental space of extension ids (SBI 3.0, chapter 21). */
#define AUDIT_EXTENSION 0x0843444eu
#define AUDIT_INFO 0u /* -> AUDIT_VERSION << 32 | number of harts << 16 | AUDIT_COUNTERS */
#define AUDIT_READ 1u /* a0 = counter, a1 = hart id -> its value */
#define AUDIT_VERSION 1u

/* Exits by cause: base + cause, or base + AUDIT_CAUSE_OTHER for one from 31 on. */
#define AUDIT_CAUSE_OTHER 31u
#define AUDIT_FIRMWARE_EXCEPTIONS 0u
#define AUDIT_FIRMWARE_INTERRUPTS 32u
#define AUDIT_PAYLOAD_EXCEPTIONS 64u
#define AUDIT_PAYLOAD_INTERRUPTS 96u
/* Denied actions: base + class (enum refusal of monitor/hart.h). */
#define AUDIT_DENIED 128u
/* Ticks of `time` in the firmware world, all completed stays; and the first of them, the boot. */
#define AUDIT_FIRMWARE_TICKS 144u
#define AUDIT_BOOT_TICKS 145u
/* Changes of world. */
#define AUDIT_TO_FIRMWARE 146u
#define AUDIT_TO_PAYLOAD 147u
/* SBI calls of the payload's S-mode: base + extension; all, and those that the firmware got. */
#define AUDIT_CALLS 160u
#define AUDIT_FORWARDED 192u
#define AUDIT_COUNTERS 224u

/* Extensions, in groups of 32. */
enum audit_call {
	AUDIT_CALL_LEGACY, /* ids 0 to 15 */
	AUDIT_CALL_BASE,
	AUDIT_CALL_TIME,
	AUDIT_CALL_IPI,
	AUDIT_CALL_RFENCE,
	AUDIT_CALL_HSM,
	AUDIT_CALL_SRST,
	AUDIT_CALL_PMU,
	AUDIT_CALL_DBCN,
	AUDIT_CALL_SUSP,
	AUDIT_CALL_CPPC,
	AUDIT_CALL_NACL,
	AUDIT_CALL_STA,
	AUDIT_CALL_SSE,
	AUDIT_CALL_FWFT,
	AUDIT_CALL_DBTR,
	AUDIT_CALL_MPXY,
	AUDIT_CALL_AUDIT, /* this policy's own */
	AUDIT_CALL_OTHER,
	AUDIT_CALL_COUNT
};

#endif
