/* SPDX-License-Identifier: Apache-2.0 */
/* The one machine. The harts are allocated behind the image by boot (src/boot/link.ld). */
#include "monitor/hart.h"

struct machine machine;
