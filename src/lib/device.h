/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's devices, as plain data that boot reads from the device tree and policies use. */
#ifndef LIB_DEVICE_H
#define LIB_DEVICE_H

#include "lib/base.h"
#include "lib/range.h"

#define DEVICES_MAX 64u
#define DEVICE_NAME 32u

/* What a device is, as far as it matters whether firmware may touch it. */
enum device_kind {
	DEVICE_OTHER, /* DMA-capable, persistent or not known: never the firmware's */
	DEVICE_UART,
	DEVICE_TIMER, /* CLINT, or the ACLINT devices */
	DEVICE_PLIC,
	DEVICE_APLIC_M,
	DEVICE_APLIC_S,
	DEVICE_IMSIC_M,
	DEVICE_IMSIC_S,
	DEVICE_FINISHER /* powers off and resets the machine by one write */
};

struct device {
	struct range r; /* one entry for each range of reg */
	enum device_kind kind;
	char name[DEVICE_NAME]; /* the node's name, cut to fit, with its terminating zero */
};

/* Value for a register that ends or resets the machine. */
struct device_reset {
	u64 addr; /* 0: there is none */
	u32 value;
};

struct devices {
	struct device d[DEVICES_MAX];
	unsigned int count;
	bool overflow; /* more than the list holds: those left out are unknown, so not allowed */
	struct range plic; /* size 0: none */
	/* Bit n: context n of the PLIC is M-mode's, or S-mode's, of some hart. */
	u64 plic_machine;
	u64 plic_supervisor;
	struct device_reset poweroff;
	struct device_reset reboot;
	/* The console, if it is one of the kinds that the monitor drives (hw/uart.h). */
	struct range console; /* size 0: none */
	unsigned int console_shift; /* a register is 1 << this bytes from the next */
	bool console_is_8250;       /* else SiFive's */
};

#endif
