/* SPDX-License-Identifier: Apache-2.0 */
/* The manual's PMP, one byte at a time. */
#include "pmp_model.h"

#define MML 1u
#define MMWP 2u
#define RLB 4u
#define ADDR_BITS ((u64)0x3fffffffffffff) /* 54: bits 55..2 of the address */

/* Smepmp, table "mseccfg.MML is set": L R W X, what M may do, what S and U may do. */
static const struct {
	char lrwx[5];
	const char *m;
	const char *su;
} mml_table[16] = {
	{"0000", "", ""},  {"0001", "", "x"},  {"0010", "rw", "r"}, {"0011", "rw", "rw"},
	{"0100", "", "r"}, {"0101", "", "rx"}, {"0110", "", "rw"},  {"0111", "", "rwx"},
	{"1000", "", ""},  {"1001", "x", ""},  {"1010", "x", "x"},  {"1011", "rx", "x"},
	{"1100", "r", ""}, {"1101", "rx", ""}, {"1110", "rw", ""},  {"1111", "r", "r"},
};

static unsigned int letters(const char *s)
{
	unsigned int rights = 0;

	for (; *s != '\0'; s++) {
		rights |= *s == 'r' ? 1u : *s == 'w' ? 2u : 4u;
	}
	return rights;
}

static bool row_is(const char *lrwx, u8 cfg)
{
	return (lrwx[0] == '1') == ((cfg & 0x80) != 0) && (lrwx[1] == '1') == ((cfg & 1) != 0) &&
	       (lrwx[2] == '1') == ((cfg & 2) != 0) && (lrwx[3] == '1') == ((cfg & 4) != 0);
}

unsigned int pmp_model_rights(const struct pmp_model *m, u8 cfg, unsigned int mode)
{
	if ((m->mseccfg & MML) == 0) {
		return mode == 3 && (cfg & 0x80) == 0 ? 7u : cfg & 7u;
	}
	for (unsigned int i = 0; i < 16; i++) {
		if (row_is(mml_table[i].lrwx, cfg)) {
			return letters(mode == 3 ? mml_table[i].m : mml_table[i].su);
		}
	}
	return 0;
}

static u64 without_grain(const struct pmp_model *m, u64 addr)
{
	return addr >> m->grain << m->grain;
}

/* Does the entry match the byte at this address? */
static bool matches(const struct pmp_model *m, unsigned int i, u64 byte)
{
	u64 word = byte >> 2;
	u64 top = m->addr[i];
	u64 bottom = i == 0 ? 0 : m->addr[i - 1];

	switch (m->cfg[i] >> 3 & 3) {
	case 1:
		return word >= without_grain(m, bottom) && word < without_grain(m, top);
	case 2:
		return word == top;
	case 3:
		if (m->grain > 0) {
			top |= ((u64)1 << (m->grain - 1)) - 1;
		}
		return ((word ^ top) & ~(top ^ (top + 1))) == 0;
	default:
		return false;
	}
}

/* Where no entry matches (Priv. 3.7.1.3; Smepmp: MMWP, and MML for code). */
static bool unmatched_allowed(const struct pmp_model *m, unsigned int mode, enum pmp_access access)
{
	if (mode != 3) {
		return m->count == 0;
	}
	if ((m->mseccfg & MMWP) != 0) {
		return false;
	}
	return (m->mseccfg & MML) == 0 || access != ACCESS_EXECUTE;
}

bool pmp_model_allows(const struct pmp_model *m, u64 addr, u64 size, unsigned int mode,
		      enum pmp_access access)
{
	for (unsigned int i = 0; i < m->count; i++) {
		u64 hits = 0;

		for (u64 b = 0; b < size; b++) {
			hits += matches(m, i, addr + b) ? 1 : 0;
		}
		if (hits == size) {
			return (pmp_model_rights(m, m->cfg[i], mode) >> access & 1) != 0;
		}
		if (hits != 0) {
			return false;
		}
	}
	return unmatched_allowed(m, mode, access);
}

static bool locked(const struct pmp_model *m, unsigned int i)
{
	return (m->cfg[i] & 0x80) != 0 && (m->mseccfg & RLB) == 0;
}

/* The rules that Smepmp does not let come into being: those that let M-mode execute. */
static bool new_code_rule(const struct pmp_model *m, u8 value)
{
	return (m->mseccfg & (MML | RLB)) == MML && (value & 0x80) != 0 &&
	       (pmp_model_rights(m, value, 3) & 4) != 0;
}

void pmp_model_write_cfg(struct pmp_model *m, unsigned int entry, u8 value)
{
	value &= 0x9f;
	if ((value & 0x18) == 0x10 && m->grain > 0) {
		value = (u8)(value & ~0x18);
	}
	if ((m->mseccfg & MML) == 0 && (value & 3) == 2) {
		value = (u8)(value & ~2); /* reserved: W without R */
	}
	if (!locked(m, entry) && !new_code_rule(m, value)) {
		m->cfg[entry] = value;
	}
}

void pmp_model_write_addr(struct pmp_model *m, unsigned int entry, u64 value)
{
	bool below_locked_tor =
		entry + 1 < m->count && locked(m, entry + 1) && (m->cfg[entry + 1] >> 3 & 3) == 1;

	if (!locked(m, entry) && !below_locked_tor) {
		m->addr[entry] = value & ADDR_BITS;
	}
}

void pmp_model_write_mseccfg(struct pmp_model *m, u64 value)
{
	bool any_locked = false;

	for (unsigned int i = 0; i < m->count; i++) {
		any_locked = any_locked || (m->cfg[i] & 0x80) != 0;
	}
	if ((m->mseccfg & RLB) == 0 && any_locked) {
		value &= ~(u64)RLB;
	}
	m->mseccfg = (m->mseccfg & (MML | MMWP)) | (value & 7);
}

u64 pmp_model_read_addr(const struct pmp_model *m, unsigned int entry)
{
	u64 addr = m->addr[entry];

	if (m->grain > 0 && (m->cfg[entry] & 0x10) != 0) {
		return addr | (((u64)1 << (m->grain - 1)) - 1);
	}
	return without_grain(m, addr);
}
