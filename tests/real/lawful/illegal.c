/* SPDX-License-Identifier: Apache-2.0 */
/* Words that a user program may not execute: which signal comes, and whether it names the word. */
#include "linux.h"

struct word {
	const char *name;
	u32 bits;
};

#define ADDI_A0_1 0x00150513u
#define RET 0x00008067u
#define CSRR_A0 0x00002573u  /* csrrs a0, csr, x0 */
#define CSRW_A1 0x00059073u  /* csrrw x0, csr, a1 */

/* Illegal for a user program on every hart. */
static const struct word always[] = {
	{ "all ones", 0xffffffff }, { "all zeros", 0x00000000 },
	{ "csrr mstatus", 0x30002573 }, { "csrr sstatus", 0x10002573 },
	{ "csrr mhartid", 0xf1402573 }, { "csrw satp", 0x18051073 },
	{ "csrw to read-only cycle", 0xc0051073 }, { "csrw to read-only time", 0xc0151073 },
	{ "csrw to read-only mvendorid", 0xf1151073 }, { "csrr of a hole", 0x5c002573 },
	{ "custom-0", 0x0000000b }, { "custom-1", 0x0000002b }, { "custom-2", 0x0000005b },
	{ "custom-3", 0x0000007b }, { "reserved opcode", 0x0000006b },
	{ "mret", 0x30200073 }, { "sret", 0x10200073 }, { "dret", 0x7b200073 },
	{ "sfence.vma", 0x12000073 }, { "sinval.vma", 0x16000073 },
	{ "hfence.gvma", 0x62000073 }, { "hlv.w", 0x68054573 }, { "hsv.w", 0x6a054073 },
	{ "48-bit prefix", 0x0000001f }, { "64-bit prefix", 0x0000003f },
	{ "reserved rounding mode", 0x02005553 }, { "amo of a width that is not", 0x0000652f },
};

/* Where the hart and the kernel decide. */
static const struct word depends[] = {
	{ "wfi", 0x10500073 }, { "wrs.nto", 0x00d00073 }, { "wrs.sto", 0x01d00073 },
	{ "csrr cycle", 0xc0002573 }, { "csrr time", 0xc0102573 }, { "csrr instret", 0xc0202573 },
	{ "csrr hpmcounter3", 0xc0302573 }, { "csrr hpmcounter31", 0xc1f02573 },
	{ "csrr vlenb", 0xc2202573 }, { "csrr seed", 0x01502573 }, { "csrr ssp", 0x01102573 },
	{ "csrr hstatus", 0x60002573 }, { "csrr vsstatus", 0x20002573 },
	{ "vsetvli", 0x0c357057 }, { "vadd.vv", 0x02000057 }, { "fcvt.h.s", 0x44057553 },
	{ "sh1add", 0x20a52533 }, { "pause", 0x0100000f }, { "fence.i", 0x0000100f },
	{ "amocas.w", 0x2805252f },
};

static u32 *code;
static u64 scratch[8];

/* Put two words at an address of our page, and let every hart see them. */
static void plant(void *at, u32 word, u32 next)
{
	const u32 words[2] = { word, next };

	__builtin_memcpy(at, words, sizeof(words));
	sys3(NR_FLUSH_ICACHE, at, (u64)at + sizeof(words), 0);
}

static struct outcome try(u32 word)
{
	plant(code, word, RET);
	return probe(code, (u64)scratch, 0);
}

/* An illegal instruction's signal names the instruction, by siginfo and by pc. */
static bool lawful_illegal(const struct outcome *got)
{
	return got->sig == SIGILL && got->code == 1 && got->addr == (u64)code &&
	       got->pc == (u64)code;
}

static void tell(const struct word *word, const struct outcome *got)
{
	say("%s: %s, code %d, %s", word->name, signal_name(got->sig), (s64)got->code,
	    !got->sig ? "to its end" :
	    got->addr == (u64)code && got->pc == (u64)code ? "at the instruction" :
	    got->pc == (u64)code ? "pc right, address not" : "elsewhere");
}

static void check_words(void)
{
	for (u64 i = 0; i < sizeof(always) / sizeof(*always); i++) {
		struct outcome got = try(always[i].bits);

		tell(&always[i], &got);
		if (!lawful_illegal(&got)) {
			count_wrong();
			say("%s: WRONG", always[i].name);
		}
	}
	for (u64 i = 0; i < sizeof(depends) / sizeof(*depends); i++) {
		struct outcome got = try(depends[i].bits);

		tell(&depends[i], &got);
	}
}

/* Every CSR number: which a user program may read, and which it may write. */
static void check_csrs(void)
{
	u64 read = 0, written = 0, unlawful = 0;

	for (u32 csr = 0; csr < 4096; csr++) {
		struct outcome got = try(CSRR_A0 | csr << 20);

		unlawful += got.sig && !lawful_illegal(&got);
		if (!got.sig)
			say("csr %x can be read", (u64)csr);
		read += !got.sig;
		got = try(CSRW_A1 | csr << 20);
		unlawful += got.sig && !lawful_illegal(&got);
		if (!got.sig)
			say("csr %x can be written", (u64)csr);
		written += !got.sig;
	}
	say("csrs: %d can be read, %d written", (s64)read, (s64)written);
	judge("csrs that cannot raise SIGILL at the instruction", unlawful == 0);
}

/* The word lies across two pages; with and without leave to execute the second one. */
static void check_page_end(void)
{
	u8 *pages = map_pages(2 * PAGE, PROT_RWX);
	u8 *at = pages + PAGE - 2;
	struct outcome got;

	plant(at, 0xffffffff, RET);
	got = probe(at, 0, 0);
	judge("illegal word across two pages",
	      got.sig == SIGILL && got.addr == (u64)at && got.pc == (u64)at);
	plant(at, ADDI_A0_1, RET);
	got = probe(at, 41, 0);
	judge("legal word across two pages", got.sig == 0 && got.value == 42);
	sys3(NR_MPROTECT, pages + PAGE, PAGE, PROT_RW);
	got = probe(at, 41, 0);
	judge("word into a page without execution",
	      got.sig == SIGSEGV && got.addr == (u64)pages + PAGE && got.pc == (u64)at);
	sys2(NR_MUNMAP, pages, 2 * PAGE);
}

static void check_breakpoints(void)
{
	struct outcome got = try(0x00100073);

	judge("ebreak", got.sig == SIGTRAP && got.code == 1 && got.pc == (u64)code);
	plant(code, 0x80829002, RET); /* c.ebreak; c.jr ra */
	got = probe(code, 0, 0);
	judge("c.ebreak", got.sig == SIGTRAP && got.code == 1 && got.pc == (u64)code);
}

void check_illegal(void)
{
	code = map_pages(PAGE, PROT_RWX);
	check_words();
	check_csrs();
	check_page_end();
	check_breakpoints();
}
