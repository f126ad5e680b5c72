/* SPDX-License-Identifier: Apache-2.0 */
/* src/hw for the proofs: what the monitor does to its hart is done to the model of one. */
#include "hw/csr.h"
#include "hw/csr_index.h"
#include "hw/gpr.h"
#include "hw/guard.h"
#include "hw/mmio.h"
#include "hw/mpv.h"
#include "proof.h"

struct model_hart physical;
uint32_t word_at_pc;
struct machine machine;

#define ILLEGAL_CAUSE 2

static const u16 number_of[CSR_INDEX_COUNT] = {
#define CSR(num, name, how) [CSR_INDEX_##name] = num,
#include "hw/csr_list.h"
#undef CSR
};

/* A guest must not be able to bring this about (docs/invariants.md). */
NORETURN void panic(const char *file, int line, const char *what)
{
	(void)file;
	(void)line;
	(void)what;
	__CPROVER_assert(0, "no CHECK of the monitor fails");
	__CPROVER_assume(0);
	for (;;) {
	}
}

/* ---- CSRs of the monitor itself ---- */

u64 fake_csrr(unsigned int num)
{
	u64 value;

	__CPROVER_assert(model_csr_read(&physical, num, &value), "the monitor's CSR is there");
	return value;
}

void fake_csrw(unsigned int num, u64 value)
{
	__CPROVER_assert(model_csr_write(&physical, num, value), "the monitor's CSR is there");
}

u64 fake_csrrw(unsigned int num, u64 value)
{
	u64 old = fake_csrr(num);

	fake_csrw(num, value);
	return old;
}

/* mip: csrrs and csrrc write back the software bit, not the wire (Priv. 3.1.9). */
static u64 to_write_back(unsigned int num, u64 old)
{
	return num == CSR_MIP ? (old & ~BIT(IRQ_SEI)) | (physical.mip & BIT(IRQ_SEI)) : old;
}

u64 fake_csrrs(unsigned int num, u64 mask)
{
	u64 old = fake_csrr(num);

	fake_csrw(num, to_write_back(num, old) | mask);
	return old;
}

u64 fake_csrrc(unsigned int num, u64 mask)
{
	u64 old = fake_csrr(num);

	fake_csrw(num, to_write_back(num, old) & ~mask);
	return old;
}

void hw_fence(void)
{
}

void hw_fence_i(void)
{
}

void hw_sfence_vma(void)
{
}

void hw_hfence_gvma(void)
{
}

void hw_hfence_vvma(void)
{
}

void hw_wfi(void)
{
}

void hw_set_mpv(void)
{
	__CPROVER_assert(0, "there is no MPV without the H extension");
}

void hw_clear_mpv(void)
{
	__CPROVER_assert(0, "there is no MPV without the H extension");
}

/* ---- guarded instructions ---- */

static struct guarded refused(void)
{
	physical.mcause = ILLEGAL_CAUSE;
	physical.mepc = any_u64();
	physical.mtval = 0;
	return (struct guarded){ .value = physical.mstatus, .fault = ILLEGAL_CAUSE + 1 };
}

struct guarded guard_csr_read(unsigned int index)
{
	struct guarded g = { 0 };

	return model_csr_read(&physical, number_of[index], &g.value) ? g : refused();
}

struct guarded guard_csr_swap(unsigned int index, u64 value)
{
	struct guarded g = { 0 };

	if (!model_csr_read(&physical, number_of[index], &g.value)) {
		return refused();
	}
	model_csr_write(&physical, number_of[index], value);
	return g;
}

static struct guarded read_number(unsigned int num)
{
	struct guarded g = { 0 };

	return model_csr_read(&physical, num, &g.value) ? g : refused();
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

/* Extensions that this hart lacks: Svinval, Zawrs, Smctr. */
struct guarded guard_plain(enum guard_op op, u64 addr, u64 value)
{
	(void)value;
	if (op == GUARD_LHU) {
		return (struct guarded){ .value = memory_read16(addr) };
	}
	return refused();
}

struct guarded guard_access(enum guard_op op, u64 addr, u64 value, u64 status)
{
	(void)op;
	(void)addr;
	(void)value;
	(void)status;
	__CPROVER_assert(0, "no guest memory is touched for this instruction");
	return refused();
}

/* ---- memory and devices ---- */

u32 memory_read16(u64 addr)
{
	if (addr == hart.pc) {
		return word_at_pc & 0xffff;
	}
	return addr == hart.pc + 2 ? word_at_pc >> 16 : 0;
}

u32 mmio_read32(u64 addr)
{
	(void)addr;
	__CPROVER_assert(0, "no device is touched for this instruction");
	return 0;
}

void mmio_write32(u64 addr, u32 value)
{
	(void)addr;
	(void)value;
	__CPROVER_assert(0, "no device is touched for this instruction");
}

/* Only the firmware's instructions are proved here: page tables are walk's. */
bool model_memory_read64(uint64_t at, uint64_t *value)
{
	(void)at;
	*value = any_u64();
	return true;
}

/* ---- registers that stay in hardware ---- */

u64 gpr_live_read(unsigned int n)
{
	return physical.x[n & 31];
}

void gpr_live_write(unsigned int n, u64 value)
{
	physical.x[n & 31] = value;
}

void gpr_save_all(u64 *to, const u64 *x)
{
	for (unsigned int n = 1; n < 32; n++) {
		to[n] = (GPR_LIVE_MASK >> n & 1) != 0 ? physical.x[n] : x[n];
	}
}

void gpr_load_all(u64 *x, const u64 *from)
{
	for (unsigned int n = 1; n < 32; n++) {
		if ((GPR_LIVE_MASK >> n & 1) != 0) {
			physical.x[n] = from[n];
		} else {
			x[n] = from[n];
		}
	}
}
