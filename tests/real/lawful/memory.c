/* SPDX-License-Identifier: Apache-2.0 */
/* Loads and stores that are not aligned get their data; those without a page get their signal. */
#include "linux.h"

struct access {
	const char *name;
	u64 (*run)(u64 at, u64 value); /* NULL ends a table */
	u64 bytes;
	bool sign;                     /* a load that extends the sign */
};

/* One function for each instruction; a leaf, as probe_run wants it. */
#define LOAD(name, insn) \
	static u64 name(u64 at, u64 value) \
	{ \
		(void)value; \
		__asm__ volatile(insn : "+r"(at) :: "memory", "fa0"); \
		return at; \
	}
#define STORE(name, insn) \
	static u64 name(u64 at, u64 value) \
	{ \
		register u64 a4 __asm__("a4") = at; \
		register u64 a5 __asm__("a5") = value; \
		__asm__ volatile(insn :: "r"(a4), "r"(a5) : "memory", "fa0"); \
		return 0; \
	}

LOAD(lh, ".option push; .option norvc; lh %0, (%0); .option pop")
LOAD(lhu, "lhu %0, (%0)")
LOAD(lw, ".option push; .option norvc; lw %0, (%0); .option pop")
LOAD(lwu, "lwu %0, (%0)")
LOAD(ld, ".option push; .option norvc; ld %0, (%0); .option pop")
LOAD(c_lw, "mv a5, %0; c.lw a5, 0(a5); mv %0, a5")
LOAD(c_ld, "mv a5, %0; c.ld a5, 0(a5); mv %0, a5")
LOAD(c_lwsp, "mv t1, sp; mv sp, %0; c.lwsp a5, 0(sp); mv sp, t1; mv %0, a5")
LOAD(c_ldsp, "mv t1, sp; mv sp, %0; c.ldsp a5, 0(sp); mv sp, t1; mv %0, a5")
LOAD(flw, "flw fa0, (%0); fmv.x.w %0, fa0")
LOAD(fld, ".option push; .option norvc; fld fa0, (%0); .option pop; fmv.x.d %0, fa0")
LOAD(c_fld, "mv a5, %0; c.fld fa0, 0(a5); fmv.x.d %0, fa0")
STORE(sh, "sh a5, (a4)")
STORE(sw, ".option push; .option norvc; sw a5, (a4); .option pop")
STORE(sd, ".option push; .option norvc; sd a5, (a4); .option pop")
STORE(c_sw, "c.sw a5, 0(a4)")
STORE(c_sd, "c.sd a5, 0(a4)")
STORE(c_sdsp, "mv t1, sp; mv sp, a4; c.sdsp a5, 0(sp); mv sp, t1")
STORE(fsw, "fmv.w.x fa0, a5; fsw fa0, (a4)")
STORE(fsd, ".option push; .option norvc; fmv.d.x fa0, a5; fsd fa0, (a4); .option pop")
STORE(c_fsd, "fmv.d.x fa0, a5; c.fsd fa0, 0(a4)")
STORE(lr, "lr.d t1, (a4)")
STORE(sc, "sc.d t1, a5, (a4)")
STORE(amo, "amoadd.d t1, a5, (a4)")

static const struct access loads[] = {
	{ "lh", lh, 2, true }, { "lhu", lhu, 2, false }, { "lw", lw, 4, true },
	{ "lwu", lwu, 4, false }, { "ld", ld, 8, false }, { "c.lw", c_lw, 4, true },
	{ "c.ld", c_ld, 8, false }, { "c.lwsp", c_lwsp, 4, true }, { "c.ldsp", c_ldsp, 8, false },
	{ "flw", flw, 4, true }, { "fld", fld, 8, false }, { "c.fld", c_fld, 8, false },
	{ 0, 0, 0, false }
};
static const struct access stores[] = {
	{ "sh", sh, 2, false }, { "sw", sw, 4, false }, { "sd", sd, 8, false },
	{ "c.sw", c_sw, 4, false }, { "c.sd", c_sd, 8, false }, { "c.sdsp", c_sdsp, 8, false },
	{ "fsw", fsw, 4, false }, { "fsd", fsd, 8, false }, { "c.fsd", c_fsd, 8, false },
	{ 0, 0, 0, false }
};

static u8 pattern(u64 index)
{
	return (u8)(index * 0x35 + 0x8b);
}

static u64 expected(const u8 *at, u64 bytes, bool sign)
{
	u64 value = 0;

	for (u64 i = 0; i < bytes; i++)
		value |= (u64)at[i] << 8 * i;
	if (sign && bytes < 8 && value >> (8 * bytes - 1))
		value |= ~0ul << 8 * bytes;
	return value;
}

/* All misalignments, in the middle of a page and across its end. */
static void check_load(const struct access *access, u8 *page)
{
	bool right = true;

	for (u64 i = 0; i < 32; i++) {
		u8 *at = page + PAGE - 16 + i;
		struct outcome got = probe((const void *)access->run, (u64)at, 0);

		right &= got.sig == 0 && got.value == expected(at, access->bytes, access->sign);
	}
	judge(access->name, right);
}

static void check_store(const struct access *access, u8 *page)
{
	const u64 value = 0xf1e2d3c4b5a69788;
	bool right = true;

	for (u64 i = 0; i < 32; i++) {
		u8 *from = page + PAGE - 32, *at = page + PAGE - 16 + i;
		struct outcome got;

		for (u64 j = 0; j < 64; j++)
			from[j] = pattern(j);
		got = probe((const void *)access->run, (u64)at, value);
		right &= got.sig == 0;
		for (u64 j = 0; j < 64; j++) {
			u64 in = (u64)(from + j) - (u64)at;

			right &= from[j] ==
				 (in < access->bytes ? (u8)(value >> 8 * in) : pattern(j));
		}
	}
	judge(access->name, right);
}

/* The second page is gone: the signal names an address in it, and a store has no effect at all. */
static void check_cut(u8 *page)
{
	bool right = true;

	sys2(NR_MUNMAP, page + PAGE, PAGE);
	for (u64 i = 1; i < 8; i++) {
		u8 *at = page + PAGE - i;
		u8 before = *at;
		struct outcome got = probe((const void *)ld, (u64)at, 0);

		right &= got.sig == SIGSEGV && got.code == 1 && got.addr - (u64)at < 8;
		got = probe((const void *)sd, (u64)at, ~(u64)before);
		right &= got.sig == SIGSEGV && got.code == 1 && got.addr - (u64)at < 8;
	}
	judge("misaligned into a page that is not there", right);
}

/* Atomics are never put together from bytes: what the hart does, and the signal, stay the same. */
static void tell_atomic(const char *name, u64 (*run)(u64, u64), u8 *page)
{
	u8 *at = page + 64 + 4;
	struct outcome got = probe((const void *)run, (u64)at, 1);

	say("misaligned %s: %s, code %d, %s", name, signal_name(got.sig), (s64)got.code,
	    !got.sig ? "to its end" : got.addr == (u64)at ? "at the address" :
	    got.addr == got.pc ? "at the instruction" : "elsewhere");
}

static void check_faults(void)
{
	u8 *page = map_pages(PAGE, PROT_READ);
	struct outcome got = probe((const void *)sd, (u64)page + 8, 1);

	judge("store to a page without leave",
	      got.sig == SIGSEGV && got.code == 2 && got.addr == (u64)page + 8);
	sys2(NR_MUNMAP, page, PAGE);
	got = probe((const void *)ld, (u64)page + 8, 0);
	judge("load from no page",
	      got.sig == SIGSEGV && got.code == 1 && got.addr == (u64)page + 8);
	got = probe(page, 0, 0);
	judge("jump to no page", got.sig == SIGSEGV && got.pc == (u64)page);
	got = probe((const void *)ld, 0xffffffff80000000, 0);
	judge("load from the kernel", got.sig == SIGSEGV && got.addr == 0xffffffff80000000);
	got = probe((const void *)ld, 1ul << 62, 0);
	judge("load from an address that is none", got.sig == SIGSEGV && got.addr == 1ul << 62);
}

void check_memory(void)
{
	u8 *page = map_pages(2 * PAGE, PROT_RW);

	for (u64 i = 0; i < 2 * PAGE; i++)
		page[i] = pattern(i);
	for (const struct access *access = loads; access->run; access++)
		check_load(access, page);
	for (const struct access *access = stores; access->run; access++)
		check_store(access, page);
	tell_atomic("lr.d", lr, page);
	tell_atomic("sc.d", sc, page);
	tell_atomic("amoadd.d", amo, page);
	check_cut(page);
	check_faults();
}
