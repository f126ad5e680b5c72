/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A NOR flash with the command set of CFI 0001, as QEMU's virt machine has one: it is read like
 * memory, bits are cleared word by word, and only whole sectors are set again.
 */
#ifndef ATTEST_FLASH_H
#define ATTEST_FLASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLASH_SECTOR 262144u /* bytes that are erased together */
#define FLASH_WORD   4u      /* bytes that are programmed together */

struct flash {
	uintptr_t base; /* physical address */
	size_t size;    /* bytes; a multiple of FLASH_SECTOR */
};

/* True if such a flash answers at base. It is left readable. */
bool flash_probe(const struct flash *f);

/* Copies len bytes at offset to out. False if they are not all inside. */
bool flash_read(const struct flash *f, size_t offset, void *out, size_t len);

/*
 * Clears bits so that the len bytes at offset become those at data. offset and len are multiples of
 * FLASH_WORD. False if the device says no, or if what is read back is something else.
 */
bool flash_program(const struct flash *f, size_t offset, const void *data, size_t len);

/* Sets all bits of the sector at offset, a multiple of FLASH_SECTOR. False as above. */
bool flash_erase(const struct flash *f, size_t offset);

#endif
