/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware linked at 0x81234000 runs there, with its data, zeroed bss and pointers in place. */
/* Evidence for I-BOOT-2. */
#include "guest.h"
#include "placement.h"

void guest_main(void)
{
	placement_check(0x81234000ul);
}
