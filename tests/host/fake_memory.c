/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of the fake machine: RAM, the CLINT, page tables (Priv. 12.3.2), PMP. */
#include <stdio.h>
#include <string.h>

#include "fake_hart.h"
#include "hw/mmio.h"

#define SUM_BIT BIT(18)
#define MXR_BIT BIT(19)

enum { LOAD_ACCESS = 5, STORE_ACCESS = 7, LOAD_PAGE = 13, STORE_PAGE = 15, VSSTATUS = 0x200 };

/* ---- physical ---- */

static bool in_ram(u64 pa, u64 size)
{
	return pa >= FAKE_RAM_BASE && pa - FAKE_RAM_BASE <= FAKE_RAM_SIZE - size;
}

u64 fake_load(u64 pa, unsigned int size)
{
	u64 v = 0;

	if (!in_ram(pa, size)) {
		fake_stop("no RAM there", pa);
	}
	memcpy(&v, &fake.ram[pa - FAKE_RAM_BASE], size);
	return v;
}

void fake_store(u64 pa, unsigned int size, u64 value)
{
	if (!in_ram(pa, size)) {
		fake_stop("no RAM there", pa);
	}
	memcpy(&fake.ram[pa - FAKE_RAM_BASE], &value, size);
}

static void *clint_register(u64 pa, unsigned int size)
{
	u64 offset = pa - FAKE_CLINT_BASE;
	u8 *reg = NULL;

	if (fake.device_dead || pa < FAKE_CLINT_BASE || pa % size != 0 || size < 4) {
		return NULL;
	}
	if (offset < 4 * FAKE_HARTS) {
		reg = size == 4 ? (u8 *)&fake.msip[offset / 4] : NULL;
	} else if (offset >= 0x4000 && offset < 0x4000 + 8 * FAKE_HARTS) {
		reg = (u8 *)&fake.mtimecmp[(offset - 0x4000) / 8] + offset % 8;
	} else if (offset >= 0xbff8 && offset < 0xc000) {
		reg = (u8 *)&fake.mtime + offset % 8;
	}
	return reg;
}

bool fake_bus_read(u64 pa, unsigned int size, u64 *value)
{
	const void *reg = clint_register(pa, size);

	*value = 0;
	if (in_ram(pa, size)) {
		*value = fake_load(pa, size);
		return true;
	}
	if (reg != NULL) {
		memcpy(value, reg, size);
		fake.mtime += pa == FAKE_CLINT_BASE + 0xbff8 ? fake.mtime_step : 0;
		return true;
	}
	return fake.device != NULL && fake.device(pa, size, false, value);
}

bool fake_bus_write(u64 pa, unsigned int size, u64 value)
{
	void *reg = clint_register(pa, size);

	if (in_ram(pa, size)) {
		fake_store(pa, size, value);
		return true;
	}
	if (reg != NULL) {
		memcpy(reg, &value, size);
	}
	for (unsigned int i = 0; i < FAKE_HARTS; i++) {
		fake.msip[i] &= 1; /* ACLINT 3: one bit, the others read as zero */
	}
	return reg != NULL || (fake.device != NULL && fake.device(pa, size, true, &value));
}

u32 memory_read16(u64 addr)
{
	if (addr % 2 != 0) {
		fake_stop("an instruction half at an odd address", addr);
	}
	return (u32)fake_load(addr, 2);
}

/* ---- translation, one byte at a time ---- */

static u64 page_fault(enum pmp_access a)
{
	return a == ACCESS_READ ? LOAD_PAGE : a == ACCESS_WRITE ? STORE_PAGE : 12;
}

static u64 access_fault(enum pmp_access a)
{
	return a == ACCESS_READ ? LOAD_ACCESS : a == ACCESS_WRITE ? STORE_ACCESS : 1;
}

static bool leaf_ok(u64 pte, const struct fake_view *v, enum pmp_access a)
{
	bool r = (pte & 2) != 0;
	bool w = (pte & 4) != 0;
	bool x = (pte & 8) != 0;
	bool u = (pte & 16) != 0;

	if (v->mode == 0 && !u) {
		return false;
	}
	if (v->mode == 1 && u && ((v->status & SUM_BIT) == 0 || a == ACCESS_EXECUTE)) {
		return false;
	}
	if ((pte & 64) == 0 || (a == ACCESS_WRITE && (pte & 128) == 0)) {
		return false; /* Svade: A and D are software's business */
	}
	if (a == ACCESS_WRITE) {
		return w;
	}
	return a == ACCESS_EXECUTE || v->hlvx ? x : r || ((v->status & MXR_BIT) != 0 && x);
}

/* 0 and *pa, or a cause. */
static u64 walk_byte(const struct fake_view *v, u64 satp, u64 va, enum pmp_access a, u64 *pa)
{
	static const int levels_of_mode[16] = {[8] = 3, [9] = 4, [10] = 5};
	int levels = levels_of_mode[satp >> 60];
	u64 table = (satp & BITS(43, 0)) << 12;
	int top = 12 + 9 * levels - 1;

	for (int bit = top; bit < 64; bit++) {
		if ((va >> bit & 1) != (va >> top & 1)) {
			return page_fault(a);
		}
	}
	while (levels-- > 0) {
		u64 at = table + (va >> (12 + 9 * levels) & 511) * 8;
		u64 span = (u64)1 << (12 + 9 * levels);
		u64 pte;

		if (!pmp_model_allows(&fake.pmp, at, 8, 1, ACCESS_READ) ||
		    !fake_bus_read(at, 8, &pte)) {
			return access_fault(a);
		}
		if ((pte & 1) == 0 || (pte & 6) == 4) {
			return page_fault(a);
		}
		table = (pte >> 10 & BITS(43, 0)) << 12;
		if ((pte & 10) != 0) {
			*pa = table + va % span;
			return table % span == 0 && leaf_ok(pte, v, a) ? 0 : page_fault(a);
		}
	}
	return page_fault(a);
}

u64 fake_translate(const struct fake_view *view, u64 va, unsigned int size, enum pmp_access access,
		   u64 *pa)
{
	u64 satp = view->virt ? fake.csr[CSR_VSATP] : fake.csr[CSR_SATP];

	if (view->virt && fake.csr[CSR_HGATP] != 0) {
		fake_stop("the fake hart has no guest stage", fake.csr[CSR_HGATP]);
	}
	*pa = va;
	if (view->mode != 3 && satp >> 60 != 0) {
		u64 last;
		u64 cause = walk_byte(view, satp, va, access, pa);

		cause = cause != 0 ? cause : walk_byte(view, satp, va + size - 1, access, &last);
		if (cause != 0) {
			return cause;
		}
		if (last != *pa + size - 1) {
			fake_stop("the fake hart cannot cross into another frame", va);
		}
	}
	return pmp_model_allows(&fake.pmp, *pa, size, view->mode, access) ? 0
									  : access_fault(access);
}
