/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guests' runtime: a firmware of a few kilobytes that logs architectural results on the UART
 * and can run any code in any mode until it traps.
 */
#ifndef GUESTS_GUEST_H
#define GUESTS_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "csr.h"

#define UART_BASE     0x10000000ul
#define FINISHER_BASE 0x00100000ul
#define CLINT_BASE    0x02000000ul
#define CLINT_MSIP(hart)     (CLINT_BASE + 4ul * (hart))
#define CLINT_MTIMECMP(hart) (CLINT_BASE + 0x4000ul + 8ul * (hart))
#define CLINT_MTIME   (CLINT_BASE + 0xbff8ul)
#define PLIC_BASE     0x0c000000ul
#define UNMAPPED      0x08000000ul /* between the platform bus and the PLIC: nothing answers */

#define PAGE_SIZE     4096ul
#define MAX_HARTS     8
#define NO_TRAP       (~0ul)

/* ---- console ---------------------------------------------------------------------------- */

/* Print one character on the UART, polling for room. */
void put_char(char c);
/* Print with %x (uint64_t, hexadecimal), %d (int64_t), %s, %c and %%; nothing else is known. */
void say(const char *format, ...);
/* End the test: says "end" and powers the machine off. Never returns. */
void finish(void) __attribute__((noreturn));
/* Print "FAIL sentence" and go on; the runner fails a test whose log has such a line. */
void fail(const char *sentence);
/* fail(sentence) unless condition holds. */
static inline void check(bool condition, const char *sentence)
{
	if (!condition)
		fail(sentence);
}

/* ---- traps ------------------------------------------------------------------------------ */

/* What one trap left in the CSRs; tval2 and tinst are 0 on a hart without H. */
struct trap {
	uint64_t cause; /* NO_TRAP when there was none */
	uint64_t tval, epc, status, tval2, tinst;
};

/* Register x[n] of interrupted code; x[0] is not used. */
struct frame {
	uint64_t x[32];
};

struct hart {
	struct frame frame;      /* where the trap entry saves; offsets known to start.S */
	uint64_t kernel_sp;
	uint64_t running;        /* non-zero while run() has handed the hart to code under test */
	uint64_t trap_sp;
	uint64_t id;
	bool catching;
	uint64_t catches;
	struct trap trap;        /* the last trap taken while catching */
	void (*hook)(struct frame *f, struct trap *t);
	void (*job)(void);       /* what a secondary hart is asked to do */
	uint64_t job_done;
	bool gva;                /* mstatus.GVA, where only traps write it */
};

extern struct hart harts[MAX_HARTS];
extern uint64_t boot_a0, boot_a1, boot_a2; /* the registers the first hart was entered with */

static inline struct hart *this_hart(void)
{
	struct hart *h;

	__asm__("mv %0, tp" : "=r"(h));
	return h;
}

/* From here on, an exception in the guest's own C code is recorded and its instruction skipped. */
void catch_begin(void);
/* Stop doing so; returns the last trap recorded, whose cause is NO_TRAP when there was none. */
struct trap catch_end(void);
/*
 * Let hook see every trap of the guest's own C code (t->epc and the registers may be changed; the
 * trap returns to t->epc). NULL takes it away. Interrupts without a hook end the test.
 */
void hook_set(void (*hook)(struct frame *f, struct trap *t));
/* Print "name: cause=.. tval=.. epc=.. status=..", with tval2 and tinst on a hart with H. */
void say_trap(const char *name, const struct trap *t);
/* The same in one short form: "name: cause tval", or "name: ok". */
void say_cause(const char *name, const struct trap *t);

/* Like say_trap(), for what run() brought back, with a hash over x1..x31. */
struct context;
void say_context(const char *name, const struct context *c);

/* Does misa announce this letter ('A' to 'Z')? */
bool has_ext(char letter);
/* Does the hart have this CSR in M-mode? */
bool has_csr(unsigned csr);

/* ---- running code in any mode until it traps ---------------------------------------------- */

enum mode { MODE_U = 0, MODE_S = 1, MODE_M = 3, MODE_VU = 4, MODE_VS = 5 };

struct context {
	uint64_t x[32];
	uint64_t pc;
	enum mode mode;
	uint64_t status_set;   /* more mstatus bits that are set on entry, e.g. MSTATUS_MPIE */
	struct trap trap;      /* filled in by run() */
};

/* Enter c->mode at c->pc with registers c->x; come back at the first trap that reaches M-mode. */
void run(struct context *c);
/*
 * Prepare mstatus.MPV for an mret of the caller's own, where no CSR instruction writes it; nothing
 * elsewhere. Between this and the mret there may be no trap. Changes mepc and the other CSRs of a
 * trap to M-mode. run() does it.
 */
void mpv_make(bool on);
/* Make *c a context at pc in mode with every register zero. */
void context_init(struct context *c, enum mode mode, uint64_t pc);
/* "U", "S", "M", "VU" or "VS". */
const char *mode_name(enum mode mode);

/* One page to write instructions into; code_put() also executes fence.i. */
extern uint32_t code_page[PAGE_SIZE / 4];
/* Put count words and then ebreaks (16 bytes of them) at the start of the code page. */
void code_put(const uint32_t *words, size_t count);
/* Run words in mode with a0..a3 given by c->x (the caller fills it); shorthand for the above. */
void run_words(struct context *c, enum mode mode, const uint32_t *words, size_t count);
/* As run_words for a single instruction with a0 = a, a1 = b; returns the context's trap cause. */
uint64_t run_word(struct context *c, enum mode mode, uint32_t word, uint64_t a, uint64_t b);

/* ---- CSRs by number ------------------------------------------------------------------------ */

enum csr_op { CSRRW = 1, CSRRS = 2, CSRRC = 3, CSRRWI = 5, CSRRSI = 6, CSRRCI = 7 };

/* The encoding of op rd, csr, rs1 (rs1 is the 5-bit immediate for the I forms). */
uint32_t csr_insn(enum csr_op op, unsigned rd, unsigned csr, unsigned rs1);
/* Read csr in mode; returns NO_TRAP and stores the value, or returns the cause. */
uint64_t csr_try_read(enum mode mode, unsigned csr, uint64_t *value);
/* Write csr in mode (csrrw x0); returns NO_TRAP or the cause. */
uint64_t csr_try_write(enum mode mode, unsigned csr, uint64_t value);

/* FNV-1a over count 64-bit words, for logs that would be too long. */
uint64_t hash_words(const uint64_t *words, size_t count);

/* ---- PMP, interrupts and time -------------------------------------------------------------- */

/* Entry 0 becomes NAPOT over everything with RWX, all others off (none may be locked). */
void pmp_open(void);
/* Write pmpaddr[index] and the byte of entry index in pmpcfg. */
void pmp_set(unsigned index, uint8_t cfg, uint64_t addr);
/* Read back the pmpcfg byte or the pmpaddr register of entry index. */
uint8_t pmp_cfg(unsigned index);
uint64_t pmp_addr(unsigned index);

#define PMP_R     0x01
#define PMP_W     0x02
#define PMP_X     0x04
#define PMP_TOR   0x08
#define PMP_NA4   0x10
#define PMP_NAPOT 0x18
#define PMP_L     0x80
/* pmpaddr of a naturally aligned region of size bytes (a power of two, at least 8). */
#define PMP_NAPOT_ADDR(base, size) (((base) >> 2) | (((size) >> 3) - 1))

static inline uint64_t load64(uint64_t a) { return *(volatile uint64_t *)a; }
static inline uint32_t load32(uint64_t a) { return *(volatile uint32_t *)a; }
static inline uint16_t load16(uint64_t a) { return *(volatile uint16_t *)a; }
static inline uint8_t load8(uint64_t a) { return *(volatile uint8_t *)a; }
static inline void store64(uint64_t a, uint64_t v) { *(volatile uint64_t *)a = v; }
static inline void store32(uint64_t a, uint32_t v) { *(volatile uint32_t *)a = v; }
static inline void store16(uint64_t a, uint16_t v) { *(volatile uint16_t *)a = v; }
static inline void store8(uint64_t a, uint8_t v) { *(volatile uint8_t *)a = v; }
static inline void fence(void) { __asm__ volatile("fence" ::: "memory"); }
static inline void fence_i(void) { __asm__ volatile("fence.i" ::: "memory"); }
static inline void sfence_vma(void) { __asm__ volatile("sfence.vma" ::: "memory"); }

uint64_t time_now(void);
/* Spin until mtime has advanced by ticks (10 MHz on QEMU virt). */
void time_spin(uint64_t ticks);

/* ---- page tables --------------------------------------------------------------------------- */

#define PTE_V 0x01ul
#define PTE_R 0x02ul
#define PTE_W 0x04ul
#define PTE_X 0x08ul
#define PTE_U 0x10ul
#define PTE_G 0x20ul
#define PTE_A 0x40ul
#define PTE_D 0x80ul
#define PTE_RWX (PTE_R | PTE_W | PTE_X | PTE_A | PTE_D | PTE_V)

/* A tree of page tables; levels is 3 (Sv39), 4 (Sv48) or 5 (Sv57). */
struct space {
	uint64_t *root;
	unsigned levels;
	bool wide_root; /* the x4 root of a second-stage tree */
};

/* A zeroed page from the guest's own pool. */
void *page_alloc(void);
/* Start an empty tree; a second-stage one (x4) when wide_root. */
void space_init(struct space *s, unsigned levels, bool wide_root);
/* Map the page of size 4 KiB << (9 * level) at va to pa with flags; replaces an earlier leaf. */
void space_map(struct space *s, uint64_t va, uint64_t pa, unsigned level, uint64_t flags);
/* The entry that space_map() wrote for va at level, made if missing. */
uint64_t *space_entry(struct space *s, uint64_t va, unsigned level);
/* The value for satp, vsatp or hgatp. */
uint64_t space_atp(const struct space *s);
/* Write one raw pte for va at level. */
void space_raw(struct space *s, uint64_t va, unsigned level, uint64_t pte);

/* ---- other harts --------------------------------------------------------------------------- */

/* Wake hart id to run job; returns at once. */
void hart_start_job(unsigned id, void (*job)(void));
/* Wait until the hart has finished its job. */
void hart_join(unsigned id);
/* How many harts the device tree has; waits until all of them have reported for duty. */
unsigned hart_count(void);

/* The guest's own program; the first hart arrives here with traps caught and PMP open. */
void guest_main(void);

#endif
