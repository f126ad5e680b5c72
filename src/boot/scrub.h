/* SPDX-License-Identifier: Apache-2.0 */
/* Clears what earlier payloads have left in memory. */
#ifndef BOOT_SCRUB_H
#define BOOT_SCRUB_H

#include "attest/image_format.h"
#include "boot/layout.h"

/*
 * The first bytes of memory, at from or behind it, that lie in none of the count kept ranges; they
 * end where a kept one begins or memory ends. Size 0: there are none. The ranges of kept may lie
 * anywhere, in any order, and overlap.
 */
COLD struct range scrub_gap(struct range memory, const struct range *kept, unsigned int count,
			    u64 from);

/* Clears r, reading first, writing only where that is needed. Returns how many bytes were not 0. */
COLD u64 scrub_clear(struct range r);

/*
 * Clears all memory that nothing names. Named are: the monitor (self), the firmware's segments as
 * loaded, the device tree and what it says of reserved memory, modules and initrd, what a2 points
 * to, and the payload. Says on the console what it did, and if the payload's end was assumed.
 * Firmware is loaded, no guest runs.
 */
COLD void scrub_memory(const struct handoff *ho, const struct image_bundle_header *bundle,
		  struct range self);

#endif
