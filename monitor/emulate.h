/* SPDX-License-Identifier: Apache-2.0 */
/* Carries out privileged instructions of vM-mode. */
#ifndef MONITOR_EMULATE_H
#define MONITOR_EMULATE_H

#include "monitor/hart.h"

/*
 * The firmware's instruction at h->pc, whose word is given, trapped as illegal in U-mode: does what
 * M-mode would have done, be it an illegal-instruction trap. Afterwards h->pc is where to go on.
 */
void emulate_privileged(struct hart *h, u32 word);

/* The same for a word for which insn_is_csr() holds. */
void emulate_csr(struct hart *h, u32 word);

/*
 * The firmware's load, store or atomic at h->pc was refused with this cause (load or store access
 * fault): carries it out on an emulated device or under vMPRV, or delivers the fault.
 */
void emulate_firmware_access(struct hart *h, u64 cause);

/* The same for the payload: only emulated devices; the rest is delivered as hardware would. */
void emulate_payload_access(struct hart *h, u64 cause);

#endif
