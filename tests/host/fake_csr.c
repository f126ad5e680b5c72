/* SPDX-License-Identifier: Apache-2.0 */
/* CSRs of the fake hart: aliases and WARL fields, from the manual (Priv. 3.1, 12.1, 18.2). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_hart.h"

static struct fake_hart boot_hart;
struct fake_hart *fake_now = &boot_hart;

#define SSTATUS_BITS                                                                        \
	(MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_UBE | MSTATUS_SPP | MSTATUS_VS | MSTATUS_FS | \
	 MSTATUS_XS | MSTATUS_SUM | MSTATUS_MXR | MSTATUS_SPELP | MSTATUS_SDT | MSTATUS_UXL)
#define S_IRQS (BIT(IRQ_SSI) | BIT(IRQ_STI) | BIT(IRQ_SEI) | BIT(IRQ_LCOFI))
#define VS_IRQS (BIT(IRQ_VSSI) | BIT(IRQ_VSTI) | BIT(IRQ_VSEI))
#define MIP_WRITABLE (S_IRQS | BIT(IRQ_VSSI))

enum {
	SIE = 0x104,
	SIP = 0x144,
	VSIE = 0x204,
	VSIP = 0x244,
	HIDELEG = 0x603,
	HIE = 0x604,
	HIP = 0x644,
	HVIP = 0x645,
	SEED = 0x015,
	STOPI = 0xdb0
};

NORETURN void fake_stop(const char *what, u64 value)
{
	fprintf(stderr, "fake hart: %s (0x%llx)\n", what, (unsigned long long)value);
	abort();
}

static bool has_h(void)
{
	return (fake.csr[CSR_MISA] & MISA_EXT('H')) != 0;
}

/* ---- mstatus ---- */

static u64 read_mstatus(void)
{
	u64 v = fake.csr[CSR_MSTATUS];

	if (field_get(v, MSTATUS_FS) == 3 || field_get(v, MSTATUS_VS) == 3 ||
	    field_get(v, MSTATUS_XS) == 3) {
		v |= MSTATUS_SD;
	}
	return v;
}

static void put_mstatus(u64 value)
{
	u64 old = fake.csr[CSR_MSTATUS];
	u64 v = (old & ~fake.mask[CSR_MSTATUS]) | (value & fake.mask[CSR_MSTATUS]);
	u64 uxl = field_get(v, MSTATUS_UXL);

	if (!fake.in_guard && !fake.native && (v & (MSTATUS_MIE | MSTATUS_MPRV)) != 0) {
		fake_stop("mstatus would let interrupts in, or MPRV change the monitor's accesses",
			  v);
	}
	if (field_get(v, MSTATUS_MPP) == 2) {
		v = field_set(v, MSTATUS_MPP, field_get(old, MSTATUS_MPP));
	}
	if (uxl == 0 || uxl == 3) {
		v = field_set(v, MSTATUS_UXL, field_get(old, MSTATUS_UXL));
	}
	if ((v & MSTATUS_SDT) != 0) {
		v &= ~MSTATUS_SIE; /* Ssdbltrp */
	}
	fake.csr[CSR_MSTATUS] = v | fake.ones[CSR_MSTATUS];
}

/* ---- interrupts ---- */

u64 fake_mip(void)
{
	u64 mip = fake.csr[CSR_MIP] | fake.wires;

	mip |= fake.msip[0] != 0 ? BIT(IRQ_MSI) : 0;
	mip |= fake.mtime >= fake.mtimecmp[0] ? BIT(IRQ_MTI) : 0;
	return mip | (has_h() ? fake.csr[HVIP] : 0);
}

int fake_highest_irq(u64 ready)
{
	static const u8 order[] = {11, 3, 7, 9, 1, 5, 12, 10, 2, 6, 13};

	for (unsigned int i = 0; i < sizeof(order) && !fake.irq_lowest_first; i++) {
		if ((ready >> order[i] & 1) != 0) {
			return order[i];
		}
	}
	for (int i = 0; i < 64; i++) {
		if ((ready >> i & 1) != 0) {
			return i;
		}
	}
	return -1;
}

static void put_through(u64 *reg, u64 mask, u64 value)
{
	*reg = (*reg & ~mask) | (value & mask);
}

static u64 read_top(u64 ready)
{
	int irq = fake_highest_irq(ready);

	return irq < 0 ? 0 : (u64)irq << 16 | 1;
}

static bool read_irq_alias(unsigned int num, u64 *value)
{
	u64 deleg = fake.csr[CSR_MIDELEG];

	switch (num) {
	case SIE:
		*value = fake.csr[CSR_MIE] & deleg & S_IRQS;
		return true;
	case SIP:
		*value = fake_mip() & deleg & S_IRQS;
		return true;
	case HIE:
		*value = fake.csr[CSR_MIE] & (VS_IRQS | BIT(IRQ_SGEI));
		return true;
	case HIP:
		*value = fake_mip() & (VS_IRQS | BIT(IRQ_SGEI));
		return true;
	case VSIE:
		*value = (fake.csr[CSR_MIE] & fake.csr[HIDELEG] & VS_IRQS) >> 1;
		return true;
	case VSIP:
		*value = (fake_mip() & fake.csr[HIDELEG] & VS_IRQS) >> 1;
		return true;
	case STOPI:
		*value = read_top(fake_mip() & fake.csr[CSR_MIE] & deleg & S_IRQS);
		return true;
	case CSR_MTOPI:
		*value = read_top(fake_mip() & fake.csr[CSR_MIE] & ~deleg);
		return true;
	default:
		return false;
	}
}

static bool put_irq_alias(unsigned int num, u64 value)
{
	u64 deleg = fake.csr[CSR_MIDELEG];

	switch (num) {
	case SIE:
		put_through(&fake.csr[CSR_MIE], deleg & S_IRQS & fake.mask[CSR_MIE], value);
		return true;
	case SIP:
		put_through(&fake.csr[CSR_MIP], deleg & (BIT(IRQ_SSI) | BIT(IRQ_LCOFI)), value);
		return true;
	case CSR_MIP:
		put_through(&fake.csr[CSR_MIP], MIP_WRITABLE & fake.mask[CSR_MIP], value);
		return true;
	case HIE:
		put_through(&fake.csr[CSR_MIE], VS_IRQS | BIT(IRQ_SGEI), value);
		return true;
	case HIP:
		put_through(&fake.csr[HVIP], BIT(IRQ_VSSI), value);
		return true;
	case HVIP:
		put_through(&fake.csr[HVIP], VS_IRQS, value);
		return true;
	case VSIE:
		put_through(&fake.csr[CSR_MIE], fake.csr[HIDELEG] & VS_IRQS, value << 1);
		return true;
	case VSIP:
		put_through(&fake.csr[HVIP], fake.csr[HIDELEG] & BIT(IRQ_VSSI), value << 1);
		return true;
	default:
		return false;
	}
}

/* ---- triggers, PMP ---- */

static bool is_pmp(unsigned int num)
{
	return num >= CSR_PMPCFG0 && num < CSR_PMPADDR0 + 64;
}

static bool pmp_exists(unsigned int num)
{
	unsigned int entry = num < CSR_PMPADDR0 ? (num - CSR_PMPCFG0) * 4 : num - CSR_PMPADDR0;

	return entry < fake.pmp_registers && (num >= CSR_PMPADDR0 || num % 2 == 0);
}

static u64 read_pmp(unsigned int num)
{
	unsigned int first = (num - CSR_PMPCFG0) * 4;
	u64 v = 0;

	if (num >= CSR_PMPADDR0) {
		num -= CSR_PMPADDR0;
		return num < fake.pmp.count ? pmp_model_read_addr(&fake.pmp, num) : 0;
	}
	for (unsigned int i = 0; i < 8 && first + i < fake.pmp.count; i++) {
		v |= (u64)fake.pmp.cfg[first + i] << 8 * i;
	}
	return v;
}

static void put_pmp(unsigned int num, u64 value)
{
	unsigned int first = (num - CSR_PMPCFG0) * 4;

	fake.count.pmp_writes++;
	if (num >= CSR_PMPADDR0) {
		num -= CSR_PMPADDR0;
		if (num < fake.pmp.count) {
			pmp_model_write_addr(&fake.pmp, num, value);
		}
		return;
	}
	for (unsigned int i = 0; i < 8 && first + i < fake.pmp.count; i++) {
		pmp_model_write_cfg(&fake.pmp, first + i, (u8)(value >> 8 * i));
	}
}

/* ---- all of them ---- */

static bool exists(unsigned int num)
{
	return num < 4096 && (is_pmp(num) ? pmp_exists(num) : !fake.absent[num]);
}

bool fake_csr_get(unsigned int num, u64 *value)
{
	*value = 0;
	if (!exists(num) || num == SEED) { /* seed: only with a write (Zkr) */
		return false;
	}
	if (is_pmp(num)) {
		*value = read_pmp(num);
	} else if (num == CSR_MSTATUS) {
		*value = read_mstatus();
	} else if (num == CSR_SSTATUS) {
		*value = read_mstatus() & (SSTATUS_BITS | MSTATUS_SD);
	} else if (num == CSR_MIP) {
		*value = fake_mip();
	} else if (num == CSR_TDATA1) {
		*value = fake.tdata1[fake.csr[CSR_TSELECT] % FAKE_TRIGGERS];
	} else if (num == CSR_MSECCFG) {
		*value = fake.csr[num] | fake.pmp.mseccfg;
	} else if (num == CSR_SSTATEEN0) { /* Smstateen: zero where mstateen0 is */
		*value = fake.csr[num] & fake.csr[CSR_MSTATEEN0];
	} else if (!read_irq_alias(num, value)) {
		*value = fake.csr[num];
	}
	return true;
}

static void put_plain(unsigned int num, u64 value)
{
	put_through(&fake.csr[num], fake.mask[num], value);
	fake.csr[num] |= fake.ones[num];
}

/* WARL: a write of a reserved type (8 to 14), or one that is not there, changes nothing. */
static bool trigger_type_exists(uint64_t tdata1)
{
	return (tdata1 >> 60 < 8 || tdata1 >> 60 == 15) &&
	       (fake.no_trigger_types >> (tdata1 >> 60) & 1) == 0;
}

static void put_trigger(u64 value)
{
	fake.tdata1_log[fake.tdata1_logged++ % FAKE_TRIGGER_LOG] = value;
	if (trigger_type_exists(value)) {
		fake.tdata1[fake.csr[CSR_TSELECT] % FAKE_TRIGGERS] = value & fake.mask[CSR_TDATA1];
	}
}

/* WARL fields whose legal values are not a matter of single bits. */
static void put_special(unsigned int num, u64 value)
{
	switch (num) {
	case CSR_MSTATUS:
		put_mstatus(value);
		break;
	case CSR_SSTATUS:
		put_mstatus((fake.csr[CSR_MSTATUS] & ~SSTATUS_BITS) | (value & SSTATUS_BITS));
		break;
	case CSR_SATP: /* Priv. 12.1.11: an unknown mode, and the write has no effect */
		if ((fake.satp_modes >> (value >> 60) & 1) != 0) {
			put_plain(num, value);
		}
		break;
	case CSR_MTVEC:
	case CSR_STVEC:
		if ((fake.tvec_modes >> (value & 3) & 1) == 0) {
			value = (value & ~(u64)3) | (fake.csr[num] & 3);
		}
		put_plain(num, value);
		break;
	case CSR_TSELECT:
		if (value < FAKE_TRIGGERS) {
			fake.csr[num] = value;
		}
		break;
	case CSR_TDATA1:
		put_trigger(value);
		break;
	case CSR_MSECCFG:
		put_plain(num, value);
		pmp_model_write_mseccfg(&fake.pmp, value & fake.mask[num]);
		fake.csr[num] &= ~(u64)7;
		break;
	case CSR_SSTATEEN0:
		put_through(&fake.csr[num], fake.mask[num] & fake.csr[CSR_MSTATEEN0], value);
		break;
	default:
		put_plain(num, value);
		break;
	}
}

bool fake_csr_put(unsigned int num, u64 value)
{
	if (!exists(num) || num >> 10 == 3) {
		return false;
	}
	if (fake.on_csrw != NULL) {
		fake.on_csrw(num, value);
	}
	if (is_pmp(num)) {
		put_pmp(num, value);
	} else if (!put_irq_alias(num, value)) {
		put_special(num, value);
	}
	return true;
}

/* ---- the monitor's instructions ---- */

u64 fake_csrr(unsigned int num)
{
	u64 v;

	if (!fake_csr_get(num, &v)) {
		fake_stop("unguarded read of an absent CSR", num);
	}
	return v;
}

void fake_csrw(unsigned int num, u64 value)
{
	if (!fake_csr_put(num, value)) {
		fake_stop("unguarded write of an absent CSR", num);
	}
}

u64 fake_csrrw(unsigned int num, u64 value)
{
	u64 old = fake_csrr(num);

	fake_csrw(num, value);
	return old;
}

/* Priv. 3.1.9: csrrs and csrrc on mip work on the software bit of SEIP, not on the wire. */
static u64 base_of(unsigned int num, u64 old)
{
	return num == CSR_MIP ? fake.csr[CSR_MIP] : old;
}

u64 fake_csrrs(unsigned int num, u64 mask)
{
	u64 old = fake_csrr(num);

	fake_csrw(num, base_of(num, old) | mask);
	return old;
}

u64 fake_csrrc(unsigned int num, u64 mask)
{
	u64 old = fake_csrr(num);

	fake_csrw(num, base_of(num, old) & ~mask);
	return old;
}
