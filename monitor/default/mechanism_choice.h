/* SPDX-License-Identifier: Apache-2.0 */
/* Every protection is in force: the choice of all images but those of the attack tests. */
#ifndef MECHANISM_CHOICE_H
#define MECHANISM_CHOICE_H

/* Is m in force? */
static inline bool mechanism_on(enum mechanism m)
{
	(void)m;
	return true;
}

/* Bit n: mechanism n is switched off. */
static inline u32 mechanism_switched_off(void)
{
	return 0;
}

#endif
