/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual PMP registers and the composition of hardware's rules (Priv. 3.7, Smepmp). */
#include "monitor/vpmp.h"

#include "hw/csr.h"
#include "hw/guard.h"
#include "monitor/mechanism.h"
#include "monitor/policy.h"

static void set_cfg(struct pmp_view *view, unsigned int entry, u64 cfg)
{
	unsigned int shift = entry % 8 * 8;

	view->cfg[entry / 8] = (view->cfg[entry / 8] & ~((u64)0xff << shift)) | cfg << shift;
}

/* ---- meaning of one virtual entry ---- */

/* Smepmp table 1, mseccfg.MML = 1: permissions of M-mode for L, R, W, X. */
static unsigned int mml_m_mode(unsigned int cfg)
{
	unsigned int rwx = cfg & PMP_RWX;

	if ((rwx & (PMP_R | PMP_W)) == PMP_W) { /* shared regions */
		if ((cfg & PMP_L) == 0) {
			return PMP_R | PMP_W;
		}
		return (cfg & PMP_X) != 0 ? PMP_R | PMP_X : PMP_X;
	}
	if ((cfg & PMP_L) == 0) {
		return 0;
	}
	return rwx == PMP_RWX ? PMP_R : rwx;
}

/* The same for S- and U-mode. */
static unsigned int mml_s_mode(unsigned int cfg)
{
	unsigned int rwx = cfg & PMP_RWX;

	if ((rwx & (PMP_R | PMP_W)) == PMP_W) {
		if ((cfg & PMP_L) != 0) {
			return PMP_X;
		}
		return (cfg & PMP_X) != 0 ? PMP_R | PMP_W : PMP_R;
	}
	if ((cfg & PMP_L) == 0) {
		return rwx;
	}
	return rwx == PMP_RWX ? PMP_R : 0;
}

static unsigned int m_mode_may(const struct hart *h, unsigned int cfg)
{
	if ((h->vm.mseccfg & MSECCFG_MML) != 0) {
		return mml_m_mode(cfg);
	}
	return (cfg & PMP_L) != 0 ? cfg & PMP_RWX : PMP_RWX;
}

static unsigned int s_mode_may(const struct hart *h, unsigned int cfg)
{
	return (h->vm.mseccfg & MSECCFG_MML) != 0 ? mml_s_mode(cfg) : cfg & PMP_RWX;
}

/* What vM-mode may do where no entry matches (Smepmp 2.1, 2.2). */
static unsigned int m_mode_default(const struct hart *h)
{
	if ((h->vm.mseccfg & MSECCFG_MMWP) != 0) {
		return 0;
	}
	return (h->vm.mseccfg & MSECCFG_MML) != 0 ? PMP_R | PMP_W : PMP_RWX;
}

/* ---- what an entry matches ---- */

/* pmpaddr as matching sees it: bits below the grain do not take part (Priv. 3.7.1). */
static u64 tor_border(const struct hart *h, u64 addr)
{
	return (addr & ~(BIT(h->caps.pmp_grain) - 1)) << 2;
}

static struct range napot_range(const struct hart *h, u64 addr)
{
	unsigned int g = h->caps.pmp_grain;
	unsigned int ones;

	addr |= g == 0 ? 0 : BIT(g - 1) - 1;
	ones = lowest_bit(~addr | BIT(60));
	if (ones == 60) { /* everything; addresses end at 2^56 */
		return range_make(0, ~(u64)0);
	}
	return range_make((addr & ~(BIT(ones) - 1)) << 2, BIT(ones + 3));
}

/* What an entry matches that holds cfg and addr, with below in the entry before it. */
static struct range match_range(const struct hart *h, unsigned int cfg, u64 below, u64 addr)
{
	u64 base = tor_border(h, below);
	u64 end = tor_border(h, addr);

	switch (cfg & PMP_A) {
	case PMP_A_TOR:
		return range_make(base, base < end ? end - base : 0);
	case PMP_A_NA4:
		return range_make(addr << 2, 4);
	case PMP_A_NAPOT:
		return napot_range(h, addr);
	default:
		return range_make(0, 0);
	}
}

static struct range entry_range(const struct hart *h, unsigned int i)
{
	const struct vpmp *v = &h->vpmp;

	return match_range(h, v->cfg[i], i == 0 ? 0 : v->addr[i - 1], v->addr[i]);
}

/* ---- composition ---- */

static void compose_entry(struct hart *h, unsigned int i)
{
	struct vpmp *v = &h->vpmp;
	unsigned int cfg = v->cfg[i];
	unsigned int m = m_mode_may(h, cfg);
	unsigned int a = cfg & PMP_A;

	v->range[i] = entry_range(h, i);
	/* Unlocked entries stay in vM-mode's view: partial matches fail (Priv. 3.7.1.3). */
	set_cfg(&v->view[VIEW_PAYLOAD], v->first + i, a != 0 ? a | s_mode_may(h, cfg) : 0);
	set_cfg(&v->view[VIEW_FIRMWARE], v->first + i, a != 0 ? a | m : 0);
	set_cfg(&v->view[VIEW_FIRMWARE_MPRV], v->first + i, a != 0 ? a | (m & PMP_X) : 0);
}

static void set_all_views(struct vpmp *v, unsigned int entry, u64 addr, unsigned int cfg)
{
	for (unsigned int id = 0; id < VIEW_COUNT; id++) {
		v->view[id].addr[entry] = addr;
		set_cfg(&v->view[id], entry, cfg);
	}
}

static void compose_default(struct hart *h)
{
	struct vpmp *v = &h->vpmp;
	unsigned int last = v->first + v->count;
	unsigned int m = m_mode_default(h);

	set_all_views(v, last, ~(u64)0 & h->caps.pmp_addr_mask, 0);
	set_cfg(&v->view[VIEW_FIRMWARE], last, PMP_A_NAPOT | m);
	set_cfg(&v->view[VIEW_FIRMWARE_MPRV], last, PMP_A_NAPOT | (m & PMP_X));
	if (v->count == 0) { /* no PMP at all: the payload may do everything (Priv. 3.7.1.3) */
		set_cfg(&v->view[VIEW_PAYLOAD], last, PMP_A_NAPOT | PMP_RWX);
	}
}

static void compose(struct hart *h)
{
	for (unsigned int i = 0; i < h->vpmp.count; i++) {
		compose_entry(h, i);
	}
	compose_default(h);
}

/* One policy's entries of one view, from hardware entry first on. */
static void compose_policy(struct hart *h, const struct policy *p, enum pmp_view_id id,
			   unsigned int first)
{
	struct pmp_rule rules[POLICY_PMP_MAX] = { 0 };
	struct pmp_view *view = &h->vpmp.view[id];

	p->on_pmp(h, id, rules);
	for (unsigned int i = 0; i < p->pmp_slots; i++) {
		unsigned int cfg = h->caps.pmp_cfg_legal[rules[i].cfg & 0x7f];

		if (id == VIEW_FIRMWARE_MPRV) {
			cfg &= PMP_A | PMP_X; /* loads and stores must trap (I-MEM-2) */
		}
		view->addr[first + i] = rules[i].addr & h->caps.pmp_addr_mask;
		set_cfg(view, first + i, cfg & (PMP_A | PMP_RWX));
	}
}

static void compose_policies(struct hart *h)
{
	unsigned int first = VPMP_POLICIES;

	POLICY_EACH(p) {
		for (unsigned int id = 0; p->on_pmp != NULL && id < VIEW_COUNT; id++) {
			compose_policy(h, p, (enum pmp_view_id)id, first);
		}
		first += p->pmp_slots;
	}
}

void vpmp_rebuild(struct hart *h)
{
	compose(h);
	compose_policies(h);
	vpmp_use(h, h->view);
}

static void set_address(struct hart *h, unsigned int i, u64 addr);

void vpmp_reload(struct hart *h)
{
	for (unsigned int i = 0; i < h->vpmp.count; i++) {
		set_address(h, i, h->vpmp.addr[i]);
	}
	vpmp_rebuild(h);
}

/* QEMU 7.2 keeps the lower border of a TOR rule until the rule itself is written. */
static void write_rule_again(const struct vpmp *v, unsigned int entry)
{
	u64 word = v->hardware.cfg[entry / 8];

	if ((word >> entry % 8 * 8 & PMP_A) == PMP_A_TOR) {
		pmp_write_cfg(entry / 8 * 2, word);
	}
}

/* The address of a virtual entry is the same in every view, so hardware changes at once. */
static void set_address(struct hart *h, unsigned int i, u64 addr)
{
	struct vpmp *v = &h->vpmp;

	v->addr[i] = addr;
	for (unsigned int id = 0; id < VIEW_COUNT; id++) {
		v->view[id].addr[v->first + i] = addr;
	}
	v->hardware.addr[v->first + i] = addr;
	pmp_write_addr(v->first + i, addr);
	v->range[i] = entry_range(h, i);
	if (i + 1 < v->count) { /* a TOR rule may begin here */
		v->range[i + 1] = entry_range(h, i + 1);
		write_rule_again(v, v->first + i + 1);
	}
}

static void fence(const struct hart *h)
{
	hw_sfence_vma();
	if (h->caps.has_h) {
		hw_hfence_gvma();
	}
}

void vpmp_use(struct hart *h, enum pmp_view_id id)
{
	struct vpmp *v = &h->vpmp;
	const struct pmp_view *view = &v->view[id];
	bool changed = false;

	for (unsigned int i = 0; i < v->moving_count; i++) {
		unsigned int entry = v->moving[i];

		if (v->hardware.addr[entry] != view->addr[entry]) {
			v->hardware.addr[entry] = view->addr[entry];
			pmp_write_addr(entry, view->addr[entry]);
			changed = true;
		}
	}
	for (unsigned int w = 0; w < v->entries / 8; w++) {
		if (v->hardware.cfg[w] != view->cfg[w]) {
			v->hardware.cfg[w] = view->cfg[w];
			pmp_write_cfg(2 * w, view->cfg[w]);
			changed = true;
		}
	}
	h->view = id;
	if (changed) {
		fence(h);
	}
}

/* ---- registers ---- */

bool vpmp_any_locked(const struct vpmp *v)
{
	for (unsigned int i = 0; i < v->count; i++) {
		if ((v->cfg[i] & PMP_L) != 0) {
			return true;
		}
	}
	return false;
}

static bool is_locked(const struct hart *h, unsigned int i)
{
	return (h->vm.mseccfg & MSECCFG_RLB) == 0 && (h->vpmp.cfg[i] & PMP_L) != 0;
}

/* Priv. 3.7.1.2: a locked TOR entry locks the address below it, too. */
static bool address_is_locked(const struct hart *h, unsigned int i)
{
	const struct vpmp *v = &h->vpmp;

	if (is_locked(h, i)) {
		return true;
	}
	return i + 1 < v->count && is_locked(h, i + 1) && (v->cfg[i + 1] & PMP_A) == PMP_A_TOR;
}

/* Smepmp 2.2.4.b: with MML set and RLB clear no new rule may let M-mode execute. */
static bool adds_m_mode_code(const struct hart *h, unsigned int cfg)
{
	return (h->vm.mseccfg & (MSECCFG_MML | MSECCFG_RLB)) == MSECCFG_MML &&
	       (cfg & PMP_L) != 0 && (mml_m_mode(cfg) & PMP_X) != 0;
}

static void write_cfg_byte(struct hart *h, unsigned int i, unsigned int cfg)
{
	unsigned int legal = h->caps.pmp_cfg_legal[cfg & 0x7f];

	if ((h->vm.mseccfg & MSECCFG_MML) != 0) { /* R=0, W=1 is a rule then, no longer reserved */
		legal = (h->caps.pmp_cfg_legal[(cfg & PMP_A) | PMP_RWX] & PMP_A) | (cfg & PMP_RWX);
	}
	cfg = legal | (cfg & PMP_L);
	if (!is_locked(h, i) && !adds_m_mode_code(h, cfg)) {
		h->vpmp.cfg[i] = (u8)cfg;
	}
}

static void write_cfg(struct hart *h, unsigned int first, u64 value)
{
	for (unsigned int i = first; i < first + 8 && i < h->vpmp.count; i++) {
		write_cfg_byte(h, i, (unsigned int)(value >> (i - first) * 8 & 0xff));
	}
	for (unsigned int i = first; i < first + 8 && i < h->vpmp.count; i++) {
		compose_entry(h, i);
	}
	vpmp_use(h, h->view);
}

static u64 read_cfg(const struct vpmp *v, unsigned int first)
{
	u64 value = 0;

	for (unsigned int i = first; i < first + 8 && i < v->count; i++) {
		value |= (u64)v->cfg[i] << (i - first) * 8;
	}
	return value;
}

/* Priv. 3.7.1: the low bits that a coarse grain makes unused read as ones (NAPOT) or zeros. */
static u64 read_address(const struct hart *h, unsigned int i)
{
	unsigned int g = h->caps.pmp_grain;
	u64 raw = h->vpmp.addr[i];

	if (g == 0) {
		return raw;
	}
	if ((h->vpmp.cfg[i] & BIT(4)) != 0) { /* NA4 or NAPOT */
		return raw | (BIT(g - 1) - 1);
	}
	return raw & ~(BIT(g) - 1);
}

bool vpmp_read_csr(const struct hart *h, unsigned int num, u64 *value)
{
	*value = 0;
	if (num < CSR_PMPADDR0) {
		*value = read_cfg(&h->vpmp, (num - CSR_PMPCFG0) * 4);
		return num % 2 == 0 && guard_pmp_read_cfg(num - CSR_PMPCFG0).fault == 0;
	}
	num -= CSR_PMPADDR0;
	if (num < h->vpmp.count) {
		*value = read_address(h, num);
	}
	return guard_pmp_read_addr(num).fault == 0;
}

bool vpmp_write_csr(struct hart *h, unsigned int num, u64 value)
{
	if (num < CSR_PMPADDR0) {
		if (num % 2 != 0) {
			return false;
		}
		write_cfg(h, (num - CSR_PMPCFG0) * 4, value);
		return guard_pmp_read_cfg(num - CSR_PMPCFG0).fault == 0;
	}
	num -= CSR_PMPADDR0;
	if (num < h->vpmp.count && !address_is_locked(h, num)) {
		set_address(h, num, value & h->caps.pmp_addr_mask);
		fence(h);
	}
	return num < h->vpmp.count || guard_pmp_read_addr(num).fault == 0;
}

/* ---- the same rules in software, for what the monitor does on a guest's behalf ---- */

/* The entry that decides an access: the lowest that matches any byte; count if none does. */
static unsigned int deciding_entry(const struct vpmp *v, u64 addr, u64 size, bool *whole)
{
	for (unsigned int i = 0; i < v->count; i++) {
		struct range r = v->range[i];

		if (range_touches(r, addr, size)) {
			*whole = range_has(r, addr, size);
			return i;
		}
	}
	*whole = true;
	return v->count;
}

bool vpmp_firmware_may(const struct hart *h, u64 addr, u64 size, unsigned int need)
{
	const struct vpmp *v = &h->vpmp;
	bool whole;
	unsigned int i = deciding_entry(v, addr, size, &whole);
	unsigned int may = i < v->count ? m_mode_may(h, v->cfg[i]) : m_mode_default(h);

	return whole && (may & need) == need;
}

bool vpmp_payload_may(const struct hart *h, u64 addr, u64 size, unsigned int need)
{
	const struct vpmp *v = &h->vpmp;
	bool whole;
	unsigned int i = deciding_entry(v, addr, size, &whole);
	unsigned int none = v->count == 0 ? PMP_RWX : 0;
	unsigned int may = i < v->count ? s_mode_may(h, v->cfg[i]) : none;

	return whole && (may & need) == need;
}

bool vpmp_payload_may_touch(const struct hart *h, struct range r)
{
	const struct vpmp *v = &h->vpmp;

	for (unsigned int i = 0; i < v->count; i++) {
		struct range e = v->range[i];

		if (s_mode_may(h, v->cfg[i]) != 0 && range_overlaps(e, r)) {
			return true;
		}
		if (range_has(e, r.base, r.size)) {
			return false; /* denied as a whole before anything grants it */
		}
	}
	return v->count == 0;
}

/*
 * What the view grants at addr: the lowest entry that matches decides, and none is no right at all,
 * for the last one matches everything. *size is cut to the bytes of which that is true.
 */
static unsigned int view_grants(const struct hart *h, const struct pmp_view *view, u64 addr,
				u64 *size)
{
	for (unsigned int i = 0; i < h->vpmp.entries; i++) {
		unsigned int cfg = (unsigned int)(view->cfg[i / 8] >> i % 8 * 8 & 0xff);
		u64 below = i == 0 ? 0 : view->addr[i - 1];
		struct range r = match_range(h, cfg, below, view->addr[i]);
		u64 left = r.size - (addr - r.base);

		if (range_has(r, addr, 1)) {
			*size = *size < left ? *size : left;
			return cfg & PMP_RWX;
		}
		if (range_touches(r, addr, *size)) {
			*size = r.base - addr;
		}
	}
	return 0;
}

bool vpmp_view_may(const struct hart *h, enum pmp_view_id view, u64 addr, u64 size,
		   unsigned int need)
{
	u64 done = 0;

	if (size == 0 || size - 1 > ~addr) {
		return false;
	}
	/* Each round ends at a border of an entry: no more than two of each. */
	while (done < size) {
		u64 part = size - done;

		if ((view_grants(h, &h->vpmp.view[view], addr + done, &part) & need) != need) {
			return false;
		}
		done += part;
	}
	return true;
}

/* ---- set-up ---- */

static void program_all(struct vpmp *v)
{
	const struct pmp_view *view = &v->view[VIEW_FIRMWARE];

	v->hardware = *view;
	for (unsigned int i = 0; i < v->first + v->count + 1; i++) {
		pmp_write_addr(i, view->addr[i]);
	}
	for (unsigned int w = 0; w < v->entries / 8; w++) {
		pmp_write_cfg(2 * w, view->cfg[w]);
	}
}

static void lay_out(struct hart *h)
{
	struct vpmp *v = &h->vpmp;
	unsigned int slots = policy_pmp_slots();

	v->first = VPMP_RESERVED - 1 + slots;
	v->count = h->caps.pmp_count - VPMP_RESERVED - slots;
	if (v->count < VPMP_FEWEST) {
		v->count = 0;
	}
	v->moving_count = slots;
	for (unsigned int i = 0; i < slots; i++) {
		v->moving[i] = (u8)(VPMP_POLICIES + i);
	}
}

void vpmp_init(struct hart *h)
{
	struct vpmp *v = &h->vpmp;
	unsigned int own = mechanism_on(MECH_SELF) ? PMP_A_NAPOT : 0;

	lay_out(h);
	v->entries = (h->caps.pmp_count + 7) / 8 * 8;
	set_all_views(v, 0, pmp_napot(machine.self), own);
	if (machine.clint.shield.size != 0) {
		set_all_views(v, 1, pmp_napot(machine.clint.shield), PMP_A_NAPOT);
	}
	compose(h);
	program_all(v);
	/* I-PMP-1 */
	CHECK(!mechanism_on(MECH_SELF) || (pmp_read_addr(0) == pmp_napot(machine.self) &&
					   (pmp_read_cfg(0) & 0xff) == PMP_A_NAPOT));
	h->view = VIEW_FIRMWARE;
	fence(h);
}
