/* SPDX-License-Identifier: Apache-2.0 */
/* The device trees of tests/unit/dts, as a boot loader would leave them in memory. */
#ifndef HOST_DTB_H
#define HOST_DTB_H

#include "unit.h"

struct dtb {
	u8 *bytes; /* 8-byte aligned, of exactly size + room bytes: the sanitizer guards the end */
	size_t size;
};

/* The named tree with room bytes behind it, to be freed by the caller; else the test fails. */
struct dtb dtb_load(const char *name, size_t room);

#endif
