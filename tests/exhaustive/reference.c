/* SPDX-License-Identifier: Apache-2.0 */
/* The table of tests/exhaustive/reference.h, and what it takes to read it. */
#include "tests/exhaustive/reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#define IMM INSN_F_IMM
#define SIGNED INSN_F_SIGNED
#define EXEC INSN_F_EXEC
#define WRITE INSN_F_WRITE
#define RMW (INSN_F_SIGNED | INSN_F_WRITE)

/* One AMO in its four widths. */
#define AMO_ROWS(name, funct5, op, amo) \
	{name ".b", funct5 ".. ttttt sssss 000 ddddd 0101111", "", op, 0, RMW, amo}, \
	{name ".h", funct5 ".. ttttt sssss 001 ddddd 0101111", "", op, 1, RMW, amo}, \
	{name ".w", funct5 ".. ttttt sssss 010 ddddd 0101111", "", op, 2, RMW, amo}, \
	{name ".d", funct5 ".. ttttt sssss 011 ddddd 0101111", "", op, 3, RMW, amo}

/* A privileged instruction that accesses nothing. */
#define PLAIN(name, pattern, op) {name, pattern, "", op, 0, 0, 0}

/* A load of 32 bits length, a store, and the vector classes. */
#define LOAD(name, funct3, opcode, op, width, flags) \
	{name, "iiiiiiiiiiii sssss " funct3 " ddddd " opcode, "s11:0", op, width, flags, 0}
#define STORE(name, funct3, opcode, op, width) \
	{name, "iiiiiii ttttt sssss " funct3 " iiiii " opcode, "s11:5|4:0", op, width, WRITE, 0}
#define VECTOR(name, funct3, opcode, width, flags) \
	{name, "............ sssss " funct3 " ..... " opcode, "", INSN_VECTOR_MEM, width, flags, 0}

static const struct reference_text texts[] = {
	/* Zicsr */
	{"csrrw", "cccccccccccc sssss 001 ddddd 1110011", "", INSN_CSRRW, 0, 0, 0},
	{"csrrs", "cccccccccccc sssss 010 ddddd 1110011", "", INSN_CSRRS, 0, 0, 0},
	{"csrrc", "cccccccccccc sssss 011 ddddd 1110011", "", INSN_CSRRC, 0, 0, 0},
	{"csrrwi", "cccccccccccc sssss 101 ddddd 1110011", "", INSN_CSRRW, 0, IMM, 0},
	{"csrrsi", "cccccccccccc sssss 110 ddddd 1110011", "", INSN_CSRRS, 0, IMM, 0},
	{"csrrci", "cccccccccccc sssss 111 ddddd 1110011", "", INSN_CSRRC, 0, IMM, 0},

	/* calls, returns, waiting */
	PLAIN("ecall", "000000000000 00000 000 00000 1110011", INSN_ECALL),
	PLAIN("ebreak", "000000000001 00000 000 00000 1110011", INSN_EBREAK),
	PLAIN("c.ebreak", "1001 00000 00000 10", INSN_EBREAK),
	PLAIN("sret", "0001000 00010 00000 000 00000 1110011", INSN_SRET),
	PLAIN("mret", "0011000 00010 00000 000 00000 1110011", INSN_MRET),
	PLAIN("mnret", "0111000 00010 00000 000 00000 1110011", INSN_MNRET),
	PLAIN("dret", "0111101 10010 00000 000 00000 1110011", INSN_DRET),
	PLAIN("wfi", "0001000 00101 00000 000 00000 1110011", INSN_WFI),
	PLAIN("wrs.nto", "000000001101 00000 000 00000 1110011", INSN_WRS_NTO),
	PLAIN("wrs.sto", "000000011101 00000 000 00000 1110011", INSN_WRS_STO),
	PLAIN("sctrclr", "0001000 00100 00000 000 00000 1110011", INSN_SCTRCLR),

	/* address-translation fences; Svinval's are the same with bit 26 set */
	PLAIN("sfence.vma", "0001001 ttttt sssss 000 00000 1110011", INSN_SFENCE_VMA),
	PLAIN("sinval.vma", "0001011 ttttt sssss 000 00000 1110011", INSN_SINVAL_VMA),
	PLAIN("sfence.w.inval", "0001100 00000 00000 000 00000 1110011", INSN_SFENCE_W_INVAL),
	PLAIN("sfence.inval.ir", "0001100 00001 00000 000 00000 1110011", INSN_SFENCE_INVAL_IR),
	PLAIN("hfence.vvma", "0010001 ttttt sssss 000 00000 1110011", INSN_HFENCE_VVMA),
	PLAIN("hinval.vvma", "0010011 ttttt sssss 000 00000 1110011", INSN_HINVAL_VVMA),
	PLAIN("hfence.gvma", "0110001 ttttt sssss 000 00000 1110011", INSN_HFENCE_GVMA),
	PLAIN("hinval.gvma", "0110011 ttttt sssss 000 00000 1110011", INSN_HINVAL_GVMA),

	/* memory ordering; the fields reserved for finer fences are ignored */
	PLAIN("fence", "............ ..... 000 ..... 0001111", INSN_FENCE),
	PLAIN("fence.i", "............ ..... 001 ..... 0001111", INSN_FENCE_I),

	/* hypervisor loads and stores */
	{"hlv.b", "0110000 00000 sssss 100 ddddd 1110011", "", INSN_HLV, 0, SIGNED, 0},
	{"hlv.bu", "0110000 00001 sssss 100 ddddd 1110011", "", INSN_HLV, 0, 0, 0},
	{"hlv.h", "0110010 00000 sssss 100 ddddd 1110011", "", INSN_HLV, 1, SIGNED, 0},
	{"hlv.hu", "0110010 00001 sssss 100 ddddd 1110011", "", INSN_HLV, 1, 0, 0},
	{"hlv.w", "0110100 00000 sssss 100 ddddd 1110011", "", INSN_HLV, 2, SIGNED, 0},
	{"hlv.wu", "0110100 00001 sssss 100 ddddd 1110011", "", INSN_HLV, 2, 0, 0},
	{"hlv.d", "0110110 00000 sssss 100 ddddd 1110011", "", INSN_HLV, 3, SIGNED, 0},
	{"hlvx.hu", "0110010 00011 sssss 100 ddddd 1110011", "", INSN_HLVX, 1, EXEC, 0},
	{"hlvx.wu", "0110100 00011 sssss 100 ddddd 1110011", "", INSN_HLVX, 2, EXEC, 0},
	{"hsv.b", "0110001 ttttt sssss 100 00000 1110011", "", INSN_HSV, 0, WRITE, 0},
	{"hsv.h", "0110011 ttttt sssss 100 00000 1110011", "", INSN_HSV, 1, WRITE, 0},
	{"hsv.w", "0110101 ttttt sssss 100 00000 1110011", "", INSN_HSV, 2, WRITE, 0},
	{"hsv.d", "0110111 ttttt sssss 100 00000 1110011", "", INSN_HSV, 3, WRITE, 0},

	/* integer loads and stores */
	LOAD("lb", "000", "0000011", INSN_LOAD, 0, SIGNED),
	LOAD("lbu", "100", "0000011", INSN_LOAD, 0, 0),
	LOAD("lh", "001", "0000011", INSN_LOAD, 1, SIGNED),
	LOAD("lhu", "101", "0000011", INSN_LOAD, 1, 0),
	LOAD("lw", "010", "0000011", INSN_LOAD, 2, SIGNED),
	LOAD("lwu", "110", "0000011", INSN_LOAD, 2, 0),
	LOAD("ld", "011", "0000011", INSN_LOAD, 3, SIGNED),
	STORE("sb", "000", "0100011", INSN_STORE, 0),
	STORE("sh", "001", "0100011", INSN_STORE, 1),
	STORE("sw", "010", "0100011", INSN_STORE, 2),
	STORE("sd", "011", "0100011", INSN_STORE, 3),

	/* floating-point loads and stores */
	LOAD("flh", "001", "0000111", INSN_FLOAD, 1, 0),
	LOAD("flw", "010", "0000111", INSN_FLOAD, 2, 0),
	LOAD("fld", "011", "0000111", INSN_FLOAD, 3, 0),
	STORE("fsh", "001", "0100111", INSN_FSTORE, 1),
	STORE("fsw", "010", "0100111", INSN_FSTORE, 2),
	STORE("fsd", "011", "0100111", INSN_FSTORE, 3),

	/* vector loads and stores, as classes by element width */
	VECTOR("vector-load.8", "000", "0000111", 0, 0),
	VECTOR("vector-load.16", "101", "0000111", 1, 0),
	VECTOR("vector-load.32", "110", "0000111", 2, 0),
	VECTOR("vector-load.64", "111", "0000111", 3, 0),
	VECTOR("vector-store.8", "000", "0100111", 0, WRITE),
	VECTOR("vector-store.16", "101", "0100111", 1, WRITE),
	VECTOR("vector-store.32", "110", "0100111", 2, WRITE),
	VECTOR("vector-store.64", "111", "0100111", 3, WRITE),

	/* atomics: A, Zabha, Zacas */
	{"lr.w", "00010 .. 00000 sssss 010 ddddd 0101111", "", INSN_LR, 2, SIGNED, 0},
	{"lr.d", "00010 .. 00000 sssss 011 ddddd 0101111", "", INSN_LR, 3, SIGNED, 0},
	{"sc.w", "00011 .. ttttt sssss 010 ddddd 0101111", "", INSN_SC, 2, WRITE, 0},
	{"sc.d", "00011 .. ttttt sssss 011 ddddd 0101111", "", INSN_SC, 3, WRITE, 0},
	AMO_ROWS("amoswap", "00001", INSN_AMO, INSN_AMO_SWAP),
	AMO_ROWS("amoadd", "00000", INSN_AMO, INSN_AMO_ADD),
	AMO_ROWS("amoxor", "00100", INSN_AMO, INSN_AMO_XOR),
	AMO_ROWS("amoand", "01100", INSN_AMO, INSN_AMO_AND),
	AMO_ROWS("amoor", "01000", INSN_AMO, INSN_AMO_OR),
	AMO_ROWS("amomin", "10000", INSN_AMO, INSN_AMO_MIN),
	AMO_ROWS("amomax", "10100", INSN_AMO, INSN_AMO_MAX),
	AMO_ROWS("amominu", "11000", INSN_AMO, INSN_AMO_MINU),
	AMO_ROWS("amomaxu", "11100", INSN_AMO, INSN_AMO_MAXU),
	AMO_ROWS("amocas", "00101", INSN_AMOCAS, 0),
	{"amocas.q", "00101.. tttt0 sssss 100 dddd0 0101111", "", INSN_AMOCAS, 4, RMW, 0},

	/* cache blocks */
	{"cbo.inval", "000000000000 sssss 010 00000 0001111", "", INSN_CBO_INVAL, 0, WRITE, 0},
	{"cbo.clean", "000000000001 sssss 010 00000 0001111", "", INSN_CBO_CLEAN, 0, WRITE, 0},
	{"cbo.flush", "000000000010 sssss 010 00000 0001111", "", INSN_CBO_FLUSH, 0, WRITE, 0},
	{"cbo.zero", "000000000100 sssss 010 00000 0001111", "", INSN_CBO_ZERO, 0, WRITE, 0},

	/* compressed, relative to the stack pointer */
	{"c.lwsp", "010 i nnnnn iiiii 10", "sp5|4:2|7:6", INSN_LOAD, 2, SIGNED, 0},
	{"c.ldsp", "011 i nnnnn iiiii 10", "sp5|4:3|8:6", INSN_LOAD, 3, SIGNED, 0},
	{"c.fldsp", "001 i ddddd iiiii 10", "sp5|4:3|8:6", INSN_FLOAD, 3, 0, 0},
	{"c.swsp", "110 iiiiii ttttt 10", "sp5:2|7:6", INSN_STORE, 2, WRITE, 0},
	{"c.sdsp", "111 iiiiii ttttt 10", "sp5:3|8:6", INSN_STORE, 3, WRITE, 0},
	{"c.fsdsp", "101 iiiiii ttttt 10", "sp5:3|8:6", INSN_FSTORE, 3, WRITE, 0},

	/* compressed, relative to a register */
	{"c.lw", "010 iii SSS ii DDD 00", "5:3|2|6", INSN_LOAD, 2, SIGNED, 0},
	{"c.ld", "011 iii SSS ii DDD 00", "5:3|7:6", INSN_LOAD, 3, SIGNED, 0},
	{"c.fld", "001 iii SSS ii DDD 00", "5:3|7:6", INSN_FLOAD, 3, 0, 0},
	{"c.sw", "110 iii SSS ii TTT 00", "5:3|2|6", INSN_STORE, 2, WRITE, 0},
	{"c.sd", "111 iii SSS ii TTT 00", "5:3|7:6", INSN_STORE, 3, WRITE, 0},
	{"c.fsd", "101 iii SSS ii TTT 00", "5:3|7:6", INSN_FSTORE, 3, WRITE, 0},
	{"c.lbu", "100 000 SSS ii DDD 00", "0|1", INSN_LOAD, 0, 0, 0},
	{"c.lhu", "100 001 SSS 0i DDD 00", "1", INSN_LOAD, 1, 0, 0},
	{"c.lh", "100 001 SSS 1i DDD 00", "1", INSN_LOAD, 1, SIGNED, 0},
	{"c.sb", "100 010 SSS ii TTT 00", "0|1", INSN_STORE, 0, WRITE, 0},
	{"c.sh", "100 011 SSS 0i TTT 00", "1", INSN_STORE, 1, WRITE, 0},
};

static struct reference_row table[ARRAY_LEN(texts)];

static void die(const struct reference_text *text, const char *why)
{
	fprintf(stderr, "reference table, row %s: %s.\n", text->name, why);
	exit(2);
}

/* Take the letter at word bit @bit into @field; letters come from the top down. */
static void field_add(struct reference_field *field, unsigned int bit)
{
	field->mask = field->mask << 1 | 1;
	field->shift = bit;
}

static void row_add_letter(struct reference_row *row, char letter, unsigned int bit)
{
	switch (letter) {
	case '1':
		row->match |= 1u << bit;
		row->mask |= 1u << bit;
		break;
	case '0':
		row->mask |= 1u << bit;
		break;
	case 'n':
		row->nonzero |= 1u << bit;
		field_add(&row->rd, bit);
		break;
	case 'd':
	case 'D':
		field_add(&row->rd, bit);
		break;
	case 's':
	case 'S':
		field_add(&row->rs1, bit);
		break;
	case 't':
	case 'T':
		field_add(&row->rs2, bit);
		break;
	case 'c':
		field_add(&row->csr, bit);
		break;
	case 'i':
		if (row->imm_count == ARRAY_LEN(row->imm_from)) {
			die(row->text, "more than twelve immediate bits");
		}
		row->imm_from[row->imm_count++] = bit;
		break;
	case '.':
		break;
	default:
		die(row->text, "a letter of the pattern has no meaning");
	}
}

static void row_parse_pattern(struct reference_row *row)
{
	const char *pattern = row->text->pattern;
	unsigned int bits = 0;

	for (const char *p = pattern; *p != '\0'; p++) {
		bits += *p != ' ';
	}
	if (bits != 16 && bits != 32) {
		die(row->text, "the pattern has neither 16 nor 32 letters");
	}
	row->len = bits / 8;
	if (bits == 16) {
		row->rd.base = strchr(pattern, 'D') != NULL ? 8 : 0;
		row->rs1.base = strchr(pattern, 'S') != NULL ? 8 : 0;
		row->rs2.base = strchr(pattern, 'T') != NULL ? 8 : 0;
	}
	for (const char *p = pattern; *p != '\0'; p++) {
		if (*p != ' ') {
			row_add_letter(row, *p, --bits);
		}
	}
	row->rd.scale = row->rd.mask == 15;
	row->rs2.scale = row->rs2.mask == 15;
}

static void row_parse_imm(struct reference_row *row)
{
	const char *p = row->text->imm;
	unsigned int count = 0;

	if (strncmp(p, "sp", 2) == 0) {
		row->rs1.base = 2;
		p += 2;
	} else if (*p == 's') {
		row->is_signed = true;
		p++;
	}
	while (*p != '\0') {
		char *end;
		unsigned long first = strtoul(p, &end, 10);
		unsigned long last = *end == ':' ? strtoul(end + 1, &end, 10) : first;

		for (unsigned long bit = first + 1; bit-- > last;) {
			if (count == row->imm_count) {
				die(row->text, "the immediate has more bits than the pattern");
			}
			row->imm_to[count++] = (unsigned int)bit;
		}
		p = *end == '|' ? end + 1 : end;
	}
	if (count != row->imm_count) {
		die(row->text, "the immediate has fewer bits than the pattern");
	}
}

void reference_init(void)
{
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		table[i] = (struct reference_row){.text = &texts[i]};
		row_parse_pattern(&table[i]);
		row_parse_imm(&table[i]);
	}
}

size_t reference_count(void)
{
	return ARRAY_LEN(texts);
}

const struct reference_row *reference_get(size_t i)
{
	return &table[i];
}

static uint32_t field_value(const struct reference_field *field, uint32_t word)
{
	return (((word >> field->shift) & field->mask) << field->scale) + field->base;
}

static int32_t imm_value(const struct reference_row *row, uint32_t word)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < row->imm_count; i++) {
		value |= ((word >> row->imm_from[i]) & 1u) << row->imm_to[i];
	}
	/* A signed immediate is written from its sign bit down. */
	if (row->is_signed && (value >> row->imm_to[0]) != 0) {
		return (int32_t)value - (int32_t)(2u << row->imm_to[0]);
	}
	return (int32_t)value;
}

struct insn reference_expect(const struct reference_row *row, uint32_t word)
{
	if (row == NULL) {
		return (struct insn){.op = INSN_ILLEGAL, .len = (word & 3) == 3 ? 4 : 2};
	}
	return (struct insn){
		.op = (uint8_t)row->text->op,
		.len = (uint8_t)row->len,
		.rd = (uint8_t)field_value(&row->rd, word),
		.rs1 = (uint8_t)field_value(&row->rs1, word),
		.rs2 = (uint8_t)field_value(&row->rs2, word),
		.width_log2 = (uint8_t)row->text->width_log2,
		.flags = (uint8_t)row->text->flags,
		.amo = (uint8_t)row->text->amo,
		.csr = (uint16_t)field_value(&row->csr, word),
		.imm = imm_value(row, word),
	};
}
