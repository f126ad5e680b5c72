/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual CSRs. One principle makes WARL fields right on every hart: the hardware is the judge.
 * A value is put into the real register, read back, and what the firmware may not have in force
 * is taken out again, all within one trap, with interrupts off.
 */
#include "monitor/vcsr.h"

#include "hw/csr.h"
#include "hw/csr_index.h"
#include "hw/guard.h"
#include "monitor/timer.h"
#include "monitor/virq.h"
#include "monitor/vpmp.h"
#include "monitor/vtrigger.h"
#include "monitor/world.h"

/* The rules of csr_list.h. */
enum how {
	HOW_NONE, HOW_LIVE, HOW_IRQCTX, HOW_COUNTCTX, HOW_HELD, HOW_SSTATUS, HOW_MSTATUS,
	HOW_MISA, HOW_MEDELEG, HOW_MIDELEG, HOW_MIE, HOW_MTVEC, HOW_MCOUNTEREN, HOW_MENVCFG,
	HOW_MSCRATCH, HOW_MEPC, HOW_MCAUSE, HOW_MTVAL, HOW_MIP, HOW_MTINST, HOW_MTVAL2,
	HOW_MSECCFG, HOW_SSTATEEN0, HOW_MSTATEEN0, HOW_MTOPI, HOW_TDATA1, HOW_SEED
};

/* Rows of sixteen CSR numbers that are not empty; a CSR in another row does not compile. */
#define CSR_ROWS(ROW, x) \
	ROW(0x01, x) ROW(0x10, x) ROW(0x12, x) ROW(0x14, x) ROW(0x15, x) ROW(0x18, x) \
	ROW(0x20, x) ROW(0x24, x) ROW(0x25, x) ROW(0x28, x) ROW(0x30, x) ROW(0x31, x) \
	ROW(0x32, x) ROW(0x33, x) ROW(0x34, x) ROW(0x35, x) ROW(0x5a, x) ROW(0x60, x) \
	ROW(0x61, x) ROW(0x64, x) ROW(0x68, x) ROW(0x6a, x) ROW(0x74, x) ROW(0x7a, x) \
	ROW(0xb0, x) ROW(0xb1, x) ROW(0xda, x) ROW(0xdb, x) ROW(0xe1, x) ROW(0xeb, x) \
	ROW(0xf1, x) ROW(0xfb, x)

enum csr_row {
	ROW_EMPTY,
#define ROW(n, x) ROW_##n,
	CSR_ROWS(ROW, )
#undef ROW
	ROW_COUNT
};

/* In one structure, so that one address reaches all of it. */
static const struct {
	u8 row[256];                  /* CSR number without its last four bits -> row */
	u8 index[ROW_COUNT][16];      /* .. and its last four -> enum csr_index */
	u8 how[CSR_INDEX_COUNT];      /* by enum csr_index */
} lookup = {
	.row = {
#define ROW(n, x) [n] = ROW_##n,
		CSR_ROWS(ROW, )
#undef ROW
	},
	.index = {
#define ROW(n, num) (num) >> 4 == (n) ? (int)ROW_##n :
#define CSR(num, name, how) [CSR_ROWS(ROW, num) -1][(num) & 15] = CSR_INDEX_##name,
#include "hw/csr_list.h"
#undef CSR
#undef ROW
	},
	.how = {
#define CSR(num, name, how) [CSR_INDEX_##name] = HOW_##how,
#include "hw/csr_list.h"
#undef CSR
	},
};

static_assert(CSR_INDEX_COUNT <= 256, "lookup.index holds bytes");

/* An enum csr_index, as wide as a register: so it is the offset that it is used for. */
static size_t index_of(unsigned int num)
{
	return lookup.index[lookup.row[num >> 4]][num & 15];
}

static bool take(struct guarded g, u64 *value)
{
	*value = g.value;
	return g.fault == 0;
}

/* ---- registers whose hardware value is another one while the firmware runs ---- */

static u64 *held_value(struct hart *h, enum csr_index index)
{
	switch (index) {
	case CSR_INDEX_satp:
		return &h->held.satp;
	case CSR_INDEX_scounteren:
		return &h->held.scounteren;
	case CSR_INDEX_senvcfg:
		return &h->held.senvcfg;
	case CSR_INDEX_mvien:
		return &h->held.mvien;
	default:
		return &h->held.hstatus;
	}
}

static NEVER_INLINE bool read_held(struct hart *h, enum csr_index index, u64 *value)
{
	*value = *held_value(h, index);
	return guard_csr_read(index).fault == 0;
}

/* The payload's value goes back first: an illegal write may keep it (satp, Priv. 12.1.11). */
static NEVER_INLINE bool write_held(struct hart *h, enum csr_index index, u64 value)
{
	u64 *held = held_value(h, index);
	struct guarded firmware = guard_csr_swap(index, *held);

	if (firmware.fault != 0) {
		return false;
	}
	guard_csr_swap(index, value);
	*held = guard_csr_read(index).value;
	if (index == CSR_INDEX_hstatus) { /* HLV by vM-mode uses SPVP and the like from hardware */
		firmware.value = *held & ~(HSTATUS_HU | HSTATUS_HUPMM);
	}
	guard_csr_swap(index, firmware.value);
	return true;
}

/* ---- interrupt registers that are views of mip and mie through mideleg ---- */

/* AIA 5.3: what mip and mvip, sip and sie are to each other depends on it. */
static void show_mvien(const struct hart *h, u64 value)
{
	if (h->held.mvien != 0 && h->world == WORLD_FIRMWARE) {
		csr_write(CSR_MVIEN, value);
	}
}

static struct guarded in_irq_context(struct hart *h, enum csr_index index, bool write, u64 value)
{
	struct guarded g;

	csr_write(CSR_MIDELEG, h->vm.mideleg);
	csr_write(CSR_MIE, h->vm.mie);
	show_mvien(h, h->held.mvien);
	g = write ? guard_csr_swap(index, value) : guard_csr_read(index);
	h->vm.mie = csr_swap(CSR_MIE, h->hw_mie);
	csr_write(CSR_MIDELEG, 0);
	show_mvien(h, 0);
	return g;
}

static NEVER_INLINE bool read_irq(struct hart *h, enum csr_index index, u64 *value)
{
	return take(in_irq_context(h, index, false, 0), value);
}

static NEVER_INLINE bool write_irq(struct hart *h, enum csr_index index, u64 value)
{
	h->irq_check = 1;
	return in_irq_context(h, index, true, value).fault == 0;
}

/* Smcdeleg: what S-mode sees of the counters goes through mcounteren. */
static struct guarded in_count_context(struct hart *h, enum csr_index index, bool write, u64 value)
{
	struct guarded g;
	u64 ours = csr_swap(CSR_MCOUNTEREN, h->vm.mcounteren);

	g = write ? guard_csr_swap(index, value) : guard_csr_read(index);
	csr_write(CSR_MCOUNTEREN, ours);
	return g;
}

static NEVER_INLINE bool read_count(struct hart *h, enum csr_index index, u64 *value)
{
	return take(in_count_context(h, index, false, 0), value);
}

static NEVER_INLINE bool write_count(struct hart *h, enum csr_index index, u64 value)
{
	return in_count_context(h, index, true, value).fault == 0;
}

u64 vcsr_mip(const struct hart *h)
{
	u64 hw;
	u64 msip = __atomic_load_n(&h->vmsip, __ATOMIC_ACQUIRE);

	show_mvien(h, h->held.mvien);
	hw = csr_read(CSR_MIP) & ~BIT(IRQ_MSI);
	show_mvien(h, 0);
	if (timer_borrowed(h)) {
		hw = (hw & ~BIT(IRQ_MTI)) | (u64)timer_firmware_due(h) << IRQ_MTI;
	}
	return hw | msip << IRQ_MSI;
}

static NEVER_INLINE bool read_mip(const struct hart *h, u64 *value)
{
	*value = vcsr_mip(h);
	return true;
}

/* The same op on hardware: csrrs and csrrc write back nothing a wire holds (SEIP, Priv. 3.1.9). */
static void op_on_mip(enum vcsr_op op, u64 operand)
{
	switch (op) {
	case VCSR_RW:
		csr_write(CSR_MIP, operand);
		break;
	case VCSR_RS:
		csr_set(CSR_MIP, operand);
		break;
	case VCSR_RC:
		csr_clear(CSR_MIP, operand);
		break;
	}
}

static NEVER_INLINE bool write_mip(struct hart *h, enum vcsr_op op, u64 operand)
{
	show_mvien(h, h->held.mvien);
	op_on_mip(op, operand);
	show_mvien(h, 0);
	h->irq_check = 1;
	return true;
}

static void write_mie(struct hart *h, u64 value)
{
	csr_write(CSR_MIE, h->vm.mie);
	csr_write(CSR_MIE, value);
	h->vm.mie = csr_swap(CSR_MIE, h->hw_mie);
	h->irq_check = 1;
}

/* ---- mstatus and its view sstatus ---- */

u64 vcsr_mstatus(const struct hart *h)
{
	return (csr_read(CSR_MSTATUS) & MSTATUS_LIVE) | h->vm.mstatus;
}

/* Hardware's mstatus becomes the firmware's, but for what would change the monitor's own mode. */
static void load_mstatus(struct hart *h)
{
	csr_write(CSR_MSTATUS, vcsr_mstatus(h) & ~MSTATUS_OURS);
}

/* The way back: what hardware made of the write is the firmware's new mstatus. */
static void absorb_mstatus(struct hart *h, u64 ours)
{
	u64 legal = csr_read(CSR_MSTATUS);

	if (h->caps.has_h && !h->caps.mpv_writable) {
		legal &= ~(MSTATUS_MPV | MSTATUS_GVA);
		ours |= h->vm.mstatus & (MSTATUS_MPV | MSTATUS_GVA);
	}
	h->vm.mstatus = (legal & ~(MSTATUS_LIVE | MSTATUS_OURS)) | ours;
	csr_write(CSR_MSTATUS, world_mstatus_for_firmware(legal));
}

static NEVER_INLINE bool write_mstatus(struct hart *h, u64 value)
{
	load_mstatus(h);
	csr_write(CSR_MSTATUS, value & ~MSTATUS_OURS);
	absorb_mstatus(h, value & (MSTATUS_MIE | MSTATUS_MPRV));
	h->irq_check = 1;
	world_refresh_firmware(h);
	return true;
}

static NEVER_INLINE bool read_sstatus(struct hart *h, u64 *value)
{
	load_mstatus(h);
	*value = csr_read(CSR_SSTATUS);
	absorb_mstatus(h, h->vm.mstatus & MSTATUS_OURS);
	return true;
}

static NEVER_INLINE bool write_sstatus(struct hart *h, u64 value)
{
	load_mstatus(h);
	csr_write(CSR_SSTATUS, value);
	absorb_mstatus(h, h->vm.mstatus & MSTATUS_OURS);
	return true;
}

/* ---- machine configuration ---- */

static u64 legal_mtvec(const struct hart *h, u64 value)
{
	u64 ours = csr_swap(CSR_MTVEC, h->vm.mtvec);

	csr_write(CSR_MTVEC, value);
	return csr_swap(CSR_MTVEC, ours);
}

static u64 legal_medeleg(const struct hart *h, u64 value)
{
	csr_write(CSR_MEDELEG, h->vm.medeleg);
	csr_write(CSR_MEDELEG, value);
	return csr_swap(CSR_MEDELEG, 0);
}

static u64 legal_mideleg(const struct hart *h, u64 value)
{
	csr_write(CSR_MIDELEG, h->vm.mideleg);
	csr_write(CSR_MIDELEG, value);
	return csr_swap(CSR_MIDELEG, 0);
}

static u64 legal_mcounteren(const struct hart *h, u64 value)
{
	u64 ours = csr_swap(CSR_MCOUNTEREN, h->vm.mcounteren);

	csr_write(CSR_MCOUNTEREN, value);
	return csr_swap(CSR_MCOUNTEREN, ours);
}

static u64 legal_menvcfg(const struct hart *h, u64 value)
{
	csr_write(CSR_MENVCFG, h->vm.menvcfg);
	csr_write(CSR_MENVCFG, value);
	value = csr_read(CSR_MENVCFG);
	csr_write(CSR_MENVCFG, value | h->caps.menvcfg_cbo);
	return value;
}

/* Smepmp 2: MML and MMWP are sticky, RLB stays 0 once it is 0 and a rule is locked. */
static NEVER_INLINE bool write_mseccfg(struct hart *h, u64 value)
{
	u64 old = h->vm.mseccfg;
	u64 seed = MSECCFG_USEED | MSECCFG_SSEED;

	if (!h->caps.has_mseccfg) {
		return false;
	}
	csr_write(CSR_MSECCFG, value & seed);
	if (!h->caps.has_smepmp) {
		return true;
	}
	value &= MSECCFG_MML | MSECCFG_MMWP | MSECCFG_RLB;
	if ((old & MSECCFG_RLB) == 0 && vpmp_any_locked(&h->vpmp)) {
		value &= ~MSECCFG_RLB;
	}
	h->vm.mseccfg = value | (old & (MSECCFG_MML | MSECCFG_MMWP));
	vpmp_rebuild(h);
	return true;
}

static u64 read_mseccfg(const struct hart *h)
{
	return (csr_read(CSR_MSECCFG) & (MSECCFG_USEED | MSECCFG_SSEED)) | h->vm.mseccfg;
}

/* Smstateen: what mstateen0 hides of sstateen0 is read-only zero, and holds what it held. */
static u64 shown_stateen(const struct hart *h)
{
	return h->caps.has_stateen ? csr_read(CSR_MSTATEEN0) : ~(u64)0;
}

static NEVER_INLINE bool read_sstateen0(const struct hart *h, u64 *value)
{
	*value = h->held.sstateen0 & shown_stateen(h);
	return guard_csr_read(CSR_INDEX_sstateen0).fault == 0;
}

static NEVER_INLINE bool write_sstateen0(struct hart *h, u64 value)
{
	u64 shown = shown_stateen(h);
	struct guarded firmware = guard_csr_swap(CSR_INDEX_sstateen0, value);

	if (firmware.fault != 0) {
		return false;
	}
	value = guard_csr_swap(CSR_INDEX_sstateen0, firmware.value).value;
	h->held.sstateen0 = (h->held.sstateen0 & ~shown) | (value & shown);
	return true;
}

/*
 * What it shows again of sstateen0 is open to vM-mode, too, while that is in U-mode; not if a
 * policy keeps it closed (isolate_hide_status).
 */
static NEVER_INLINE bool write_mstateen0(struct hart *h, u64 value)
{
	if (guard_csr_swap(CSR_INDEX_mstateen0, value).fault != 0) {
		return false;
	}
	if (!h->sealed) {
		guard_csr_swap(CSR_INDEX_sstateen0, ~(u64)0);
	}
	return true;
}

/* ---- registers that are as hardware has them ---- */

static NEVER_INLINE bool read_live(enum csr_index index, u64 *value)
{
	return take(guard_csr_read(index), value);
}

static NEVER_INLINE bool write_live(struct hart *h, enum csr_index index, u64 value)
{
	h->irq_check = 1; /* mvip, stimecmp and others may make an interrupt pending */
	return guard_csr_swap(index, value).fault == 0;
}

static NEVER_INLINE bool read_mtopi(struct hart *h, u64 *value)
{
	return take(virq_read_mtopi(h), value);
}

/*
 * ---- the two doors ----
 * Whatever they call they call last, so that the many registers which are but a word of struct hart
 * need no frame.
 */

static bool read_by_rule(struct hart *h, size_t at, u64 *value)
{
	enum csr_index index = (enum csr_index)at;

	switch ((enum how)lookup.how[at]) {
	case HOW_LIVE:
	case HOW_MSTATEEN0:
		return read_live(index, value);
	case HOW_IRQCTX:
		return read_irq(h, index, value);
	case HOW_COUNTCTX:
		return read_count(h, index, value);
	case HOW_HELD:
		return read_held(h, index, value);
	case HOW_SSTATEEN0:
		return read_sstateen0(h, value);
	case HOW_SSTATUS:
		return read_sstatus(h, value);
	case HOW_MSTATUS:
		*value = vcsr_mstatus(h);
		return true;
	case HOW_MISA:
		*value = h->caps.misa;
		return true;
	case HOW_MEDELEG:
		*value = h->vm.medeleg;
		return h->caps.has_s;
	case HOW_MIDELEG:
		*value = h->vm.mideleg;
		return h->caps.has_s;
	case HOW_MIE:
		*value = h->vm.mie;
		return true;
	case HOW_MTVEC:
		*value = h->vm.mtvec;
		return true;
	case HOW_MCOUNTEREN:
		*value = h->vm.mcounteren;
		return h->caps.has_mcounteren;
	case HOW_MENVCFG:
		*value = h->vm.menvcfg;
		return h->caps.has_menvcfg;
	case HOW_MSCRATCH:
		*value = h->vm.mscratch;
		return true;
	case HOW_MEPC:
		*value = h->vm.mepc;
		return true;
	case HOW_MCAUSE:
		*value = h->vm.mcause;
		return true;
	case HOW_MTVAL:
		*value = h->vm.mtval;
		return true;
	case HOW_MIP:
		return read_mip(h, value);
	case HOW_MTINST:
		*value = h->vm.mtinst;
		return h->caps.has_mtinst;
	case HOW_MTVAL2:
		*value = h->vm.mtval2;
		return h->caps.has_mtval2;
	case HOW_MSECCFG:
		*value = h->caps.has_mseccfg ? read_mseccfg(h) : 0;
		return h->caps.has_mseccfg;
	case HOW_MTOPI:
		return read_mtopi(h, value);
	case HOW_TDATA1:
		return vtrigger_read(h, value);
	case HOW_NONE:
	case HOW_SEED:
		break; /* vcsr_read_seed */
	}
	return false;
}

static bool write_by_rule(struct hart *h, size_t at, u64 value)
{
	enum csr_index index = (enum csr_index)at;

	switch ((enum how)lookup.how[at]) {
	case HOW_LIVE:
		return write_live(h, index, value);
	case HOW_IRQCTX:
		return write_irq(h, index, value);
	case HOW_COUNTCTX:
		return write_count(h, index, value);
	case HOW_HELD:
		return write_held(h, index, value);
	case HOW_SSTATUS:
		return write_sstatus(h, value);
	case HOW_MSTATUS:
		return write_mstatus(h, value);
	case HOW_MISA:
		return true; /* WARL: the extensions are fixed, as they are for the monitor */
	case HOW_MEDELEG:
		h->vm.medeleg = h->caps.has_s ? legal_medeleg(h, value) : 0;
		return h->caps.has_s;
	case HOW_MIDELEG:
		h->vm.mideleg = h->caps.has_s ? legal_mideleg(h, value) : 0;
		h->irq_check = 1;
		return h->caps.has_s;
	case HOW_MIE:
		write_mie(h, value);
		return true;
	case HOW_MTVEC:
		h->vm.mtvec = legal_mtvec(h, value);
		return true;
	case HOW_MCOUNTEREN:
		h->vm.mcounteren = h->caps.has_mcounteren ? legal_mcounteren(h, value) : 0;
		return h->caps.has_mcounteren;
	case HOW_MENVCFG:
		h->vm.menvcfg = h->caps.has_menvcfg ? legal_menvcfg(h, value) : 0;
		return h->caps.has_menvcfg;
	case HOW_MSCRATCH:
		h->vm.mscratch = value;
		return true;
	case HOW_MEPC:
		csr_write(CSR_MEPC, value); /* free now: hardware clears what it must */
		h->vm.mepc = csr_read(CSR_MEPC);
		return true;
	case HOW_MCAUSE:
		csr_write(CSR_MCAUSE, value);
		h->vm.mcause = csr_read(CSR_MCAUSE);
		return true;
	case HOW_MTVAL:
		csr_write(CSR_MTVAL, value);
		h->vm.mtval = csr_read(CSR_MTVAL);
		return true;
	case HOW_MTINST:
		h->vm.mtinst = value;
		return h->caps.has_mtinst;
	case HOW_MTVAL2:
		h->vm.mtval2 = value;
		return h->caps.has_mtval2;
	case HOW_MSECCFG:
		return write_mseccfg(h, value);
	case HOW_SSTATEEN0:
		return write_sstateen0(h, value);
	case HOW_MSTATEEN0:
		return write_mstateen0(h, value);
	case HOW_TDATA1:
		return vtrigger_write(h, value);
	case HOW_MIP:   /* vcsr_write */
	case HOW_MTOPI: /* read-only number */
	case HOW_NONE:
	case HOW_SEED:
		break;
	}
	return false;
}

bool vcsr_read_seed(u64 *value)
{
	return take(guard_csr_swap(CSR_INDEX_seed, 0), value);
}

bool vcsr_read(struct hart *h, unsigned int num, u64 *value)
{
	if (vpmp_is_csr(num)) {
		return vpmp_read_csr(h, num, value);
	}
	return read_by_rule(h, index_of(num), value);
}

bool vcsr_write(struct hart *h, unsigned int num, enum vcsr_op op, u64 operand, u64 old)
{
	u64 value = vcsr_written(op, operand, old);

	if (vpmp_is_csr(num)) {
		return vpmp_write_csr(h, num, value);
	}
	if (num == CSR_MIP) {
		return write_mip(h, op, operand);
	}
	return write_by_rule(h, index_of(num), value);
}
