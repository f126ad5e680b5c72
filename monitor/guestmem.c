/* SPDX-License-Identifier: Apache-2.0 */
/* Guest memory, through hardware's own translation and PMP (MPRV), never around them. */
#include "monitor/guestmem.h"

#include "hw/csr.h"
#include "hw/mmio.h"
#include "hw/mpv.h"
#include "monitor/vcsr.h"
#include "monitor/vpmp.h"
#include "monitor/world.h"

struct guest_context guest_under_mprv(struct hart *h)
{
	u64 status = vcsr_mstatus(h) & ~MSTATUS_OURS;

	return (struct guest_context){ status | MSTATUS_MPRV, h->held.satp, true };
}

struct guest_context guest_payload(struct hart *h)
{
	u64 status = csr_read(CSR_MSTATUS) & ~MSTATUS_OURS;

	(void)h;
	return (struct guest_context){ status | MSTATUS_MPRV, csr_read(CSR_SATP), false };
}

static void borrow_payload(struct hart *h)
{
	vpmp_use(h, VIEW_PAYLOAD);
	if (h->caps.has_menvcfg) {
		csr_write(CSR_SENVCFG, h->held.senvcfg);
	}
}

static void give_back(struct hart *h, enum pmp_view_id view)
{
	if (h->caps.has_menvcfg) {
		csr_write(CSR_SENVCFG, vcsr_senvcfg_for_firmware(h));
	}
	vpmp_use(h, view);
}

/* With MPV, where it cannot simply be written. Only from the firmware world: medeleg is 0. */
static struct guarded access_virtual(enum guard_op op, u64 addr, u64 value, u64 status)
{
	u64 before = csr_read(CSR_MSTATUS);
	struct guarded g;

	hw_set_mpv();
	g = guard_access(op, addr, value, status);
	/* A fault's mtval and the like survive this: an mret does not touch them. */
	hw_clear_mpv();
	csr_write(CSR_MSTATUS, before);
	return g;
}

struct guarded guestmem_access(struct hart *h, const struct guest_context *c, enum guard_op op,
			       u64 addr, u64 value)
{
	enum pmp_view_id view = h->view;
	u64 satp = csr_swap(CSR_SATP, c->satp);
	struct guarded g;

	if (c->borrow) {
		borrow_payload(h);
	}
	if ((c->status & MSTATUS_MPV) != 0 && !h->caps.mpv_writable) {
		g = access_virtual(op, addr, value, c->status);
	} else {
		g = guard_access(op, addr, value, c->status);
	}
	csr_write(CSR_SATP, satp);
	if (c->borrow) {
		give_back(h, view);
	}
	return g;
}

bool guestmem_load_block(const struct guest_context *c, u64 addr, u64 *to)
{
	u64 satp = csr_swap(CSR_SATP, c->satp);
	u64 fault = guard_load_block(addr, c->status, to);

	csr_write(CSR_SATP, satp);
	return fault == 0;
}

/* A physical read by the monitor, of an address that has been checked. */
static bool read_half(u64 pa, u32 *half)
{
	struct guarded g = guard_plain(GUARD_LHU, pa, 0);

	*half = (u32)g.value;
	return g.fault == 0;
}

static bool may_execute(const struct hart *h, u64 pc)
{
	return vpmp_firmware_may(h, pc, 2, PMP_X) && !range_touches(machine.self, pc, 2) &&
	       !range_touches(machine.clint.shield, pc, 2);
}

bool guestmem_fetch_firmware(struct hart *h, u32 *word)
{
	u32 low;
	u32 high = 0;

	if (!may_execute(h, h->pc) || !read_half(h->pc, &low)) {
		return false;
	}
	if (insn_len(low) == 4 && (!may_execute(h, h->pc + 2) || !read_half(h->pc + 2, &high))) {
		return false;
	}
	*word = low | high << 16;
	return true;
}

bool guestmem_trapped_word(struct hart *h, u32 *word)
{
	u64 pc = h->pc & ~(u64)1;
	u32 low;

	/* The second half may be another page's; and what is not memory may refuse our read. */
	if ((pc & 0xffe) == 0xffe || !range_has(machine.ram, pc, 4)) {
		return guestmem_fetch_firmware(h, word);
	}
	low = memory_read16(pc);
	*word = low | memory_read16(pc + 2) << 16;
	return true;
}

static void find_window(const struct hart *h, enum pmp_view_id view, u64 addr, unsigned int need,
			struct window *w)
{
	struct range r = machine.ram;

	if (vpmp_view_around(h, view, addr, need, &r) && range_has(r, addr, 8)) {
		w->base = r.base;
		w->size = r.size - WINDOW_TAIL;
	}
}

void guestmem_find_code(struct hart *h, u64 addr)
{
	find_window(h, VIEW_FIRMWARE, addr, PMP_X, &h->code);
}

void guestmem_find_data(struct hart *h, u64 addr)
{
	if (h->view == VIEW_FIRMWARE) {
		find_window(h, VIEW_FIRMWARE, addr, PMP_R | PMP_W, &h->data);
	}
}

void guestmem_find_text(struct hart *h, u64 addr)
{
	find_window(h, VIEW_PAYLOAD, addr, PMP_R, &h->text);
}

/*
 * Two bytes of the payload's code where PMP grants X without R: its page table and the rules of its
 * view, policies' and the monitor's own included, must grant the fetch (Priv. 3.7.1, 12.3.2). What
 * is looked at is what is read: the page table may change meanwhile.
 */
static bool fetch_unreadable(struct hart *h, const struct guest_context *c, u64 va, u32 *half)
{
	u64 pa;

	return guestmem_translate_code(h, c, va, &pa) &&
	       vpmp_view_may(h, VIEW_PAYLOAD, pa, 2, PMP_X) && read_half(pa, half);
}

/* Each half may be one that hardware lets the payload read, or not. */
static bool fetch_half(struct hart *h, const struct guest_context *c, u64 va, u32 *half)
{
	struct guarded g = guestmem_access(h, c, GUARD_LHU, va, 0);

	*half = (u32)g.value;
	return g.fault == 0 || fetch_unreadable(h, c, va, half);
}

/* The tries have changed what the trap left in mtval (tval) and mtinst, which may always be 0. */
static NEVER_INLINE bool fetch_by_rules(struct hart *h, const struct guest_context *c, u64 tval,
					u32 *word)
{
	u32 low;
	u32 high = 0;
	bool found = fetch_half(h, c, h->pc, &low);

	if (found && insn_len(low) == 4) {
		found = fetch_half(h, c, h->pc + 2, &high);
	}
	csr_write(CSR_MTVAL, tval);
	if (h->caps.has_mtinst) {
		csr_write(CSR_MTINST, 0);
	}
	*word = found ? low | high << 16 : 0;
	return found;
}

bool guestmem_fetch_payload(struct hart *h, u32 *word)
{
	struct guest_context c = guest_payload(h);
	struct guarded low;
	struct guarded high = { 0 };
	u64 tval = csr_read(CSR_MTVAL);

	if ((c.status & MSTATUS_MPV) != 0) {
		return false;
	}
	c.status |= MSTATUS_MXR; /* what could be executed may be read */
	low = guestmem_access(h, &c, GUARD_LHU, h->pc, 0);
	if (low.fault == 0 && insn_len((u32)low.value) == 4) {
		high = guestmem_access(h, &c, GUARD_LHU, h->pc + 2, 0);
	}
	*word = (u32)(low.value | high.value << 16);
	return (low.fault == 0 && high.fault == 0) || fetch_by_rules(h, &c, tval, word);
}
