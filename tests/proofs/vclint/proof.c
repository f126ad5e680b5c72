/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An access to the virtual CLINT reaches the device, a virtual register or nobody, as it should.
 *
 * Proved, for up to three msip registers anywhere, any map of them to harts, any address, width and
 * value, by PROOF_PART. 0, a store: one that touches no byte of msip reaches the device once, as
 * it is; one that does never reaches it, and is carried out only if it is a whole register
 * of 4 bytes of one of our harts: then that hart's vmsip gets bit 0, and no other one changes, and
 * another hart's doorbell is rung. Else it is refused at its own address. 1, a load: it reaches the
 * device once, as it is, and shows its value but for bit 0 of each msip register in it that is of
 * one of our harts, which is vmsip. 2, vclint_quick(): it changes nothing, or the instruction at pc
 * was one that the decoder reads as a load or store of 4 or 8 bytes at the address that trapped,
 * aligned, in one of three registers (mtime, loaded; this hart's mtimecmp, loaded or stored
 * whole; this hart's msip, 4 bytes), the firmware's rules grant it over all of the shield, and
 * afterwards rd and pc, or the register, are as after the access. In all parts a virtual interrupt
 * is looked for after each store.
 * Assumed: two harts, no policy, and the timer of the hart is not shared; mmio_pass() is anything
 * (mmio proves what it is); msip registers do not wrap around. Part 2: mtime and mtimecmp are
 * aligned by 8 and msip by 4, as machines have them (read_clint), and lie apart. Bounds: an access
 * has at most 8 bytes.
 */
#include "monitor/decode.h"
#include "monitor/ipi.h"
#include "monitor/regs.h"
#include "monitor/timer.h"
#include "monitor/vclint.h"
#include "monitor/vpmp.h"
#include "proof.h"

#define HARTS 2
#define REGISTERS 3

struct machine machine;
uint32_t word_at_pc;
static struct hart other;
static u32 before[HARTS];
static unsigned int rung;
static struct { unsigned int count; struct mmio_access seen; u64 loaded; bool fails; } device;
static struct { unsigned int loads, stores, width; u64 addr, value; } registers;

/* ---- surroundings ---- */

bool mmio_pass(struct mmio_access *a)
{
	device.count++;
	device.seen = *a;
	a->value = a->is_store || device.fails ? a->value : device.loaded;
	return !device.fails;
}

void mmio_quick_store(struct hart *h, u64 tval)
{
	__CPROVER_assert(h == &hart && tval == device.seen.pa, "what is none of these registers");
	device.count++;
}

void ipi_ring(const struct hart *target)
{
	__CPROVER_assert(target == &other, "only another hart is rung");
	rung++;
}

static u64 load_register(u64 addr, unsigned int width_log2)
{
	registers.loads++;
	registers.addr = addr;
	registers.width = width_log2;
	return registers.value;
}

u32 mmio_read32(u64 addr)
{
	return (u32)load_register(addr, 2);
}

u64 mmio_read64(u64 addr)
{
	return load_register(addr, 3);
}

void timer_set_mtimecmp(struct hart *h, u64 when)
{
	__CPROVER_assert(h == &hart, "the hart's own");
	registers.stores++;
	registers.value = when;
}

u64 timer_mtimecmp(const struct hart *h)
{
	(void)h;
	__CPROVER_assert(0, "the timer is not shared");
	return 0;
}

u32 memory_read16(u64 addr)
{
	__CPROVER_assert(addr == hart.pc || addr == hart.pc + 2, "the instruction alone is read");
	__CPROVER_assert(hart.pc - hart.code.base < hart.code.size, "where its code is known");
	return (addr == hart.pc ? word_at_pc : word_at_pc >> 16) & 0xffff;
}

u64 gpr_live_read(unsigned int n)
{
	return native.x[n];
}

void gpr_live_write(unsigned int n, u64 value)
{
	native.x[n] = value;
}

void vpmp_find_shield(struct hart *h)
{
	h->shield_may = SHIELD_KNOWN | (any_u8() & (PMP_R | PMP_W));
}

struct hart nondet_monitor(void);

static void describe_machine(void)
{
	struct clint_map *c = &machine.clint;

	hart = nondet_monitor();
	machine.hart_count = HARTS;
	machine.harts[0] = &hart;
	machine.harts[1] = &other;
	hart.vmsip = before[0] = any_u8() & 1;
	other.vmsip = before[1] = any_u8() & 1;
	c->msip_count = any_u8() & REGISTERS;
	c->msip = (struct range){ any_u64(), 4 * (u64)c->msip_count };
	__CPROVER_assume(c->msip.base <= ~(u64)0 - 4 * REGISTERS);
	for (unsigned int i = 0; i < REGISTERS; i++) {
		c->msip_hart[i] = any_u8();
	}
}

/* ---- whose msip ---- */

/* Whose msip register begins at this address; HARTS: nobody's. In numbers, not by range.h. */
static unsigned int owner_at(u64 addr)
{
	const struct clint_map *c = &machine.clint;

	for (unsigned int i = 0; i < REGISTERS; i++) {
		if (i < c->msip_count && addr == c->msip.base + 4 * i && c->msip_hart[i] < HARTS) {
			return c->msip_hart[i];
		}
	}
	return HARTS;
}

static bool touches_msip(const struct mmio_access *a)
{
	bool any = false;

	for (unsigned int i = 0; i < 8; i++) {
		/* What would wrap around is cut off. */
		any = any || (i < 1u << a->width_log2 && a->pa + i >= a->pa &&
			      a->pa + i - machine.clint.msip.base < machine.clint.msip.size);
	}
	return any;
}

static void check_untouched(unsigned int but)
{
	__CPROVER_assert(but == 0 || hart.vmsip == before[0], "no other vmsip changes");
	__CPROVER_assert(but == 1 || other.vmsip == before[1], "no other vmsip changes");
	__CPROVER_assert(rung == (but == 1 ? 1 : 0), "who is rung");
}

static void check_device(const struct mmio_access *a)
{
	__CPROVER_assert(device.count == 1, "the device sees the access once");
	__CPROVER_assert(device.seen.pa == a->pa && device.seen.width_log2 == a->width_log2 &&
			 device.seen.is_store == a->is_store, "as it is");
	__CPROVER_assert(!a->is_store || device.seen.value == a->value, "with its value");
}

/* ---- stores and loads ---- */

static void check_store(const struct mmio_access *a, const struct mmio_access *after, bool done)
{
	unsigned int owner = owner_at(a->pa);

	__CPROVER_assert(hart.irq_check != 0, "interrupts are looked for");
	if (!touches_msip(a)) {
		check_device(a);
		__CPROVER_assert(done == !device.fails, "the device decides");
		check_untouched(HARTS);
		return;
	}
	__CPROVER_assert(device.count == 0, "the doorbells are the monitor's");
	__CPROVER_assert(done == (owner < HARTS && a->width_log2 == 2), "whole registers only");
	__CPROVER_assert(done || after->fault == a->pa, "where it is refused");
	check_untouched(done ? owner : HARTS);
	__CPROVER_assert(!done || (owner == 0 ? hart.vmsip : other.vmsip) == (a->value & 1),
			 "bit 0 is written");
	__CPROVER_assert(!done || owner == 0, "witness: the other hart's is written");
}

static void check_load(const struct mmio_access *a, const struct mmio_access *after, bool done)
{
	check_device(a);
	check_untouched(HARTS);
	__CPROVER_assert(done == !device.fails, "the device decides");
	for (unsigned int i = 0; done && i < 1u << a->width_log2; i++) {
		unsigned int owner = owner_at(a->pa + i);
		u64 expected = device.loaded >> 8 * i & 0xff;

		if (owner < HARTS) {
			expected = (expected & ~(u64)1) | before[owner];
			__CPROVER_assert(owner == 0, "witness: the other hart's is shown");
		}
		__CPROVER_assert((after->value >> 8 * i & 0xff) == expected, "what is loaded");
	}
}

static void check_access(void)
{
	struct mmio_access a = {
		.pa = any_u64(), .width_log2 = any_u8() & 3, .is_store = PROOF_PART == 0,
		.value = any_u64(), .fault = any_u64(),
	}, after = a;
	bool done;

	__CPROVER_assume(a.pa + ((u64)1 << a.width_log2) - 1 >= a.pa);
	device.loaded = any_u64();
	device.fails = any_bool();
	done = vclint_perform(&hart, &after);
#if PROOF_PART == 0
	check_store(&a, &after, done);
#else
	check_load(&a, &after, done);
#endif
}

/* ---- the short way ---- */

static void place_registers(void)
{
	u64 msip = hart.msip_addr & ~(u64)7, time = machine.clint.mtime = any_u64() & ~(u64)7;

	hart.msip_addr &= ~(u64)3;
	hart.timer.mtimecmp_addr &= ~(u64)7;
	hart.timer.shared = false;
	__CPROVER_assume(msip != time && msip != hart.timer.mtimecmp_addr &&
			 time != hart.timer.mtimecmp_addr);
}

/* The registers that this access may reach: each with its own width, mtime only to be read. */
static bool is_allowed(struct insn insn, u64 va)
{
	bool is_store = insn.op == INSN_STORE;

	if (va == hart.msip_addr) {
		return insn.width_log2 == 2;
	}
	if ((va & ~(u64)7) == hart.timer.mtimecmp_addr) {
		return !is_store || insn.width_log2 == 3;
	}
	return !is_store && (va & ~(u64)7) == machine.clint.mtime;
}

static void check_stored(u64 va, u64 value)
{
	bool is_msip = va == hart.msip_addr;

	__CPROVER_assert(registers.loads == 0 && registers.stores == (is_msip ? 0 : 1),
			 "that register alone");
	__CPROVER_assert((is_msip ? hart.vmsip : registers.value) == (is_msip ? value & 1 : value),
			 "what is stored");
	__CPROVER_assert(!is_msip || hart.irq_check != 0, "interrupts are looked for");
}

static void check_loaded(struct insn insn, u64 va)
{
	bool is_msip = va == hart.msip_addr;
	u64 loaded = is_msip ? before[0] : registers.value;

	__CPROVER_assert(registers.loads == (is_msip ? 0 : 1) && registers.stores == 0 &&
			 hart.vmsip == before[0], "that register alone");
	__CPROVER_assert(is_msip || (registers.addr == va && registers.width == insn.width_log2),
			 "where it is loaded");
	loaded = insn.width_log2 == 2 ? (u64)(s64)(s32)loaded : loaded;
	__CPROVER_assert(insn.rd == 0 || reg_read(&hart, insn.rd) == loaded, "what is loaded");
}

static void check_carried_out(struct insn insn, u64 va, const u64 *x)
{
	bool is_store = insn.op == INSN_STORE;

	__CPROVER_assert(insn.op == INSN_LOAD || is_store, "a load or a store");
	__CPROVER_assert(insn.width_log2 >= 2 && insn.width_log2 <= 3 &&
			 va % (1u << insn.width_log2) == 0, "of 4 or 8 bytes, aligned");
	__CPROVER_assert(is_allowed(insn, va), "a register that it may reach");
	__CPROVER_assert((hart.shield_may & (is_store ? PMP_W : PMP_R)) != 0, "the firmware may");
	if (is_store) {
		check_stored(va, x[insn.rs2]);
	} else {
		check_loaded(insn, va);
	}
}

static void check_quick(void)
{
	struct insn insn;
	u64 x[32], va, tval = any_u64(), pc = hart.pc;
	unsigned int n = any_u8() & 31;

	word_at_pc = any_u32();
	insn = insn_decode(word_at_pc);
	native.x[0] = hart.x[0] = 0;
	for (unsigned int i = 0; i < 32; i++) {
		native.x[i] = i == 0 ? 0 : any_u64();
		x[i] = reg_read(&hart, i);
	}
	va = x[insn.rs1] + (u64)(s64)insn.imm;
	place_registers();
	registers.value = any_u64();
	device.seen.pa = tval;
	vclint_quick(&hart, tval);
	__CPROVER_assert(other.vmsip == before[1] && rung == 0, "no other hart's");
	__CPROVER_assert(reg_read(&hart, n) == x[n] ||
			 (hart.pc != pc && insn.op == INSN_LOAD && n == insn.rd), "registers");
	if (hart.pc == pc) {
		__CPROVER_assert(registers.loads + registers.stores == 0 &&
				 hart.vmsip == before[0], "nothing has happened");
		return;
	}
	__CPROVER_assert(device.count == 0 && hart.pc == pc + insn.len && va == tval,
			 "the instruction that trapped");
	__CPROVER_assert(hart.view == VIEW_FIRMWARE, "no MPRV");
	check_carried_out(insn, va, x);
	__CPROVER_assert(insn.len == 4, "witness: short ones are carried out");
	__CPROVER_assert(insn.len == 2, "witness: long ones are carried out");
}

int main(void)
{
	describe_machine();
#if PROOF_PART == 2
	check_quick();
#else
	check_access();
#endif
	witness();
	return 0;
}
