/* SPDX-License-Identifier: Apache-2.0 */
/* The table of emulated devices. One so far: the shield is drawn around it alone. */
#include "monitor/mmio.h"

#include "hw/csr.h"
#include "hw/guard.h"
#include "hw/mmio.h"
#include "hw/uart.h"
#include "monitor/decode.h"
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

/* c.sw, c.sd (Unpriv. 26.3.2). */
static void decode_short(const struct hart *h, u32 word, struct mmio_access *a)
{
	u64 imm = word >> 7 & 0x38;

	a->width_log2 = 2 + (word >> 13 & 1);
	imm |= a->width_log2 == 3 ? word << 1 & 0xc0 : (word >> 4 & 4) | (word << 1 & 0x40);
	a->value = reg_read(h, 8 + (word >> 2 & 7));
	a->pa = reg_read(h, 8 + (word >> 7 & 7)) + imm;
}

/* sb, sh, sw, sd (Unpriv. 2.6), c.sw, c.sd: what is stored, and where. */
static bool decode_store(const struct hart *h, u32 word, struct mmio_access *a)
{
	s32 imm = ((s32)word >> 20 & ~31) | (s32)insn_rd(word);

	if ((word & 0xc003) == 0xc000) {
		decode_short(h, word, a);
	} else if ((word & 0x407f) == 0x0023) {
		a->width_log2 = insn_funct3(word);
		a->value = reg_read(h, insn_rs2(word));
		a->pa = reg_read(h, insn_rs1(word)) + (u64)(s64)imm;
	} else {
		return false;
	}
	a->value &= a->width_log2 == 3 ? ~(u64)0 : BIT(8u << a->width_log2) - 1;
	a->is_store = true;
	return true;
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
static void find_port(struct hart *h, const struct mmio_access *a, u32 word)
{
	u64 status = uart_status_of(a->pa);
	unsigned int reg = insn_rs2(word);

	/* x2 is not where quick_letter_gprs would look for it. */
	if (status != 0 && one_judges() && reg != 2) {
		h->port = (struct port){ a->pa, status, h->pc, word, 4 * reg };
	}
}

void mmio_quick_store(struct hart *h, u64 tval)
{
	struct mmio_access a = { 0 };
	u32 word;

	if (POLICY_COUNT == 0 || h->view != VIEW_FIRMWARE ||
	    h->pc - h->code.base >= h->code.size) {
		return;
	}
	word = memory_read16(h->pc) | memory_read16(h->pc + 2) << 16;
	if (!decode_store(h, word, &a) || a.pa != tval) {
		return;
	}
	if (a.pa - h->device.base >= h->device.size) {
		find_device(h, a.pa);
	}
	if (a.pa - h->device.base < h->device.size &&
	    policy_claims(h, a.pa, (u64)1 << a.width_log2) && policy_on_mmio(h, &a) == HANDLED) {
		if (a.plain_follow) {
			find_port(h, &a, word);
		}
		h->pc += insn_len(word);
	}
}

bool mmio_pass_write32(u64 pa, u32 value)
{
	return guard_plain(GUARD_SW, pa, value).fault == 0;
}

u32 mmio_pass_read32(u64 pa)
{
	struct guarded g = guard_plain(GUARD_LWU, pa, 0);

	return g.fault == 0 ? (u32)g.value : 0;
}

bool mmio_pass(struct mmio_access *a)
{
	static const u8 load_op[] = { GUARD_LBU, GUARD_LHU, GUARD_LWU, GUARD_LD };
	static const u8 store_op[] = { GUARD_SB, GUARD_SH, GUARD_SW, GUARD_SD };
	u8 op = a->is_store ? store_op[a->width_log2] : load_op[a->width_log2];
	struct guarded g = guard_plain((enum guard_op)op, a->pa, a->value);

	if (g.fault != 0) {
		a->fault = csr_read(CSR_MTVAL);
		return false;
	}
	if (!a->is_store) {
		a->value = g.value;
	}
	return true;
}
