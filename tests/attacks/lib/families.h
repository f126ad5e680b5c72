/* SPDX-License-Identifier: Apache-2.0 */
/* Every family of attacks: one file in hostile/, if firmware attacks, and one in victim/. */
#ifndef FAMILY_PAYLOAD
#define FAMILY_PAYLOAD(name) FAMILY(name)
#endif
FAMILY(memory)
FAMILY(registers)
FAMILY(control)
FAMILY(dma)
FAMILY(devices)
FAMILY(rules)
FAMILY(others)
FAMILY(traps)
FAMILY_PAYLOAD(calls)
#undef FAMILY_PAYLOAD
