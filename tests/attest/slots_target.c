/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slots on the machine's own flash: one start for each run. What it does besides is in a word that
 * the test puts into memory; what came of it is one line on the console.
 */
#include "attest/slots.h"

#define UART_DATA UINT64_C(0x10000000)
#define FINISHER  UINT64_C(0x100000)
#define POWER_OFF 0x5555u
#define FLASH     UINT64_C(0x22000000)
#define COMMAND   UINT64_C(0x84000000)

/* Commands: the lowest byte is a set of these, the next one a security version. */
#define STAGE   1u
#define CONFIRM 2u
#define REJECT  4u

_Noreturn void target_main(void);

static void print(const char *text)
{
	for (; *text != '\0'; text++) {
		*(volatile uint8_t *)UART_DATA = (uint8_t)*text;
	}
}

static void print_number(const char *name, uint64_t n)
{
	char digits[21];
	unsigned int at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n != 0);
	print(name);
	print(digits + at);
}

_Noreturn static void finish(const char *what, enum slots_status status)
{
	if (status != SLOTS_OK) {
		print(what);
		print(": ");
		print(slots_status_text(status));
	}
	print("\n");
	*(volatile uint32_t *)FINISHER = POWER_OFF;
	for (;;) {
	}
}

static void show(const struct slots *s)
{
	print_number("slot ", s->running);
	print_number(" trial ", slots_on_trial(s) ? 1 : 0);
	print_number(" boots ", s->state.boots);
	print_number(" floor ", s->state.floor);
	print(" ");
}

static enum slots_status stage(struct slots *s)
{
	static const uint8_t bytes[16] = "an update of it";
	enum slots_status status = slots_stage(s, 0, bytes, sizeof(bytes));

	return status == SLOTS_OK ? slots_stage_end(s) : status;
}

_Noreturn void target_main(void)
{
	static const uint8_t seed[48] = "a sealing root that everybody can read";
	static const struct flash flash = {FLASH, SLOTS_FLASH_LEN};
	static struct slots s;
	uint32_t command = *(volatile uint32_t *)COMMAND;
	enum slots_status status;
	struct crypto_secret root;
	enum slots_slot slot;

	if (!crypto_secret_adopt(&root, seed, sizeof(seed))) {
		finish("secret", SLOTS_FAILED);
	}
	status = slots_open(&s, &flash, &root, NULL);
	if (status != SLOTS_OK) {
		finish("open", status);
	}
	status = slots_choose(&s, &slot);
	if (status == SLOTS_OK && (command & REJECT) != 0) {
		status = slots_reject(&s, slot, &slot);
	}
	show(&s);
	if (status == SLOTS_OK && (command & CONFIRM) != 0) {
		status = slots_confirm(&s, command >> 8 & 0xffu);
	}
	if (status == SLOTS_OK && (command & STAGE) != 0) {
		status = stage(&s);
	}
	finish("refused", status);
}
