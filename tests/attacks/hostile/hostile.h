/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware that answers SBI calls honestly, but for the attack it was started for. */
#ifndef HOSTILE_HOSTILE_H
#define HOSTILE_HOSTILE_H

#include "attack.h"
#include "guest.h"
#include "insn.h"

/* One attack; every function may be NULL. */
struct attack {
	const char *name; /* as the kernel's arguments name it */
	/* On the first hart, before it enters the payload. */
	void (*before)(void);
	/*
	 * The agreed call: c is the caller as the firmware sees it. What is returned goes to a0;
	 * a1 is c->x[A1], which is 0 on entry unless it was an argument; the caller's a0 to a4 are
	 * in c->x.
	 */
	uint64_t (*step)(struct context *c, uint64_t step);
	/* Each trap from the payload, before the firmware acts on it; true: nothing else to do. */
	bool (*trap)(struct context *c);
	/* On every hart that waits to be started, once before it waits. */
	void (*waiting)(void);
};

/* The families' lists end with a line whose name is NULL. */
#define FAMILY(name) extern const struct attack hostile_##name[];
#include "families.h"
#undef FAMILY

extern uint64_t monitor_base, monitor_size; /* 0, 0: the device tree names no monitor */
extern uint64_t payload_entry;

/* ---- the honest part ---- */

/* How many harts there are; set before the payload runs. */
extern unsigned sbi_hart_count;
/* Answers c's SBI call and moves pc behind it. */
void sbi_call(struct context *c);
/* What this hart was asked by others: interrupts of the payload, fences. */
void sbi_answer_ipi(void);
/* Runs the payload from c on until it stops this hart, which leaves c at 0 in U-mode. */
void hart_serve_payload(struct context *c);
/* Waits to be started; of the guests' runtime. */
void hart_serve(void) __attribute__((noreturn));

/* Where harts really start and resume, and with what: 0 for what was asked. */
extern uint64_t sbi_other_address, sbi_other_opaque;
/* Has hart id enter the payload at address. */
void sbi_intrude(unsigned id, uint64_t address);

/* ---- tools ---- */

enum access { ACCESS_LOAD, ACCESS_STORE, ACCESS_FETCH, ACCESS_AMO, ACCESS_LR, ACCESS_COUNT };

/*
 * One access of the firmware at address at: NO_TRAP or the cause. A store writes what it has loaded
 * or, where loads trap, value; *value becomes what a load found.
 */
uint64_t try_access(enum access kind, uint64_t at, uint64_t *value);

/* Was the access kept from memory: an access fault of its kind? */
bool access_refused(enum access kind, uint64_t cause);

/* One of each access kind at at: how many were not refused; *first: address << 3 | kind. */
unsigned try_all(uint64_t at, uint64_t *first);
/* The same all over the monitor: at its borders and in its middle. */
unsigned try_monitor(uint64_t *first);
/* Has address at read, one byte, with MPRV and status set and satp in force; or the cause. */
uint64_t try_mprv(uint64_t at, uint64_t status, uint64_t satp, uint64_t *value);
/* xorshift; never 0. */
uint64_t random_next(void);

/* Write a word or read a 32-bit register of a device; NO_TRAP or the cause. */
uint64_t try_store32(uint64_t at, uint32_t value);
uint64_t try_load32(uint64_t at, uint32_t *value);

#endif
