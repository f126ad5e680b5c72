/* SPDX-License-Identifier: Apache-2.0 */
/* The privileged instructions (3.3, 12.2, and Zicsr of the unprivileged manual). */
#include "model.h"

#define OPCODE_SYSTEM 0x73
#define INSN_ECALL  0x00000073
#define INSN_EBREAK 0x00100073
#define INSN_SRET   0x10200073
#define INSN_WFI    0x10500073
#define INSN_MRET   0x30200073
#define INSN_C_EBREAK 0x9002
#define MASK_SFENCE 0xfe007fff
#define INSN_SFENCE 0x12000073

static enum model_outcome exception(struct model_hart *h, uint64_t cause, uint64_t tval)
{
	model_trap(h, cause, tval);
	return MODEL_TRAPPED;
}

static enum model_outcome illegal(struct model_hart *h, uint32_t insn)
{
	return exception(h, MODEL_ILLEGAL, h->can.illegal_tval ? insn : 0);
}

static enum model_outcome done(struct model_hart *h)
{
	h->pc += 4;
	return MODEL_DONE;
}

/* What csrrs and csrrc change: of mip the written bits, not SEIP's wire (3.1.9). */
static uint64_t old_for_change(const struct model_hart *h, uint32_t number, uint64_t old)
{
	uint64_t wire = MB(MODEL_SEI);

	if (number != MODEL_CSR_MIP)
		return old;
	return (old & ~wire) | (h->mip & wire);
}

static enum model_outcome csr_instruction(struct model_hart *h, uint32_t insn)
{
	uint32_t number = insn >> 20, rd = (insn >> 7) & 31, rs1 = (insn >> 15) & 31;
	uint32_t op = (insn >> 12) & 3;
	uint64_t operand = (insn & MB(14)) ? rs1 : h->x[rs1];
	/* csrrs and csrrc with x0 or 0 do not write at all. */
	bool write = op == 1 || rs1 != 0;
	uint64_t old;

	if (!model_csr_may(h, number, write) || !model_csr_read(h, number, &old))
		return illegal(h, insn);
	if (op == 2)
		operand = old_for_change(h, number, old) | operand;
	else if (op == 3)
		operand = old_for_change(h, number, old) & ~operand;
	if (write)
		model_csr_write(h, number, operand);
	if (rd)
		h->x[rd] = old;
	return done(h);
}

static enum model_outcome other_system(struct model_hart *h, uint32_t insn)
{
	switch (insn) {
	case INSN_ECALL:
		return exception(h, MODEL_ECALL_U + (uint64_t)h->mode, 0);
	case INSN_EBREAK:
		return exception(h, MODEL_BREAKPOINT, h->can.breakpoint_tval ? h->pc : 0);
	case INSN_MRET:
		if (h->mode != MODEL_M)
			return illegal(h, insn);
		model_mret(h);
		return MODEL_DONE;
	case INSN_SRET:
		if (!model_may_sret(h))
			return illegal(h, insn);
		model_sret(h);
		return MODEL_DONE;
	case INSN_WFI:
		return model_may_wfi(h) ? done(h) : illegal(h, insn);
	default:
		break;
	}
	if ((insn & MASK_SFENCE) == INSN_SFENCE && model_may_sfence(h))
		return done(h);
	return illegal(h, insn);
}

enum model_outcome model_step(struct model_hart *h, uint32_t insn)
{
	if ((insn & 3) != 3 && (insn & 0xffff) == INSN_C_EBREAK)
		return exception(h, MODEL_BREAKPOINT, h->can.breakpoint_tval ? h->pc : 0);
	if ((insn & 0x7f) != OPCODE_SYSTEM)
		return MODEL_NOT_MINE;
	/* funct3 4 is the hypervisor extension's. */
	if (((insn >> 12) & 3) == 0)
		return ((insn >> 12) & 7) ? illegal(h, insn) : other_system(h, insn);
	return csr_instruction(h, insn);
}
