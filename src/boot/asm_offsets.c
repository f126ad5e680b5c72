/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Offsets that assembly needs. Compiled twice: with GENERATE_OFFSETS into assembly text from which
 * build/.../asm_offsets.h is cut, and without, to prove that the header is not stale.
 */
#include "boot/layout.h"

#define OFFSETS(X)                            \
	X(HART_X, offsetof(struct hart, x))   \
	X(HART_PC, offsetof(struct hart, pc)) \
	X(HART_AREA_SIZE, sizeof(struct hart_area))

static_assert(offsetof(struct hart_area, hart) == HART_STACK, "sp at rest is the hart");

#ifdef GENERATE_OFFSETS
void asm_offsets(void);
void asm_offsets(void)
{
#define EMIT(name, value) __asm__ volatile("@define " #name " %0" ::"i"(value));
	OFFSETS(EMIT)
}
#else
#include "asm_offsets.h"
#define VERIFY(name, value) \
	static_assert((name) == (value), #name " is stale: rebuild asm_offsets.h");
OFFSETS(VERIFY)
#endif
