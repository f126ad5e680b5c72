/* SPDX-License-Identifier: Apache-2.0 */
/* A payload that the previous stage has loaded: how long it is. */
#ifndef BOOT_PAYLOAD_H
#define BOOT_PAYLOAD_H

#include "boot/layout.h"

/* What is kept free behind a payload of unknown length. */
#define PAYLOAD_ROOM (64 * KIB * KIB)

/*
 * A payload that is entered at entry, if that is in memory: as long as the header of a Linux image
 * says, else from a border of 2 MiB up to PAYLOAD_ROOM behind entry, cut to memory.
 */
COLD struct payload payload_find(const struct range_list *memory, u64 entry);

#endif
