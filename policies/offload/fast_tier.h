/* SPDX-License-Identifier: Apache-2.0 */
/* The first tier of the trap path with offload: time reads and set_timer (boot/fast_time.h). */
#ifndef OFFLOAD_FAST_TIER_H
#define OFFLOAD_FAST_TIER_H

#define FAST_TIER FAST_TIME_TIER

#endif
