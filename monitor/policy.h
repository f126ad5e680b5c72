/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies: modules that may say no. Chosen and ordered at build time (POLICY=, docs/policies.md);
 * without any, every function here compiles to nothing.
 */
#ifndef MONITOR_POLICY_H
#define MONITOR_POLICY_H

#include "hw/csr_num.h"
#include "monitor/hart.h"
#include "monitor/mmio.h"

/* What a policy says of an event. The first policy that does not PASS decides. */
enum verdict {
	PASS,    /* not mine: the next policy, then the monitor, deals with it */
	HANDLED, /* I have dealt with it: the monitor does nothing more */
	DENY     /* forbidden: counted as a refusal; each hook says what the guest finds */
};

/* One access of the firmware to a CSR, as the monitor is about to carry it out. */
struct csr_access {
	unsigned int num;
	bool is_write;
	/* What is written; for a read that is HANDLED, what the firmware gets. */
	u64 value;
};

/* One PMP entry in the form of the registers, without the L bit (Priv. 3.7.1). */
struct pmp_rule {
	u64 addr;
	u8 cfg; /* PMP_A_* and PMP_R.. of vpmp.h; 0: off */
};

/* What running the payload on this hart would mean (hsm.h). */
enum resume_kind {
	RESUME_RETURN,  /* it goes on after what it stopped for */
	RESUME_ENTRY,   /* it begins where the payload asked: a start, or the end of a suspend */
	RESUME_BOOT,    /* the machine's first entry into the payload */
	RESUME_UNASKED  /* none of these: refused if a policy mediates harts */
};

/* The firmware's wish to run the payload: by mret, or by sret. */
struct resume {
	enum resume_kind kind;
	bool by_sret;
	u64 asked; /* the pc that the firmware set */
	u64 pc;    /* where the hart will go on */
	u64 priv;
	bool virt;
};

/* What runs, or is handed on, and whether it is what it should be: for policies that measure. */
enum measured {
	MEASURED_FIRMWARE, /* a segment, as loaded, before its first instruction */
	MEASURED_TREE,     /* the device tree that the payload gets, under the lock */
	MEASURED_INITRD,   /* under the lock, too */
	MEASURED_PAYLOAD   /* as far as its header says; size 0: it has none, base is its entry */
};

/* The most PMP entries that one policy may declare. */
#define POLICY_PMP_MAX 8u

/* What a policy need not be asked about, because it always passes it (struct policy, spares). */
enum policy_spares {
	SPARES_FIRMWARE = 1 << 0,  /* on_trap: exceptions of the firmware */
	SPARES_TRAP_CSRS = 1 << 1, /* on_csr: mscratch, mepc, mcause, mtval, mtval2, mtinst, mtvec;
				    * misa, read */
	SPARES_CSRS = 1 << 2,      /* on_csr: all; it follows where there is no such hook */
	SPARES_TIME = 1 << 3,      /* on_trap, on_ecall: time reads, set_timer of the payload */
	SPARES_EXIT = 1 << 4,      /* on_exit: all; it follows where there is no such hook */
	SPARES_CLINT = 1 << 5,     /* on_mmio: mtime loaded, the hart's own mtimecmp and msip */
	SPARES_STATUS = 1 << 6,    /* on_csr: mstatus, read or written with what it holds */
	SPARES_ALL = (1 << 7) - 1
};

/*
 * A policy is one const object, policies/NAME/NAME.c: struct policy policy_NAME. Every hook may be
 * NULL, which is the same as PASS. All run on hart h with interrupts off, on h's stack, and
 * must return soon. State of a policy lives in one static array of its own, indexed by h->index.
 */
struct policy {
	const char *name;

	/*
	 * PMP entries that on_pmp fills, at most POLICY_PMP_MAX. The machine is refused if a hart
	 * has too few for all.
	 */
	unsigned int pmp_slots;

	/* The registers of a payload that stopped are kept in h->payload (context.h). */
	bool saves_payload;

	/* Harts enter the payload only as the payload asked for it (hsm.h). */
	bool mediates;

	/* The payload that the manifest names is the only one that this policy lets begin. */
	bool binds;

	/*
	 * Memory that nothing names (boot/scrub.h) is cleared before the first firmware
	 * instruction, so that nobody finds there what an earlier payload has left.
	 */
	bool scrubs;

	/* Bits of enum policy_spares: it costs less if hooks are not asked in vain. */
	u32 spares;

	/* on_csr passes everything, and is not asked, until policy_see_csrs is called. */
	bool csrs_later;

	/*
	 * Once on each hart, before any hart's first firmware instruction; a hart that arrives
	 * after the others have begun runs it before its own. False: refuse the hart, after
	 * having said why.
	 */
	bool (*init)(struct hart *h);

	/*
	 * Every trap, interrupts included (mcause), before anything else. It cannot change the
	 * course.
	 */
	void (*on_exit)(struct hart *h, u64 cause);

	/*
	 * Each exception, before the monitor looks at it; h->world says who trapped. After one, the
	 * monitor may go on with the firmware's CSR instructions and mret that follow: those have
	 * no exception of their own, on_csr and on_resume are asked as always. HANDLED: h->pc
	 * says where to go on. DENY: as for on_ecall where it is one, else an illegal instruction.
	 */
	enum verdict (*on_trap)(struct hart *h, u64 cause);

	/*
	 * Each ecall that on_trap passed. HANDLED: registers and h->pc are as the caller shall find
	 * them. DENY: a call of the payload's S-mode returns SBI_ERR_DENIED, any other ecall is an
	 * illegal instruction.
	 */
	enum verdict (*on_ecall)(struct hart *h, u64 cause);

	/*
	 * World switches: on_leave in reverse order before the switch, on_enter in order after
	 * it. Leaving the firmware and entering either world, h->pc is where the hart goes on;
	 * leaving the payload, where it stopped.
	 */
	void (*on_enter)(struct hart *h, enum world to);
	void (*on_leave)(struct hart *h, enum world from);

	/*
	 * The firmware's reads and writes of CSRs, emulated or not there at all; csrrs and csrrc
	 * ask twice. DENY: illegal instruction. With PASS on a write, a->value may be changed:
	 * that is written then.
	 */
	enum verdict (*on_csr)(struct hart *h, struct csr_access *a);

	/*
	 * The firmware is about to run the payload as r says, and may be sent elsewhere by a change
	 * of r. DENY: its instruction is illegal. HANDLED: h goes on as the policy has set it up.
	 */
	enum verdict (*on_resume)(struct hart *h, struct resume *r);

	/*
	 * Something is about to run, or to be handed on: these bytes are as they will be used, and
	 * nobody can change them meanwhile. On the boot hart for firmware; else on the hart that
	 * enters the payload first, all others stopped (sandbox; without it there is no such
	 * moment, and only firmware is measured).
	 */
	void (*on_measure)(struct hart *h, enum measured what, struct range r);

	/*
	 * PMP has refused the firmware an access to bytes that on_mmio shall be asked about. Any
	 * byte of them is enough.
	 */
	bool (*claims)(struct hart *h, u64 pa, u64 bytes);

	/*
	 * Accesses of either world to emulated devices (vclint.h) and of the firmware to what
	 * claims named; its vPMP rules permit them. DENY, and PASS where no device is emulated:
	 * access fault. An AMO asks twice.
	 */
	enum verdict (*on_mmio)(struct hart *h, struct mmio_access *a);

	/*
	 * Fills rule[0 .. pmp_slots - 1], which are off, for one view. They outrank the
	 * firmware's entries and yield to the monitor's. A TOR rule begins at the address of the
	 * entry before it, so rule[0] is none. Asked when the hart starts and by
	 * policy_pmp_changed.
	 */
	void (*on_pmp)(struct hart *h, enum pmp_view_id view, struct pmp_rule *rule);

	/*
	 * A doorbell has been answered: somebody called ipi_ring for this hart. What was written
	 * for it before is visible; several rings may be one call.
	 */
	void (*on_ipi)(struct hart *h);

	/*
	 * The long computation that this policy has asked slice_run for, on the stack that it gave:
	 * other harts are served in the middle of it. No guarded access, no wait for another hart.
	 */
	void (*on_slice)(struct hart *h);

	/* The firmware's running time has reached its limit (timer_limit). */
	void (*on_limit)(struct hart *h);

	/*
	 * After a trap in which an interrupt came or may have become pending, before the guest goes
	 * on: h may be set up to go on elsewhere.
	 */
	void (*on_settle)(struct hart *h);
};

/* Number of policies in this build, a constant; policy_list holds them in order. */
enum {
	POLICY_COUNT = 0
#define POLICY(n) +1
#include "policy_list.h"
#undef POLICY
};
extern const struct policy *const policy_list[POLICY_COUNT + 1];

/* In this form the compiler sees how often: a list of one or two is no loop. */
#define POLICY_EACH(p)                                                \
	for (const struct policy *const *at_ = policy_list, *p;       \
	     at_ != policy_list + POLICY_COUNT && (p = *at_, true); \
	     at_++)

/* Their names in order, separated by blanks; "" for none. */
const char *policy_names(void);

/* PMP entries that all policies together declare. */
static inline unsigned int policy_pmp_slots(void)
{
	unsigned int sum = 0;

	POLICY_EACH(p) {
		sum += p->pmp_slots;
	}
	return sum;
}

/* Does one of them want memory cleared? */
static inline bool policy_scrubs(void)
{
	bool scrubs = false;

	POLICY_EACH(p) {
		scrubs = scrubs || p->scrubs;
	}
	return scrubs;
}

/* Does one of them hold the payload to what the manifest says of it? */
static inline bool policy_binds(void)
{
	bool binds = false;

	POLICY_EACH(p) {
		binds = binds || p->binds;
	}
	return binds;
}

/* Do the policies' PMP entries and the monitor's own fit the hart? If not, says why. */
bool policy_pmp_fits(const struct hart *h);

/*
 * Runs init in order on the running hart and puts the policies' PMP entries in force; vcsr_init
 * has run. False: one of them refused it.
 */
COLD bool policy_init(struct hart *h);

/* Asks on_pmp again for every view and puts the answer in force on the running hart. */
void policy_pmp_changed(struct hart *h);

/* From now on policies are asked about the firmware's CSRs, on every hart. (policy.csrs_later) */
static inline void policy_see_csrs(void)
{
	__atomic_store_n(&machine.csrs_seen, 1, __ATOMIC_RELEASE);
}

/* Are they? Who calls policy_see_csrs sees to it that no firmware runs meanwhile. */
static inline bool policy_sees_csrs(void)
{
	return POLICY_COUNT != 0 && __atomic_load_n(&machine.csrs_seen, __ATOMIC_RELAXED) != 0;
}

/* ---- the walks, for the monitor: one for each hook, in order; on_leave in reverse ---- */

static inline void policy_on_exit(struct hart *h, u64 cause)
{
	POLICY_EACH(p) {
		if (p->on_exit != NULL) {
			p->on_exit(h, cause);
		}
	}
}

/* The first verdict that is not PASS. */
static inline enum verdict policy_on_trap(struct hart *h, u64 cause)
{
	POLICY_EACH(p) {
		enum verdict v = p->on_trap != NULL ? p->on_trap(h, cause) : PASS;

		if (v != PASS) {
			return v;
		}
	}
	return PASS;
}

static inline enum verdict policy_on_ecall(struct hart *h, u64 cause)
{
	POLICY_EACH(p) {
		enum verdict v = p->on_ecall != NULL ? p->on_ecall(h, cause) : PASS;

		if (v != PASS) {
			return v;
		}
	}
	return PASS;
}

static inline enum verdict policy_on_csr(struct hart *h, struct csr_access *a)
{
	POLICY_EACH(p) {
		enum verdict v = p->on_csr != NULL ? p->on_csr(h, a) : PASS;

		if (v != PASS) {
			return v;
		}
	}
	return PASS;
}

static inline enum verdict policy_on_resume(struct hart *h, struct resume *r)
{
	POLICY_EACH(p) {
		enum verdict v = p->on_resume != NULL ? p->on_resume(h, r) : PASS;

		if (v != PASS) {
			return v;
		}
	}
	return PASS;
}

static inline bool policy_claims(struct hart *h, u64 pa, u64 bytes)
{
	POLICY_EACH(p) {
		if (p->claims != NULL && p->claims(h, pa, bytes)) {
			return true;
		}
	}
	return false;
}

static inline enum verdict policy_on_mmio(struct hart *h, struct mmio_access *a)
{
	POLICY_EACH(p) {
		enum verdict v = p->on_mmio != NULL ? p->on_mmio(h, a) : PASS;

		if (v != PASS) {
			return v;
		}
	}
	return PASS;
}

static inline void policy_on_enter(struct hart *h, enum world to)
{
	POLICY_EACH(p) {
		if (p->on_enter != NULL) {
			p->on_enter(h, to);
		}
	}
}

static inline void policy_on_leave(struct hart *h, enum world from)
{
	for (unsigned int i = POLICY_COUNT; i != 0; i--) {
		if (policy_list[i - 1]->on_leave != NULL) {
			policy_list[i - 1]->on_leave(h, from);
		}
	}
}

static inline void policy_on_ipi(struct hart *h)
{
	POLICY_EACH(p) {
		if (p->on_ipi != NULL) {
			p->on_ipi(h);
		}
	}
}

static inline void policy_on_limit(struct hart *h)
{
	POLICY_EACH(p) {
		if (p->on_limit != NULL) {
			p->on_limit(h);
		}
	}
}

static inline void policy_on_settle(struct hart *h)
{
	POLICY_EACH(p) {
		if (p->on_settle != NULL) {
			p->on_settle(h);
		}
	}
}

static inline void policy_on_measure(struct hart *h, enum measured what, struct range r)
{
	POLICY_EACH(p) {
		if (p->on_measure != NULL) {
			p->on_measure(h, what, r);
		}
	}
}

#endif
