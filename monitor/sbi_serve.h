/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SBI services of the monitor's own, for policies that answer the payload in the firmware's place.
 *
 * Each function is for the ecall that is being handled: of the payload's S-mode (CAUSE_ECALL_S), in
 * the payload world, registers as the payload left them. It answers as SBI 3.0 says, an error
 * included, and returns HANDLED: a0, a1 and pc are as the caller shall find them. Or it returns
 * PASS, with nothing changed: the call is not of this extension or selection, or this machine lacks
 * what it takes; each function says when.
 *
 * The harts that there are for the payload are those of hsm.h; a hart list that names another one
 * is an invalid parameter.
 */
#ifndef MONITOR_SBI_SERVE_H
#define MONITOR_SBI_SERVE_H

#include "monitor/hart.h"
#include "monitor/policy.h"

/* Extensions that a caller may choose, for struct sbi_services. */
#define SBI_SERVE_BASE BIT(0)
#define SBI_SERVE_TIME BIT(1)
#define SBI_SERVE_IPI BIT(2)
#define SBI_SERVE_RFENCE BIT(3)
#define SBI_SERVE_HSM BIT(4) /* hart_get_status only */
#define SBI_SERVE_SRST BIT(5)
#define SBI_SERVE_DBCN BIT(6)

/* What a policy has answered here. */
struct sbi_services {
	u64 extensions; /* SBI_SERVE_* */
	u64 legacy;     /* bit n: legacy extension n (SBI 3.0, chapter 5) */
};

/* Answers the call by one of the functions below, if s selects its extension; else PASS. */
enum verdict sbi_serve(struct hart *h, const struct sbi_services *s);

/* TIME (chapter 6). PASS: this hart has no timer that the monitor could use (timer.h). */
enum verdict sbi_serve_time(struct hart *h);

/* IPI (chapter 7). */
enum verdict sbi_serve_ipi(struct hart *h);

/* RFENCE (chapter 8): the whole address space, whatever range and id are asked for. */
enum verdict sbi_serve_rfence(struct hart *h);

/*
 * The legacy extensions whose bits are set in which (chapter 5). PASS: another one; and set_timer,
 * the console's and shutdown where the machine lacks what they take. A mask that cannot be read is
 * the payload's own fault at the ecall.
 */
enum verdict sbi_serve_legacy(struct hart *h, u64 which);

/*
 * DBCN (chapter 12) on the monitor's UART; a line feed is sent as carriage return and line feed.
 * One call moves at most SBI_CONSOLE_MOST bytes: more are a partial write. PASS: there is no UART.
 */
enum verdict sbi_serve_console(struct hart *h);
#define SBI_CONSOLE_MOST 256u

/*
 * SRST (chapter 10), through machine.devices: on success the machine ends. A warm reboot is a cold
 * one. A machine that cannot be ended that way answers SBI_ERR_NOT_SUPPORTED.
 */
enum verdict sbi_serve_reset(struct hart *h);

/*
 * BASE (chapter 4). The specification's version is what the payload was told before
 * (sbi_note_version), else SBI_SERVE_VERSION; the implementation is ours; the probe answers for
 * what s selects and this machine has.
 */
enum verdict sbi_serve_base(struct hart *h, const struct sbi_services *s);
#define SBI_SERVE_VERSION ((u64)3 << 24)
#define SBI_SERVE_IMPL_ID 0x636f7264u /* experimental: no registered number */
#define SBI_SERVE_IMPL_VERSION 1u

/* Firmware has answered get_spec_version with this. Any hart, at any time. */
void sbi_note_version(u64 version);

/*
 * hart_get_status of HSM (chapter 9): started or stopped, as hsm.h has it, for harts that run
 * the monitor. PASS: another function of HSM.
 */
enum verdict sbi_serve_hsm_status(struct hart *h);

/*
 * May the payload's S-mode access each of these bytes of plain memory, by physical address, with
 * all of need (PMP_R, PMP_W)? False for none, for what wraps, for devices, for the monitor's own.
 */
bool sbi_memory_may(const struct hart *h, u64 addr, u64 size, unsigned int need);

/*
 * Copies size bytes from, or to, the payload's memory at physical address addr, each once, with the
 * rights of its S-mode, which sbi_memory_may has found to be enough. False: hardware refused one,
 * and those before it are copied.
 */
bool sbi_memory_load(struct hart *h, u64 addr, void *to, u64 size);
bool sbi_memory_store(struct hart *h, u64 addr, const void *from, u64 size);

/* The doorbell has rung: another hart may want this one's supervisor software interrupt. */
void sbi_take_ipi(struct hart *h);

/*
 * Prints size bytes on the console in one piece, a line feed as carriage return and line feed;
 * returns how many it took. The console must not be held by the caller.
 */
u64 sbi_console_print(const char *text, u64 size);

/*
 * Prints one character likewise; before a '[' that begins a line there, mark. What boot/quick.S
 * prints by itself (h->port) is no '['.
 */
void sbi_console_put(char c, const char *mark);

#endif
