/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flash in memory in the place of attest/flash.c, whose power can fail: after so many words or
 * erases nothing more is written, and the one at that moment is done by half.
 */
#ifndef TESTS_UNIT_FAKE_FLASH_H
#define TESTS_UNIT_FAKE_FLASH_H

#include <stdlib.h>
#include <string.h>

#include "attest/slots.h"

static uint8_t *fake_bytes;
static bool fake_answers = true;
static unsigned int fake_power;  /* words and erases until the power fails; 0: it does not */
static unsigned int fake_writes; /* so far */
static bool fake_off;
static bool fake_garbles;        /* a sector whose erase fails holds nonsense, not half of it */

static inline struct flash fake_new(void)
{
	if (fake_bytes == NULL) {
		fake_bytes = malloc(SLOTS_FLASH_LEN);
	}
	memset(fake_bytes, 0xff, SLOTS_FLASH_LEN);
	fake_answers = true;
	fake_power = 0;
	fake_writes = 0;
	fake_off = false;
	fake_garbles = false;
	return (struct flash){.size = SLOTS_FLASH_LEN};
}

/* Power fails in the middle of the n-th write from now. */
static inline void fake_fail_after(unsigned int n)
{
	fake_power = fake_writes + n;
	fake_off = false;
}

static inline void fake_power_on(void)
{
	fake_power = 0;
	fake_off = false;
}

/* Counts a write; true if the power fails in it. */
static inline bool fake_fails(void)
{
	fake_writes++;
	fake_off = fake_off || fake_writes == fake_power;
	return fake_off;
}

bool flash_probe(const struct flash *f)
{
	(void)f;
	return fake_answers;
}

bool flash_read(const struct flash *f, size_t offset, void *out, size_t len)
{
	if (offset > f->size || len > f->size - offset) {
		return false;
	}
	memcpy(out, fake_bytes + offset, len);
	return true;
}

bool flash_program(const struct flash *f, size_t offset, const void *data, size_t len)
{
	const uint8_t *from = data;

	if (offset % FLASH_WORD != 0 || len % FLASH_WORD != 0 || offset > f->size ||
	    len > f->size - offset) {
		abort();
	}
	for (size_t i = 0; i < len; i++) {
		if (fake_off) {
			return false;
		}
		if (i % FLASH_WORD == 0 && fake_fails()) {
			fake_bytes[offset + i] &= from[i] | 0x0f; /* half of the bits */
			return false;
		}
		fake_bytes[offset + i] &= from[i];
		if (fake_bytes[offset + i] != from[i]) {
			return false;
		}
	}
	return true;
}

bool flash_erase(const struct flash *f, size_t offset)
{
	if (offset % FLASH_SECTOR != 0 || offset >= f->size) {
		abort();
	}
	if (fake_off) {
		return false;
	}
	if (fake_fails()) {
		for (size_t i = 0; i < FLASH_SECTOR / (fake_garbles ? 1 : 2); i++) {
			fake_bytes[offset + i] |= fake_garbles ? (i % 104 == 0 ? 0x11 : 0) : 0xff;
		}
		return false;
	}
	memset(fake_bytes + offset, 0xff, FLASH_SECTOR);
	return true;
}

#endif
