/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual PMP registers and the composition of hardware's rules (Priv. 3.7, Smepmp). */
#include "monitor/vpmp.h"

#include "hw/csr.h"
#include "hw/guard.h"
#include "monitor/mechanism.h"
#include "monitor/policy.h"
#include "monitor/vpmp_parts.h"

static void forget_window(struct window *w, struct range r)
{
	if (w->size != 0 && range_overlaps(r, range_make(w->base, w->size + WINDOW_TAIL))) {
		w->size = 0;
	}
}

/*
 * The rule of an entry that matches r is another one now, or will be: what was asked of bytes of r
 * is to be asked again. Which entry decides the others does not depend on this one.
 */
static void forget(struct hart *h, struct range r)
{
	forget_window(&h->code, r);
	forget_window(&h->data, r);
	forget_window(&h->text, r);
	forget_window(&h->device, r);
	h->port.data = 0;
	if (range_overlaps(r, machine.clint.shield)) {
		h->shield_may = 0;
	}
}

static void set_cfg(struct pmp_view *view, unsigned int entry, u64 cfg)
{
	unsigned int shift = entry % 8 * 8;

	view->cfg[entry / 8] = (view->cfg[entry / 8] & ~((u64)0xff << shift)) | cfg << shift;
}

static struct range entry_range(const struct hart *h, unsigned int i)
{
	const struct vpmp *v = &h->vpmp;

	return vpmp_match_range(h, v->cfg[i], i == 0 ? 0 : v->addr[i - 1], v->addr[i]);
}

static void update_range(struct hart *h, unsigned int i)
{
	struct vpmp *v = &h->vpmp;

	if (v->range[i].size == 0 && (v->cfg[i] & PMP_A) == 0) {
		return; /* off, before and after */
	}
	forget(h, v->range[i]);
	v->range[i] = entry_range(h, i);
	forget(h, v->range[i]);
}

/* ---- composition ---- */

/*
 * After a change of the rules, and only then (I-PMP-5). Priv. 3.7.2: what earlier accesses found
 * may have been kept together with their translations, so sfence.vma with neither address nor ASID,
 * which reaches the entries of Bare mode, too. With H, results of the second stage are kept apart:
 * 18.5.3 asks for hfence.gvma, which reaches what VS-mode's accesses have left; no guest's own
 * tables have changed, so hfence.vvma is not needed.
 */
static void fence(const struct hart *h)
{
	hw_sfence_vma();
	if (h->caps.has_h) {
		hw_hfence_gvma();
	}
}

static void compose_entry(struct hart *h, unsigned int i)
{
	struct vpmp *v = &h->vpmp;
	unsigned int cfg = v->cfg[i];
	unsigned int m = vpmp_m_mode_may(h, cfg);
	unsigned int a = cfg & PMP_A;

	update_range(h, i);
	/* Unlocked entries stay in vM-mode's view: partial matches fail (Priv. 3.7.1.3). */
	set_cfg(&v->view[VIEW_PAYLOAD], v->first + i, a != 0 ? a | vpmp_s_mode_may(h, cfg) : 0);
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
	unsigned int m = vpmp_m_mode_default(h);

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

static bool use_address(struct vpmp *v, const struct pmp_view *view, unsigned int entry)
{
	if (v->hardware.addr[entry] == view->addr[entry]) {
		return false;
	}
	v->hardware.addr[entry] = view->addr[entry];
	pmp_write_addr(entry, view->addr[entry]);
	return true;
}

/* Of the policies' entries those whose address depends on the view move; the others are put. */
static bool place(struct vpmp *v, unsigned int entry)
{
	const struct pmp_view *view = v->view;
	u64 addr = view[VIEW_FIRMWARE].addr[entry];

	if (view[VIEW_PAYLOAD].addr[entry] != addr ||
	    view[VIEW_FIRMWARE_MPRV].addr[entry] != addr) {
		v->moving[v->moving_count++] = (u8)entry;
		return false;
	}
	return use_address(v, &view[VIEW_FIRMWARE], entry);
}

/* Has an address changed? */
static bool compose_policies(struct hart *h)
{
	unsigned int begin = h->caps.pmp_locked + vpmp_policies();
	unsigned int first = begin;
	bool changed = false;

	POLICY_EACH(p) {
		for (unsigned int id = 0; p->on_pmp != NULL && id < VIEW_COUNT; id++) {
			compose_policy(h, p, (enum pmp_view_id)id, first);
		}
		first += p->pmp_slots;
	}
	h->vpmp.moving_count = 0;
	for (unsigned int entry = begin; entry < first; entry++) {
		changed |= place(&h->vpmp, entry);
	}
	return changed;
}

void vpmp_rebuild(struct hart *h)
{
	bool changed;

	h->code.size = 0;
	h->data.size = 0;
	h->text.size = 0;
	h->device.size = 0;
	h->port.data = 0;
	h->shield_may = 0;
	compose(h);
	changed = compose_policies(h);
	vpmp_use(h, h->view);
	if (changed) {
		fence(h);
	}
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

/*
 * Is the entry off, not locked, and its address not the lower border of a TOR rule (Priv. 3.7.1.1)?
 * Behind the last one there is always one that is off: the monitor needs some itself.
 */
static bool says_nothing(const struct vpmp *v, u64 i)
{
	return (v->cfg[i] & (PMP_A | PMP_L)) == 0 && (v->cfg[i + 1] & PMP_A) != PMP_A_TOR;
}

/* The address of a virtual entry is the same in every view, so hardware changes at once. */
static inline void put_address(struct vpmp *v, u64 i, u64 addr)
{
	u64 entry = v->first + i;

	v->addr[i] = addr;
	for (unsigned int id = 0; id < VIEW_COUNT; id++) {
		v->view[id].addr[entry] = addr;
	}
	v->hardware.addr[entry] = addr;
	pmp_write_addr((unsigned int)entry, addr);
}

/* A rule, or the border of one, has a new address. */
static NEVER_INLINE void move_rule(struct hart *h, unsigned int i, u64 addr)
{
	struct vpmp *v = &h->vpmp;

	put_address(v, i, addr);
	update_range(h, i);
	if (i + 1 < v->count) { /* a TOR rule may begin here */
		update_range(h, i + 1);
		write_rule_again(v, v->first + i + 1);
	}
}

static void set_address(struct hart *h, unsigned int i, u64 addr)
{
	if (says_nothing(&h->vpmp, i)) {
		put_address(&h->vpmp, i, addr);
	} else {
		move_rule(h, i, addr);
	}
}

/* The addresses that are not the same in every view. */
static bool move(struct vpmp *v, const struct pmp_view *view)
{
	bool changed = false;

	for (unsigned int i = 0; i < v->moving_count; i++) {
		changed |= use_address(v, view, v->moving[i]);
	}
	return changed;
}

static bool use_word(struct vpmp *v, const struct pmp_view *view, unsigned int w)
{
	if (v->hardware.cfg[w] == view->cfg[w]) {
		return false;
	}
	v->hardware.cfg[w] = view->cfg[w];
	pmp_write_cfg(2 * w, view->cfg[w]);
	return true;
}

/* Any number of entries, any of them moving. */
static NEVER_INLINE void use_all(struct hart *h, enum pmp_view_id id)
{
	struct vpmp *v = &h->vpmp;
	bool changed = move(v, &v->view[id]);

	for (unsigned int w = 0; w < v->entries / 8; w++) {
		changed |= use_word(v, &v->view[id], w);
	}
	h->view = id;
	if (changed) {
		fence(h);
	}
}

/* Straight for the first sixteen entries, which are all that most harts have. */
void vpmp_use(struct hart *h, enum pmp_view_id id)
{
	struct vpmp *v = &h->vpmp;
	u64 first = v->view[id].cfg[0];
	u64 second = v->view[id].cfg[1];
	bool changed = false;

	if (v->moving_count != 0 || v->entries > 16) {
		use_all(h, id);
		return;
	}
	h->view = id;
	if (v->hardware.cfg[0] != first) {
		v->hardware.cfg[0] = first;
		csr_write(CSR_PMPCFG0, first);
		changed = true;
	}
	if (v->hardware.cfg[1] != second) {
		v->hardware.cfg[1] = second;
		csr_write(CSR_PMPCFG0 + 2, second);
		changed = true;
	}
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
	return (h->vpmp.cfg[i] & PMP_L) != 0 && (h->vm.mseccfg & MSECCFG_RLB) == 0;
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
	       (cfg & PMP_L) != 0 && (vpmp_mml_m_mode(cfg) & PMP_X) != 0;
}

/* With the flash denied there is no entry left that would say where a TOR rule in vPMP 0 begins. */
static bool has_no_border(unsigned int i, unsigned int cfg)
{
	return i == 0 && (cfg & PMP_A) == PMP_A_TOR && machine.flash.size != 0;
}

/* Has it changed the entry? */
static bool write_cfg_byte(struct hart *h, unsigned int i, unsigned int cfg)
{
	unsigned int legal = h->caps.pmp_cfg_legal[cfg & 0x7f];

	if ((h->vm.mseccfg & MSECCFG_MML) != 0) { /* R=0, W=1 is a rule then, no longer reserved */
		legal = (h->caps.pmp_cfg_legal[(cfg & PMP_A) | PMP_RWX] & PMP_A) | (cfg & PMP_RWX);
	}
	if (has_no_border(i, legal)) {
		legal &= ~PMP_A;
	}
	cfg = legal | (cfg & PMP_L);
	if (!is_locked(h, i) && !adds_m_mode_code(h, cfg)) {
		bool changed = h->vpmp.cfg[i] != cfg;

		h->vpmp.cfg[i] = (u8)cfg;
		return changed;
	}
	return false;
}

/* Eight entries as their register holds them: those that the firmware does not have are 0. */
static u64 read_cfg(const struct vpmp *v, unsigned int first)
{
	u64 value;

	__builtin_memcpy(&value, __builtin_assume_aligned(&v->cfg[first], 8), sizeof(value));
	return value;
}

/*
 * Only an entry that is written with something else can change, and what is composed of it depends
 * on no other's configuration: firmware that sets up one entry writes seven others as they are.
 */
static void write_cfg(struct hart *h, unsigned int first, u64 value)
{
	u64 differs = value ^ read_cfg(&h->vpmp, first);
	bool changed = false;

	for (unsigned int i = first; differs != 0 && i < h->vpmp.count; i++) {
		if ((differs & 0xff) != 0 && write_cfg_byte(h, i, value & 0xff)) {
			compose_entry(h, i);
			changed = true;
		}
		differs >>= 8;
		value >>= 8;
	}
	if (changed) {
		vpmp_use(h, h->view);
	}
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

/* Of the even ones. Hardware surely has the register if the firmware has an entry in it. */
static bool has_cfg(const struct hart *h, unsigned int num)
{
	return (num - CSR_PMPCFG0) * 4 < h->vpmp.count ||
	       guard_pmp_read_cfg(num - CSR_PMPCFG0).fault == 0;
}

bool vpmp_read_csr(const struct hart *h, unsigned int num, u64 *value)
{
	if (num >= CSR_PMPADDR0) {
		num -= CSR_PMPADDR0;
		*value = num < h->vpmp.count ? read_address(h, num) : 0;
		return num < h->vpmp.count || guard_pmp_read_addr(num).fault == 0;
	}
	*value = 0;
	if (num % 2 != 0) {
		return false;
	}
	*value = read_cfg(&h->vpmp, (num - CSR_PMPCFG0) * 4);
	return has_cfg(h, num);
}

static NEVER_INLINE bool write_cfg_csr(struct hart *h, unsigned int num, u64 value)
{
	if (num % 2 != 0) {
		return false;
	}
	write_cfg(h, (num - CSR_PMPCFG0) * 4, value);
	return has_cfg(h, num);
}

/* Priv. 3.7.2: what was cached under other rules must go. */
static NEVER_INLINE bool write_rule_address(struct hart *h, unsigned int i, u64 addr)
{
	if (i >= h->vpmp.count) {
		return guard_pmp_read_addr(i).fault == 0;
	}
	if (!address_is_locked(h, i)) {
		move_rule(h, i, addr);
		fence(h);
	}
	return true;
}

/*
 * Where the address says nothing no rule is another one, so that nothing is cached, and the write
 * that turns the entry on has its own fence.
 */
bool vpmp_write_csr(struct hart *h, unsigned int num, u64 value)
{
	const struct vpmp *v = &h->vpmp;
	u64 addr = value & h->caps.pmp_addr_mask;
	u64 i = ((u64)num - CSR_PMPADDR0) % PMP_MAX;

	if (num < CSR_PMPADDR0) {
		return write_cfg_csr(h, num, value);
	}
	if (i < v->count && says_nothing(v, i)) {
		put_address(&h->vpmp, i, addr);
		return true;
	}
	return write_rule_address(h, (unsigned int)i, addr);
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

	v->first = h->caps.pmp_locked + vpmp_reserved() - 1 + slots;
	v->count = h->caps.pmp_count - vpmp_reserved() - slots;
	if (v->count < VPMP_FEWEST) {
		v->count = 0;
	}
}

/*
 * What an earlier stage has locked, hardware keeps whatever is written there; the views say what it
 * does to a world, which is the same without the lock.
 */
static void compose_locked(struct hart *h)
{
	for (unsigned int i = 0; i < h->caps.pmp_locked; i++) {
		u64 cfg = pmp_read_cfg(i / 8 * 2) >> i % 8 * 8 & 0xff;

		set_all_views(&h->vpmp, i, pmp_read_addr(i), (unsigned int)cfg & ~PMP_L);
	}
}

/* I-PMP-1: hardware holds what keeps the worlds out of the monitor. */
static bool holds_self(unsigned int entry)
{
	return pmp_read_addr(entry) == pmp_napot(machine.self) &&
	       (pmp_read_cfg(entry / 8 * 2) >> entry % 8 * 8 & 0xff) == PMP_A_NAPOT;
}

void vpmp_init(struct hart *h)
{
	struct vpmp *v = &h->vpmp;
	unsigned int own = mechanism_on(MECH_SELF) ? PMP_A_NAPOT : 0;
	unsigned int self = h->caps.pmp_locked;

	lay_out(h);
	v->entries = (h->caps.pmp_locked + h->caps.pmp_count + 7) / 8 * 8;
	compose_locked(h);
	set_all_views(v, self, pmp_napot(machine.self), own);
	if (machine.clint.shield.size != 0) {
		set_all_views(v, self + 1, pmp_napot(machine.clint.shield), PMP_A_NAPOT);
	}
	if (machine.flash.size != 0) {
		set_all_views(v, self + 2, pmp_napot(machine.flash), PMP_A_NAPOT);
	}
	if (machine.tpm.size != 0) {
		set_all_views(v, self + 3, pmp_napot(machine.tpm), PMP_A_NAPOT);
	}
	compose(h);
	program_all(v);
	CHECK(!mechanism_on(MECH_SELF) || holds_self(self));
	h->view = VIEW_FIRMWARE;
	fence(h);
}
