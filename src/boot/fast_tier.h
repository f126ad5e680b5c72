/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first tier of trap.S, for builds whose policies bring none: nothing is answered here.
 * The first policy that has a fast_tier.h of its own chooses another (Makefile, gen/fast_tier.h).
 */
#ifndef BOOT_FAST_TIER_H
#define BOOT_FAST_TIER_H

#define FAST_TIER

#endif
