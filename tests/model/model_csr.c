/* SPDX-License-Identifier: Apache-2.0 */
/* Which CSRs there are, who may access them, and what they keep of a value (2.1, 3.1, 12.1). */
#include "model.h"

/* What sie and sip show (12.1.3): what is delegated of these, LCOFI if there is Sscofpmf. */
static uint64_t seen_from_s(const struct model_hart *h)
{
	return h->mideleg & (MB(MODEL_SSI) | MB(MODEL_STI) | MB(MODEL_SEI) |
			     (h->can.mie_bits & MB(MODEL_LCOFI)));
}

static uint64_t mix(uint64_t old, uint64_t value, uint64_t bits)
{
	return (old & ~bits) | (value & bits);
}

void model_reset(struct model_hart *h, const struct model_choices *can, uint64_t pc)
{
	static const struct model_hart zero;

	*h = zero;
	h->can = *can;
	h->pc = pc;
	h->mode = MODEL_M;
	h->mstatus = (UINT64_C(2) << 32) | (UINT64_C(2) << 34);
}

/* ---- permission ---- */

/* 3.1.11, 12.1.5: a bit clear in mcounteren stops S and U, one in scounteren stops U. */
static bool counter_may(const struct model_hart *h, uint64_t bit)
{
	if (h->mode < MODEL_M && !(h->mcounteren & bit))
		return false;
	return h->mode != MODEL_U || (h->scounteren & bit);
}

bool model_csr_may(const struct model_hart *h, uint32_t number, bool write)
{
	/* 2.1: bits 9 and 8 are the lowest mode that may access, 11 and 10 both set: read-only. */
	if (((number >> 8) & 3) > h->mode)
		return false;
	if (write && (number >> 10) == 3)
		return false;
	/* 3.1.6.6: TVM */
	if (number == MODEL_CSR_SATP && h->mode == MODEL_S && (h->mstatus & MODEL_TVM))
		return false;
	/* 12.1.12 and 3.1.18: STCE and TM open stimecmp to S-mode. */
	if (number == MODEL_CSR_STIMECMP && h->mode == MODEL_S)
		return (h->menvcfg & MODEL_STCE) && (h->mcounteren & MODEL_TM);
	if (number >= MODEL_CSR_CYCLE && number <= MODEL_CSR_HPMCOUNTER31)
		return counter_may(h, MB(number - MODEL_CSR_CYCLE));
	return true;
}

/* ---- mip ---- */

uint64_t model_mip(const struct model_hart *h)
{
	uint64_t mip = h->mip | h->lines;

	/* 12.1.12: with STCE, STIP is the comparison and nothing else. */
	if (!h->can.stip_is_kept && h->can.has_sstc && (h->menvcfg & MODEL_STCE)) {
		mip &= ~MB(MODEL_STI);
		if (h->time >= h->stimecmp)
			mip |= MB(MODEL_STI);
	}
	return mip;
}

static void write_mip(struct model_hart *h, uint64_t value)
{
	uint64_t bits = h->can.mip_bits;

	/* 3.1.9: STIP is read-only while stimecmp drives it. */
	if (h->can.has_sstc && (h->menvcfg & MODEL_STCE))
		bits &= ~MB(MODEL_STI);
	h->mip = mix(h->mip, value, bits);
}

/* ---- mstatus ---- */

static uint64_t read_mstatus(const struct model_hart *h)
{
	/* 3.1.6.7: SD says that FS, VS or XS is dirty. */
	bool dirty = (h->mstatus & MODEL_FS) == MODEL_FS || (h->mstatus & MODEL_VS) == MODEL_VS ||
		(h->mstatus & MODEL_XS) == MODEL_XS;

	return h->mstatus | (dirty ? MODEL_SD : 0);
}

static void write_mstatus(struct model_hart *h, uint64_t value)
{
	/* 3.1.6.1: MPP holds only modes that exist; we keep the old one. */
	if (((value & MODEL_MPP) >> MODEL_MPP_SHIFT) == 2 && !h->can.mpp_keeps_2)
		value = mix(value, h->mstatus, MODEL_MPP);
	h->mstatus = mix(h->mstatus, value, h->can.mstatus_bits | MODEL_MPP);
}

/* ---- single registers ---- */

/* 3.1.7, 12.1.2: modes 2 and 3 are reserved; we keep the old value. */
static uint64_t legal_tvec(uint64_t old, uint64_t value)
{
	return (value & 2) ? old : value;
}

/* 12.1.11: an unsupported MODE makes the whole write void. */
static uint64_t legal_satp(const struct model_hart *h, uint64_t value)
{
	uint64_t mode = value >> MODEL_SATP_MODE_SHIFT;

	if (!(h->can.satp_modes & MB(mode)))
		return h->satp;
	return value & ((mode << MODEL_SATP_MODE_SHIFT) | h->can.satp_asid_bits | MODEL_SATP_PPN);
}

/* 3.1.14: IALIGN is 16 with the C extension, else 32. */
static uint64_t epc_bits(const struct model_hart *h)
{
	if (h->can.epc_keeps_low)
		return UINT64_MAX;
	return (h->can.misa & MB(2)) ? ~UINT64_C(1) : ~UINT64_C(3);
}

/* 3.1.14: bit 0 is always zero. */
static uint64_t legal_epc(const struct model_hart *h, uint64_t value)
{
	return h->can.epc_keeps_low ? value : value & ~UINT64_C(1);
}

static uint64_t read_sip(const struct model_hart *h)
{
	uint64_t sip = model_mip(h) & seen_from_s(h);

	if (h->can.sip_lacks_stip && h->mode == MODEL_M && (h->menvcfg & MODEL_STCE))
		sip &= ~MB(MODEL_STI);
	return sip;
}

/* A read of a register that is a plain word or a view; false: not here. */
static bool read_supervisor(const struct model_hart *h, uint32_t number, uint64_t *value)
{
	switch (number) {
	case MODEL_CSR_SSTATUS: *value = read_mstatus(h) & (MODEL_SSTATUS | MODEL_SD); return true;
	case MODEL_CSR_SIE: *value = h->mie & seen_from_s(h); return true;
	case MODEL_CSR_SIP: *value = read_sip(h); return true;
	case MODEL_CSR_STVEC: *value = h->stvec; return true;
	case MODEL_CSR_SCOUNTEREN: *value = h->scounteren; return true;
	case MODEL_CSR_SENVCFG: *value = h->senvcfg; return h->can.has_menvcfg;
	case MODEL_CSR_SSCRATCH: *value = h->sscratch; return true;
	case MODEL_CSR_SEPC: *value = h->sepc & epc_bits(h); return true;
	case MODEL_CSR_SCAUSE: *value = h->scause; return true;
	case MODEL_CSR_STVAL: *value = h->stval; return true;
	case MODEL_CSR_STIMECMP: *value = h->stimecmp; return h->can.has_sstc;
	case MODEL_CSR_SATP: *value = h->satp; return true;
	default: return false;
	}
}

static bool read_machine(const struct model_hart *h, uint32_t number, uint64_t *value)
{
	switch (number) {
	case MODEL_CSR_MSTATUS: *value = read_mstatus(h); return true;
	case MODEL_CSR_MISA: *value = h->can.misa; return true;
	case MODEL_CSR_MEDELEG: *value = h->medeleg; return true;
	case MODEL_CSR_MIDELEG: *value = h->mideleg; return true;
	case MODEL_CSR_MIE: *value = h->mie; return true;
	case MODEL_CSR_MIP: *value = model_mip(h); return true;
	case MODEL_CSR_MTVEC: *value = h->mtvec; return true;
	case MODEL_CSR_MCOUNTEREN: *value = h->mcounteren; return true;
	case MODEL_CSR_MENVCFG: *value = h->menvcfg; return h->can.has_menvcfg;
	case MODEL_CSR_MCOUNTINHIBIT: *value = h->mcountinhibit; return h->can.has_inhibit;
	case MODEL_CSR_MSCRATCH: *value = h->mscratch; return true;
	case MODEL_CSR_MEPC: *value = h->mepc & epc_bits(h); return true;
	case MODEL_CSR_MCAUSE: *value = h->mcause; return true;
	case MODEL_CSR_MTVAL: *value = h->mtval; return true;
	default: return false;
	}
}

static bool read_information(const struct model_hart *h, uint32_t number, uint64_t *value)
{
	switch (number) {
	case MODEL_CSR_MVENDORID: *value = h->can.mvendorid; return true;
	case MODEL_CSR_MARCHID: *value = h->can.marchid; return true;
	case MODEL_CSR_MIMPID: *value = h->can.mimpid; return true;
	case MODEL_CSR_MHARTID: *value = h->can.mhartid; return true;
	/* mconfigptr came with menvcfg, in 1.12. */
	case MODEL_CSR_MCONFIGPTR: *value = h->can.mconfigptr; return h->can.has_menvcfg;
	default: return false;
	}
}

/* 3.1.10: n of mcycle or cycle is 0, of minstret 2; 1 is time, which M-mode has no register of. */
static bool read_counter(const struct model_hart *h, uint32_t number, uint64_t *value)
{
	if (number == MODEL_CSR_TIME) {
		*value = h->time;
		return true;
	}
	if (number >= MODEL_CSR_MHPMEVENT3 && number <= MODEL_CSR_MHPMEVENT31) {
		*value = h->events[number & 31];
		return true;
	}
	if ((number >= MODEL_CSR_MCYCLE && number <= MODEL_CSR_MHPMCOUNTER31 &&
	     number != MODEL_CSR_MCYCLE + 1) ||
	    (number >= MODEL_CSR_CYCLE && number <= MODEL_CSR_HPMCOUNTER31)) {
		*value = h->counters[number & 31];
		return true;
	}
	return false;
}

bool model_csr_read(const struct model_hart *h, uint32_t number, uint64_t *value)
{
	*value = 0;
	return read_supervisor(h, number, value) || read_machine(h, number, value) ||
		read_information(h, number, value) || read_counter(h, number, value) ||
		model_pmp_read_csr(h, number, value);
}

static void write_stimecmp(struct model_hart *h, uint64_t value)
{
	h->stimecmp = value;
	if (h->can.stip_is_kept)
		h->mip = mix(h->mip, h->time >= value ? MB(MODEL_STI) : 0, MB(MODEL_STI));
}

static bool write_supervisor(struct model_hart *h, uint32_t number, uint64_t value)
{
	uint64_t delegated = seen_from_s(h);

	switch (number) {
	case MODEL_CSR_SSTATUS:
		write_mstatus(h, mix(h->mstatus, value, MODEL_SSTATUS));
		break;
	case MODEL_CSR_SIE:
		h->mie = mix(h->mie, value, delegated & h->can.mie_bits);
		break;
	case MODEL_CSR_SIP: /* 12.1.3: SSIP can be written, and LCOFIP; STIP and SEIP cannot */
		h->mip = mix(h->mip, value, delegated & h->can.mip_bits &
			     (MB(MODEL_SSI) | MB(MODEL_LCOFI)));
		break;
	case MODEL_CSR_STVEC: h->stvec = legal_tvec(h->stvec, value); break;
	case MODEL_CSR_SCOUNTEREN: h->scounteren = value & h->can.counteren_bits; break;
	case MODEL_CSR_SENVCFG: h->senvcfg = mix(h->senvcfg, value, h->can.senvcfg_bits); break;
	case MODEL_CSR_SSCRATCH: h->sscratch = value; break;
	case MODEL_CSR_SEPC: h->sepc = legal_epc(h, value); break;
	case MODEL_CSR_SCAUSE: h->scause = value; break;
	case MODEL_CSR_STVAL: h->stval = value; break;
	case MODEL_CSR_STIMECMP: write_stimecmp(h, value); break;
	case MODEL_CSR_SATP: h->satp = legal_satp(h, value); break;
	default: return false;
	}
	return true;
}

static bool write_machine(struct model_hart *h, uint32_t number, uint64_t value)
{
	switch (number) {
	case MODEL_CSR_MSTATUS: write_mstatus(h, value); break;
	case MODEL_CSR_MEDELEG: h->medeleg = value & h->can.medeleg_bits; break;
	case MODEL_CSR_MIDELEG: h->mideleg = value & h->can.mideleg_bits; break;
	case MODEL_CSR_MIE: h->mie = value & h->can.mie_bits; break;
	case MODEL_CSR_MIP: write_mip(h, value); break;
	case MODEL_CSR_MTVEC: h->mtvec = legal_tvec(h->mtvec, value); break;
	case MODEL_CSR_MCOUNTEREN: h->mcounteren = value & h->can.counteren_bits; break;
	case MODEL_CSR_MENVCFG: h->menvcfg = mix(h->menvcfg, value, h->can.menvcfg_bits); break;
	case MODEL_CSR_MCOUNTINHIBIT: h->mcountinhibit = value & h->can.inhibit_bits; break;
	case MODEL_CSR_MSCRATCH: h->mscratch = value; break;
	case MODEL_CSR_MEPC: h->mepc = legal_epc(h, value); break;
	case MODEL_CSR_MCAUSE: h->mcause = value; break;
	case MODEL_CSR_MTVAL: h->mtval = value; break;
	default: return false;
	}
	return true;
}

bool model_csr_write(struct model_hart *h, uint32_t number, uint64_t value)
{
	uint64_t old;

	if (!model_csr_read(h, number, &old))
		return false;
	if (number >= MODEL_CSR_MHPMEVENT3 && number <= MODEL_CSR_MHPMEVENT31)
		h->events[number & 31] = value & h->can.event_bits;
	else if (number >= MODEL_CSR_MCYCLE && number <= MODEL_CSR_MHPMCOUNTER31)
		h->counters[number & 31] = value;
	else if (!write_supervisor(h, number, value) && !write_machine(h, number, value))
		model_pmp_write_csr(h, number, value);
	return true;
}
