/* SPDX-License-Identifier: Apache-2.0 */
/* The names that a trace shows. Linked only into builds that trace. */
#include "monitor/trace.h"

#include "hw/csr.h"
#include "hw/mmio.h"
#include "monitor/decode.h"

static const char *const op_names[] = {
#define OP_NAME(name) #name,
	INSN_OP_LIST(OP_NAME)
#undef OP_NAME
};

static const char *csr_name(unsigned int num)
{
	switch (num) {
#define CSR(number, name, how) \
	case number:           \
		return #name;
#include "hw/csr_list.h"
#undef CSR
	default:
		return num >= CSR_PMPCFG0 && num < CSR_PMPADDR0 + PMP_MAX ? "pmp" : "csr";
	}
}

/* Only firmware instructions are read again: it runs without translation. */
static bool has_instruction(const struct hart *h, u64 cause)
{
	return h->world == WORLD_FIRMWARE &&
	       (cause == CAUSE_ILLEGAL || cause == CAUSE_LOAD_ACCESS ||
		cause == CAUSE_STORE_ACCESS);
}

void trace_line(const struct hart *h, u64 cause)
{
	const char *world = h->world == WORLD_FIRMWARE ? "firmware" : "payload";
	const char *kind = (cause & CAUSE_INTERRUPT) != 0 ? "interrupt" : "exception";
	const char *name = "-";
	unsigned int num = 0;
	u32 word;

	if (has_instruction(h, cause)) {
		word = memory_read16(h->pc) | memory_read16(h->pc + 2) << 16;
		name = op_names[insn_decode(word).op];
		num = insn_is_csr(word) ? insn_csr(word) : 0;
	}
	log_line("trace hart %lu %s %s %lu pc %lx tval %lx %s %s", h->id, world, kind,
		 cause & ~CAUSE_INTERRUPT, h->pc, csr_read(CSR_MTVAL), name,
		 num != 0 ? csr_name(num) : "");
}
