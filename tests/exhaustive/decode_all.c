/* SPDX-License-Identifier: Apache-2.0 */
/*
 * insn_decode() on every one of the 2^32 words: each has an answer whose fields are in range, at
 * most one row of the reference table fits it, the answer is what that row says, and the inline
 * accessors of the trap path say the same.  Also prints the reference table for check_spec.py
 * and decodes words from the standard input for check_asm.py.
 *
 * Exit: 0 all agree, 1 a disagreement, 2 the program was called or built wrongly.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/decode.h"
#include "tests/exhaustive/reference.h"

#define HALF 65536u
#define MAX_ROWS 256
#define MAX_THREADS 64
#define SHOWN_FAULTS 10u

static const char *const op_names[] = {
#define OP_NAME(name) #name,
	INSN_OP_LIST(OP_NAME)
#undef OP_NAME
};

/* What one thread found; added up at the end. */
struct tally {
	uint64_t ops[INSN_OP_COUNT];
	uint64_t rows[MAX_ROWS];
	uint64_t faults;
	uint64_t digest;
};

/* Shared by the threads: the next low half to take, and the number of faults shown so far. */
static atomic_uint next_low;
static atomic_uint shown;

static void insn_print(FILE *out, const struct insn *in)
{
	fprintf(out, "%s len=%u rd=%u rs1=%u rs2=%u width=%u flags=%u amo=%u csr=%u imm=%d\n",
		in->op < INSN_OP_COUNT ? op_names[in->op] : "?", in->len, in->rd, in->rs1, in->rs2,
		in->width_log2, in->flags, in->amo, in->csr, (int)in->imm);
}

static void fault_report(struct tally *tally, uint32_t word, const char *what,
			 const struct insn *got, const struct insn *want)
{
	tally->faults++;
	if (atomic_fetch_add(&shown, 1u) >= SHOWN_FAULTS) {
		return;
	}
	flockfile(stderr);
	fprintf(stderr, "0x%08" PRIx32 ": %s\n  decoder   ", word, what);
	insn_print(stderr, got);
	if (want != NULL) {
		fprintf(stderr, "  reference ");
		insn_print(stderr, want);
	}
	funlockfile(stderr);
}

static bool insn_is_in_range(const struct insn *in)
{
	return in->op < INSN_OP_COUNT && (in->len == 2 || in->len == 4) && in->rd < 32 &&
	       in->rs1 < 32 && in->rs2 < 32 && in->width_log2 <= 4 && in->flags < 16 &&
	       in->amo < 32 && in->csr < 4096 && in->imm >= -2048 && in->imm < 2048;
}

/* The fields of an instruction as two numbers: equal numbers, equal instructions. */
struct packed {
	uint64_t low;
	uint64_t high;
};

static struct packed insn_pack(const struct insn *in)
{
	struct packed p;

	_Static_assert(offsetof(struct insn, csr) == 8, "the first eight bytes have no hole");
	memcpy(&p.low, in, sizeof(p.low));
	p.high = (uint64_t)(uint32_t)in->imm << 32 | in->csr;
	return p;
}

/* The trap path takes CSR instructions apart with the accessors alone. */
static bool accessors_agree(uint32_t word, const struct insn *want)
{
	bool is_csr =
		want->op == INSN_CSRRW || want->op == INSN_CSRRS || want->op == INSN_CSRRC;

	if (insn_len(word) != want->len || insn_is_csr(word) != is_csr) {
		return false;
	}
	return !is_csr || (insn_csr_op(word) == want->op && insn_rd(word) == want->rd &&
			   insn_rs1(word) == want->rs1 && insn_csr(word) == want->csr &&
			   insn_csr_is_imm(word) == ((want->flags & INSN_F_IMM) != 0));
}

/* A hash of word and answer whose sum does not depend on the order of the words. */
static uint64_t word_digest(uint32_t word, struct packed p)
{
	uint64_t h = (p.low ^ word) * 0x9e3779b97f4a7c15u;

	h = (h ^ (h >> 32) ^ p.high) * 0xd6e8feb86659fd93u;
	return h ^ (h >> 32);
}

/* The reference's answer to @word, and the checks that concern the reference and accessors. */
static struct insn check_reference(struct tally *tally, uint32_t word,
				   const struct reference_row *row)
{
	struct insn want = reference_expect(row, word);

	if (!insn_is_in_range(&want)) {
		fault_report(tally, word, "a field of the reference is out of range", &want, NULL);
	}
	if (!accessors_agree(word, &want)) {
		fault_report(tally, word, "an inline accessor differs", &want, NULL);
	}
	return want;
}

/* Compare the decoder's answer with @want; digest.  @want is in range: so is an equal answer. */
static uint64_t check_word(struct tally *tally, uint32_t word, const struct insn *want)
{
	struct insn got = insn_decode(word);
	struct packed p = insn_pack(&got);
	struct packed q = insn_pack(want);

	if (((p.low ^ q.low) | (p.high ^ q.high)) != 0) {
		fault_report(tally, word, "decoder and reference differ", &got, want);
	}
	return word_digest(word, p);
}

/* The row that fits @word among the @count candidates, or NULL; two of them are a fault. */
static const struct reference_row *find_row(struct tally *tally, uint32_t word,
					    const uint8_t *candidates, size_t count)
{
	const struct reference_row *row = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!reference_fits(reference_get(candidates[i]), word)) {
			continue;
		}
		if (row != NULL) {
			struct insn got = insn_decode(word);

			fault_report(tally, word, "two reference rows fit", &got, NULL);
		}
		row = reference_get(candidates[i]);
		tally->rows[candidates[i]]++;
	}
	return row;
}

/* The rows that can fit some word with this low half; usually none or one. */
static size_t find_candidates(uint32_t low, uint8_t *candidates)
{
	size_t count = 0;

	for (size_t i = 0; i < reference_count(); i++) {
		const struct reference_row *row = reference_get(i);

		if (((low ^ row->match) & row->mask & 0xffffu) == 0) {
			candidates[count++] = (uint8_t)i;
		}
	}
	return count;
}

/* All words with this low half, one of a compressed instruction or without candidates. */
static uint64_t check_constant_half(struct tally *tally, uint32_t low,
				    const struct reference_row *row)
{
	struct insn want = check_reference(tally, low, row);
	uint64_t digest = 0;

	for (uint32_t high = 0; high < HALF; high++) {
		digest += check_word(tally, high << 16 | low, &want);
	}
	tally->ops[want.op] += HALF;
	return digest;
}

/* All words with this low half, when the answer depends on the upper one. */
static uint64_t check_varying_half(struct tally *tally, uint32_t low, const uint8_t *candidates,
				   size_t count)
{
	uint64_t digest = 0;

	for (uint32_t high = 0; high < HALF; high++) {
		uint32_t word = high << 16 | low;
		const struct reference_row *row = find_row(tally, word, candidates, count);
		struct insn want = check_reference(tally, word, row);

		tally->ops[want.op]++;
		digest += check_word(tally, word, &want);
	}
	return digest;
}

static void check_low_half(struct tally *tally, uint32_t low)
{
	uint8_t candidates[MAX_ROWS];
	size_t count = find_candidates(low, candidates);

	if ((low & 3) != 3 || count == 0) {
		const struct reference_row *row = find_row(tally, low, candidates, count);

		tally->digest += check_constant_half(tally, low, row);
	} else {
		tally->digest += check_varying_half(tally, low, candidates, count);
	}
}

static void *check_low_halves(void *arg)
{
	struct tally *tally = arg;
	uint32_t low;

	while ((low = atomic_fetch_add(&next_low, 1u)) < HALF) {
		check_low_half(tally, low);
	}
	return NULL;
}

static void tally_add(struct tally *sum, const struct tally *part)
{
	for (size_t i = 0; i < INSN_OP_COUNT; i++) {
		sum->ops[i] += part->ops[i];
	}
	for (size_t i = 0; i < MAX_ROWS; i++) {
		sum->rows[i] += part->rows[i];
	}
	sum->faults += part->faults;
	sum->digest += part->digest;
}

/* Print the sums.  A row or an answer that no word reached is a fault too, so is a lost word. */
static uint64_t tally_judge(const struct tally *sum)
{
	uint64_t faults = sum->faults;
	uint64_t words = 0;

	for (size_t i = 0; i < INSN_OP_COUNT; i++) {
		printf("%-16s %10" PRIu64 "\n", op_names[i], sum->ops[i]);
		words += sum->ops[i];
		faults += sum->ops[i] == 0;
	}
	for (size_t i = 0; i < reference_count(); i++) {
		if (sum->rows[i] == 0) {
			fprintf(stderr, "no word fits the reference row %s\n",
				reference_get(i)->text->name);
			faults++;
		}
	}
	faults += words != (uint64_t)1 << 32;
	printf("digest %016" PRIx64 "\n", sum->digest);
	printf("decode_all: %" PRIu64 " words, %zu reference rows, %" PRIu64 " faults\n", words,
	       reference_count(), faults);
	return faults;
}

static int check_all_words(unsigned int threads)
{
	static struct tally tallies[MAX_THREADS];
	static struct tally sum;
	pthread_t ids[MAX_THREADS];

	for (unsigned int i = 0; i < threads; i++) {
		if (pthread_create(&ids[i], NULL, check_low_halves, &tallies[i]) != 0) {
			fprintf(stderr, "decode_all: cannot start thread %u.\n", i);
			return 2;
		}
	}
	for (unsigned int i = 0; i < threads; i++) {
		pthread_join(ids[i], NULL);
		tally_add(&sum, &tallies[i]);
	}
	return tally_judge(&sum) == 0 ? 0 : 1;
}

static void field_print(const char *name, const struct reference_field *field)
{
	if (field->mask != 0) {
		printf(" %s=%08" PRIx32, name, field->mask << field->shift);
	}
}

/* One line a row: name, answer, length, mask, match, operand masks, immediate "from>to,...". */
static int print_rows(void)
{
	for (size_t i = 0; i < reference_count(); i++) {
		const struct reference_row *row = reference_get(i);

		printf("%s %s %u %08" PRIx32 " %08" PRIx32, row->text->name,
		       op_names[row->text->op], row->len, row->mask, row->match);
		field_print("rd", &row->rd);
		field_print("rs1", &row->rs1);
		field_print("rs2", &row->rs2);
		field_print("csr", &row->csr);
		if (row->nonzero != 0) {
			printf(" nonzero=%08" PRIx32, row->nonzero);
		}
		for (unsigned int b = 0; b < row->imm_count; b++) {
			printf("%s%u>%u", b == 0 ? " imm=" : ",", row->imm_from[b],
			       row->imm_to[b]);
		}
		printf("%s\n", row->is_signed ? " signed" : "");
	}
	return 0;
}

static int decode_stdin(void)
{
	uint32_t word;

	while (scanf("%" SCNx32, &word) == 1) {
		struct insn in = insn_decode(word);

		insn_print(stdout, &in);
	}
	if (!feof(stdin)) {
		fprintf(stderr, "decode_all: the standard input must be hexadecimal words.\n");
		return 2;
	}
	return 0;
}

int main(int argc, char **argv)
{
	long threads = 2;

	reference_init();
	if (reference_count() > MAX_ROWS) {
		fprintf(stderr, "decode_all: raise MAX_ROWS.\n");
		return 2;
	}
	if (argc == 2 && strcmp(argv[1], "--rows") == 0) {
		return print_rows();
	}
	if (argc == 2 && strcmp(argv[1], "--decode") == 0) {
		return decode_stdin();
	}
	if (argc == 3 && strcmp(argv[1], "--threads") == 0) {
		threads = strtol(argv[2], NULL, 10);
	}
	if ((argc != 1 && argc != 3) || threads < 1 || threads > MAX_THREADS) {
		fprintf(stderr, "usage: decode_all [--threads 1..%d | --rows | --decode]\n",
			MAX_THREADS);
		return 2;
	}
	return check_all_words((unsigned int)threads);
}
