/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stub's C half, for QEMU's virt machine: checks its own bundle before it
 * relocates itself and again afterwards, says what it found and powers off.
 */
#include "tests/bundle/stub.h"

#include <string.h>

#include "attest/image.h"

#define UART_DATA     UINT64_C(0x10000000)
#define FINISHER      UINT64_C(0x100000)
#define FINISHER_PASS 0x5555u
#define FINISHER_FAIL 0x13333u /* failure with code 1 */
#define READABLE      (UINT64_C(32) << 20)

/* Two pointers that are right only once they are relocated. */
static const char before[] = "before relocation: ";
static const char after[] = "after relocation: ";
static const char *const volatile prefix[] = {before, after};

/* From stub.S: __load_len, and NULL; neither may be changed by relocation. */
extern const uint64_t volatile stub_constants[2];

/* The stub is linked without a library; the loops stay loops by -fno-builtin. */
void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
	}
	return to;
}

void *memset(void *to, int byte, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		((uint8_t *)to)[i] = (uint8_t)byte;
	}
	return to;
}

static void print(const char *text)
{
	for (; *text != '\0'; text++) {
		*(volatile uint8_t *)UART_DATA = (uint8_t)*text;
	}
}

static _Noreturn void power_off(uint32_t how)
{
	*(volatile uint32_t *)FINISHER = how;
	for (;;) {
	}
}

static void relocate(uint8_t *file, const struct image_monitor_header *m, uint64_t slide)
{
	for (uint64_t i = 0; i < m->reloc_count; i++) {
		uint32_t offset;
		uint64_t word;

		memcpy(&offset, file + m->reloc_off + 4 * i, sizeof(offset));
		memcpy(&word, file + offset, sizeof(word));
		word += slide;
		memcpy(file + offset, &word, sizeof(word));
	}
}

static enum image_status report(const char *when, const uint8_t *file,
				const struct image_running *running, struct image_info *info)
{
	enum image_status status = image_check_running(file, READABLE, running, info);

	print(when);
	print(image_status_text(status));
	print("\n");
	return status;
}

_Noreturn void stub_main(uint8_t *file, bool scratch_was_zero)
{
	struct image_running running = {
		.scratch_in_use = true,
		.scratch_was_zero = scratch_was_zero,
	};
	struct image_info info;

	if (report(before, file, &running, &info) != IMAGE_OK) {
		power_off(FINISHER_FAIL);
	}
	running.slide = (uint64_t)file - info.monitor.link_base;
	relocate(file, &info.monitor, running.slide);
	if (stub_constants[0] != info.monitor.load_len || stub_constants[1] != 0) {
		print("a constant was relocated\n");
		power_off(FINISHER_FAIL);
	}
	if (report(prefix[1], file, &running, &info) != IMAGE_OK) {
		power_off(FINISHER_FAIL);
	}
	power_off(FINISHER_PASS);
}
