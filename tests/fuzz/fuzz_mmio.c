/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzing accesses to devices: loads, stores and atomics of the firmware, compressed ones and those
 * of floating point too, at any address in and around the virtual CLINT and what the sandbox
 * filters (PLIC, UART, finisher, APLIC), before the payload begins and after. Whatever it is, no
 * CHECK fails and the cage holds; what is denied is not reached (I-SBX-8), and after the lock the
 * time is nobody's to change (I-SBX-9).
 */
#include "jailed.h"

#include "input.h"

#define SECOND_UART (FAKE_8250_BASE + 0x1000)
#define PLIC ((u64)0xc000000)
#define APLIC ((u64)0xd000000)
#define OTHER ((u64)0x10001000 + 0x10000)
#define STEPS 16u

static const u64 places[] = {
	FAKE_CLINT_BASE, FAKE_CLINT_BASE + 0x4000, FAKE_CLINT_BASE + 0xbff8,
	FAKE_CLINT_BASE + 0xfff8, FAKE_8250_BASE, SECOND_UART, PLIC, PLIC + 0x2000,
	PLIC + 0x200000, PLIC + 0x3ffff8, APLIC, OTHER, FAKE_FINISHER_BASE, FAKE_SELF_BASE,
	FAKE_RAM_BASE + FAKE_RAM_SIZE - 8, 0,
};

static bool device(u64 pa, unsigned int size, bool is_store, u64 *value)
{
	static const struct range there[] = {
		{PLIC, 0x400000}, {APLIC, 0x8000}, {FAKE_8250_BASE, 0x1008},
		{FAKE_FINISHER_BASE, 0x1000},
	};

	promise(!range_overlaps(range_make(pa, size), range_make(OTHER, 0x1000)));
	for (unsigned int i = 0; i < ARRAY_SIZE(there); i++) {
		if (range_has(there[i], pa, size)) {
			*value = is_store ? *value : pa * 0x0101;
			return true;
		}
	}
	return false;
}

static void start(u64 how)
{
	fake_reset();
	if ((how & 1) != 0) {
		fake_make_old();
	}
	fake_start(&hart);
	jailed_add_device(FAKE_8250_BASE, 0x100, DEVICE_UART);
	jailed_add_device(SECOND_UART, 8, DEVICE_UART);
	jailed_add_device(PLIC, 0x400000, DEVICE_PLIC);
	jailed_add_device(APLIC, 0x8000, DEVICE_APLIC_M);
	jailed_add_device(OTHER, 0x1000, DEVICE_OTHER);
	jailed_add_device(FAKE_FINISHER_BASE, 0x1000, DEVICE_FINISHER);
	machine.devices.plic_machine = 1;
	machine.devices.plic_supervisor = 2;
	machine.devices.console = range_make(FAKE_8250_BASE, 0x100);
	machine.devices.console_is_8250 = true;
	fake.device = device;
	jailed_start();
	if ((how & 2) != 0) {
		jailed_boot();
		jailed_calls(SBI_BASE, 0, 0, 0, 0);
	}
	/* Now only: at the lock all its registers are written, which takes 10 ms here. */
	machine.devices.plic = range_make(PLIC, 0x400000);
}

/* What holds in the firmware world whatever the policies hide from it. */
static void check_cage(void)
{
	promise(hart.world == WORLD_FIRMWARE && hart.view != VIEW_PAYLOAD);
	promise(fake.csr[CSR_MTVEC] == FAKE_OUR_MTVEC && fake.csr[CSR_MEDELEG] == 0);
	promise(fake.csr[CSR_SATP] == 0);
	promise((fake.csr[CSR_MSTATUS] & (MSTATUS_MIE | MSTATUS_MPRV | MSTATUS_MPP)) == 0);
}

/* rs1 of the word becomes the address; in three of four it is a load, a store or an atomic. */
static void access(struct input *in)
{
	static const u8 opcodes[] = {0x03, 0x23, 0x2f, 0x07, 0x27};
	u64 place = places[input_take(in, 1) % ARRAY_SIZE(places)];
	u64 at = place + input_take(in, 1), how = input_take(in, 1), time;
	u32 word = (u32)input_take(in, 4);

	if (how % 4 != 0) {
		word = (word & 0x01f07fffu & ~0x7fu) | 0x58000 | opcodes[how % 5]; /* x11, 0 */
	}
	if (how % 5 == 2) {
		word |= (u32)(how & 0xf8) << 24; /* funct5 */
	}
	reg_write(&hart, 11, at);
	hart.pc = CODE;
	time = fake.mtime;
	jailed_trap((word & 0x5f) == 0x03 ? CAUSE_LOAD_ACCESS : CAUSE_STORE_ACCESS, at, word);
	check_cage();
	promise(!sandbox_locked() || fake.mtime == time); /* I-SBX-9 */
	promise(hart.pc == CODE + 4 || hart.pc == CODE + 2 || hart.vm.mepc == CODE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};

	start(input_take(&in, 1));
	for (unsigned int i = 0; i < STEPS && in.left != 0; i++) {
		reg_write(&hart, input_take(&in, 1) & 31, input_value(&in, FAKE_RAM_BASE));
		access(&in);
	}
	return 0;
}
