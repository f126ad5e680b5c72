/* SPDX-License-Identifier: Apache-2.0 */
/* MPRV through Sv39: leaf flags, superpages, bad entries and page crossings. */
/* Evidence for I-WLD-2. */
#include "mprv_space.h"
#include "guest.h"

void guest_main(void)
{
	mprv_space_test(3);
}
