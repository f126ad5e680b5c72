/* SPDX-License-Identifier: Apache-2.0 */
/* Devices of a machine under the sandbox, and the firmware's accesses to them, both ways. */
#ifndef UNIT_JAILED_DEVICES_H
#define UNIT_JAILED_DEVICES_H

#include "jailed.h"

#include "monitor/emulate.h"
#include "monitor/guestmem.h"
#include "monitor/vpmp.h"

#define PLIC ((u64)0xc000000)
#define APLIC ((u64)0xd000000)
#define OTHER ((u64)0x9000000)
#define SECOND_UART ((u64)0x10001000)
#define TIMER FAKE_CLINT_BASE
#define MTIME (FAKE_CLINT_BASE + 0xbff8)
#define NOTHING ((u64)0x40000000)
#define PLIC_ENABLE(c) (PLIC + 0x2000 + 0x80 * (u64)(c))
#define PLIC_THRESHOLD(c) (PLIC + 0x200000 + 0x1000 * (u64)(c))
#define PLIC_CLAIM(c) (PLIC_THRESHOLD(c) + 4)
#define M_CONTEXT 0u
#define S_CONTEXT 1u
#define LW_X5_X11 0x0005a283u
#define SW_X5_X11 0x0055a023u
#define SB_X5_X11 0x00558023u
#define LB_X5_X11 0x00058283u
#define SH_X5_X11 0x00559023u
#define NO_TRAP ~(u64)0

/* What has reached a device: the last access, and how many. */
static struct {
	u64 pa;
	unsigned int size;
	bool is_store;
	u64 value;
} last;
static unsigned int accesses;
static u64 answers;
static bool by_quick; /* stores go by mmio_quick_store first .. */
static unsigned int quick_stores; /* .. and so many have been done by it */

static inline bool device(u64 pa, unsigned int size, bool is_store, u64 *value)
{
	static const struct range devices[] = {
		{PLIC, 0x400000}, {APLIC, 0x8000},
		{OTHER, 0x1000}, {FAKE_8250_BASE, SECOND_UART + 8 - FAKE_8250_BASE},
		{FAKE_FINISHER_BASE, 0x1000},
	};
	bool there = false;

	for (unsigned int i = 0; i < ARRAY_SIZE(devices); i++) {
		there = there || range_has(devices[i], pa, size);
	}
	if (!there) {
		return false;
	}
	accesses++;
	last.pa = pa;
	last.size = size;
	last.is_store = is_store;
	last.value = *value;
	if (!is_store) {
		*value = answers;
	}
	return true;
}

static inline int setup(void **state)
{
	unit_setup(state);
	jailed_add_device(FAKE_8250_BASE, 0x100, DEVICE_UART);
	jailed_add_device(SECOND_UART, 8, DEVICE_UART);
	jailed_add_device(PLIC, 0x400000, DEVICE_PLIC);
	jailed_add_device(APLIC, 0x8000, DEVICE_APLIC_M);
	jailed_add_device(OTHER, 0x1000, DEVICE_OTHER);
	jailed_add_device(FAKE_FINISHER_BASE, 0x1000, DEVICE_FINISHER);
	jailed_add_device(TIMER, 0x10000, DEVICE_TIMER);
	machine.devices.plic = range_make(PLIC, 0x400000);
	machine.devices.plic_machine = BIT(M_CONTEXT);
	machine.devices.plic_supervisor = BIT(S_CONTEXT);
	machine.devices.console = range_make(FAKE_8250_BASE, 0x100);
	machine.devices.console_is_8250 = true;
	fake.device = device;
	answers = 0x55;
	jailed_start();
	accesses = 0;
	return 0;
}

static inline int setup_quick(void **state)
{
	setup(state);
	by_quick = true;
	return 0;
}

static inline int teardown_quick(void **state)
{
	(void)state;
	by_quick = false;
	return 0;
}

/* Before the long way the short one, which does all of it or nothing; was it done? I-RUN-3 */
static inline bool store_quick(u32 word, u64 pa)
{
	fake_store(CODE, 4, word);
	guestmem_find_code(&hart, CODE);
	mmio_quick_store(&hart, pa);
	quick_stores += hart.pc != CODE ? 1u : 0;
	return hart.pc != CODE;
}

/* An access of the firmware's: its cause, or NO_TRAP; what is loaded is in x5. */
static inline u64 firmware(u32 word, u64 pa, u64 value)
{
	bool is_store = (word & 0x7f) == 0x23;

	hart.x[5] = value;
	hart.x[11] = pa;
	hart.pc = CODE;
	if (by_quick && is_store && store_quick(word, pa)) {
		assert_int_equal(hart.pc, CODE + 4);
		return NO_TRAP;
	}
	jailed_trap(is_store ? CAUSE_STORE_ACCESS : CAUSE_LOAD_ACCESS, pa, word);
	if (hart.pc == CODE + 4) {
		return NO_TRAP;
	}
	assert_int_equal(hart.pc, HANDLER);
	return hart.vm.mcause;
}

static inline u64 load(u64 pa)
{
	return firmware(LW_X5_X11, pa, 0);
}

static inline u64 store(u64 pa, u64 value)
{
	return firmware(SW_X5_X11, pa, value);
}

/* The payload runs, and has made a call that says nothing of devices. */
static inline void lock(void)
{
	jailed_boot();
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	accesses = 0;
}

#endif
