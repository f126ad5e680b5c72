/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A memory instruction on an emulated device does what the manual says, and asks before.
 *
 * Proved of memop_device(), for any decoded instruction of up to 8 bytes, any registers, address
 * and reservation: it first asks for the rights that the instruction needs, over all of its bytes
 * (AMOs: to read and to write), and without them no device sees anything. Every access to the
 * device has the instruction's address and width: one load or one store for LOAD, STORE, FLOAD,
 * FSTORE and LR; for an AMO one load, then one store of what the A extension says; for SC the same
 * if its reservation is at this address and the value is what LR saw, else no store. rd, or the f
 * register with FS dirty, gets what it should, and nothing else changes; after a fault no register
 * at all does, the trap's mtval lies in the instruction's bytes as the device's fault says, and the
 * cause is that of a store if the device refused a store. Instructions that are no accesses, and
 * floating-point ones without F, D or FS, do nothing.
 * Assumed: what a device loads is zero-extended, and its fault lies in the access (mmio, vclint).
 * Bounds: none but these.
 */
#include "hw/csr.h"
#include "monitor/memop.h"
#include "monitor/mmio.h"
#include "monitor/regs.h"
#include "monitor/vpmp.h"
#include "proof.h"

struct machine machine;
static struct insn insn;
static struct memop_place at;
static unsigned int rights, byte_rights; /* PMP_R, PMP_W: of the whole access, of its first byte */
static bool asked;
static u64 x[32], fs, fpr, fpr_written;
static unsigned int fpr_writes, fpr_number, dirty;
static struct {
	unsigned int count;
	bool is_store[2], refuses[2];
	u64 value[2], fault[2], loaded;
} device;

static u64 bytes(void)
{
	return (u64)1 << insn.width_log2;
}

static u64 low_bytes(u64 value)
{
	return value << (64 - 8 * bytes()) >> (64 - 8 * bytes());
}

static u64 extended(u64 value)
{
	return (u64)((s64)(value << (64 - 8 * bytes())) >> (64 - 8 * bytes()));
}

/* ---- surroundings ---- */

static bool may(const struct hart *h, u64 addr, u64 size, unsigned int need)
{
	__CPROVER_assert(h == &hart && addr == at.pa, "of this access");
	if (size == bytes()) {
		asked = true;
		return (need & ~rights) == 0;
	}
	__CPROVER_assert(size == 1 && device.count < 2, "or, after a refusal, of its first byte");
	return (need & ~byte_rights) == 0;
}

bool mmio_perform(struct hart *h, struct mmio_access *a)
{
	unsigned int n = device.count;

	__CPROVER_assert(h == &hart && asked, "rights are asked first");
	__CPROVER_assert(n < 2 && a->pa == at.pa && a->width_log2 == insn.width_log2, "whole");
	__CPROVER_assert((rights & (a->is_store ? PMP_W : PMP_R)) != 0 || insn.op == INSN_SC,
			 "nothing is done without the right to it");
	device.count++;
	device.is_store[n] = a->is_store;
	device.value[n] = a->value;
	if (device.refuses[n]) {
		a->fault = device.fault[n];
	} else if (!a->is_store) {
		a->value = device.loaded;
	}
	return !device.refuses[n];
}

u64 fake_csrr(unsigned int num)
{
	__CPROVER_assert(num == CSR_MSTATUS, "FS alone is read");
	return fs;
}

u64 fake_csrrs(unsigned int num, u64 mask)
{
	__CPROVER_assert(num == CSR_MSTATUS && mask == MSTATUS_FS, "FS alone is written");
	dirty++;
	return 0;
}

u64 gpr_live_read(unsigned int n)
{
	return native.x[n];
}

void gpr_live_write(unsigned int n, u64 value)
{
	native.x[n] = value;
}

u64 fpr_read64(unsigned int n)
{
	__CPROVER_assert(fs != 0 && n == insn.rs2, "the register of the store");
	return fpr;
}

u32 fpr_read32(unsigned int n)
{
	return (u32)fpr_read64(n);
}

void fpr_write64(unsigned int n, u64 value)
{
	fpr_writes++;
	fpr_number = n;
	fpr_written = value;
}

void fpr_write32(unsigned int n, u32 value)
{
	fpr_write64(n, value);
}

/* ---- what the manual says ---- */

static bool is_float(void)
{
	return insn.op == INSN_FLOAD || insn.op == INSN_FSTORE;
}

static bool is_atomic(void)
{
	return insn.op == INSN_LR || insn.op == INSN_SC || insn.op == INSN_AMO;
}

static bool is_plain_store(void)
{
	return insn.op == INSN_STORE || insn.op == INSN_FSTORE;
}

static bool is_carried_out(void)
{
	u64 need = insn.width_log2 == 3 ? MISA_EXT('D') : MISA_EXT('F');

	if (is_float()) {
		return insn.width_log2 >= 2 && (hart.caps.misa & need) != 0 && fs != 0;
	}
	return insn.op == INSN_LOAD || insn.op == INSN_STORE ||
	       (is_atomic() && insn.width_log2 >= 2);
}

static unsigned int needed(void)
{
	if (insn.op == INSN_AMO) {
		return PMP_R | PMP_W;
	}
	return is_plain_store() || insn.op == INSN_SC ? PMP_W : PMP_R;
}

static u64 amo_word(uint32_t old, uint32_t arg)
{
	switch (insn.amo) {
	case INSN_AMO_SWAP: return arg;
	case INSN_AMO_ADD: return (uint32_t)(old + arg);
	case INSN_AMO_XOR: return old ^ arg;
	case INSN_AMO_OR: return old | arg;
	case INSN_AMO_AND: return old & arg;
	case INSN_AMO_MIN: return (int32_t)old <= (int32_t)arg ? old : arg;
	case INSN_AMO_MAX: return (int32_t)old >= (int32_t)arg ? old : arg;
	case INSN_AMO_MINU: return old <= arg ? old : arg;
	default: return old >= arg ? old : arg;
	}
}

static u64 amo_double(uint64_t old, uint64_t arg)
{
	switch (insn.amo) {
	case INSN_AMO_SWAP: return arg;
	case INSN_AMO_ADD: return old + arg;
	case INSN_AMO_XOR: return old ^ arg;
	case INSN_AMO_OR: return old | arg;
	case INSN_AMO_AND: return old & arg;
	case INSN_AMO_MIN: return (int64_t)old <= (int64_t)arg ? old : arg;
	case INSN_AMO_MAX: return (int64_t)old >= (int64_t)arg ? old : arg;
	case INSN_AMO_MINU: return old <= arg ? old : arg;
	default: return old >= arg ? old : arg;
	}
}

/* What is stored; of an AMO that has loaded. */
static u64 stored(void)
{
	if (insn.op == INSN_AMO) {
		return insn.width_log2 == 3 ? amo_double(device.loaded, x[insn.rs2])
					    : amo_word((u32)device.loaded, (u32)x[insn.rs2]);
	}
	return low_bytes(insn.op == INSN_FSTORE ? fpr : x[insn.rs2]);
}

/* ---- before and after ---- */

struct hart nondet_monitor(void);
struct insn nondet_insn(void);

static void choose_instruction(void)
{
	insn = nondet_insn();
	__CPROVER_assume(insn.op < INSN_OP_COUNT && insn.width_log2 <= 3);
	__CPROVER_assume(insn.rd < 32 && insn.rs1 < 32 && insn.rs2 < 32 && insn.amo < 32);
	__CPROVER_assume(insn.amo == INSN_AMO_SWAP || insn.amo % 4 == 0);
	insn.flags &= INSN_F_SIGNED;
	insn.flags |= insn.op == INSN_LR ? INSN_F_SIGNED : 0;
	if (is_plain_store() || insn.op == INSN_AMO || insn.op == INSN_SC) {
		insn.flags |= INSN_F_WRITE;
	}
}

static void choose_rest(void)
{
	hart = nondet_monitor();
	for (unsigned int i = 0; i < 32; i++) {
		native.x[i] = any_u64();
		hart.x[i] = i == 0 ? 0 : any_u64();
		x[i] = reg_read(&hart, i);
	}
	at = (struct memop_place){ any_u64(), any_u64(), may };
	rights = any_u8() & (PMP_R | PMP_W);
	byte_rights = rights | (any_u8() & (PMP_R | PMP_W));
	fs = any_u64() & MSTATUS_FS;
	fpr = any_u64();
	device.loaded = low_bytes(any_u64());
	for (unsigned int n = 0; n < 2; n++) {
		device.refuses[n] = any_bool();
		device.fault[n] = at.pa + (any_u8() & (bytes() - 1));
	}
}

/* Does the instruction store, if the device refuses nothing? */
static bool will_store(u64 lr_addr, u64 lr_value)
{
	if (insn.op == INSN_SC) {
		return lr_addr == at.pa && extended(device.loaded) == lr_value;
	}
	return is_plain_store() || insn.op == INSN_AMO;
}

static bool will_load(u64 lr_addr)
{
	return insn.op == INSN_SC ? lr_addr == at.pa : !is_plain_store();
}

/* The accesses that there are if the rights are, up to the first that is refused. */
static bool check_accesses(bool loads, bool stores)
{
	unsigned int n = 0;

	if (loads) {
		__CPROVER_assert(device.count > 0 && !device.is_store[0], "a load first");
		if (device.refuses[n++]) {
			__CPROVER_assert(device.count == 1, "which was the last");
			return false;
		}
	}
	if (stores) {
		__CPROVER_assert(device.count > n && device.is_store[n], "then a store");
		__CPROVER_assert(low_bytes(device.value[n]) == stored(), "what is stored");
		if (device.refuses[n++]) {
			__CPROVER_assert(device.count == n, "which was the last");
			return false;
		}
	}
	__CPROVER_assert(device.count == n, "no other access");
	return true;
}

static u64 result(bool stores)
{
	if (insn.op == INSN_SC) {
		return stores ? 0 : 1;
	}
	if (insn.op == INSN_LOAD && (insn.flags & INSN_F_SIGNED) == 0) {
		return device.loaded;
	}
	return extended(device.loaded);
}

static void check_registers(bool done, bool stores)
{
	bool writes = done && !is_plain_store() && insn.op != INSN_FLOAD;
	unsigned int n = any_u8() & 31;

	__CPROVER_assert(reg_read(&hart, n) == (writes && n != 0 && n == insn.rd ? result(stores)
									   : x[n]),
			 "registers");
	if (done && insn.op == INSN_FLOAD) {
		__CPROVER_assert(fpr_writes == 1 && fpr_number == insn.rd && dirty == 1 &&
				 fpr_written == device.loaded, "the f register");
	} else {
		__CPROVER_assert(fpr_writes == 0 && dirty == 0, "no f register");
	}
}

static void check_trap(const struct trap *t, u64 cause, bool granted)
{
	unsigned int last = device.count - 1;
	bool amo = !granted && insn.op == INSN_AMO && byte_rights == PMP_R;

	__CPROVER_assert(granted || t->tval == at.va, "mtval of what the rules refuse");
	if (granted) {
		__CPROVER_assert(t->tval - at.va == device.fault[last] - at.pa, "mtval");
		__CPROVER_assert(t->tval - at.va < bytes(), "in the instruction's bytes");
	}
	__CPROVER_assert(t->cause == (amo || (granted && device.is_store[last]) ?
				      CAUSE_STORE_ACCESS : cause), "cause");
}

static void check_access(enum memop_result how, const struct trap *t, u64 cause, u64 lr_addr,
			 u64 lr_value)
{
	bool granted = (needed() & ~rights) == 0;
	bool stores = will_store(lr_addr, lr_value);
	bool done = granted && check_accesses(will_load(lr_addr), stores);

	__CPROVER_assert(granted || device.count == 0, "nothing without the rights");
	__CPROVER_assert(how == (done ? MEMOP_DONE : MEMOP_FAULT), "what is said of it");
	check_registers(done, stores);
	if (done && insn.op == INSN_LR) {
		__CPROVER_assert(hart.lr_addr == at.pa && hart.lr_value == result(false),
				 "the reservation");
		__CPROVER_assert(insn.width_log2 == 2, "witness: wide ones, too");
	} else if (granted && insn.op == INSN_SC) {
		__CPROVER_assert(hart.lr_addr == ~(u64)0, "no reservation after SC");
	} else {
		__CPROVER_assert(hart.lr_addr == lr_addr && hart.lr_value == lr_value,
				 "it is kept");
	}
	if (!done) {
		check_trap(t, cause, granted);
	}
	__CPROVER_assert(!done || insn.op != INSN_SC || !stores, "witness: SC succeeds");
}

int main(void)
{
	struct trap t = { .cause = any_u64(), .tval = any_u64() }, before = t;
	enum memop_result how;
	u64 lr_addr, lr_value;

	choose_instruction();
	choose_rest();
	lr_addr = hart.lr_addr;
	lr_value = hart.lr_value;
	how = memop_device(&hart, insn, &at, &t);
	if (is_carried_out()) {
		check_access(how, &t, before.cause, lr_addr, lr_value);
	} else {
		__CPROVER_assert(how == MEMOP_OTHER && !asked && device.count == 0, "nothing");
		__CPROVER_assert(t.cause == before.cause && t.tval == before.tval, "no trap");
		check_registers(false, false);
	}
	witness();
	return 0;
}
