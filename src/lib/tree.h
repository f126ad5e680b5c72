/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked and said about the device tree that firmware hands to the payload. */
#ifndef LIB_TREE_H
#define LIB_TREE_H

#include "lib/base.h"
#include "lib/range.h"

struct tree_question {
	u64 fdt; /* physical address, as firmware gave it: anything */
	u64 max; /* bytes that it may have at most */
	struct range firmware; /* where firmware's own memory begins */
	u64 limit;             /* address that firmware's memory does not pass */
};

/* What is wrong with the tree; one bit each. */
#define TREE_MALFORMED BIT(0) /* none, or not all of it in memory that is not the monitor's */
#define TREE_MEMORY BIT(1)    /* its memory nodes name what was not memory at boot */
#define TREE_MONITOR BIT(2)   /* it offers the monitor's memory as memory, not reserved */

struct tree_report {
	u64 findings; /* TREE_*; 0: nothing */
	u64 size;     /* its totalsize; 0 if malformed */
	/*
	 * End of the reservations that begin in firmware or right behind it, or go on where
	 * another of them ends; at least firmware's own end, or limit if that comes first, and
	 * never into the monitor's memory.
	 */
	u64 firmware_end;
};

#endif
