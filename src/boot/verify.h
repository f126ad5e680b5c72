/* SPDX-License-Identifier: Apache-2.0 */
/* Verified boot: is what the bundle brings what somebody with an authorised key has signed? */
#ifndef BOOT_VERIFY_H
#define BOOT_VERIFY_H

#include "attest/image.h"
#include "boot/layout.h"

#ifndef VERIFY_MEASURE
#define VERIFY_MEASURE 0 /* 1: firmware is run whoever has signed it (make VERIFY=measure) */
#endif

/*
 * Judges the manifest of the staged bundle, which load_check has found sound, and fills
 * machine.manifest. False: refused, said on the console. About 60 million instructions.
 */
COLD bool verify_bundle(const struct handoff *ho, const struct image_info *info);

/* Says on the console why nobody should rely on this start, if there is a reason. */
COLD void verify_warn(void);

#endif
