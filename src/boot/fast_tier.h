/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first tier of trap.S, for builds whose policies bring none: nothing is answered here.
 * A policy that brings one ships a fast_tier.h of its own; the Makefile puts its folder first.
 */
#ifndef BOOT_FAST_TIER_H
#define BOOT_FAST_TIER_H

#define FAST_TIER

#endif
