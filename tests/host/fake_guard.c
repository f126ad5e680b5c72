/* SPDX-License-Identifier: Apache-2.0 */
/* Guarded instructions (hw/guard.h) on the fake hart, and the registers that stay live. */
#include "hw/guard.h"

#include <string.h>

#include "fake_hart.h"
#include "hw/csr_index.h"
#include "hw/gpr.h"
#include "hw/mpv.h"

const char guard_ecall[4] __attribute__((aligned(4))) = {0x73};

static const u16 csr_number[CSR_INDEX_COUNT] = {
#define CSR(num, name, how) [CSR_INDEX_##name] = num,
#include "hw/csr_list.h"
#undef CSR
};

enum { ILLEGAL = 2, LOAD_MISALIGNED = 4, STORE_MISALIGNED = 6, ECALL_U = 8 };

/* ---- traps out of guarded instructions ---- */

/* As the trap leaves mstatus: MPP = M, GVA for addresses of V=1. */
static struct guarded fault(u64 cause, u64 tval, bool virt)
{
	u64 status = fake.csr[CSR_MSTATUS] | MSTATUS_MPP;

	if (fake.mpv_by_traps_only) {
		fake.csr[CSR_MSTATUS] &= ~MSTATUS_MPV; /* the trap came from M, V = 0 */
		virt = virt || (fake.csr[CSR_MSTATUS] & MSTATUS_GVA) != 0;
	}
	fake.csr[CSR_MEPC] = FAKE_SELF_BASE; /* somewhere in section .guard */
	fake.csr[CSR_MCAUSE] = cause;
	fake.csr[CSR_MTVAL] = tval;
	fake.csr[CSR_MTVAL2] = 0;
	fake.csr[CSR_MTINST] = fake.tinst;
	return (struct guarded){virt ? status | MSTATUS_GVA : status,
				((cause & 0xff) + 1) | (cause & CAUSE_INTERRUPT) |
					(virt ? GUARD_GVA : 0)};
}

static struct guarded done(u64 value)
{
	return (struct guarded){value, 0};
}

/* ---- CSRs by index ---- */

struct guarded guard_csr_read(unsigned int index)
{
	u64 v;

	return fake_csr_get(csr_number[index], &v) ? done(v) : fault(ILLEGAL, 0, false);
}

/* csrrw with rd: reads, too; seed is the register that demands it (Zkr). */
struct guarded guard_csr_swap(unsigned int index, u64 value)
{
	u64 old = 0;
	unsigned int num = csr_number[index];

	if (num == 0x015 ? fake.absent[num] : !fake_csr_get(num, &old)) {
		return fault(ILLEGAL, 0, false);
	}
	if (num == 0x015) {
		old = 0x80001234; /* ES16 */
	}
	return fake_csr_put(num, value) ? done(old) : fault(ILLEGAL, 0, false);
}

static struct guarded read_number(unsigned int num)
{
	u64 v;

	return fake_csr_get(num, &v) ? done(v) : fault(ILLEGAL, 0, false);
}

struct guarded guard_pmp_read_addr(unsigned int entry)
{
	return read_number(CSR_PMPADDR0 + entry);
}

struct guarded guard_pmp_read_cfg(unsigned int word)
{
	return read_number(CSR_PMPCFG0 + word);
}

void pmp_write_addr(unsigned int entry, u64 value)
{
	fake_csrw(CSR_PMPADDR0 + entry, value);
}

u64 pmp_read_addr(unsigned int entry)
{
	return fake_csrr(CSR_PMPADDR0 + entry);
}

void pmp_write_cfg(unsigned int word, u64 value)
{
	fake_csrw(CSR_PMPCFG0 + word, value);
}

u64 pmp_read_cfg(unsigned int word)
{
	return fake_csrr(CSR_PMPCFG0 + word);
}

/* ---- memory ---- */

u64 guard_load_block(u64 addr, u64 status, u64 *to)
{
	u64 words[GUARD_BLOCK / 8];

	for (unsigned int i = 0; i < GUARD_BLOCK / 8; i++) {
		struct guarded g = guard_access(GUARD_LD, addr + 8 * (u64)i, 0, status);

		if (g.fault != 0) {
			return g.fault;
		}
		words[i] = g.value;
	}
	memcpy(to, words, sizeof(words));
	return 0;
}

/* What one memory instruction does: size in bytes, and how the register gets it. */
struct kind {
	unsigned int size;
	bool reads;
	bool writes;
	bool extends_sign;
};

static struct kind kind_of(enum guard_op op)
{
	static const struct kind plain[] = {
		[GUARD_LB] = {1, true, false, true},   [GUARD_LH] = {2, true, false, true},
		[GUARD_LW] = {4, true, false, true},   [GUARD_LD] = {8, true, false, true},
		[GUARD_LBU] = {1, true, false, false}, [GUARD_LHU] = {2, true, false, false},
		[GUARD_LWU] = {4, true, false, false}, [GUARD_SB] = {1, false, true, false},
		[GUARD_SH] = {2, false, true, false},  [GUARD_SW] = {4, false, true, false},
		[GUARD_SD] = {8, false, true, false},  [GUARD_LR_W] = {4, true, false, true},
		[GUARD_LR_D] = {8, true, false, true}, [GUARD_SC_W] = {4, false, true, true},
		[GUARD_SC_D] = {8, false, true, true},
	};
	/* hlv b h w d bu hu wu, hlvx hu wu, hsv b h w d */
	static const u8 hv_size[] = {1, 2, 4, 8, 1, 2, 4, 2, 4, 1, 2, 4, 8};
	unsigned int n = op - GUARD_HLV;

	if (op < GUARD_AMO_W) {
		return plain[op];
	}
	if (op < GUARD_HLV) {
		return (struct kind){op < GUARD_AMO_D ? 4 : 8, true, true, true};
	}
	return (struct kind){hv_size[n], n < 9, n >= 9, n < 4};
}

static u64 extend(u64 v, unsigned int size, bool is_signed)
{
	u64 sign = (u64)1 << (8 * size - 1);

	if (size == 8) {
		return v;
	}
	v &= (sign << 1) - 1;
	return is_signed && (v & sign) != 0 ? v - (sign << 1) : v;
}

/* guard_insns.S: add xor or and min max minu maxu swap; both arguments sign-extended. */
static u64 amo(unsigned int function, u64 a, u64 b)
{
	switch (function) {
	case 0:
		return a + b;
	case 1:
		return a ^ b;
	case 2:
		return a | b;
	case 3:
		return a & b;
	case 4:
		return (s64)a < (s64)b ? a : b;
	case 5:
		return (s64)a < (s64)b ? b : a;
	case 6:
		return a < b ? a : b;
	case 7:
		return a < b ? b : a;
	default:
		return b;
	}
}

static void log_access(u64 pa, unsigned int size, bool is_store)
{
	if (fake.logged < FAKE_LOG) {
		fake.log[fake.logged++] = (struct fake_access){pa, size, is_store};
	}
}

static struct guarded guard_fault(const struct fake_view *v, u64 cause, u64 va)
{
	return fault(cause, va, v->virt);
}

/* LR makes the reservation, SC uses it up: false, and it does not store. */
static bool keep_reservation(enum guard_op op, u64 pa)
{
	bool held = fake.reserved && fake.reserved_pa == pa;

	if (op == GUARD_LR_W || op == GUARD_LR_D) {
		fake.reserved = true;
		fake.reserved_pa = pa;
		return true;
	}
	if (op == GUARD_SC_W || op == GUARD_SC_D) {
		fake.reserved = false;
		return held;
	}
	return true;
}

/* The access is permitted by translation and PMP: the bus has the last word. 0 or a cause. */
static u64 on_bus(enum guard_op op, u64 pa, u64 value, u64 *result)
{
	struct kind k = kind_of(op);
	bool is_amo = k.reads && k.writes;

	*result = 1;
	if (!keep_reservation(op, pa)) {
		return 0;
	}
	*result = 0;
	if (k.reads && !fake_bus_read(pa, k.size, result)) {
		return is_amo ? 7 : 5;
	}
	log_access(pa, k.size, k.writes);
	*result = extend(*result, k.size, k.extends_sign);
	if (is_amo) {
		value = amo((unsigned int)(op - GUARD_AMO_W) % 9, *result,
			    extend(value, k.size, true));
	}
	return k.writes && !fake_bus_write(pa, k.size, value) ? 7 : 0;
}

static struct guarded access_memory(const struct fake_view *v, enum guard_op op, u64 va, u64 value)
{
	struct kind k = kind_of(op);
	bool atomic = op >= GUARD_LR_W && op < GUARD_HLV;
	u64 pa;
	u64 cause = 0;

	fake.count.accesses++;
	if (va % k.size != 0 && (atomic || fake.misaligned_traps)) {
		return guard_fault(v, k.writes ? STORE_MISALIGNED : LOAD_MISALIGNED, va);
	}
	if (k.reads && !k.writes) {
		cause = fake_translate(v, va, k.size, ACCESS_READ, &pa);
	} else {
		cause = fake_translate(v, va, k.size, ACCESS_WRITE, &pa);
		if (cause == 0 && k.reads && fake_translate(v, va, k.size, ACCESS_READ, &pa) != 0) {
			cause = 7;
		}
	}
	cause = cause != 0 ? cause : on_bus(op, pa, value, &value);
	return cause != 0 ? guard_fault(v, cause, va) : done(value);
}

/* Whose eyes: MPRV and MPP, MPV (Priv. 3.1.6.3). */
static struct fake_view view_of(u64 status)
{
	struct fake_view v = {.mode = 3, .status = status};

	if ((status & MSTATUS_MPRV) != 0) {
		v.mode = (unsigned int)field_get(status, MSTATUS_MPP);
		v.virt = v.mode != 3 && (status & MSTATUS_MPV) != 0;
	}
	if (v.virt) {
		v.status = fake.csr[CSR_VSSTATUS] | (status & MSTATUS_MXR);
	}
	return v;
}

static struct guarded hypervisor_access(enum guard_op op, u64 va, u64 value, u64 status)
{
	struct fake_view v = {.virt = true};

	if ((fake.csr[CSR_MISA] & MISA_EXT('H')) == 0) {
		return fault(ILLEGAL, 0, false);
	}
	v.mode = (fake.csr[CSR_HSTATUS] & HSTATUS_SPVP) != 0 ? 1 : 0;
	v.status = fake.csr[CSR_VSSTATUS] | (status & MSTATUS_MXR);
	v.hlvx = op == GUARD_HLV + 7 || op == GUARD_HLV + 8;
	return access_memory(&v, op, va, value);
}

static struct guarded cache_block(const struct fake_view *v, enum guard_op op, u64 va)
{
	u64 pa;
	u64 cause;

	if (!fake.has_cbo) {
		return fault(ILLEGAL, 0, false);
	}
	cause = fake_translate(v, va & ~(u64)63, 64, ACCESS_WRITE, &pa);
	if (cause != 0) {
		return guard_fault(v, cause, va);
	}
	if (op == GUARD_CBO + 3) {
		memset(&fake.ram[pa - FAKE_RAM_BASE], 0, 64);
	}
	return done(va);
}

/* ---- instructions that are none of memory ---- */

static struct guarded take_interrupt(void)
{
	int irq = fake_highest_irq(fake_mip() & fake.csr[CSR_MIE] & ~fake.csr[CSR_MIDELEG]);

	fake.csr[CSR_MSTATUS] |= MSTATUS_MIE;
	return irq < 0 ? done(0) : fault(CAUSE_INTERRUPT | (u64)irq, 0, false);
}

/*
 * sret to an ecall in VS-mode (Priv. 3.3.2), which PMP does not let it fetch: the trap back leaves
 * MPV set.
 */
static struct guarded leave_by_sret(u64 status)
{
	struct fake_view v = {.mode = (status & MSTATUS_SPP) != 0 ? 1 : 0,
			      .virt = (fake.csr[CSR_HSTATUS] & HSTATUS_SPV) != 0};
	struct guarded g;
	u64 pa;

	/* The monitor's code is in its memory on this machine, wherever the host has it. */
	if (!v.virt || fake.csr[CSR_MEDELEG] != 0 ||
	    fake.csr[CSR_SEPC] != (u64)(uintptr_t)guard_ecall ||
	    fake_translate(&v, FAKE_SELF_BASE, 4, ACCESS_EXECUTE, &pa) == 0) {
		fake_stop("sret to code that runs, without SPV, or with delegation",
			  fake.csr[CSR_SEPC]);
	}
	g = fault(1, fake.csr[CSR_SEPC], false);
	fake.csr[CSR_HSTATUS] &= ~HSTATUS_SPV;
	fake.csr[CSR_MSTATUS] |= MSTATUS_MPV | (fake.mpv_by_traps_only ? MSTATUS_GVA : 0);
	return g;
}

/* mret to an ecall (Priv. 3.3.2): MPRV goes if the new mode is less than M. */
static struct guarded leave_by_mret(u64 status)
{
	u64 mode = field_get(status, MSTATUS_MPP);
	u64 pa;
	struct fake_view v = {.mode = (unsigned int)mode, .status = status};
	struct guarded g;

	if (fake.csr[CSR_MEPC] != (u64)(uintptr_t)guard_ecall) {
		fake_stop("mret to an address that is not guard_ecall", fake.csr[CSR_MEPC]);
	}
	if (fake_translate(&v, fake.csr[CSR_MEPC], 4, ACCESS_EXECUTE, &pa) != 0) {
		fake_stop("the ecall may not be executed in its mode", mode);
	}
	g = fault(ECALL_U + mode, 0, false);
	g.value = fake.mret_keeps_mprv ? status : status & ~MSTATUS_MPRV;
	return g;
}

static struct guarded run(enum guard_op op, u64 addr, u64 value, u64 status)
{
	struct fake_view v = view_of(status);

	if (op < GUARD_HLV) {
		return access_memory(&v, op, addr, value);
	}
	if (op < GUARD_CBO) {
		return hypervisor_access(op, addr, value, status);
	}
	if (op < GUARD_SFENCE_W_INVAL) {
		return cache_block(&v, op, addr);
	}
	switch (op) {
	case GUARD_SFENCE_W_INVAL:
		return fake.has_svinval ? done(0) : fault(ILLEGAL, 0, false);
	case GUARD_WRS_STO:
		return fake.has_zawrs ? done(0) : fault(ILLEGAL, 0, false);
	case GUARD_SCTRCLR:
		fake.count.sctrclr++;
		return fake.has_ctr ? done(0) : fault(ILLEGAL, 0, false);
	case GUARD_TAKE_INTERRUPT:
		return take_interrupt();
	case GUARD_MRET:
		return leave_by_mret(status);
	case GUARD_SRET:
		return leave_by_sret(status);
	default:
		fake_stop("no such guarded instruction", op);
	}
}

struct guarded guard_access(enum guard_op op, u64 addr, u64 value, u64 status)
{
	u64 before = fake.csr[CSR_MSTATUS];
	struct guarded g;

	if ((status & MSTATUS_MIE) != 0) {
		fake_stop("a guarded instruction with interrupts on", status);
	}
	if (fake.in_guard) {
		fake_stop("a guarded instruction inside another", op);
	}
	fake.in_guard = true;
	fake_csrw(CSR_MSTATUS, status);
	g = run(op, addr, value, fake.csr[CSR_MSTATUS]);
	if (fake.mpv_by_traps_only) {
		before &= ~MSTATUS_MPV;
		before |= fake.csr[CSR_MSTATUS] & (MSTATUS_MPV | MSTATUS_GVA);
	}
	fake.csr[CSR_MSTATUS] = before;
	fake.in_guard = false;
	return g;
}

/* src/hw/guard_insns.S: an mret into M-mode (Priv. 18.6.4), with MPIE = 0. */
void hw_clear_mpv(void)
{
	fake.csr[CSR_MSTATUS] &= ~(MSTATUS_MPV | MSTATUS_MPP | MSTATUS_MIE);
	fake.csr[CSR_MSTATUS] |= MSTATUS_MPIE;
	fake.csr[CSR_MEPC] = FAKE_OUR_MTVEC;
}

struct guarded guard_plain(enum guard_op op, u64 addr, u64 value)
{
	return guard_access(op, addr, value,
			    fake.csr[CSR_MSTATUS] & ~(MSTATUS_MDT | MSTATUS_MIE | MSTATUS_MPRV));
}

u64 guard_store(u64 addr, u64 value, unsigned int width_log2)
{
	if ((fake.csr[CSR_MSTATUS] & MSTATUS_MIE) != 0) {
		fake_stop("a store that leaves interrupts as they are, and they are on", addr);
	}
	return guard_plain((enum guard_op)(GUARD_SB + width_log2), addr, value).fault;
}

void guard_store_row(u64 addr, u64 count, u32 value)
{
	for (u64 i = 0; i < count; i++) {
		guard_store(addr + 4 * i, value, 2);
	}
}

void guard_store_down(u64 addr, u64 count)
{
	for (u64 i = count; i != 0; i--) {
		guard_store(addr, i, 2);
	}
}

u64 guard_count_row(u64 addr, u64 most)
{
	for (u64 i = 0; i < most; i++) {
		struct guarded g = {0};

		if (guard_store(addr + 4 * i, 1, 2) != 0) {
			return i;
		}
		g = guard_plain(GUARD_LWU, addr + 4 * i, 0);
		if (g.fault != 0 || g.value == 0 || guard_store(addr + 4 * i, 0, 2) != 0) {
			return i;
		}
	}
	return most;
}

/* ---- registers that stay live ---- */

/* I-MON-3 */
static void check_live(unsigned int n)
{
	if (n > 31 || (GPR_LIVE_MASK >> n & 1) == 0) {
		fake_stop("this register is in the trap frame, not live", n);
	}
}

u64 gpr_live_read(unsigned int n)
{
	check_live(n);
	return fake.x[n];
}

void gpr_live_write(unsigned int n, u64 value)
{
	check_live(n);
	fake.x[n] = value;
}

void gpr_save_all(u64 *to, const u64 *x)
{
	for (unsigned int n = 1; n < 32; n++) {
		to[n] = (GPR_LIVE_MASK >> n & 1) != 0 ? fake.x[n] : x[n];
	}
}

void gpr_load_all(u64 *x, const u64 *from)
{
	for (unsigned int n = 1; n < 32; n++) {
		*((GPR_LIVE_MASK >> n & 1) != 0 ? &fake.x[n] : &x[n]) = from[n];
	}
}

void gpr_clear_but(u64 *x, u32 keep)
{
	for (unsigned int n = 1; n < 32; n++) {
		if (n < 10 || n > 17 || (keep >> n & 1) == 0) {
			*((GPR_LIVE_MASK >> n & 1) != 0 ? &fake.x[n] : &x[n]) = 0;
		}
	}
}

static void check_fp(u64 extension)
{
	if ((fake.csr[CSR_MSTATUS] & MSTATUS_FS) == 0 || (fake.csr[CSR_MISA] & extension) == 0) {
		fake_stop("a floating-point instruction without floating point", extension);
	}
}

u64 fpr_read64(unsigned int n)
{
	check_fp(MISA_EXT('D'));
	return fake.f[n];
}

void fpr_write64(unsigned int n, u64 bits)
{
	check_fp(MISA_EXT('D'));
	fake.f[n] = bits;
	fake.csr[CSR_MSTATUS] |= MSTATUS_FS;
}

void fpr_clear_all(void)
{
	check_fp(BIT(3));
	for (unsigned int n = 0; n < 32; n++) {
		fake.f[n] = 0;
	}
}

void vector_clear_all(void)
{
	if ((fake.csr[CSR_MSTATUS] & MSTATUS_VS) == 0) {
		fake_stop("a vector instruction without vectors", 0);
	}
}

u32 fpr_read32(unsigned int n)
{
	check_fp(MISA_EXT('F'));
	return (u32)fake.f[n];
}

void fpr_write32(unsigned int n, u32 bits)
{
	check_fp(MISA_EXT('F'));
	fake.f[n] = ~(u64)0xffffffff | bits;
	fake.csr[CSR_MSTATUS] |= MSTATUS_FS;
}
