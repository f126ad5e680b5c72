/* SPDX-License-Identifier: Apache-2.0 */
/* SBI services on the machine's devices: the debug console and the end of the machine. */
#include "hw/csr.h"
#include "hw/mmio.h"
#include "hw/uart.h"
#include "lib/log.h"
#include "lib/string.h"
#include "monitor/guestmem.h"
#include "monitor/sbi_parts.h"
#include "monitor/sbi_serve.h"
#include "monitor/vpmp.h"

/* Looks at a machine that does not end, until it is taken for one that will not. */
#define PATIENCE 10000000u

/* ---- memory of the payload ---- */

static bool is_memory(u64 addr, u64 size)
{
	for (unsigned int i = 0; i < machine.memory_count; i++) {
		if (range_has(machine.memory[i], addr, size)) {
			return true;
		}
	}
	return false;
}

bool sbi_memory_may(const struct hart *h, u64 addr, u64 size, unsigned int need)
{
	return is_memory(addr, size) && !range_touches(machine.self, addr, size) &&
	       !range_touches(machine.clint.shield, addr, size) &&
	       vpmp_view_may(h, VIEW_PAYLOAD, addr, size, need);
}

/* Physically, with the rights of the payload's S-mode: hardware judges once more. */
static struct guest_context physical_context(struct hart *h)
{
	struct guest_context c = guest_payload(h);

	c.satp = 0;
	c.status = field_set(c.status & ~MSTATUS_MPV, MSTATUS_MPP, PRIV_S);
	return c;
}

static struct guarded access_once(struct hart *h, enum guard_op op, u64 addr, u8 value)
{
	struct guest_context c = physical_context(h);

	return guestmem_access(h, &c, op, addr, value);
}

/*
 * Eight bytes at once where both sides are aligned, and no rule ends between them (Priv. 3.7.1.3);
 * returns how many, 0: refused.
 */
static u64 load_some(struct hart *h, u64 addr, u8 *to, u64 size)
{
	struct guarded g;

	if (size >= 8 && ((addr | (u64)(uintptr_t)to) & 7) == 0) {
		g = access_once(h, GUARD_LD, addr, 0);
		if (g.fault == 0) {
			memcpy(to, &g.value, 8);
			return 8;
		}
	}
	g = access_once(h, GUARD_LBU, addr, 0);
	if (g.fault != 0) {
		return 0;
	}
	*to = (u8)g.value;
	return 1;
}

bool sbi_memory_load(struct hart *h, u64 addr, void *to, u64 size)
{
	u8 *bytes = to;
	u64 part;

	for (u64 done = 0; done < size; done += part) {
		part = load_some(h, addr + done, bytes + done, size - done);
		if (part == 0) {
			return false;
		}
	}
	return true;
}

bool sbi_memory_store(struct hart *h, u64 addr, const void *from, u64 size)
{
	const u8 *bytes = from;

	for (u64 i = 0; i < size; i++) {
		if (access_once(h, GUARD_SB, addr + i, bytes[i]).fault != 0) {
			return false;
		}
	}
	return true;
}

/* ---- console ---- */

/* As uart_write, which would ask first what costs more than this. */
static u64 print_one(char c)
{
	return (c != '\n' || uart_try_putc('\r')) && uart_try_putc(c) ? 1 : 0;
}

u64 sbi_console_print(const char *text, u64 size)
{
	u64 n;

	log_hold();
	n = size == 1 ? print_one(*text) : uart_write(text, size);
	log_release();
	return n;
}

void sbi_console_put(char c, const char *mark)
{
	log_hold();
	if (c == '[' && log_console.inside == 0) {
		uart_write(mark, strlen(mark));
	}
	log_console.inside = c != '\n';
	print_one(c);
	log_release();
}

static u64 at_most(u64 size)
{
	return size < SBI_CONSOLE_MOST ? size : SBI_CONSOLE_MOST;
}

/* What is printed, in the payload's memory, and a copy of the blocks that it lies in. */
struct text {
	u64 addr;
	u64 size;
	u64 words[(SBI_CONSOLE_MOST + 2 * GUARD_BLOCK) / sizeof(u64)];
};

/* Are all blocks from base to end known to be the payload's? */
static bool is_known(const struct window *w, u64 base, u64 end)
{
	return base - w->base < w->size && end - base <= w->size - (base - w->base);
}

/*
 * Whole blocks, where all of them are the payload's to read, so that what lies beside the text may
 * come along. False: to be copied byte by byte, or not at all.
 */
static bool load_blocks(struct hart *h, struct text *t, u64 wanted)
{
	struct guest_context c = physical_context(h);
	u64 base = t->addr & ~(u64)(GUARD_BLOCK - 1);
	u64 *to = t->words;
	u64 end;

	if (wanted > machine.ram.size || t->addr > machine.ram.base + machine.ram.size) {
		return false;
	}
	end = (t->addr + wanted + GUARD_BLOCK - 1) & ~(u64)(GUARD_BLOCK - 1);
	if (!is_known(&h->text, base, end)) {
		guestmem_find_text(h, t->addr);
	}
	if (!is_known(&h->text, base, end)) {
		return false;
	}
	for (; base < t->addr + t->size; base += GUARD_BLOCK, to += GUARD_BLOCK / sizeof(u64)) {
		if (!guestmem_load_block(&c, base, to)) {
			return false;
		}
	}
	return true;
}

/* The text, in t->words; NULL: it is not the payload's. wanted: bytes that it asked to print. */
static const char *load_text(struct hart *h, struct text *t, u64 wanted)
{
	char *bytes = (char *)t->words;

	if (wanted != 0 && load_blocks(h, t, wanted)) {
		return bytes + (t->addr & (GUARD_BLOCK - 1));
	}
	if (!sbi_memory_may(h, t->addr, wanted, PMP_R) ||
	    !sbi_memory_load(h, t->addr, bytes, t->size)) {
		return NULL;
	}
	return bytes;
}

static enum verdict console_write(struct hart *h)
{
	u64 wanted = sbi_arg(h, 0);
	const char *bytes;
	struct text t;
	u64 sent;

	t.addr = sbi_arg(h, 1);
	t.size = at_most(wanted);
	if (wanted == 0) { /* a call without bytes has no memory that could be wrong */
		return sbi_done(h, SBI_SUCCESS, 0);
	}
	bytes = sbi_arg(h, 2) == 0 ? load_text(h, &t, wanted) : NULL;
	if (bytes == NULL) {
		return sbi_done(h, SBI_ERR_INVALID_PARAM, 0);
	}
	sent = sbi_console_print(bytes, t.size);
	return sbi_done(h, sent == 0 ? SBI_ERR_FAILED : SBI_SUCCESS, sent);
}

static u64 read_input(char *text, u64 size)
{
	u64 n = 0;

	log_hold();
	while (n < size) {
		int c = uart_getc();

		if (c < 0) {
			break;
		}
		text[n++] = (char)c;
	}
	log_release();
	return n;
}

static enum verdict console_read(struct hart *h)
{
	char text[SBI_CONSOLE_MOST];
	u64 size = sbi_arg(h, 0);
	u64 addr = sbi_arg(h, 1);
	u64 n;

	if (size != 0 && (sbi_arg(h, 2) != 0 || !sbi_memory_may(h, addr, size, PMP_W))) {
		return sbi_done(h, SBI_ERR_INVALID_PARAM, 0);
	}
	n = read_input(text, at_most(size));
	if (!sbi_memory_store(h, addr, text, n)) {
		return sbi_done(h, SBI_ERR_FAILED, 0);
	}
	return sbi_done(h, SBI_SUCCESS, n);
}

enum verdict sbi_serve_console(struct hart *h)
{
	char byte = (char)sbi_arg(h, 0);
	u64 sent;

	if (!uart_is_there()) {
		return PASS;
	}
	switch (sbi_function(h)) {
	case SBI_DBCN_WRITE:
		return console_write(h);
	case SBI_DBCN_READ:
		return console_read(h);
	case SBI_DBCN_WRITE_BYTE:
		sent = sbi_console_print(&byte, 1);
		return sbi_done(h, sent == 1 ? SBI_SUCCESS : SBI_ERR_FAILED, 0);
	default:
		return sbi_done(h, SBI_ERR_NOT_SUPPORTED, 0);
	}
}

enum verdict sbi_legacy_putchar(struct hart *h)
{
	char byte = (char)sbi_arg(h, 0);

	if (!uart_is_there()) {
		return PASS;
	}
	return sbi_done_legacy(h, sbi_console_print(&byte, 1) == 1 ? SBI_SUCCESS : SBI_ERR_FAILED);
}

enum verdict sbi_legacy_getchar(struct hart *h)
{
	char byte;

	if (!uart_is_there()) {
		return PASS;
	}
	return sbi_done_legacy(h, read_input(&byte, 1) == 1 ? (u8)byte : -1);
}

/* ---- the end of the machine ---- */

/* Does not return if it succeeds. */
static void end_machine(const struct device_reset *how)
{
	mmio_write32(how->addr, how->value);
	for (unsigned int i = 0; i < PATIENCE; i++) {
		hw_fence();
	}
}

enum verdict sbi_serve_reset(struct hart *h)
{
	u64 type = sbi_arg(h, 0);
	const struct device_reset *how =
		type == SBI_SRST_SHUTDOWN ? &machine.devices.poweroff : &machine.devices.reboot;

	if (sbi_function(h) != SBI_SRST_RESET) {
		return sbi_done(h, SBI_ERR_NOT_SUPPORTED, 0);
	}
	if (type > SBI_SRST_WARM_REBOOT || sbi_arg(h, 1) > SBI_SRST_FAILURE) {
		return sbi_done(h, SBI_ERR_INVALID_PARAM, 0);
	}
	if (how->addr == 0) {
		return sbi_done(h, SBI_ERR_NOT_SUPPORTED, 0);
	}
	end_machine(how);
	return sbi_done(h, SBI_ERR_FAILED, 0);
}

enum verdict sbi_legacy_shutdown(struct hart *h)
{
	if (machine.devices.poweroff.addr == 0) {
		return PASS;
	}
	end_machine(&machine.devices.poweroff);
	return sbi_done_legacy(h, SBI_ERR_FAILED);
}
