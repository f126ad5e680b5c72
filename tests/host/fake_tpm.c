/* SPDX-License-Identifier: Apache-2.0 */
/* The fake TPM: registers, and the two commands on a counter. */
#include "fake_tpm.h"

#include <string.h>

#include "attest/tpm_access.h"

#define REG_ACCESS 0x00u
#define REG_STS 0x18u
#define REG_FIFO 0x24u
#define VALID 0x80u

struct fake_tpm fake_tpm = {.fault = FAKE_TPM_ABSENT};

void fake_tpm_start(uint64_t count)
{
	memset(&fake_tpm, 0, sizeof(fake_tpm));
	fake_tpm.count = count;
}

/* ---- the counter ---- */

static void put(uint8_t *at, uint64_t value, unsigned int len)
{
	for (unsigned int i = 0; i < len; i++) {
		at[i] = (uint8_t)(value >> 8 * (len - 1 - i));
	}
}

static size_t refuse(uint8_t *answer)
{
	put(answer, 0x8001, 2);
	put(answer + 2, 10, 4);
	put(answer + 6, 0x101, 4);
	return 10;
}

/* An answer with so many bytes of parameters, and a session. */
static size_t accept(uint8_t *answer, size_t parameters)
{
	memset(answer, 0, FAKE_TPM_ROOM);
	put(answer, 0x8002, 2);
	put(answer + 2, 19 + parameters, 4);
	put(answer + 10, parameters, 4);
	return 19 + parameters;
}

static size_t count(const uint8_t *command, size_t len, uint8_t *answer)
{
	if (len < 10 || command[8] != 0x01) {
		return refuse(answer);
	}
	if (command[9] == 0x34 && !fake_tpm.is_deaf) {
		fake_tpm.count++;
		return fake_tpm.is_mute ? 0 : accept(answer, 0);
	}
	if (command[9] == 0x4e) {
		size_t whole = accept(answer, 10);

		put(answer + 14, 8, 2);
		put(answer + 16, fake_tpm.count, 8);
		return whole;
	}
	return refuse(answer);
}

/* ---- registers ---- */

static void execute(void)
{
	static uint8_t answer[FAKE_TPM_ROOM];

	fake_tpm.commands++;
	fake_tpm.len = (fake_tpm.execute != NULL ? fake_tpm.execute : count)(
		fake_tpm.bytes, fake_tpm.len, answer);
	memcpy(fake_tpm.bytes, answer, fake_tpm.len);
	fake_tpm.at = 0;
	fake_tpm.running = true;
}

/* What the command says that its length is, once it has said so. */
static bool expects_more(void)
{
	size_t len = (size_t)fake_tpm.bytes[4] << 8 | fake_tpm.bytes[5];

	if (fake_tpm.fault == FAKE_TPM_IS_SATED) {
		return fake_tpm.len < 8;
	}
	return fake_tpm.fault == FAKE_TPM_IS_HUNGRY || fake_tpm.len < 6 || fake_tpm.len < len;
}

static size_t end_of_answer(void)
{
	if (fake_tpm.fault == FAKE_TPM_STOPS) {
		return fake_tpm.len / 2;
	}
	return fake_tpm.len + (fake_tpm.fault == FAKE_TPM_GOES_ON ? 1 : 0);
}

static uint32_t status(void)
{
	const uint32_t burst = fake_tpm.fault == FAKE_TPM_NO_BURST ? 0 : 1u << 8;

	if (fake_tpm.looks++ < fake_tpm.slow) {
		return 0;
	}
	fake_tpm.looks = 0;
	if (fake_tpm.running) {
		return fake_tpm.fault != FAKE_TPM_IS_BUSY && fake_tpm.at < end_of_answer()
			? VALID | 0x10 | burst
			: VALID;
	}
	if (fake_tpm.len != 0) {
		return VALID | burst | (expects_more() ? 0x08 : 0);
	}
	return fake_tpm.ready ? VALID | 0x40 | burst : 0;
}

uint8_t tpm_read8(uintptr_t at)
{
	if (fake_tpm.fault == FAKE_TPM_ABSENT) {
		return 0xff;
	}
	if (at == FAKE_TPM_BASE + REG_ACCESS) {
		return fake_tpm.active ? 0xa0 : 0x80;
	}
	if (at == FAKE_TPM_BASE + REG_FIFO && fake_tpm.running && fake_tpm.at < FAKE_TPM_ROOM) {
		return fake_tpm.bytes[fake_tpm.at++];
	}
	return 0xff;
}

void tpm_write8(uintptr_t at, uint8_t value)
{
	if (at == FAKE_TPM_BASE + REG_ACCESS && value == 0x02) {
		fake_tpm.active = fake_tpm.fault != FAKE_TPM_NO_LOCALITY;
	}
	if (at == FAKE_TPM_BASE + REG_FIFO && fake_tpm.ready && fake_tpm.len < FAKE_TPM_ROOM) {
		fake_tpm.bytes[fake_tpm.len++] = value;
	}
}

uint32_t tpm_read32(uintptr_t at)
{
	if (fake_tpm.fault == FAKE_TPM_ABSENT || at != FAKE_TPM_BASE + REG_STS) {
		return 0xffffffff;
	}
	return status();
}

uint64_t tpm_read64(uintptr_t at)
{
	return at == FAKE_TPM_CLOCK ? fake_tpm.now++ : 0;
}

void tpm_write32(uintptr_t at, uint32_t value)
{
	if (at != FAKE_TPM_BASE + REG_STS || !fake_tpm.active) {
		return;
	}
	if (value == 0x20) {
		execute();
	}
	if (value == 0x40) {
		fake_tpm.len = 0;
		fake_tpm.running = false;
		fake_tpm.ready = fake_tpm.fault != FAKE_TPM_NOT_READY;
	}
}
