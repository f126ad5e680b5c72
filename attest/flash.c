/* SPDX-License-Identifier: Apache-2.0 */
/* The flash of QEMU's virt machine: two 16-bit devices side by side in each 32-bit word. */
#include "attest/flash.h"

#include <string.h>

/* Commands and bits of the status register (Intel's basic command set, CFI 0001), for both. */
#define CMD_READ_ARRAY   0x00ff00ffu
#define CMD_QUERY        0x00980098u
#define CMD_PROGRAM      0x00400040u
#define CMD_ERASE        0x00200020u
#define CMD_CONFIRM      0x00d000d0u
#define CMD_CLEAR_STATUS 0x00500050u
#define STATUS_READY     0x00800080u
#define STATUS_ERRORS    0x003a003au /* erase, program, voltage, locked */

#define QUERY_AT   (0x10u * FLASH_WORD) /* "QRY", one letter in each word */
#define POLLS      10000000u

static volatile uint32_t *word_at(const struct flash *f, size_t offset)
{
	return (volatile uint32_t *)(f->base + offset);
}

static bool is_inside(const struct flash *f, size_t offset, size_t len)
{
	return offset <= f->size && len <= f->size - offset;
}

bool flash_probe(const struct flash *f)
{
	static const char letters[] = "QRY";
	bool found = f->size >= FLASH_SECTOR;

	*word_at(f, 0) = CMD_QUERY;
	for (size_t i = 0; i < 3; i++) {
		uint32_t both = (uint32_t)letters[i] * 0x00010001u;

		found = found && *word_at(f, QUERY_AT + i * FLASH_WORD) == both;
	}
	*word_at(f, 0) = CMD_READ_ARRAY;
	return found;
}

bool flash_read(const struct flash *f, size_t offset, void *out, size_t len)
{
	if (!is_inside(f, offset, len)) {
		return false;
	}
	memcpy(out, (const void *)(f->base + offset), len);
	return true;
}

/* Waits for the end of a command, and leaves the device readable whatever has come of it. */
static bool finish(const struct flash *f, size_t offset)
{
	uint32_t status = 0;

	for (unsigned int i = 0; i < POLLS && (status & STATUS_READY) != STATUS_READY; i++) {
		status = *word_at(f, offset);
	}
	*word_at(f, offset) = CMD_CLEAR_STATUS;
	*word_at(f, offset) = CMD_READ_ARRAY;
	return (status & STATUS_READY) == STATUS_READY && (status & STATUS_ERRORS) == 0;
}

bool flash_program(const struct flash *f, size_t offset, const void *data, size_t len)
{
	const uint8_t *from = data;
	bool good = is_inside(f, offset, len) && offset % FLASH_WORD == 0 && len % FLASH_WORD == 0;

	for (size_t i = 0; i < len && good; i += FLASH_WORD) {
		uint32_t value;

		memcpy(&value, from + i, sizeof(value));
		*word_at(f, offset + i) = CMD_PROGRAM;
		*word_at(f, offset + i) = value;
		good = finish(f, offset + i) && *word_at(f, offset + i) == value;
	}
	return good;
}

bool flash_erase(const struct flash *f, size_t offset)
{
	bool good;

	if (offset % FLASH_SECTOR != 0 || !is_inside(f, offset, FLASH_SECTOR)) {
		return false;
	}
	*word_at(f, offset) = CMD_ERASE;
	*word_at(f, offset) = CMD_CONFIRM;
	good = finish(f, offset);
	for (size_t i = 0; i < FLASH_SECTOR && good; i += FLASH_WORD) {
		good = *word_at(f, offset + i) == UINT32_MAX;
	}
	return good;
}
