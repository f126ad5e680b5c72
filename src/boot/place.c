/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Boot, part one: where to live. The firmware wants the address we were loaded at, so the monitor
 * moves to a naturally aligned hole near the top of memory, with a copy of the bundle beside it.
 * Runs at the load address; there is no .bss yet.
 */
#include "attest/image_format.h"
#include "boot/payload.h"
#include "crypto/crypto.h"
#include "hw/uart.h"
#include "lib/log.h"
#include "lib/string.h"

struct boot_scratch boot_scratch __attribute__((section(".scratch.boot")));

/* In the moved image: read by start.S. */
u32 boot_hart_count;
u64 boot_hart_ids[MAX_HARTS];
u32 boot_arrived; /* harts that have left the old place (amoadd.rl; acquire in boot_main) */

void boot_open_console(const struct platform *p)
{
	switch (p->uart.kind) {
	case UART_8250:
		uart_use_8250(p->uart.base, p->uart.reg_shift, p->uart.io_width);
		break;
	case UART_SIFIVE:
		uart_use_sifive(p->uart.base);
		break;
	case UART_NONE:
		return;
	}
	log_set_putc(uart_putc);
}

static u64 round_up_pow2(u64 v)
{
	u64 p = 4096;

	while (p < v) {
		p <<= 1;
	}
	return p;
}

/* The highest aligned hole of size bytes that nothing has claimed; base 0: none. */
static struct range find_hole(const struct handoff *ho, u64 size, u64 align)
{
	const struct platform *p = &ho->platform;

	for (unsigned int i = p->memory.count; i > 0; i--) {
		struct range m = p->memory.r[i - 1];
		u64 last = m.base + (m.size - 1);
		struct range r = range_make(last / align * align, size);

		for (; r.base >= m.base; r.base -= align) {
			if (range_has(m, r.base, size) &&
			    !range_list_touches(&p->reserved, r)) {
				return r;
			}
			if (r.base < align) {
				break;
			}
		}
	}
	return range_make(0, 0);
}

#define DYNAMIC_INFO_MAGIC 0x4942534fu /* "OSBI": struct fw_dynamic_info at a2 */
#define DYNAMIC_INFO_SIZE 48u
/* Room for what a2 points to, whatever that is. */
#define INFO_ROOM 4096u

/* A payload that the previous stage has loaded: keep well away, however long it says it is. */
static void avoid_payload(struct handoff *ho)
{
	const u64 *info = (const u64 *)(uintptr_t)ho->arg[2];
	struct platform *p = &ho->platform;
	struct range room;

	if (range_list_holds(&p->memory, range_make(ho->arg[2], 1))) {
		ho->info = range_make(ho->arg[2], INFO_ROOM);
		range_list_add(&p->reserved, ho->info);
	}
	if (ho->arg[2] != 0 && (ho->arg[2] & 7) == 0 && info[0] == DYNAMIC_INFO_MAGIC) {
		ho->handed = range_make(ho->arg[2], DYNAMIC_INFO_SIZE);
		ho->payload = payload_find(&p->memory, info[2]);
		room = ho->payload.r;
		if (room.size != 0 && room.size < PAYLOAD_ROOM) {
			room = range_make(room.base, PAYLOAD_ROOM);
		}
		range_list_add(&p->reserved, room);
	}
}

/* Harts that are still in stage 0 read the rest of this page. */
#define IDENTITY_ROOM 4096u

static_assert(sizeof(struct identity_handoff) < IDENTITY_ROOM, "and there is a rest");

/* What stage 0 left is secret: there is no copy of it but ours from now on. */
static bool take_identity(struct handoff *ho, u64 a3, u64 a4)
{
	struct identity_handoff *left = (struct identity_handoff *)(uintptr_t)a3;
	struct range page = range_make(a3, IDENTITY_ROOM);

	if (a4 != IDENTITY_MAGIC) {
		return true;
	}
	if ((a3 & 7) != 0 || !range_list_holds(&ho->platform.memory, page) ||
	    left->magic != IDENTITY_MAGIC) {
		log_line("refused: stage 0 says that it left an identity, and there is none");
		return false;
	}
	ho->identity = *left;
	wipe(left, sizeof(*left));
	range_list_add(&ho->platform.reserved, page);
	return true;
}

/* The lengths in the headers are only believed as far as keeping out of each other's way goes. */
static bool find_bundle(struct handoff *ho)
{
	const struct image_monitor_header *m = (const void *)_start;
	struct range r = range_make((u64)(uintptr_t)_start, m->total_len);

	if (m->total_len < sizeof(*m) || !range_list_holds(&ho->platform.memory, r)) {
		log_line("refused: the bundle is damaged or truncated: make it again");
		return false;
	}
	ho->bundle = r;
	range_list_add(&ho->platform.reserved, r);
	return true;
}

/* The firmware's own places, from the bundle's table, so that we do not settle there. */
static bool avoid_firmware(struct handoff *ho)
{
	const struct image_monitor_header *m = (const void *)_start;
	const struct image_bundle_header *b;

	if (!range_has(ho->bundle, ho->bundle.base + m->bundle_off, sizeof(*b)) ||
	    (m->bundle_off & 7) != 0) {
		log_line("refused: the bundle is damaged or truncated: make it again");
		return false;
	}
	b = (const void *)(_start + m->bundle_off);
	for (unsigned int i = 0; i < b->part_count && i < IMAGE_PARTS_MAX; i++) {
		if (b->part[i].type == IMAGE_PART_FIRMWARE) {
			range_list_add(&ho->platform.reserved,
				       range_make(b->part[i].load_addr, b->part[i].mem_len));
		}
	}
	return true;
}

static void relocate_copy(u8 *copy, u64 slide)
{
	const struct image_monitor_header *m = (const void *)_start;
	const u32 *reloc = (const void *)(_start + m->reloc_off);

	for (u64 i = 0; i < m->reloc_count; i++) {
		if (reloc[i] <= m->hash_len - 8 && (reloc[i] & 7) == 0) {
			*(u64 *)(void *)(copy + reloc[i]) += slide;
		}
	}
}

/* Where a variable of this image is in the copy. */
static void *in_copy(u8 *copy, const void *here)
{
	return copy + image_offset(here);
}

static void move_image(const struct handoff *ho, u8 *copy)
{
	u64 loaded = image_offset(_load_end);
	u64 all = image_offset(_end);

	memcpy(copy, _start, loaded);
	memset(copy + loaded, 0, all - loaded);
	relocate_copy(copy, (u64)(uintptr_t)copy - (u64)(uintptr_t)_start);
	memcpy(in_copy(copy, &boot_hart_count), &ho->platform.hart_count, sizeof(u32));
	memcpy(in_copy(copy, boot_hart_ids), ho->platform.hart_id, sizeof(boot_hart_ids));
}

static struct range settle(struct handoff *ho)
{
	u64 size = round_up_pow2(image_offset(_end));
	struct range home = find_hole(ho, size, size);

	if (home.size == 0) {
		log_line("refused: no free aligned %lu KiB of memory for the monitor: add memory",
			 size / KIB);
		return home;
	}
	range_list_add(&ho->platform.reserved, home);
	ho->staged = find_hole(ho, ho->bundle.size, 4096);
	if (ho->staged.size == 0) {
		log_line("refused: no room for a copy of the bundle: add memory");
		return ho->staged;
	}
	memcpy((void *)(uintptr_t)ho->staged.base, _start, ho->bundle.size);
	return home;
}

u64 boot_place(u64 hartid, u64 fdt, u64 a2, u64 a3, u64 a4)
{
	struct handoff *ho = &boot_scratch.handoff;
	enum platform_status status = platform_read(&ho->platform, fdt);
	struct range home;

	ho->arg[0] = hartid;
	ho->arg[1] = fdt;
	ho->arg[2] = a2;
	boot_open_console(&ho->platform);
	if (status != PLATFORM_OK) {
		log_line("refused: %s", platform_status_text(status));
		return 0;
	}
	ho->named = ho->platform.reserved.count;
	avoid_payload(ho);
	if (!take_identity(ho, a3, a4) || !find_bundle(ho) || !avoid_firmware(ho)) {
		return 0;
	}
	if (ho->platform.reserved.count == PLATFORM_RANGES) { /* none left for settle */
		log_line("refused: %s", platform_status_text(PLATFORM_TOO_MANY));
		return 0;
	}
	home = settle(ho);
	if (home.size != 0) {
		move_image(ho, (u8 *)(uintptr_t)home.base);
	}
	return home.base;
}
