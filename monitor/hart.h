/* SPDX-License-Identifier: Apache-2.0 */
/* All mutable state of the virtual machine: one struct machine, one struct hart per hart. */
#ifndef MONITOR_HART_H
#define MONITOR_HART_H

#include "hw/probe.h"
#include "lib/base.h"
#include "lib/device.h"
#include "lib/range.h"

#define MAX_HARTS 16u
#define MEMORY_RANGES 16u

struct hart;

enum world { WORLD_FIRMWARE, WORLD_PAYLOAD };

/* Sets of PMP rules that a hart can have in force (vpmp.h). */
enum pmp_view_id {
	VIEW_PAYLOAD,       /* S and U mode of the payload */
	VIEW_FIRMWARE,      /* vM-mode */
	VIEW_FIRMWARE_MPRV, /* vM-mode with vmstatus.MPRV in effect: loads and stores trap */
	VIEW_COUNT
};

/* One set of PMP rules, in the layout of the registers. */
struct pmp_view {
	u64 addr[PMP_MAX];
	u64 cfg[PMP_MAX / 8]; /* eight entries a word: pmpcfg0, 2, 4 .. */
};

/* The machine-level CSRs as the firmware sees them (Priv. 3.1). */
struct vm_csrs {
	/*
	 * M-level fields always; UXL, SDT and UBE only while the firmware runs (then h/w holds
	 * other values). All other fields live in the hardware's mstatus.
	 */
	u64 mstatus;
	u64 mie; /* while the payload runs, only MSIE and MTIE are valid: the rest is in h/w */
	u64 mideleg;
	u64 medeleg;
	u64 mtvec;
	u64 mscratch;
	u64 mepc;
	u64 mcause;
	u64 mtval;
	u64 mtinst;
	u64 mtval2;
	u64 mcounteren;
	u64 menvcfg;
	u64 mseccfg; /* MML, MMWP, RLB; the seed bits live in hardware */
};

/*
 * The payload's CSRs that unprivileged code could observe, or that could interrupt it: kept here
 * while the firmware runs.
 */
struct held_csrs {
	u64 satp;
	u64 scounteren;
	u64 senvcfg;
	u64 sstateen0;
	u64 hstatus;
	/* Its interrupts need no mideleg: they would take U-mode to the supervisor (AIA 5.3). */
	u64 mvien;
};

/*
 * Plain memory of which the rules in force say the same for every byte, so that they need not be
 * asked again (guestmem.h): an access of 8 bytes at addr lies inside if addr - base < size. 0: not
 * known.
 */
struct window {
	u64 base;
	u64 size;
};

/* Bytes that are known of, behind those at which an access may begin. */
#define WINDOW_TAIL 7u

/*
 * The console's register for characters, which firmware may not reach, as boot/quick.S stores its
 * printable ones there: each by itself harmless, whoever prints what comes before and after it.
 */
struct port {
	u64 data;   /* 0: each is C's to judge */
	u64 status; /* uart_status_of(data) */
	u64 pc;     /* the instruction that stores there, and may be executed .. */
	u32 word;   /* .. sb of a register .. */
	u32 gpr;    /* .. whose number, times 4, is this */
};

/* Virtual PMP (Priv. 3.7): registers as the firmware reads them, and what follows from them. */
struct vpmp {
	unsigned int count; /* entries the firmware has */
	unsigned int first; /* hardware entry of virtual entry 0 */
	_Alignas(8) u8 cfg[PMP_MAX]; /* read by eight, as pmpcfg0, 2, 4 .. have them */
	u64 addr[PMP_MAX]; /* raw: grain applied when read */
	struct range range[PMP_MAX]; /* what entry i matches; size 0: off */
	struct pmp_view view[VIEW_COUNT];
	struct pmp_view hardware; /* what the registers hold now */
	unsigned int entries;     /* hardware entries in use, a multiple of 8 */
	unsigned int moving_count; /* entries whose address differs between views .. */
	u8 moving[PMP_MAX];        /* .. and which: those of policies */
};

/* Where and how the payload stopped, while the firmware runs on its behalf (context.h). */
struct payload_context {
	u64 x[32];
	u64 pc;
	u64 cause;
	u64 status;   /* hardware's mstatus: where it came from, and all that S-mode keeps there */
	u64 hstatus;  /* likewise, where there is one */
	u64 shown_pc; /* what the firmware was told in mepc */
	bool valid;
};

/* Hart states as the payload knows them, by the SBI's numbers (SBI 3.0, 9.1). */
enum hsm_state {
	HSM_STARTED, HSM_STOPPED, HSM_START_PENDING, HSM_STOP_PENDING, HSM_SUSPENDED,
	HSM_SUSPEND_PENDING, HSM_RESUME_PENDING,
	HSM_CLAIMED /* ours: between STOPPED and START_PENDING, addr and opaque are being written */
};

/* What the payload wants of a hart (hsm.h). */
struct hsm {
	u32 state; /* enum hsm_state; any hart, by compare-and-swap */
	/* Where to enter the payload. Of the hart that moves state to START_PENDING (release). */
	u64 addr;
	u64 opaque;
	u32 asked; /* own: 1 + index of the hart whose start this one is asking for, 0: none */
	bool resumes; /* own: suspended without retention, addr and opaque say where it goes on */
	u32 parked; /* its firmware has gone to sleep since it was to stop (own; others acquire) */
};

/* Calls between harts (remote.h). */
struct remote_slot {
	void (*fn)(struct hart *h, const u64 *args);
	u64 args[4];
};

struct remote {
	struct remote_slot call; /* what this hart asks for, written before it asks */
	u32 waiting; /* targets that have not finished: each takes its bit out (release) */
	u32 from;    /* harts that ask this one: they or (release), this one exchanges (acquire) */
	bool serving; /* this hart's own: inside a call of another */
};

/* The hart's timer (timer.h); only its own hart writes, but for vmtimecmp. */
struct timer {
	u64 mtimecmp_addr; /* physical; 0: the machine has none for this hart */
	u64 vmtimecmp; /* as the firmware set it: any hart (release, then a doorbell) */
	u64 deadline;  /* the payload's, while waits */
	bool waits;
	u64 limit;     /* of the firmware's running time, see timer_limit; 0: none */
	u64 quiet;     /* till then the payload is not interrupted for the firmware; 0: no */
	bool shared; /* mtimecmp is virtual: set before the firmware runs */
	bool whole;  /* mtime can be read, and so mtimecmp be written, by eight bytes at once */
	/* For boot/fast_time.h (mtime: quick_device.S, too): their addresses; 0: C answers. */
	u64 fast_mtime;
	u64 fast_mtimecmp;
};

#define TRIGGERS_MAX 8u

/* What was refused to a guest, by what it was after. By a policy: a hook's DENY, or refuse(). */
enum refusal {
	REFUSED_MONITOR,     /* the firmware: to touch the monitor's memory */
	REFUSED_MEMORY,      /* the firmware: other memory that its PMP rules or a policy's deny */
	REFUSED_DEVICE,      /* on_mmio */
	REFUSED_CSR,         /* on_csr */
	REFUSED_INSTRUCTION, /* on_trap: an exception that is no call */
	REFUSED_CALL,        /* on_ecall, or on_trap for an ecall */
	REFUSED_RESUME,      /* a policy: to enter the payload elsewhere than where it waits */
	REFUSED_INJECT,      /* a policy: a supervisor interrupt that nobody asked for */
	REFUSED_CLASSES
};

/* What the quick part of the trap path does by itself (boot/quick.S). */
enum quick {
	QUICK_ON = 1 << 0,     /* mscratch, mepc, mcause, mtval, mtvec; misa, read */
	QUICK_STATUS = 1 << 1, /* mstatus, read or not changed */
	QUICK_GUEST = 1 << 2,  /* mtinst, mtval2, read */
	QUICK_CLINT = 1 << 3   /* vclint_quick */
};

/* Counted events. Only the hart itself writes; others may read (relaxed). */
struct hart_counts {
	u64 refused[REFUSED_CLASSES];
};

/*
 * One hart. The first fields are the trap frame: trap.S knows their offsets (asm_offsets.c), and
 * the hart's stack ends where the struct begins, so one pointer in mscratch finds both.
 */
struct hart {
	_Alignas(64) u64 x[32]; /* guest registers; GPR_LIVE_MASK stays in hardware (hw/gpr.h) */
	u64 pc;    /* guest pc: the trapping instruction, later where to go on */

	u64 tval;  /* mtval of the illegal instruction being handled, for vtrap_illegal */

	enum world world;
	enum pmp_view_id view; /* rules in force */
	u32 quick;             /* enum quick: what boot/quick.S may do; 0: nothing */
	u32 quick_firmware;    /* the same, whenever the firmware runs */
	u32 irq_check; /* not 0: something may have made a virtual interrupt deliverable .. */
#define IRQ_CAME 2u    /* .. and hardware has taken one */
	u64 hw_mie;            /* what hardware mie holds while the firmware runs */
	struct window code;    /* what vM-mode may execute, around where it last did (guestmem.h) */
	struct window data;    /* what it may load and store, likewise; none while vMPRV acts */
	u64 data_missed;       /* an address that data did not hold, 0: none */
	struct window text;    /* what the payload's S-mode may load from, in both worlds */
	struct window device;  /* where vM-mode's own rules let it store, beside memory (mmio.h) */
	struct port port;      /* inside of device; none while vMPRV acts */
	u8 shield_may;         /* SHIELD_KNOWN: what vM-mode may do to all of the shield (vpmp.h) */
	bool device_passes;    /* the one policy that judges passes every store in device on */
	u32 spared;            /* enum policy_spares: what no policy asks to see (policy.h) */
	bool tells_word;       /* mtval of an illegal instruction holds it (Priv. 3.1.16) */

	struct hart_counts counts;

	/*
	 * Own. Of the payload's exceptions firmware gets none but S-mode's ecalls (vtrap.c), and
	 * it has no access in the payload's name: by MPRV, or as hypervisor (emulate.c).
	 */
	bool sealed;
	u64 firmware_counteren; /* mcounteren while the firmware runs */

	struct vm_csrs vm;
	struct held_csrs held;
	struct hsm hsm;

	u64 tdata1[TRIGGERS_MAX]; /* as the firmware sees it (vtrigger.c) */
	u32 triggers_armed;       /* bit n: trigger n was given a type by the firmware */

	u64 lr_addr;  /* address of an emulated LR, for the SC after it; ~0: none */
	u64 lr_value;

	struct hart_caps caps;
	unsigned int index; /* 0 .. machine.hart_count - 1 */
	u64 id;             /* mhartid */
	u64 msip_addr;      /* of this hart's physical msip; 0: the machine has none */

	/*
	 * Written by other harts: the virtual msip register (release store, then a doorbell whose
	 * receiver clears its msip before an acquire load).
	 */
	u32 vmsip;
	/* They want its supervisor software interrupt (the same order; sbi_serve.h). */
	u32 ssip;

	struct remote remote; /* each field says who writes it */
	struct timer timer;

	/* The large ones come last: what is nearer than 2 KiB is reached in one instruction. */
	struct payload_context payload;
	struct vpmp vpmp;
};

/* Where the machine's CLINT registers are; zero sizes where there is none. */
struct clint_map {
	struct range msip;     /* msip[0] .. */
	struct range mtimecmp; /* mtimecmp[0] .. */
	u64 mtime;             /* address of mtime, 0: none */
	struct range shield;   /* naturally aligned power of two around all of it */
	/* Register number in this CLINT -> index in machine.harts; hart_count: no such hart. */
	u8 msip_hart[MAX_HARTS];
	u8 mtimecmp_hart[MAX_HARTS];
	unsigned int msip_count;
	unsigned int mtimecmp_count;
};

/*
 * All harts stopped for one of them (remote.h). leader: index + 1 of the hart that has it, 0:
 * nobody; taken by compare-and-swap (acquire), given back by a release. The leader writes the rest
 * before phase (release), but for here and done, to which each hart ors its bit (release).
 */
struct rendezvous {
	u32 leader;
	u32 phase;
	u32 here;
	u32 done;
	void (*each)(struct hart *h, const u64 *args);
};

/* The whole machine. Constant after boot unless a field says otherwise. */
/* What boot found signed (boot/verify.h), for policies that measure or report it. */
struct manifest_facts {
	bool verified;  /* false only in a build that runs what nobody has signed: the rest is 0 */
	bool test_keys; /* the authorised key is the TEST key, which everybody has */
	u32 svn;        /* security version */
	u32 min_seal;   /* what was sealed by an older one is not to be read; 0: no limit */
	u8 digest[48];    /* SHA-384 of what was signed */
	u8 authority[48]; /* SHA-384 of the authorised keys; known even if nothing is verified */
	char version[128];
	u32 fixed; /* bit n: nobody is to write the firmware's segment n, as the bundle has them */
	struct range payload;      /* the one that it names, and no other may start; size 0: any */
	u8 payload_digest[48];     /* its SHA-384 */
};

struct machine {
	unsigned int hart_count;
	struct hart *harts[MAX_HARTS]; /* by index */
	struct range self;             /* the monitor's memory: naturally aligned power of two */
	struct range ram; /* the memory range that the monitor lies in: plain memory, for sure */
	struct range memory[MEMORY_RANGES]; /* all memory of the device tree, ram among it */
	unsigned int memory_count;
	struct clint_map clint;
	struct range flash; /* what stage 0 says is the monitor's alone; size 0: nothing */
	struct range tpm;   /* likewise, with flash only: a naturally aligned power of two */
	struct devices devices;
	u64 sbi_version; /* as firmware has told the payload, 0: not yet; any hart (relaxed) */
	u32 online; /* bit n: harts[n] serves remote calls; each ors its own (release) */
	struct rendezvous rendezvous;
	bool mediates; /* a policy wants harts to enter the payload only as asked (hsm.h) */
	bool saves_payload; /* a policy wants registers in struct payload_context */
	u32 csrs_seen; /* policies see the firmware's CSR accesses; only ever set (release) */
	u32 booted; /* a hart has entered the payload, or tried (exchange; hsm.c) */
	struct range firmware; /* from its lowest to its highest loaded byte */
	struct range payload;  /* as its header says; size 0: it has none, or is not known yet */
	struct range initrd;   /* size 0: none */
	struct range handed;   /* fw_dynamic_info of the previous stage; size 0: none */
	u32 firmware_stopped;  /* 1 + index of the hart on which a policy has ended it (release) */
	struct manifest_facts manifest; /* written by boot, before any policy starts */
	u64 timebase;          /* ticks of time in a second; 0: not known */
	u32 dead; /* set by panic; every hart that sees it parks (release/acquire) */
};

extern struct machine machine;

/* Counts a refusal on the running hart, in one class. */
static inline void refuse(struct hart *h, enum refusal what)
{
	__atomic_store_n(&h->counts.refused[what], h->counts.refused[what] + 1, __ATOMIC_RELAXED);
}

/* Counts an access fault of the firmware at physical address pa; 0: it has no physical one. */
static inline void refuse_address(struct hart *h, u64 pa)
{
	refuse(h, range_has(machine.self, pa, 1) ? REFUSED_MONITOR : REFUSED_MEMORY);
}

#endif
