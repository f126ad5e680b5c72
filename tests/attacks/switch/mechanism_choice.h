/* SPDX-License-Identifier: Apache-2.0 */
/* Protections that an attack test's control switches off: tests/attacks patches the word. */
#ifndef MECHANISM_CHOICE_H
#define MECHANISM_CHOICE_H

/* Bit n: mechanism n is switched off. Volatile: the compiler must not know its value. */
extern const volatile u32 mechanism_off;

static inline bool mechanism_on(enum mechanism m)
{
	return (mechanism_off >> m & 1) == 0;
}

static inline u32 mechanism_switched_off(void)
{
	return mechanism_off;
}

#endif
