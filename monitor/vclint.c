/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual CLINT. The doorbells (physical msip) belong to the monitor, see ipi.c. */
#include "monitor/vclint.h"

#include "hw/csr.h"
#include "hw/guard.h"
#include "hw/mmio.h"
#include "monitor/decode.h"
#include "monitor/ipi.h"
#include "monitor/regs.h"
#include "monitor/timer.h"
#include "monitor/vpmp.h"

/* The hart behind msip register n; NULL: none of ours, the device answers. */
static struct hart *msip_owner(u64 n)
{
	const struct clint_map *c = &machine.clint;

	if (n >= c->msip_count || c->msip_hart[n] >= machine.hart_count) {
		return NULL;
	}
	return machine.harts[c->msip_hart[n]];
}

static void write_msip(struct hart *h, struct hart *target, u32 value)
{
	__atomic_store_n(&target->vmsip, value & 1, __ATOMIC_RELEASE);
	if (target == h) {
		h->irq_check = 1;
	} else {
		ipi_ring(target);
	}
}

/* The hart whose msip register begins at this byte; NULL: none of ours. */
static struct hart *msip_at(u64 pa)
{
	const struct clint_map *c = &machine.clint;

	if (!range_has(c->msip, pa, 1) || ((pa - c->msip.base) & 3) != 0) {
		return NULL;
	}
	return msip_owner((pa - c->msip.base) / 4);
}

/* The device has answered; only bit 0 of each msip register is ours, and it is another one. */
static void show_virtual_msip(struct mmio_access *a)
{
	for (unsigned int i = 0; i < 1u << a->width_log2; i++) {
		const struct hart *owner = msip_at(a->pa + i);

		if (owner != NULL) {
			u64 bit = __atomic_load_n(&owner->vmsip, __ATOMIC_ACQUIRE);

			a->value = (a->value & ~(BIT(0) << i * 8)) | bit << i * 8;
		}
	}
}

/* Any byte of an msip register that is ours? */
static bool touches_msip(const struct mmio_access *a)
{
	return range_touches(machine.clint.msip, a->pa, (u64)1 << a->width_log2);
}

static bool store_elsewhere(struct hart *h, struct mmio_access *a)
{
	bool mine = false;
	bool done = POLICY_COUNT != 0 && timer_store_virtual(h, a, &mine);

	return mine ? done : mmio_pass(a);
}

static bool store(struct hart *h, struct mmio_access *a)
{
	struct hart *owner = msip_at(a->pa);

	h->irq_check = 1; /* a timer may have been moved */
	if (!touches_msip(a)) {
		return store_elsewhere(h, a);
	}
	a->fault = a->pa;
	if (owner == NULL || a->width_log2 != 2) {
		return false; /* ACLINT 3: msip registers have 32 bits, no device takes this */
	}
	write_msip(h, owner, (u32)a->value);
	return true;
}

bool vclint_perform(struct hart *h, struct mmio_access *a)
{
	if (a->is_store) {
		return store(h, a);
	}
	if (!mmio_pass(a)) {
		return false;
	}
	show_virtual_msip(a);
	if (POLICY_COUNT != 0) {
		timer_show_virtual(a);
	}
	return true;
}

/* ---- the firmware's everyday accesses, without detours ---- */

/* lw, ld, sw, sd and their short forms (not those by sp). */
struct plain {
	u64 addr;
	unsigned int width_log2;
	unsigned int reg; /* rd or rs2 */
	unsigned int len;
	bool is_store;
};

static bool decode_long(const struct hart *h, u32 word, struct plain *p)
{
	s32 imm = (s32)word >> 20;

	if ((word & 0x605f) != 0x2003) {
		return false;
	}
	p->is_store = (word & 0x20) != 0;
	p->reg = insn_rd(word);
	if (p->is_store) {
		p->reg = insn_rs2(word);
		imm = (imm & ~31) | (s32)insn_rd(word);
	}
	p->width_log2 = insn_funct3(word);
	p->addr = reg_read(h, insn_rs1(word)) + (u64)(s64)imm;
	p->len = 4;
	return true;
}

static bool decode_short(const struct hart *h, u32 word, struct plain *p)
{
	u32 imm = word >> 7 & 0x38;

	if ((word & 0x4003) != 0x4000) {
		return false;
	}
	p->width_log2 = 2 + (word >> 13 & 1);
	imm |= p->width_log2 == 3 ? word << 1 & 0xc0 : (word >> 4 & 4) | (word << 1 & 0x40);
	p->is_store = (word & 0x8000) != 0;
	p->reg = 8 + (word >> 2 & 7);
	p->addr = reg_read(h, 8 + (word >> 7 & 7)) + imm;
	p->len = 2;
	return true;
}

/* A device that takes eight bytes at once takes four as well. */
static u64 read_device(const struct plain *p)
{
	return p->width_log2 == 3 ? mmio_read64(p->addr) : mmio_read32(p->addr);
}

/* Registers of the hart's own that are loaded and stored all the time. */
enum cell { CELL_NONE, CELL_MTIME, CELL_MTIMECMP, CELL_MSIP };

static enum cell cell_of(const struct hart *h, u64 pa)
{
	u64 cell = pa & ~(u64)7;

	if (cell == machine.clint.mtime) {
		return CELL_MTIME;
	}
	if (cell == h->timer.mtimecmp_addr) {
		return CELL_MTIMECMP;
	}
	return pa == h->msip_addr ? CELL_MSIP : CELL_NONE;
}

/* What of them is carried out here: each with its own width, mtime only to be read. */
static bool is_plain(const struct plain *p, enum cell cell)
{
	if (cell == CELL_MSIP) {
		return p->width_log2 == 2;
	}
	return !p->is_store || (cell == CELL_MTIMECMP && p->width_log2 == 3);
}

static u64 quick_load(const struct hart *h, const struct plain *p, enum cell cell)
{
	u64 value;

	if (cell == CELL_MSIP) {
		value = __atomic_load_n(&h->vmsip, __ATOMIC_ACQUIRE);
	} else if (cell == CELL_MTIMECMP && h->timer.shared) {
		value = timer_mtimecmp(h) >> (p->addr & 4) * 8;
	} else {
		value = read_device(p);
	}
	return p->width_log2 == 3 ? value : (u64)(s64)(s32)value;
}

static void quick_store(struct hart *h, enum cell cell, u64 value)
{
	if (cell == CELL_MTIMECMP) {
		timer_set_mtimecmp(h, value);
	} else {
		write_msip(h, h, (u32)value);
	}
}

static NEVER_INLINE void quick_cell(struct hart *h, u64 tval, enum cell cell)
{
	struct plain p;
	u32 word;

	if (h->view != VIEW_FIRMWARE ||
	    h->pc - h->code.base >= h->code.size) {
		return;
	}
	word = memory_read16(h->pc) | memory_read16(h->pc + 2) << 16;
	if (!(insn_len(word) == 4 ? decode_long(h, word, &p) : decode_short(h, word, &p)) ||
	    p.addr != tval || (p.addr & (BIT(p.width_log2) - 1)) != 0 || !is_plain(&p, cell) ||
	    (vpmp_firmware_shield(h) & (p.is_store ? PMP_W : PMP_R)) == 0) {
		return;
	}
	h->pc += p.len;
	if (p.is_store) {
		quick_store(h, cell, reg_read(h, p.reg));
	} else {
		reg_write(h, p.reg, quick_load(h, &p, cell));
	}
}

void vclint_quick(struct hart *h, u64 tval)
{
	enum cell cell = cell_of(h, tval);

	if (cell == CELL_NONE) {
		mmio_quick_store(h, tval);
	} else {
		quick_cell(h, tval, cell);
	}
}
