/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices. PMP lets firmware reach none: each access comes here and is judged by what the device
 * tree says the device is. What can reach memory by itself, keeps what is written, or is not known
 * is not the firmware's at any time.
 */
#include "policies/sandbox/sandbox.h"

#include "lib/log.h"
#include "lib/string.h"

/* PLIC 1.0.0, memory map. */
#define PLIC_ENABLES 0x2000u
#define PLIC_ENABLES_EACH 0x80u
#define PLIC_CONTEXTS 0x200000u
#define PLIC_CONTEXTS_EACH 0x1000u
#define PLIC_CLAIM 4u
#define PLIC_SOURCES 1024u
#define PLIC_CONTEXTS_MAX 64u

/* 8250: registers and the bits that polling software looks at. */
#define UART_DATA 0u
#define UART_LCR 3u
#define UART_LCR_DLAB 0x80u
#define UART_LSR 5u
#define UART_LSR_IDLE 0x60u
/* SiFive: registers by four bytes. */
#define SIFIVE_TXDATA 0u
#define SIFIVE_RXDATA 1u
#define SIFIVE_EMPTY BIT(31)

/* Bit n: it has been said that machine.devices.d[n] is denied. Races say it twice. */
static u64 said;

/* Firmware's view of the console: the divisor registers are selected. */
static bool divisor_selected;

static bool is_allowed(const struct device *d)
{
	return d->kind == DEVICE_UART || d->kind == DEVICE_PLIC || d->kind == DEVICE_APLIC_M ||
	       d->kind == DEVICE_FINISHER;
}

/* Does another device have a byte of it? */
static bool is_shared(const struct device *d)
{
	for (unsigned int i = 0; i < machine.devices.count; i++) {
		const struct device *other = &machine.devices.d[i];

		if (other != d && range_overlaps(other->r, d->r)) {
			return true;
		}
	}
	return false;
}

/*
 * Of several the one that may not be reached: no name is a way around another. Firmware asks for
 * its console again and again, so the last one that has its range for itself is tried first.
 */
static const struct device *device_of(struct hart *h, u64 pa, u64 bytes)
{
	const struct device **last = &sandbox_hart(h)->last_device;
	const struct device *found = NULL;

	if (*last != NULL && range_has((*last)->r, pa, bytes)) {
		return *last;
	}
	for (unsigned int i = 0; i < machine.devices.count; i++) {
		const struct device *d = &machine.devices.d[i];

		if (range_touches(d->r, pa, bytes) && (found == NULL || !is_allowed(d))) {
			found = d;
		}
	}
	if (found != NULL && !is_shared(found)) {
		*last = found;
	}
	return found;
}

bool sandbox_owns_console(void)
{
	struct range r = machine.devices.console;

	for (unsigned int i = 0; i < machine.devices.count; i++) {
		const struct device *d = &machine.devices.d[i];

		if (d->kind == DEVICE_UART && range_has(d->r, r.base, r.size)) {
			return !is_shared(d) && mechanism_on(MECH_DEVICES);
		}
	}
	return false;
}

/* Are these bytes of the device that the firmware has asked for last? */
static bool is_last(struct hart *h, u64 pa, u64 bytes)
{
	const struct device *last = sandbox_hart(h)->last_device;

	return last != NULL && is_allowed(last) && range_has(last->r, pa, bytes);
}

static void say_denied(const struct device *d)
{
	u64 bit = BIT(d - machine.devices.d);

	if ((said & bit) == 0 && !sandbox_locked()) {
		said |= bit;
		log_line("sandbox: firmware is denied %s: to run it, leave sandbox out of POLICY",
			 d->name);
	}
}

/*
 * What the stage before us tells the firmware at a2, perhaps in a ROM: read only. After the lock
 * the bytes there may be the payload's; a hart that begins late finds what the others have found.
 */
static u8 handed[64];

static bool is_handed(u64 pa, u64 bytes)
{
	u64 size = machine.handed.size < sizeof(handed) ? machine.handed.size : sizeof(handed);

	return range_has(range_make(machine.handed.base, size), pa, bytes);
}

void sandbox_keep_handed(void)
{
	for (u64 i = 0; i < sizeof(handed) && i < machine.handed.size; i++) {
		struct mmio_access a = { .pa = machine.handed.base + i };

		handed[i] = mmio_pass(&a) ? (u8)a.value : 0;
	}
}

static enum verdict read_handed(struct mmio_access *a, u64 bytes)
{
	if (a->is_store) {
		return DENY;
	}
	if (!sandbox_locked()) {
		return mmio_pass(a) ? HANDLED : DENY;
	}
	a->value = 0;
	memcpy(&a->value, &handed[a->pa - machine.handed.base], bytes);
	return HANDLED;
}

bool sandbox_claims(struct hart *h, u64 pa, u64 bytes)
{
	const struct device *d;

	if (is_last(h, pa, bytes)) {
		return true;
	}
	d = device_of(h, pa, bytes);
	if (range_touches(machine.handed, pa, bytes)) {
		return true;
	}
	if (d == NULL || d->kind == DEVICE_TIMER) {
		return false;
	}
	if (!is_allowed(d)) {
		say_denied(d);
		return false;
	}
	return true;
}

/* ---- console ---- */

static u64 register_of(const struct mmio_access *a)
{
	return (a->pa - machine.devices.console.base) >> machine.devices.console_shift;
}

static enum verdict put(struct hart *h, const struct mmio_access *a)
{
	sandbox_console_put(h, (char)a->value);
	return HANDLED;
}

/*
 * Before the lock firmware may hide what is sent: as a divisor, by a loop, by dropping it. Whatever
 * shows the line again comes through here, and a line begins anew then (I-SBX-7).
 */
static bool pass_to_line(struct mmio_access *a)
{
	bool done;

	log_hold();
	done = mmio_pass(a);
	log_console.inside = a->is_store ? 0 : log_console.inside;
	log_release();
	return done;
}

/* Passes what is no output, before the lock; afterwards the line is the payload's. */
static enum verdict pass_or_drop(struct mmio_access *a)
{
	if (sandbox_locked()) {
		a->value = 0;
		return HANDLED;
	}
	return pass_to_line(a) ? HANDLED : DENY;
}

static enum verdict console_8250(struct hart *h, struct mmio_access *a)
{
	u64 reg = register_of(a);

	if (a->is_store && a->width_log2 > machine.devices.console_shift) {
		return DENY; /* of several registers at once only the first would be judged */
	}
	if (a->is_store && reg == UART_LCR) {
		divisor_selected = (a->value & UART_LCR_DLAB) != 0;
	}
	if (a->is_store && reg == UART_DATA && !divisor_selected) {
		return put(h, a);
	}
	if (!a->is_store && reg == UART_LSR && sandbox_locked()) {
		a->value = UART_LSR_IDLE;
		return HANDLED;
	}
	return pass_or_drop(a);
}

static enum verdict console_sifive(struct hart *h, struct mmio_access *a)
{
	u64 reg = (a->pa - machine.devices.console.base) >> 2;

	if (a->is_store && reg == SIFIVE_TXDATA) {
		return put(h, a);
	}
	if (!a->is_store && reg == SIFIVE_RXDATA && sandbox_locked()) {
		a->value = SIFIVE_EMPTY;
		return HANDLED;
	}
	return pass_or_drop(a);
}

static enum verdict uart(struct hart *h, struct mmio_access *a)
{
	if (!mechanism_on(MECH_CONSOLE)) {
		return mmio_pass(a) ? HANDLED : DENY;
	}
	if (!range_has(machine.devices.console, a->pa, 1)) {
		return pass_or_drop(a); /* another line: the payload's after the lock */
	}
	return machine.devices.console_is_8250 ? console_8250(h, a) : console_sifive(h, a);
}

/* ---- interrupt controller ---- */

/* Is all of h->device this device's, and no other's? Then it is what is said of the device. */
static bool is_block_of(struct hart *h, const struct device *d)
{
	struct range block = range_make(h->device.base, h->device.size + WINDOW_TAIL);

	return sandbox_hart(h)->last_device == d && range_has(d->r, block.base, block.size) &&
	       !range_overlaps(machine.handed, block);
}

/*
 * After the lock M-mode has no external interrupts, so its side of the controller is of no use to
 * firmware but to take the payload's: what one context claims, no other gets. Before, all that it
 * stores is passed on, whatever and wherever in the device it is.
 */
static enum verdict interrupt_controller(struct hart *h, const struct device *d,
					 struct mmio_access *a)
{
	if (!sandbox_locked() || !mechanism_on(MECH_PLIC)) {
		a->device_follows = is_block_of(h, d);
		return mmio_pass(a) ? HANDLED : DENY;
	}
	a->value = 0;
	return HANDLED;
}

/* How many of count words at this offset the controller has. */
static u64 words_of_plic(u64 offset, u64 count)
{
	u64 size = machine.devices.plic.size;
	u64 room = offset < size ? (size - offset) / 4 : 0;

	return count < room ? count : room;
}

static void fill_plic(u64 offset, u64 count, u32 value)
{
	mmio_pass_row(machine.devices.plic.base + offset, words_of_plic(offset, count), value);
}

/* Nothing enabled, nothing claimed: completion is heard only for what is enabled. */
static void reset_context(unsigned int context, u64 sources)
{
	u64 enables = PLIC_ENABLES + PLIC_ENABLES_EACH * (u64)context;
	u64 registers = PLIC_CONTEXTS + PLIC_CONTEXTS_EACH * (u64)context;
	u64 words = sources / 32 + 1;

	fill_plic(enables, words, ~(u32)0);
	if (words_of_plic(registers + PLIC_CLAIM, 1) != 0) {
		mmio_pass_down(machine.devices.plic.base + registers + PLIC_CLAIM, sources);
	}
	fill_plic(enables, words, 0);
	fill_plic(registers, 1, 0);
}

/* How many sources there are says how many keep a priority: all have priority 0 afterwards. */
void sandbox_reset_devices(void)
{
	u64 contexts = machine.devices.plic_supervisor | machine.devices.plic_machine;
	u64 sources;

	if (machine.devices.plic.size == 0) {
		return;
	}
	sources = mmio_pass_count(machine.devices.plic.base + 4,
				  words_of_plic(4, PLIC_SOURCES - 1));
	for (unsigned int c = 0; c < PLIC_CONTEXTS_MAX; c++) {
		if ((contexts >> c & 1) != 0) {
			reset_context(c, sources);
		}
	}
}

/* ---- all of them ---- */

static enum verdict finisher(struct mmio_access *a)
{
	if (sandbox_locked() && mechanism_on(MECH_RESET) &&
	    __atomic_load_n(&sandbox.reset_wanted, __ATOMIC_ACQUIRE) == 0) {
		return DENY;
	}
	return mmio_pass(a) ? HANDLED : DENY;
}

/*
 * What firmware stores most of the time, before the lock: a character. The last device has its
 * range for itself.
 */
static bool is_character(struct hart *h, const struct mmio_access *a)
{
	return a->is_store && a->width_log2 == 0 && a->pa == machine.devices.console.base &&
	       machine.devices.console_is_8250 && !divisor_selected && is_last(h, a->pa, 1) &&
	       sandbox_hart(h)->last_device->kind == DEVICE_UART && !sandbox_locked() &&
	       mechanism_on(MECH_CONSOLE);
}

/* The CLINT is emulated; but the machine's time is the payload's. I-SBX-9 */
static enum verdict clint(struct hart *h, const struct mmio_access *a, u64 bytes)
{
	u64 mtime = machine.clint.mtime;

	if (!sandbox_locked() || !a->is_store || mtime == 0 ||
	    !range_touches(range_make(mtime, 8), a->pa, bytes)) {
		return PASS;
	}
	refuse(h, REFUSED_DEVICE);
	return HANDLED;
}

enum verdict sandbox_mmio(struct hart *h, struct mmio_access *a)
{
	u64 bytes = (u64)1 << a->width_log2;
	const struct device *d;

	if (h->world == WORLD_PAYLOAD || !mechanism_on(MECH_DEVICES)) {
		return PASS;
	}
	if (is_character(h, a)) {
		a->plain_follow = true;
		return put(h, a);
	}
	if (range_has(machine.clint.shield, a->pa, bytes)) {
		return clint(h, a, bytes);
	}
	if (is_handed(a->pa, bytes)) {
		return read_handed(a, bytes);
	}
	d = device_of(h, a->pa, bytes);
	if (d == NULL || !range_has(d->r, a->pa, bytes)) {
		return DENY;
	}
	switch (d->kind) {
	case DEVICE_UART:
		return uart(h, a);
	case DEVICE_PLIC:
	case DEVICE_APLIC_M:
		return interrupt_controller(h, d, a);
	case DEVICE_FINISHER:
		return finisher(a);
	default:
		return DENY;
	}
}
