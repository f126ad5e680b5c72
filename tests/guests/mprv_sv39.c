/* SPDX-License-Identifier: Apache-2.0 */
/* MPRV through Sv39: leaf flags, superpages, bad entries and page crossings. */
#include "mprv_space.h"
#include "guest.h"

void guest_main(void)
{
	mprv_space_test(3);
}
