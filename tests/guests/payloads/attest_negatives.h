/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tests/attest/test_negatives.py tells the firmware and the payload that are both called
 * attest_negatives: what to try, and where. It is the initrd, which is what the monitor leaves in
 * memory at a start, at the place where QEMU's virt machine with 128 MiB has it. Zeros there are no
 * plan: then the payload shows what it is given: evidence, sealing keys, a local report.
 */
#ifndef PAYLOADS_ATTEST_NEGATIVES_H
#define PAYLOADS_ATTEST_NEGATIVES_H

#include <stdint.h>

#define PLAN ((const volatile struct plan *)0x84200000ul)
#define PLAN_LIST 24u

/* The call for that (SBI 3.0, 3.4: experimental). */
#define PLAN_EID 0x08ba6a10ul

/* What the firmware does before it enters the payload. */
#define PLAN_PATCH 1u /* stores value at address */
#define PLAN_RACE  2u /* a second hart stores there without end, and the payload is entered */
#define PLAN_TREE  4u /* hands over a copy of the tree at address, with one letter changed */
#define PLAN_STAGE 8u /* enters code of its own at address, which goes on to the payload */
#define PLAN_TRY   16u /* loads, stores and fetches at each address of the list */
#define PLAN_SELF  32u /* with PLAN_CALL: changes its own code, which then loads from there */
#define PLAN_PAGED 64u /* enters it by a page table of its own, at address: the same bytes */

/* What the payload does. */
#define PLAN_CALL     128u  /* calls the firmware, so that it tries again */
#define PLAN_BUFFERS  256u  /* each function with each address of the list as a buffer */
#define PLAN_FLOOD    512u  /* extends its register until the log has no room, and goes on */
#define PLAN_EVIDENCE 1024u /* asks for evidence */
#define PLAN_LOG      2048u /* shows the log */
#define PLAN_SEAL     4096u /* asks for the sealing keys of all versions up to 4 */
#define PLAN_REPORT   8192u /* has a local report made */
#define PLAN_VERIFY   16384u /* has the local report verified that lies behind the plan */
#define PLAN_RECHECK  32768u /* with PLAN_EVIDENCE: the firmware's code is to be looked at again */

/* The firmware once more. */
#define PLAN_BACK 65536u /* with PLAN_SELF: puts its code back before it returns to the payload */

struct plan {
	uint64_t what, address, value, count;
	uint64_t list[PLAN_LIST];
};

#endif
