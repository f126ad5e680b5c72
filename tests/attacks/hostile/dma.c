/* SPDX-License-Identifier: Apache-2.0 */
/* Devices of QEMU's virt machine that read and write memory for whoever asks them. */
#include "hostile.h"

/* ---- fw_cfg: a DMA of its signature ---- */

#define FW_CFG_DMA 0x10100010ul
#define FW_CFG_READ_SIGNATURE (2u | 8u) /* read, select; key 0 */

static uint32_t big(uint32_t v)
{
	return v >> 24 | (v >> 8 & 0xff00) | (v & 0xff00) << 8 | v << 24;
}

static volatile uint32_t fw_cfg_command[4];

/* The device writes "QEMU" and more to address at. */
static uint64_t fw_cfg_step(struct context *c, uint64_t step)
{
	uint64_t at = c->x[A0], command = (uint64_t)fw_cfg_command;

	(void)step;
	fw_cfg_command[0] = big(FW_CFG_READ_SIGNATURE);
	fw_cfg_command[1] = big(4);
	fw_cfg_command[2] = big((uint32_t)(at >> 32));
	fw_cfg_command[3] = big((uint32_t)at);
	fence();
	c->x[A1] = try_store32(FW_CFG_DMA, big((uint32_t)(command >> 32)));
	if (c->x[A1] == NO_TRAP)
		c->x[A1] = try_store32(FW_CFG_DMA + 4, big((uint32_t)command));
	return 0;
}

/* ---- virtio: a random-number device fills a buffer ---- */

#define VIRTIO_BASE 0x10001000ul
#define VIRTIO_SLOTS 8u
#define VIRTIO_RNG 4u

enum virtio_register {
	DEVICE_ID = 0x08, GUEST_FEATURES = 0x20, GUEST_PAGE_SIZE = 0x28, QUEUE_SEL = 0x30,
	QUEUE_NUM = 0x38, QUEUE_ALIGN = 0x3c, QUEUE_PFN = 0x40, QUEUE_NOTIFY = 0x50, STATUS = 0x70,
};

/* A legacy queue of eight (Virtio 1.2, 2.7.2): descriptors and ring, and the used ring's page. */
static struct {
	struct { uint64_t addr; uint32_t len; uint16_t flags, next; } desc[8];
	uint16_t avail[2 + 8];
	uint8_t pad[4096 - 8 * 16 - 20];
	volatile uint16_t used[2048];
} queue __attribute__((aligned(4096)));

static uint64_t find_rng(uint64_t *cause)
{
	uint32_t id;

	for (unsigned slot = 0; slot < VIRTIO_SLOTS; slot++) {
		uint64_t base = VIRTIO_BASE + slot * 0x1000ul;

		*cause = try_load32(base + DEVICE_ID, &id);
		if (*cause == NO_TRAP && id == VIRTIO_RNG)
			return base;
	}
	return 0;
}

static void fill_by(uint64_t base, uint64_t at)
{
	queue.desc[0].addr = at;
	queue.desc[0].len = 64;
	queue.desc[0].flags = 2; /* the device writes */
	queue.avail[1] = 1;
	store32(base + STATUS, 0);
	store32(base + STATUS, 3);
	store32(base + GUEST_FEATURES, 0);
	store32(base + GUEST_PAGE_SIZE, 4096);
	store32(base + QUEUE_SEL, 0);
	store32(base + QUEUE_NUM, 8);
	store32(base + QUEUE_ALIGN, 4096);
	store32(base + QUEUE_PFN, (uint32_t)((uint64_t)&queue >> 12));
	store32(base + STATUS, 7);
	fence();
	store32(base + QUEUE_NOTIFY, 0);
	for (unsigned i = 0; i < 100000000 && !queue.used[1]; i++)
		;
}

static uint64_t virtio_step(struct context *c, uint64_t step)
{
	uint64_t cause, base = find_rng(&cause), at = c->x[A0];

	(void)step;
	c->x[A1] = cause;
	if (!base)
		return 0;
	catch_begin();
	fill_by(base, at);
	c->x[A1] = catch_end().cause;
	return 0;
}

/* ---- PCI: the educational device copies out of its buffer ---- */

#define ECAM_BASE 0x30000000ul
#define PCI_WINDOW 0x40000000ul
#define EDU_ID 0x11e81234u

enum edu_register { EDU_SOURCE = 0x80, EDU_TARGET = 0x88, EDU_COUNT = 0x90, EDU_COMMAND = 0x98 };

static uint64_t find_edu(uint64_t *cause)
{
	uint32_t id;

	for (unsigned slot = 0; slot < 32; slot++) {
		uint64_t base = ECAM_BASE + (slot << 15);

		*cause = try_load32(base, &id);
		if (*cause == NO_TRAP && id == EDU_ID)
			return base;
	}
	return 0;
}

static uint64_t edu_step(struct context *c, uint64_t step)
{
	uint64_t cause, function = find_edu(&cause), at = c->x[A0];

	(void)step;
	c->x[A1] = cause;
	if (!function)
		return 0;
	catch_begin();
	store32(function + 0x10, PCI_WINDOW);
	store32(function + 4, 6); /* memory, bus master */
	store64(PCI_WINDOW + EDU_SOURCE, 0x40000);
	store64(PCI_WINDOW + EDU_TARGET, at);
	store64(PCI_WINDOW + EDU_COUNT, 64);
	store64(PCI_WINDOW + EDU_COMMAND, 3); /* start, out of the device */
	c->x[A1] = catch_end().cause;
	return 0;
}

/* ---- the flash ---- */

#define FLASH_BASE 0x20000000ul

/* Program one byte by the commands of a CFI flash of Intel's kind. */
static uint64_t flash_step(struct context *c, uint64_t step)
{
	(void)step;
	c->x[A1] = try_store32(FLASH_BASE, 0x00400040);
	if (c->x[A1] == NO_TRAP)
		c->x[A1] = try_store32(FLASH_BASE, 0);
	return 0;
}

const struct attack hostile_dma[] = {
	{ .name = "A-28.fw_cfg", .step = fw_cfg_step },
	{ .name = "A-28.virtio", .step = virtio_step },
	{ .name = "A-28.pci", .step = edu_step },
	{ .name = "A-33", .step = flash_step },
	{ 0 },
};
