/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The resident part of the differential machine: takes programs out of memory, runs them block by
 * block, and writes what a block left into memory. It knows nothing of what a program is about;
 * which CSRs are reset and logged, and every word of the program, come with the blob.
 */
#include <stdbool.h>
#include <stdint.h>

#include "layout.h"
#include "mpv.h"

#define CLINT     0x02000000ul
#define MTIMECMP  (CLINT + 0x4000)
#define FINISHER  0x00100000ul
#define POWER_OFF 0x5555
#define MIE_MSIE  (1ul << 3)
#define MAGIC_BLOB 0x626f6c62ul
#define MAGIC_LOG  0x676f6c64ul
#define MSTATUS_MPP  (3ul << 11)
#define MSTATUS_MPIE (1ul << 7)
#define MSTATUS_MPV  (1ul << 39)
#define MSTATUS_GVA  (1ul << 38)

struct frame {
	uint64_t x[32];
	uint64_t status;   /* mstatus, as it was left or as it is to be */
	uint64_t slot;     /* where the trap arrived, or SLOT_EXIT */
	uint64_t sp;
};

struct door { uint64_t jump, late, mret, vectors, exit; };

/* The blob's parts; all words are 64 bits. */
struct program {
	uint64_t id, base, blocks, flags;
	uint64_t words;    /* of memory to set: pairs of address and value behind the registers */
	uint64_t x[32];
};

struct block {
	uint64_t entry;    /* enum way, and the bits below */
	uint64_t pc;       /* for mret; the program's own address */
	uint64_t place;    /* where the code goes, physically */
	uint64_t sets;     /* pairs of register and value behind this */
	uint64_t insns;    /* bytes of code behind those, padded to 8 */
};

enum way { WAY_U = 0, WAY_S = 1, WAY_M = 3, WAY_VU = 4, WAY_VS = 5, WAY_JUMP = 8, WAY_LATE = 9 };
#define ENTRY_MPIE     (1ul << 8)
#define ENTRY_ORDER(e) (((e) >> 16) & 0xff) /* for the second hart, 0: none */

#define PROGRAM_H 2

struct csr_list { const uint64_t *number; uint64_t count; };

uint64_t csr_try_read(uint64_t number, uint64_t *value);
uint64_t csr_try_write(uint64_t number, uint64_t value);
void door_enter(struct frame *f, uint64_t door);
void stage_main(void);
void stage_serve(void);
extern const struct door door_list[32];

static uint64_t *log_at;
static volatile uint64_t order, obeyed;

#define csr_read(name) ({ uint64_t v_; __asm__ volatile("csrr %0, " #name : "=r"(v_)); v_; })
#define csr_write(name, v) __asm__ volatile("csrw " #name ", %0" :: "r"((uint64_t)(v)) : "memory")

static volatile uint32_t *msip(uint64_t hart)
{
	return (volatile uint32_t *)(CLINT + 4 * hart);
}

static volatile uint64_t *mtimecmp(uint64_t hart)
{
	return (volatile uint64_t *)(MTIMECMP + 8 * hart);
}

static void put(uint64_t word)
{
	*log_at++ = word;
}

/* ---- the second hart ---- */

enum order {
	ORDER_NONE, ORDER_MSIP, ORDER_NO_MSIP, ORDER_TIMER_NOW, ORDER_TIMER_NEVER, ORDER_STORE,
	ORDER_AMO,
};

static void obey(uint64_t what)
{
	uint64_t *data = (uint64_t *)(ARENA_BASE + 0x10000);

	switch (what) {
	case ORDER_MSIP: *msip(0) = 1; break;
	case ORDER_NO_MSIP: *msip(0) = 0; break;
	case ORDER_TIMER_NOW: *mtimecmp(0) = 0; break;
	case ORDER_TIMER_NEVER: *mtimecmp(0) = ~0ul; break;
	case ORDER_STORE: *data = 0x123456789abcdef0ul; break;
	case ORDER_AMO: __atomic_fetch_add(data, 3, __ATOMIC_SEQ_CST); break;
	default: break;
	}
}

/* Asleep until there is an order, so that it costs nothing; the first hart rings by msip. */
void stage_serve(void)
{
	csr_write(mie, MIE_MSIE);
	for (;;) {
		uint64_t what = order;

		if (what == 0) {
			__asm__ volatile("wfi" ::: "memory");
			continue;
		}
		*msip(1) = 0;
		obey(what);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		order = 0;
		obeyed = obeyed + 1;
	}
}

static void give_order(uint64_t what)
{
	uint64_t before = obeyed;
	uint32_t rung;

	if (what == 0)
		return;
	rung = *msip(1);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	order = what;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	*msip(1) = 1;
	while (obeyed == before)
		;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	*msip(1) = rung;
}

/* ---- before a program ---- */

static void clear_arena(void)
{
	for (uint64_t *p = (uint64_t *)ARENA_BASE; p < (uint64_t *)(ARENA_BASE + ARENA_SIZE); p++)
		*p = 0;
	/* stvec and vstvec point here: 16 calls, for vectored interrupts, too. */
	for (int i = 0; i < 16; i++)
		((uint32_t *)PAD_BASE)[i] = 0x73;
}

static void quieten_devices(void)
{
	for (uint64_t hart = 0; hart < 2; hart++) {
		*msip(hart) = 0;
		*mtimecmp(hart) = ~0ul;
	}
}

/* resets: pairs of CSR number and value; what is not there is not reset. */
static void reset_csrs(const uint64_t *resets, uint64_t count)
{
	csr_write(mie, 0);
	for (uint64_t i = 0; i < count; i++)
		csr_try_write(resets[2 * i], resets[2 * i + 1]);
	__asm__ volatile("sfence.vma; fence.i" ::: "memory");
}

/* ---- blocks ---- */

static void copy_code(uint64_t place, const uint64_t *code, uint64_t bytes)
{
	const uint16_t *from = (const uint16_t *)code;
	uint16_t *to = (uint16_t *)place;

	for (uint64_t i = 0; i < bytes / 2; i++)
		to[i] = from[i];
	__asm__ volatile("fence.i" ::: "memory");
}

/* Where it cannot be written; elsewhere the door does so. */
static void make_mpv(bool on)
{
	__asm__ volatile("csrc mstatus, %0" :: "r"(MSTATUS_MPV));
	if (on)
		__asm__ volatile("csrs mstatus, %0" :: "r"(MSTATUS_MPV));
	if (((csr_read(mstatus) & MSTATUS_MPV) != 0) == on)
		return;
	if (on)
		mpv_set();
	else
		mpv_clear();
}

static uint64_t choose_door(const struct program *p, const struct block *b, struct frame *f)
{
	const struct door *d = &door_list[p->base];
	uint64_t way = b->entry & 15;

	/* QEMU never clears GVA, and QEMU 7.2 takes MPV for M-mode, too: each block begins anew. */
	if (p->flags & PROGRAM_H)
		f->status &= ~(MSTATUS_GVA | MSTATUS_MPV);
	if (way == WAY_JUMP)
		return d->jump;
	if (way == WAY_LATE)
		return d->late;
	f->status &= ~(MSTATUS_MPP | MSTATUS_MPIE);
	f->status |= (way & 3) << 11;
	if (way >= WAY_VU)
		f->status |= MSTATUS_MPV;
	if (b->entry & ENTRY_MPIE)
		f->status |= MSTATUS_MPIE;
	if ((p->flags & PROGRAM_H) && way != WAY_M)
		make_mpv(way >= WAY_VU);
	csr_write(mepc, b->pc);
	return d->mret;
}

static void log_block(const struct frame *f, struct csr_list csrs)
{
	uint64_t value;

	put(f->slot);
	for (int i = 1; i < 32; i++)
		put(f->x[i]);
	put(f->status);
	for (uint64_t i = 0; i < csrs.count; i++) {
		csr_try_read(csrs.number[i], &value);
		put(value);
	}
}

/* Runs one block; returns what follows it. */
static const uint64_t *run_block(const struct program *p, const uint64_t *at, struct frame *f,
				 struct csr_list csrs)
{
	const struct block *b = (const struct block *)at;
	const uint64_t *sets = (const uint64_t *)(b + 1);
	const uint64_t *code = sets + 2 * b->sets;

	for (uint64_t i = 0; i < b->sets; i++)
		f->x[sets[2 * i] & 31] = sets[2 * i + 1];
	copy_code(b->place, code, b->insns);
	((volatile uint64_t *)LOG_BASE)[3]++;
	give_order(ENTRY_ORDER(b->entry));
	door_enter(f, choose_door(p, b, f));
	log_block(f, csrs);
	return code + (b->insns + 7) / 8;
}

/* ---- programs ---- */

static void log_end(struct csr_list csrs)
{
	uint64_t hash = 0xcbf29ce484222325ul, value, cause;

	for (const uint64_t *p = (uint64_t *)ARENA_BASE; p < (uint64_t *)(ARENA_BASE + ARENA_SIZE);
	     p++)
		hash = (hash ^ *p) * 0x100000001b3ul;
	put(hash);
	put(*msip(0) | (uint64_t)*msip(1) << 32);
	put(*mtimecmp(0));
	for (uint64_t i = 0; i < csrs.count; i++) {
		cause = csr_try_read(csrs.number[i], &value);
		put(value);
		put(cause);
	}
}

static const uint64_t *run_program(const uint64_t *at, struct csr_list each, struct csr_list end)
{
	struct frame *f = (struct frame *)FRAME_BASE;
	const struct program *p = (const struct program *)at;
	uint64_t own = csr_read(mtvec);

	at = (const uint64_t *)(p + 1);
	for (uint64_t i = 0; i < p->words; i++, at += 2)
		*(uint64_t *)at[0] = at[1];
	for (int i = 0; i < 32; i++)
		f->x[i] = p->x[i];
	f->status = csr_read(mstatus);
	put(p->id);
	put(p->blocks);
	csr_write(mtvec, door_list[p->base].vectors);
	for (uint64_t i = 0; i < p->blocks; i++)
		at = run_block(p, at, f, each);
	csr_write(mtvec, own);
	log_end(end);
	return at;
}

/* The blob: magic, programs, resets, each, end; then the three lists; then the programs. */
void stage_main(void)
{
	const uint64_t *blob = (const uint64_t *)BLOB_BASE;
	volatile uint64_t *header = (volatile uint64_t *)LOG_BASE;
	const uint64_t *resets = blob + 5, *at = resets + 2 * blob[2];
	struct csr_list each = { at, blob[3] }, end = { at + blob[3], blob[4] };

	at += blob[3] + blob[4];
	log_at = (uint64_t *)LOG_BASE + 8;
	for (uint64_t i = 0; blob[0] == MAGIC_BLOB && i < blob[1]; i++) {
		header[3] = 0;
		reset_csrs(resets, blob[2]);
		clear_arena();
		quieten_devices();
		at = run_program(at, each, end);
		header[1] = i + 1;
		header[2] = (uint64_t)log_at;
	}
	header[0] = MAGIC_LOG;
	*(volatile uint32_t *)FINISHER = POWER_OFF;
}
