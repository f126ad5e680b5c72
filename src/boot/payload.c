/* SPDX-License-Identifier: Apache-2.0 */
/* How much memory a payload takes that is there already. */
#include "boot/payload.h"

/* Linux, Documentation/arch/riscv/boot-image-header.rst: of a header of 64 bytes. */
#define LINUX_MAGIC 0x05435352u /* "RSC" 5 */
#define LINUX_SIZE 2            /* word: all that the kernel occupies, its bss included */
#define LINUX_MAGIC2 7          /* word: the magic number in its lower half */
#define LINUX_HEADER 64u
#define PAYLOAD_ALIGN (2 * KIB * KIB)

struct payload payload_find(const struct range_list *memory, u64 entry)
{
	const u64 *header = (const u64 *)(uintptr_t)entry;
	struct payload found = { entry, { 0, 0 }, true };

	for (unsigned int i = 0; i < memory->count; i++) {
		struct range m = memory->r[i];
		u64 from = entry & ~(PAYLOAD_ALIGN - 1);
		u64 room = m.size - (entry - m.base);

		if (!range_has(m, entry, 1)) {
			continue;
		}
		from = from < m.base ? m.base : from;
		room = room < PAYLOAD_ROOM ? room : PAYLOAD_ROOM;
		found.r = range_make(from, entry - from + room);
		if ((entry & 7) == 0 && range_has(m, entry, LINUX_HEADER) &&
		    (u32)header[LINUX_MAGIC2] == LINUX_MAGIC &&
		    header[LINUX_SIZE] >= LINUX_HEADER && range_has(m, entry, header[LINUX_SIZE])) {
			found.r = range_make(entry, header[LINUX_SIZE]);
			found.is_assumed = false;
		}
		return found;
	}
	return found;
}
