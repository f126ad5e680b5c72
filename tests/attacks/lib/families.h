/* SPDX-License-Identifier: Apache-2.0 */
/* Every family of attacks: one file in hostile/ and one of the same name in victim/. */
FAMILY(memory)
FAMILY(registers)
FAMILY(control)
FAMILY(dma)
FAMILY(devices)
FAMILY(rules)
FAMILY(others)
FAMILY(traps)
FAMILY(calls)
