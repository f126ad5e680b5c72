/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hart that exists only in memory, under the monitor's own sources: CSRs with rules of their
 * own, PMP, page tables, RAM, a CLINT. What the monitor must never do (use an absent CSR, let
 * interrupts in, run with MPRV) ends the program with one sentence.
 */
#ifndef HOST_FAKE_HART_H
#define HOST_FAKE_HART_H

#include "hw/csr.h"
#include "lib/base.h"
#include "lib/tree.h"
#include "monitor/hart.h"
#include "pmp_model.h"

#define FAKE_RAM_BASE ((u64)0x80000000)
#define FAKE_RAM_SIZE ((u64)0x100000)
#define FAKE_CLINT_BASE ((u64)0x2000000)
#define FAKE_8250_BASE ((u64)0x10000000)
#define FAKE_SIFIVE_BASE ((u64)0x10010000)
#define FAKE_UART_SIZE ((u64)0x100)
#define FAKE_FINISHER_BASE ((u64)0x100000)
#define FAKE_HARTS 2u
#define FAKE_TRIGGERS 4u
#define FAKE_TRIGGER_LOG 8
#define FAKE_LOG 64u

/* Where fake_start puts the monitor. */
#define FAKE_SELF_BASE ((u64)0x80080000)
#define FAKE_SELF_SIZE ((u64)0x40000)
/* mtvec of the monitor, and the mtvec that the firmware finds at reset. */
#define FAKE_OUR_MTVEC ((u64)0x80080100)

/* Instructions that leave no other trace. */
struct fake_counts {
	unsigned int fence;
	unsigned int fence_i;
	unsigned int sfence_vma;
	unsigned int hfence_gvma;
	unsigned int hfence_vvma;
	unsigned int wfi;
	unsigned int sctrclr;
	unsigned int accesses; /* guarded memory instructions */
	unsigned int pmp_writes;
	unsigned int slices; /* slice_enter */
};

/* One physical access, page table entries included. */
struct fake_access {
	u64 pa;
	unsigned int size;
	bool is_store;
};

/* One UART with the registers of both kinds. */
struct fake_uart {
	char out[2048]; /* what was sent */
	unsigned int sent;
	unsigned int room; /* characters that it still takes */
	unsigned int took; /* since it last said that there is room */
	unsigned int looks; /* how often it was asked */
	bool fifo;
	u8 ier;
	u8 lcr;
	const char *in; /* what has come in */
	u32 txctrl;
	u32 rxctrl;
};

struct fake_hart {
	/* CSRs. mask: writable bits; ones: bits that are always set. Zeroed means plain storage. */
	u64 csr[4096];
	u64 mask[4096];
	u64 ones[4096];
	bool absent[4096];
	u64 tdata1[FAKE_TRIGGERS];
	u64 tdata1_log[FAKE_TRIGGER_LOG]; /* what was written to any of them */
	unsigned int tdata1_logged;
	u64 no_trigger_types; /* bit n: type n is not there */
	u64 satp_modes; /* bit n: satp.MODE = n is there */
	u64 tvec_modes; /* bit n: mtvec.MODE = n is there */
	bool misaligned_traps;
	bool mret_keeps_mprv;
	bool irq_lowest_first;
	bool mpv_by_traps_only; /* fake_make_mpv_fixed */
	bool has_svinval;
	bool has_zawrs;
	bool has_ctr;
	bool has_cbo;
	u64 tinst; /* mtinst of each guarded instruction that traps */

	u64 wires; /* mip bits that devices hold up: MEIP, SEIP */
	struct pmp_model pmp;
	unsigned int pmp_registers; /* pmpaddr CSRs that exist: those past pmp.count read 0 */

	u64 x[32]; /* the live registers only */
	u64 f[32];

	u8 ram[FAKE_RAM_SIZE];
	u32 msip[FAKE_HARTS];
	u64 mtimecmp[FAKE_HARTS];
	u64 mtime;
	u64 mtime_step; /* time that passes with each look at mtime's low half */
	bool device_dead; /* the CLINT refuses everything */
	struct fake_uart uart;
	u32 finisher; /* what was last written to it */

	/* A device elsewhere on the bus; false: nothing answers. NULL: there is none. */
	bool (*device)(u64 pa, unsigned int size, bool is_store, u64 *value);

	u64 reserved_pa; /* LR */
	bool reserved;

	struct fake_counts count;
	struct fake_access log[FAKE_LOG];
	unsigned int logged;
	bool in_guard;
	bool native; /* M-mode software runs here, not the monitor: nothing is forbidden */

	void (*on_wfi)(void);                         /* called by wfi; may longjmp */
	void (*on_csrw)(unsigned int num, u64 value); /* called before each CSR write */
};

/* The hart that runs; a test may have a second one, to compare with. */
extern struct fake_hart *fake_now;
#define fake (*fake_now)

/* Ends the program: the monitor did what it must not do, or the fake hart cannot do it. */
NORETURN void fake_stop(const char *what, u64 value);

/* The hart at reset, with every CSR of csr_list.h, H, Sv39 to Sv57, 16 PMP entries, Smepmp. */
void fake_reset(void);

/* Takes CSRs first..last away. */
void fake_remove(unsigned int first, unsigned int last);

/* Makes it an old hart: no H, no menvcfg, no stateen, no mseccfg, no triggers, no AIA, no Sstc. */
void fake_make_old(void);

/*
 * CSR instructions no longer write mstatus.MPV and GVA: only traps and xRET do (hw/mpv.h). GVA is
 * set by a trap out of V=1 and never cleared, as on QEMU 10.
 */
void fake_make_mpv_fixed(void);

/* CSRs with the rules applied; false: illegal instruction. */
bool fake_csr_get(unsigned int num, u64 *value);
bool fake_csr_put(unsigned int num, u64 value);

/* mip as hardware shows it now. */
u64 fake_mip(void);

/* The interrupt that hardware takes of these, -1: none (Priv. 3.1.9). */
int fake_highest_irq(u64 ready);

/* Memory, physical, without any check: for tests to look and to prepare. */
u64 fake_load(u64 pa, unsigned int size);
void fake_store(u64 pa, unsigned int size, u64 value);

/* The device bus: false where nothing answers this width. */
bool fake_bus_read(u64 pa, unsigned int size, u64 *value);
bool fake_bus_write(u64 pa, unsigned int size, u64 value);

/* A memory access as the guest of a given mode makes it. */
struct fake_view {
	unsigned int mode; /* 0 U, 1 S, 3 M */
	bool virt;
	u64 status; /* SUM, MXR */
	bool hlvx;
};

/* Access or page fault of reading (writing, executing) size bytes at va; 0: *pa is set. */
u64 fake_translate(const struct fake_view *view, u64 va, unsigned int size, enum pmp_access access,
		   u64 *pa);

/*
 * Sets up machine and h (zeroed first) on the fake hart: probes it, then vcsr_init. The CLINT of
 * two harts is shielded; the other hart is *other, parked in the firmware world.
 */
void fake_start(struct hart *h);
extern struct hart fake_other;

/*
 * What always holds while the firmware runs; ends the program with a sentence if not: I-MON-1,
 * I-WLD-1, I-WLD-2, I-WLD-3, I-WLD-4, I-MEM-2.
 */
void fake_check_firmware_world(const struct hart *h);

/* What tree_check answers. */
extern struct tree_report fake_tree;

/* The three policies of this build: what they answer, and how often they were asked. */
struct fake_policy {
	unsigned int verdict; /* enum verdict */
	unsigned int asked;
	u64 cause;
	unsigned int order; /* of the last question, 1 first */
};
extern struct fake_policy fake_policies[3];

/* What the policy "witness" has seen measured, behind the sandbox (tests/host/with). */
struct fake_measured {
	unsigned int what; /* enum measured */
	struct range r;
};
extern struct fake_measured fake_measured[8];
extern unsigned int fake_measured_count;

#endif
