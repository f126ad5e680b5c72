/* SPDX-License-Identifier: Apache-2.0 */
/* Attacks of the payload, to which the firmware contributes nothing but honest service. */
#include "hostile.h"

const struct attack hostile_calls[] = {
	{ .name = "A-49.honest" },
	{ 0 },
};
