/* SPDX-License-Identifier: Apache-2.0 */
/* The ordinary instructions: RV64I, M and A, as the unprivileged manual has them. */
#include "machine.h"

/* An instruction of 4 bytes, taken apart. */
struct insn {
	uint32_t word, opcode, rd, funct3, rs1, rs2, funct7;
	unsigned int length;         /* of what was fetched: 2 or 4 */
	uint64_t a, b;               /* values of rs1 and rs2 */
};

static int64_t extend(uint64_t value, unsigned int bits)
{
	return (int64_t)(value << (64 - bits)) >> (64 - bits);
}

static uint64_t imm_i(const struct insn *i)
{
	return (uint64_t)extend(i->word >> 20, 12);
}

static uint64_t imm_s(const struct insn *i)
{
	return (uint64_t)extend((i->funct7 << 5) | i->rd, 12);
}

static uint64_t imm_u(const struct insn *i)
{
	return (uint64_t)extend(i->word & 0xfffff000, 32);
}

static uint64_t imm_b(const struct insn *i)
{
	uint32_t w = i->word;

	return (uint64_t)extend((w >> 31) << 12 | ((w >> 7) & 1) << 11 | ((w >> 25) & 63) << 5 |
				((w >> 8) & 15) << 1, 13);
}

static uint64_t imm_j(const struct insn *i)
{
	uint32_t w = i->word;

	return (uint64_t)extend((w >> 31) << 20 | ((w >> 12) & 255) << 12 | ((w >> 20) & 1) << 11 |
				((w >> 21) & 1023) << 1, 21);
}

void insn_trap(struct model_hart *h, uint64_t cause, uint64_t tval)
{
	model_trap(h, cause, tval);
}

static void set(struct model_hart *h, uint32_t rd, uint64_t value)
{
	if (rd)
		h->x[rd] = value;
}

static void finish(struct model_hart *h, const struct insn *i, uint64_t value)
{
	set(h, i->rd, value);
	h->pc += i->length;
}

/* ---- arithmetic ---- */

/* OP and OP-IMM; alt is the bit that makes sub of add and sra of srl. */
static uint64_t arithmetic(uint32_t funct3, bool alt, uint64_t a, uint64_t b)
{
	switch (funct3) {
	case 0: return alt ? a - b : a + b;
	case 1: return a << (b & 63);
	case 2: return (int64_t)a < (int64_t)b;
	case 3: return a < b;
	case 4: return a ^ b;
	case 5: return alt ? (uint64_t)((int64_t)a >> (b & 63)) : a >> (b & 63);
	case 6: return a | b;
	default: return a & b;
	}
}

static bool arithmetic_word(uint32_t funct3, bool alt, const uint64_t in[2], uint64_t *out)
{
	uint32_t a = (uint32_t)in[0], shift = in[1] & 31;

	switch (funct3) {
	case 0: *out = alt ? in[0] - in[1] : in[0] + in[1]; break;
	case 1: *out = a << shift; break;
	case 5: *out = alt ? (uint64_t)((int64_t)(int32_t)a >> shift) : a >> shift; break;
	default: return false;
	}
	*out = (uint64_t)extend(*out, 32);
	return true;
}

static uint64_t high(uint32_t funct3, uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;
	uint64_t upper = (uint64_t)(product >> 64);

	/* A negative factor counts 2^64 too much. */
	if (funct3 != 3 && (int64_t)a < 0)
		upper -= b;
	if (funct3 == 1 && (int64_t)b < 0)
		upper -= a;
	return upper;
}

/* By zero, and the one quotient that does not fit: no traps (M extension). */
static uint64_t divide(uint32_t funct3, uint64_t a, uint64_t b)
{
	bool is_signed = !(funct3 & 1), rest = funct3 & 2;

	if (b == 0)
		return rest ? a : UINT64_MAX;
	if (!is_signed)
		return rest ? a % b : a / b;
	if (a == MB(63) && b == UINT64_MAX)
		return rest ? 0 : a;
	return (uint64_t)(rest ? (int64_t)a % (int64_t)b : (int64_t)a / (int64_t)b);
}

static uint64_t multiply(uint32_t funct3, uint64_t a, uint64_t b)
{
	if (funct3 == 0)
		return a * b;
	return funct3 < 4 ? high(funct3, a, b) : divide(funct3, a, b);
}

static bool op(struct model_hart *h, const struct insn *i)
{
	if (i->funct7 == 1) {
		finish(h, i, multiply(i->funct3, i->a, i->b));
		return true;
	}
	if (i->funct7 != 0 && !(i->funct7 == 32 && (i->funct3 == 0 || i->funct3 == 5)))
		return false;
	finish(h, i, arithmetic(i->funct3, i->funct7 == 32, i->a, i->b));
	return true;
}

static bool op_imm(struct model_hart *h, const struct insn *i)
{
	bool shift = i->funct3 == 1 || i->funct3 == 5;
	uint32_t top = i->word >> 26;

	if (shift && top != 0 && !(top == 16 && i->funct3 == 5))
		return false;
	finish(h, i, arithmetic(i->funct3, shift && top == 16, i->a, imm_i(i)));
	return true;
}

static bool op_word(struct model_hart *h, const struct insn *i)
{
	bool is_signed = !(i->funct3 & 1);
	uint64_t in[2] = { i->a, i->b }, out;

	if (i->funct7 == 1 && (i->funct3 == 0 || i->funct3 >= 4)) {
		for (int k = 0; k < 2; k++)
			in[k] = is_signed ? (uint64_t)extend(in[k], 32) : (uint32_t)in[k];
		finish(h, i, (uint64_t)extend(multiply(i->funct3, in[0], in[1]), 32));
		return true;
	}
	if ((i->funct7 & 0x5f) || !arithmetic_word(i->funct3, i->funct7 == 32, in, &out))
		return false;
	finish(h, i, out);
	return true;
}

static bool op_imm_word(struct model_hart *h, const struct insn *i)
{
	uint64_t in[2] = { i->a, imm_i(i) }, out;

	if (i->funct3 != 0 && (i->funct7 & 0x5f))
		return false;
	if (!arithmetic_word(i->funct3, i->funct3 && i->funct7 == 32, in, &out))
		return false;
	finish(h, i, out);
	return true;
}

/* ---- jumps ---- */

static bool branch(struct model_hart *h, const struct insn *i)
{
	bool taken;

	if (i->funct3 == 2 || i->funct3 == 3)
		return false;
	if (i->funct3 < 2)
		taken = i->a == i->b;
	else
		taken = i->funct3 < 6 ? (int64_t)i->a < (int64_t)i->b : i->a < i->b;
	if (i->funct3 & 1)
		taken = !taken;
	h->pc += taken ? imm_b(i) : i->length;
	return true;
}

static bool jump(struct model_hart *h, const struct insn *i, uint64_t to)
{
	uint64_t back = h->pc + i->length;

	h->pc = to;
	set(h, i->rd, back);
	return true;
}

/* ---- memory ---- */

static bool load(struct model_hart *h, const struct insn *i)
{
	unsigned int size = 1u << (i->funct3 & 3);
	uint64_t value;

	if (i->funct3 == 7)
		return false;
	if (access_load(h, i->a + imm_i(i), size, &value))
		finish(h, i, i->funct3 & 4 ? value : (uint64_t)extend(value, 8 * size));
	return true;
}

static bool store(struct model_hart *h, const struct insn *i)
{
	if (i->funct3 > 3)
		return false;
	if (access_store(h, i->a + imm_s(i), 1u << i->funct3, i->b))
		h->pc += i->length;
	return true;
}

/* What an atomic instruction leaves in memory; false: there is none of that number. */
static bool combine(uint32_t kind, uint64_t old, uint64_t operand, uint64_t *out)
{
	bool less = (int64_t)old < (int64_t)operand, below = old < operand;

	switch (kind) {
	case 0: *out = old + operand; break;
	case 1: *out = operand; break;
	case 4: *out = old ^ operand; break;
	case 8: *out = old | operand; break;
	case 12: *out = old & operand; break;
	case 16: *out = less ? old : operand; break;
	case 20: *out = less ? operand : old; break;
	case 24: *out = below ? old : operand; break;
	case 28: *out = below ? operand : old; break;
	default: return false;
	}
	return true;
}

static void change_memory(struct model_hart *h, const struct insn *i, unsigned int size)
{
	uint64_t old, new;
	/* Sign-extended words compare as the words do, as unsigned ones, too. */
	uint64_t operand = (uint64_t)extend(i->b, 8 * size);

	if (!access_load_atomic(h, i->a, size, &old))
		return;
	old = (uint64_t)extend(old, 8 * size);
	combine(i->funct7 >> 2, old, operand, &new);
	if (access_store(h, i->a, size, new))
		finish(h, i, old);
}

/* lr and sc: between the two of the programs there is nothing, so sc succeeds. */
static bool reserve(struct model_hart *h, const struct insn *i, unsigned int size)
{
	uint64_t value;

	if (i->funct7 >> 2 == 3) {
		if (access_store(h, i->a, size, i->b))
			finish(h, i, 0);
		return true;
	}
	if (i->rs2)
		return false;
	if (access_load(h, i->a, size, &value))
		finish(h, i, (uint64_t)extend(value, 8 * size));
	return true;
}

static bool atomic(struct model_hart *h, const struct insn *i)
{
	unsigned int size = 1u << (i->funct3 & 3);
	uint32_t kind = i->funct7 >> 2;
	bool reserves = kind == 2 || kind == 3, loads;
	uint64_t none;

	if ((i->funct3 != 2 && i->funct3 != 3) || (!reserves && !combine(kind, 0, 0, &none)))
		return false;
	/* A extension: what is not aligned traps, here as misaligned. */
	if (i->a & (size - 1)) {
		loads = kind == 2 || (kind != 3 && machine.choices.amo_loads);
		insn_trap(h, loads ? MODEL_LOAD_MISALIGNED : MODEL_STORE_MISALIGNED, i->a);
		return true;
	}
	if (reserves)
		return reserve(h, i, size);
	change_memory(h, i, size);
	return true;
}

/* ---- one instruction ---- */

static bool fence(struct model_hart *h, const struct insn *i)
{
	if (i->funct3 > 1)
		return false;
	h->pc += i->length;
	return true;
}

static bool set_upper(struct model_hart *h, const struct insn *i, uint64_t base)
{
	finish(h, i, base + imm_u(i));
	return true;
}

static bool carry_out(struct model_hart *h, const struct insn *i)
{
	switch (i->opcode) {
	case 0x03: return load(h, i);
	case 0x0f: return fence(h, i);
	case 0x13: return op_imm(h, i);
	case 0x17: return set_upper(h, i, h->pc);
	case 0x1b: return op_imm_word(h, i);
	case 0x23: return store(h, i);
	case 0x2f: return atomic(h, i);
	case 0x33: return op(h, i);
	case 0x37: return set_upper(h, i, 0);
	case 0x3b: return op_word(h, i);
	case 0x63: return branch(h, i);
	case 0x67: return jump(h, i, (i->a + imm_i(i)) & ~UINT64_C(1));
	case 0x6f: return jump(h, i, h->pc + imm_j(i));
	default: return false;
	}
}

void insn_step(struct model_hart *h, uint32_t word)
{
	bool short_one = (word & 3) != 3;
	uint32_t w = short_one ? compressed_expand(word & 0xffff) : word;
	struct insn i = {
		.word = w, .opcode = w & 0x7f, .rd = (w >> 7) & 31, .funct3 = (w >> 12) & 7,
		.rs1 = (w >> 15) & 31, .rs2 = (w >> 20) & 31, .funct7 = w >> 25,
		.length = short_one ? 2 : 4,
	};

	i.a = h->x[i.rs1];
	i.b = h->x[i.rs2];
	if (w == 0 || !carry_out(h, &i))
		insn_trap(h, MODEL_ILLEGAL, h->can.illegal_tval ? word : 0);
}
