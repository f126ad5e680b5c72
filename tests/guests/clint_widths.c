/* SPDX-License-Identifier: Apache-2.0 */
/* The CLINT accessed with every width at aligned addresses: the value, or the exact fault. */
/* Evidence for I-PMP-2. */
#include "clint_access.h"
#include "guest.h"

void guest_main(void)
{
	clint_access_all(true);
}
