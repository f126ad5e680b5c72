/* SPDX-License-Identifier: Apache-2.0 */
/* The table of emulated devices. One so far: the shield is drawn around it alone. */
#include "monitor/mmio.h"

#include "hw/csr.h"
#include "hw/guard.h"
#include "hw/mmio.h"
#include "hw/uart.h"
#include "monitor/decode.h"
#include "monitor/memop.h"
#include "monitor/policy.h"
#include "monitor/regs.h"
#include "monitor/vclint.h"
#include "monitor/vpmp.h"

bool mmio_covers(u64 pa, unsigned int width_log2)
{
	u64 bytes = (u64)1 << width_log2;

	return range_touches(machine.clint.shield, pa, bytes) &&
	       !range_touches(machine.self, pa, bytes);
}

bool mmio_perform(struct hart *h, struct mmio_access *a)
{
	enum verdict v = policy_on_mmio(h, a);

	if (v == PASS && mmio_covers(a->pa, a->width_log2)) {
		return vclint_perform(h, a);
	}
	if (v != HANDLED) {
		refuse(h, REFUSED_DEVICE);
		a->fault = a->pa;
	}
	return v == HANDLED;
}

/* What an instruction stores, and where; bits of value beyond the width are anything. */
struct store {
	u64 pa;
	u64 value;
	unsigned int width_log2;
};

/* c.sw, c.sd (Unpriv. 26.3.2). Their registers, x8 to x15, are none of those that stay live. */
static struct store decode_short(const struct hart *h, u32 word)
{
	const u64 *x = &h->x[8];
	unsigned int width_log2 = 2 + (word >> 13 & 1);
	u32 imm = word >> 7 & 0x38;

	imm |= width_log2 == 3 ? word << 1 & 0xc0 : (word >> 4 & 4) | (word << 1 & 0x40);
	return (struct store){
		.pa = x[word >> 7 & 7] + imm,
		.value = x[word >> 2 & 7],
		.width_log2 = width_log2,
	};
}

/* sb, sh, sw, sd (Unpriv. 2.6). */
static struct store decode_long(const struct hart *h, u32 word)
{
	s32 imm = ((s32)word >> 20 & ~31) | (s32)insn_rd(word);

	return (struct store){
		.pa = reg_read(h, insn_rs1(word)) + (u64)(s64)imm,
		.value = reg_read(h, insn_rs2(word)),
		.width_log2 = insn_funct3(word),
	};
}

/* Bytes around an address of which the firmware's rules are asked at once. */
#define DEVICE_BLOCK 256u

/* h->device: as the window of a device that is not the monitor's business. */
static void find_device(struct hart *h, u64 pa)
{
	u64 base = pa & ~(u64)(DEVICE_BLOCK - 1);

	if (vpmp_firmware_may(h, base, DEVICE_BLOCK, PMP_W) &&
	    !range_touches(machine.clint.shield, base, DEVICE_BLOCK) &&
	    !range_touches(machine.self, base, DEVICE_BLOCK)) {
		h->device.base = base;
		h->device.size = DEVICE_BLOCK - WINDOW_TAIL;
		h->device_passes = false;
	}
}

/* Policies before and after the one that has answered would not be asked any more. */
static bool one_judges(void)
{
	unsigned int judges = 0;

	POLICY_EACH(p) {
		judges += p->on_mmio != NULL ? 1 : 0;
	}
	return judges == 1;
}

/* h->port: boot/quick.S may do what the policy has just done with this instruction at h->pc. */
static void find_port(struct hart *h, u64 pa, u32 word)
{
	u64 status = uart_status_of(pa);
	unsigned int reg = insn_rs2(word);

	/* x2 is not where quick_letter_gprs would look for it. */
	if (status != 0 && one_judges() && reg != 2) {
		h->port = (struct port){ pa, status, h->pc, word, 4 * reg };
	}
}

/*
 * If a device has refused the store, trap.S shall find what the trap had left. It was not one of
 * loading: the word at pc was a store by then (I-RUN-2).
 */
static NEVER_INLINE void put_trap_back(const struct hart *h, u32 word)
{
	struct insn i;

	if (csr_read(CSR_MEPC) == h->pc) {
		return;
	}
	i = insn_decode(word);
	csr_write(CSR_MEPC, h->pc);
	csr_write(CSR_MCAUSE, CAUSE_STORE_ACCESS);
	csr_write(CSR_MTVAL, reg_read(h, i.rs1) + (u64)(s64)i.imm);
	if (h->caps.has_mtinst) {
		csr_write(CSR_MTINST, memop_transformed(i, word, csr_read(CSR_MTINST)));
	}
}

/* The policies are asked; true: the store has been carried out. */
static NEVER_INLINE bool judge_store(struct hart *h, u64 pa, u64 value, unsigned int width_log2,
				     u32 word)
{
	struct mmio_access a; /* each field by itself: GCC would clear it by memset() */

	a.pa = pa;
	a.width_log2 = width_log2;
	a.is_store = true;
	a.plain_follow = false;
	a.device_follows = false;
	a.value = value & ~(u64)0 >> (64 - (8u << width_log2));
	a.fault = 0;
	if (pa - h->device.base >= h->device.size) {
		find_device(h, pa);
	}
	if (pa - h->device.base >= h->device.size ||
	    !policy_claims(h, pa, (u64)1 << width_log2) || policy_on_mmio(h, &a) != HANDLED) {
		return false;
	}
	if (a.plain_follow) {
		find_port(h, pa, word);
	}
	h->device_passes = a.device_follows && one_judges();
	return true;
}

void mmio_quick_store(struct hart *h, u64 tval)
{
	struct store s;
	bool passes;
	u32 word;

	if (POLICY_COUNT == 0 || h->view != VIEW_FIRMWARE ||
	    h->pc - h->code.base >= h->code.size) {
		return;
	}
	word = memory_read16(h->pc) | memory_read16(h->pc + 2) << 16;
	if ((word & 0xc003) == 0xc000) {
		s = decode_short(h, word);
	} else if ((word & 0x407f) == 0x0023) {
		s = decode_long(h, word);
	} else {
		return;
	}
	if (s.pa != tval) {
		return;
	}
	passes = s.pa - h->device.base < h->device.size && h->device_passes;
	if (passes ? guard_store(s.pa, s.value, s.width_log2) == 0 :
		     judge_store(h, s.pa, s.value, s.width_log2, word)) {
		h->pc += 2 + (word & 2); /* of these it is the length */
	} else {
		put_trap_back(h, word);
	}
}

bool mmio_pass(struct mmio_access *a)
{
	struct guarded g = { 0 };

	if (a->is_store) {
		g.fault = guard_store(a->pa, a->value, a->width_log2);
	} else {
		g = guard_plain(a->width_log2 == 3 ? GUARD_LD :
						     (enum guard_op)(GUARD_LBU + a->width_log2),
				a->pa, 0);
	}
	if (g.fault != 0) {
		a->fault = csr_read(CSR_MTVAL);
		return false;
	}
	if (!a->is_store) {
		a->value = g.value;
	}
	return true;
}

void mmio_pass_row(u64 pa, u64 count, u32 value)
{
	guard_store_row(pa, count, value);
}

void mmio_pass_down(u64 pa, u64 count)
{
	guard_store_down(pa, count);
}

u64 mmio_pass_count(u64 pa, u64 most)
{
	return guard_count_row(pa, most);
}
