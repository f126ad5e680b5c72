/* SPDX-License-Identifier: Apache-2.0 */
/* Which guarded instruction lies where in guard_insns.S, and with which mstatus it runs. */
#include "hw/guard.h"

#include "hw/csr.h"

/* guard_insns.S: runs the instruction at insn with a0 = rs1, a1 = rs2 under mstatus = status. */
struct guarded guard_run(u64 rs1, u64 rs2, const char *insn, u64 status);

extern const char guard_mem_ops[];
extern const char csr_stubs[];
extern const char pmp_addr_stubs[];
extern const char pmp_cfg_stubs[];

#define OP_BYTES 8u /* one instruction and its return */
#define STUB_BYTES (2u * OP_BYTES)

struct guarded guard_access(enum guard_op op, u64 addr, u64 value, u64 status)
{
	return guard_run(addr, value, guard_mem_ops + (unsigned int)op * OP_BYTES, status);
}

/* With MDT set a trap inside the monitor would be a double trap (Smdbltrp); the guard clears it. */
static u64 plain_status(void)
{
	return csr_read(CSR_MSTATUS) & ~(MSTATUS_MDT | MSTATUS_MIE | MSTATUS_MPRV);
}

struct guarded guard_plain(enum guard_op op, u64 addr, u64 value)
{
	return guard_access(op, addr, value, plain_status());
}

/* The first stub is that of index 1. */
static const char *csr_stub(unsigned int index)
{
	return csr_stubs + index * STUB_BYTES - STUB_BYTES;
}

struct guarded guard_csr_read(unsigned int index)
{
	return guard_run(0, 0, csr_stub(index), plain_status());
}

struct guarded guard_csr_swap(unsigned int index, u64 value)
{
	return guard_run(value, 0, csr_stub(index) + OP_BYTES, plain_status());
}

struct guarded guard_pmp_read_addr(unsigned int entry)
{
	return guard_run(0, 0, pmp_addr_stubs + entry * STUB_BYTES, plain_status());
}

struct guarded guard_pmp_read_cfg(unsigned int word)
{
	return guard_run(0, 0, pmp_cfg_stubs + word / 2 * STUB_BYTES, plain_status());
}

typedef u64 (*stub_fn)(u64 value);

static u64 stub_call(const char *stub, u64 value)
{
	return ((stub_fn)(uintptr_t)stub)(value);
}

void pmp_write_addr(unsigned int entry, u64 value)
{
	stub_call(pmp_addr_stubs + entry * STUB_BYTES + OP_BYTES, value);
}

u64 pmp_read_addr(unsigned int entry)
{
	return stub_call(pmp_addr_stubs + entry * STUB_BYTES, 0);
}

void pmp_write_cfg(unsigned int word, u64 value)
{
	stub_call(pmp_cfg_stubs + word / 2 * STUB_BYTES + OP_BYTES, value);
}

u64 pmp_read_cfg(unsigned int word)
{
	return stub_call(pmp_cfg_stubs + word / 2 * STUB_BYTES, 0);
}
