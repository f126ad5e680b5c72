/* SPDX-License-Identifier: Apache-2.0 */
/* Is the firmware where it was linked, whole, with zeroed bss and relocated pointers? */
#ifndef GUESTS_PLACEMENT_H
#define GUESTS_PLACEMENT_H

#include <stdint.h>

/* Checks the calling guest against its link address and logs what it found. */
void placement_check(uint64_t base);

#endif
