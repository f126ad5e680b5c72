/* SPDX-License-Identifier: Apache-2.0 */
/* The hart's timer, shared by the firmware's mtimecmp and the payload's deadline. */
#include "monitor/timer.h"

#include "hw/csr.h"
#include "hw/csr_index.h"
#include "hw/guard.h"
#include "hw/mmio.h"
#include "lib/log.h"
#include "monitor/decode.h"
#include "monitor/guestmem.h"
#include "monitor/ipi.h"
#include "monitor/regs.h"
#include "monitor/world.h"

#define MENVCFG_STCE BIT(63)
#define COUNTEREN_TM BIT(1)
#define NEVER (~(u64)0)

/* In halves: not every device takes 8 bytes. */
static u64 read_halves(u64 addr)
{
	u32 high = mmio_read32(addr + 4);
	u32 low = mmio_read32(addr);

	while (mmio_read32(addr + 4) != high) {
		high = mmio_read32(addr + 4);
		low = mmio_read32(addr);
	}
	return (u64)high << 32 | low;
}

u64 timer_now(void)
{
	return machine.clint.mtime != 0 ? read_halves(machine.clint.mtime) : csr_read(CSR_TIME);
}

/* Never due in between (ACLINT 2: high half first, out of reach). */
static void write_physical(const struct hart *h, u64 when)
{
	mmio_write32(h->timer.mtimecmp_addr + 4, ~(u32)0);
	mmio_write32(h->timer.mtimecmp_addr, (u32)when);
	mmio_write32(h->timer.mtimecmp_addr + 4, (u32)(when >> 32));
}

static u64 firmware_when(const struct hart *h)
{
	return __atomic_load_n(&h->timer.vmtimecmp, __ATOMIC_ACQUIRE);
}

bool timer_firmware_due(const struct hart *h)
{
	return timer_now() >= firmware_when(h);
}

/* The first of what others than the firmware wait for. */
static u64 first_wait(const struct hart *h)
{
	u64 when = h->timer.waits ? h->timer.deadline : NEVER;

	return h->timer.limit != 0 && h->timer.limit < when ? h->timer.limit : when;
}

static void program(struct hart *h)
{
	u64 firmware = firmware_when(h);
	u64 when = firmware;

	if (timer_borrowed(h)) {
		when = first_wait(h);
		if (firmware < when && firmware > timer_now()) {
			when = firmware;
		}
	}
	write_physical(h, when);
	h->irq_check = 1;
}

u64 timer_mtimecmp(const struct hart *h)
{
	return firmware_when(h);
}

void timer_set_mtimecmp(struct hart *h, u64 when)
{
	if (POLICY_COUNT != 0 && h->timer.shared) {
		__atomic_store_n(&h->timer.vmtimecmp, when, __ATOMIC_RELEASE);
		program(h);
	} else {
		mmio_write64(h->timer.mtimecmp_addr, when);
	}
}

/* Hardware's mie.MTIE follows whether the timer is borrowed. */
static void refresh_mie(struct hart *h)
{
	if (h->world == WORLD_FIRMWARE) {
		world_refresh_firmware(h);
	} else if (((timer_mie(h) | h->vm.mie) & BIT(IRQ_MTI)) != 0) {
		csr_set(CSR_MIE, BIT(IRQ_MTI));
	} else {
		csr_clear(CSR_MIE, BIT(IRQ_MTI));
	}
}

void timer_share(struct hart *h)
{
	if (h->timer.mtimecmp_addr != 0 && !h->timer.shared) {
		h->timer.vmtimecmp = read_halves(h->timer.mtimecmp_addr);
		__atomic_store_n(&h->timer.shared, true, __ATOMIC_RELEASE);
	}
}

/* Does the device take eight bytes at once? */
static bool reads_whole(u64 addr)
{
	u64 before = read_halves(addr);
	struct guarded g = guard_plain(GUARD_LD, addr, 0);

	return g.fault == 0 && g.value >= before && g.value <= read_halves(addr);
}

void timer_note_fast(struct hart *h)
{
	u32 needs = SPARES_TIME | SPARES_EXIT;
	u64 mtime = machine.clint.mtime;
	bool is_spared = !LOG_TRACE && (h->spared & needs) == needs;

	h->timer.whole = mtime != 0 && reads_whole(mtime);
	h->timer.fast_mtime = is_spared && h->timer.whole ? mtime : 0;
	h->timer.fast_mtimecmp = is_spared && h->timer.shared ? h->timer.mtimecmp_addr : 0;
}

bool timer_set_deadline(struct hart *h, u64 when)
{
	if ((h->vm.menvcfg & MENVCFG_STCE) != 0) {
		return guard_csr_swap(CSR_INDEX_stimecmp, when).fault == 0;
	}
	if (!h->timer.shared) {
		return false;
	}
	csr_clear(CSR_MIP, BIT(IRQ_STI));
	h->timer.deadline = when;
	h->timer.waits = when != NEVER;
	program(h);
	refresh_mie(h);
	return true;
}

void timer_forget_deadline(struct hart *h)
{
	if (h->timer.waits) {
		timer_set_deadline(h, NEVER);
	}
}

bool timer_limit(struct hart *h, u64 when)
{
	if (!h->timer.shared) {
		return false;
	}
	h->timer.limit = when;
	program(h);
	refresh_mie(h);
	return true;
}

void timer_keep_quiet(struct hart *h, u64 until)
{
	h->timer.quiet = until;
}

bool timer_is_quiet(struct hart *h)
{
	if (h->timer.quiet == 0 || h->world == WORLD_FIRMWARE) {
		return false;
	}
	if (timer_now() >= h->timer.quiet) {
		h->timer.quiet = 0;
		return false;
	}
	if (h->timer.limit == 0 || h->timer.limit > h->timer.quiet) {
		timer_limit(h, h->timer.quiet);
	}
	return true;
}

void timer_interrupt(struct hart *h)
{
	if (!timer_borrowed(h)) {
		return;
	}
	if (h->timer.waits && timer_now() >= h->timer.deadline) {
		csr_set(CSR_MIP, BIT(IRQ_STI));
		h->timer.waits = false;
	}
	if (h->timer.limit != 0 && timer_now() >= h->timer.limit) {
		h->timer.limit = 0;
		policy_on_limit(h);
	}
	refresh_mie(h);
	program(h);
}

void timer_refresh(struct hart *h)
{
	if (POLICY_COUNT != 0 && h->timer.shared) {
		program(h);
	}
}

void timer_show_firmware(const struct hart *h)
{
	if (timer_borrowed(h)) {
		write_physical(h, firmware_when(h));
	}
}

/* ---- the registers as the guests see them ---- */

/* The hart whose virtual mtimecmp holds this byte; NULL: none. */
static struct hart *owner_of(u64 pa)
{
	const struct clint_map *c = &machine.clint;
	u64 n = (pa - c->mtimecmp.base) / 8;
	struct hart *owner;

	if (!range_has(c->mtimecmp, pa, 1) || n >= c->mtimecmp_count ||
	    c->mtimecmp_hart[n] >= machine.hart_count) {
		return NULL;
	}
	owner = machine.harts[c->mtimecmp_hart[n]];
	return __atomic_load_n(&owner->timer.shared, __ATOMIC_ACQUIRE) ? owner : NULL;
}

void timer_show_virtual(struct mmio_access *a)
{
	for (unsigned int i = 0; i < 1u << a->width_log2; i++) {
		const struct hart *owner = owner_of(a->pa + i);

		if (owner != NULL) {
			u64 byte = firmware_when(owner) >> ((a->pa + i) & 7) * 8 & 0xff;

			a->value = (a->value & ~((u64)0xff << i * 8)) | byte << i * 8;
		}
	}
}

static void store(struct hart *owner, const struct mmio_access *a)
{
	u64 old = firmware_when(owner);
	u64 new = a->value;

	/* Two harts that write the two halves at once: each keeps the other's. */
	do {
		if (a->width_log2 == 2) {
			u64 half = (a->pa & 4) != 0 ? BITS(63, 32) : BITS(31, 0);

			new = field_set(old, half, a->value);
		}
	} while (!__atomic_compare_exchange_n(&owner->timer.vmtimecmp, &old, new, false,
					      __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
}

bool timer_store_virtual(struct hart *h, struct mmio_access *a, bool *mine)
{
	struct hart *owner = owner_of(a->pa);
	u64 bytes = (u64)1 << a->width_log2;

	*mine = owner != NULL || owner_of(a->pa + bytes - 1) != NULL;
	a->fault = a->pa;
	if (owner == NULL || a->width_log2 < 2 || (a->pa & (bytes - 1)) != 0) {
		return false;
	}
	store(owner, a);
	if (owner == h) {
		program(h);
	} else {
		ipi_ring(owner);
	}
	return true;
}

/* ---- rdtime ---- */

/* Any of csrrs, csrrc, csrrsi, csrrci that reads time and writes nothing. */
static bool is_rdtime(u32 word)
{
	return insn_is_csr(word) && insn_csr(word) == CSR_TIME && insn_rs1(word) == 0 &&
	       insn_csr_op(word) != INSN_CSRRW;
}

static bool may_read_time(void)
{
	u64 status = csr_read(CSR_MSTATUS);

	return (status & MSTATUS_MPV) == 0 && (field_get(status, MSTATUS_MPP) == PRIV_S ||
					       (csr_read(CSR_SCOUNTEREN) & COUNTEREN_TM) != 0);
}

bool timer_emulate_rdtime(struct hart *h)
{
	u64 tval = csr_read(CSR_MTVAL);
	u32 word;

	/* mtval may be zero or an older word (Priv. 3.1.16): it only saves the fetch. */
	if ((tval != 0 && !is_rdtime((u32)tval)) || !may_read_time() ||
	    !guestmem_fetch_payload(h, &word) || !is_rdtime(word)) {
		return false;
	}
	reg_write(h, insn_rd(word), timer_now());
	h->pc += 4;
	return true;
}
