/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware: checked where it waits, then put where it wants to be. */
#ifndef BOOT_LOAD_H
#define BOOT_LOAD_H

#include "attest/image.h"
#include "boot/layout.h"

/*
 * Checks every byte of the staged bundle. False: refused, said on the console. *info then tells
 * what is in it, with measured digests.
 */
COLD bool load_check(const struct handoff *ho, struct image_info *info);

/*
 * Clears the old place of the bundle, loads the firmware's segments to their own addresses, zeroes
 * its bss and wipes the staged copy. What has arrived is digested again, as it will run. False: a
 * segment does not fit the machine, or did not arrive as it was checked; said on the console. No
 * hart is in the old place any more. self: the monitor's memory.
 */
COLD bool load_firmware(const struct handoff *ho, const struct image_info *info, struct range self);

/* From the firmware's lowest to its highest byte, as load_firmware puts it. */
COLD struct range load_extent(const struct image_bundle_header *b);

/* Fills attest_facts from a checked bundle: once, before policies start. */
COLD void load_note_facts(const struct image_info *info);

#endif
