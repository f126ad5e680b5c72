/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CLINT accessed at misaligned addresses, where a machine may fault or not, never half-write.
 */
#include "clint_access.h"
#include "guest.h"

void guest_main(void)
{
	clint_access_all(false);
}
