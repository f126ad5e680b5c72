/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A payload that reads the counters of the policy audit around calls that it makes, and logs by how
 * much they grew. What must stand there depends on the other policies: the scripts of the console
 * tests say it (tests/qemu/console/audit*.txt).
 */
#include <stdarg.h>
#include "../../../policies/audit/numbers.h"
#include "../lib/guest.h"

#define BASE 0x10ul
#define TIME 0x54494d45ul
#define IPI 0x735049ul
#define RFENCE 0x52464e43ul
#define SRST 0x53525354ul
#define FAR_AWAY (1ul << 62)
#define ECALL_S 9u
#define ILLEGAL 2u

struct answer {
	uint64_t error, value;
};

/* What is looked at around each deed. */
struct sample {
	uint64_t calls, forwarded, ecalls, illegals, to_firmware, to_payload, ticks;
};

void payload_main(uint64_t id) __attribute__((noreturn));
void payload_other(uint64_t id) __attribute__((noreturn));

static uint64_t self;

static struct answer call(uint64_t eid, uint64_t fid, uint64_t a, uint64_t b)
{
	register uint64_t a0 __asm__("a0") = a;
	register uint64_t a1 __asm__("a1") = b;
	register uint64_t a2 __asm__("a2") = 0;
	register uint64_t a3 __asm__("a3") = 0;
	register uint64_t a6 __asm__("a6") = fid;
	register uint64_t a7 __asm__("a7") = eid;

	__asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a6), "r"(a7)
			 : "memory");
	return (struct answer){ a0, a1 };
}

static void ask(const char *what, uint64_t eid, uint64_t fid, uint64_t a, uint64_t b)
{
	struct answer r = call(eid, fid, a, b);

	say("t: %s: %d %x\n", what, (int64_t)r.error, r.value);
}

static uint64_t counter(unsigned n)
{
	struct answer r = call(AUDIT_EXTENSION, AUDIT_READ, n, self);

	if (r.error)
		say("t: FAIL counter %d: %d\n", (int64_t)n, (int64_t)r.error);
	return r.value;
}

static struct sample take(unsigned extension)
{
	struct sample s;

	s.calls = counter(AUDIT_CALLS + extension);
	s.forwarded = counter(AUDIT_FORWARDED + extension);
	s.illegals = counter(AUDIT_PAYLOAD_EXCEPTIONS + ILLEGAL);
	s.to_firmware = counter(AUDIT_TO_FIRMWARE);
	s.to_payload = counter(AUDIT_TO_PAYLOAD);
	s.ticks = counter(AUDIT_FIRMWARE_TICKS);
	s.ecalls = counter(AUDIT_PAYLOAD_EXCEPTIONS + ECALL_S);
	return s;
}

/* Reading the counters is seven calls of its own, of which each sample sees the seventh. */
#define OWN_CALLS 7

static void compare(const char *what, const struct sample *old, const struct sample *now)
{
	say("t: %s: %d calls, %d forwarded, %d ecalls, %d illegal; ", what,
	    (int64_t)(now->calls - old->calls), (int64_t)(now->forwarded - old->forwarded),
	    (int64_t)(now->ecalls - old->ecalls - OWN_CALLS),
	    (int64_t)(now->illegals - old->illegals));
	say("%d to firmware, %d back; ticks %s\n", (int64_t)(now->to_firmware - old->to_firmware),
	    (int64_t)(now->to_payload - old->to_payload),
	    now->ticks > old->ticks ? "grow" : "stay");
}

static void repeat(const char *what, unsigned extension, const uint64_t *c, unsigned times)
{
	struct sample old = take(extension), now;

	for (unsigned i = 0; i < times; i++)
		call(c[0], c[1], c[2], c[3]);
	now = take(extension);
	compare(what, &old, &now);
}

/* stvec: passes the instruction over. */
void skip_it(void) __attribute__((naked, aligned(4)));
void skip_it(void)
{
	__asm__ volatile("csrr t6, sepc; addi t6, t6, 4; csrw sepc, t6; sret");
}

static void illegal_instructions(void)
{
	struct sample old = take(AUDIT_CALL_OTHER), now;

	csr_write(CSR_STVEC, (uint64_t)skip_it);
	for (unsigned i = 0; i < 3; i++)
		__asm__ volatile("csrr x0, mhartid" ::: "t6", "memory");
	now = take(AUDIT_CALL_OTHER);
	compare("illegal instructions", &old, &now);
}

static void wrong_questions(void)
{
	uint64_t all = call(AUDIT_EXTENSION, AUDIT_INFO, 0, 0).value >> 16 & 0xffff;
	uint64_t present = 0;

	for (uint64_t id = 0; id < 64; id++)
		present += !call(AUDIT_EXTENSION, AUDIT_READ, AUDIT_TO_PAYLOAD, id).error;
	say("t: every hart can be asked: %s\n", present == all ? "yes" : "no");
	ask("no such function", AUDIT_EXTENSION, 2, 0, 0);
	ask("function -1", AUDIT_EXTENSION, ~0ul, 0, 0);
	ask("no such counter", AUDIT_EXTENSION, AUDIT_READ, AUDIT_COUNTERS, self);
	ask("no such hart", AUDIT_EXTENSION, AUDIT_READ, 0, 1000);
	ask("a counter of the reserve", AUDIT_EXTENSION, AUDIT_READ, AUDIT_COUNTERS - 1, self);
}

void payload_other(uint64_t id)
{
	(void)id;
	for (;;)
		;
}

void payload_main(uint64_t id)
{
	const uint64_t base[] = { BASE, 0, 0, 0 }, timer[] = { TIME, 0, FAR_AWAY, 0 };
	const uint64_t ipi[] = { IPI, 0, 0, 0 }, fence[] = { RFENCE, 0, 1, id };
	const uint64_t own[] = { AUDIT_EXTENSION, AUDIT_INFO, 0, 0 };
	const uint64_t odd[] = { 0x0a000001, 0, 0, 0 };

	self = id;
	csr_write(CSR_SIE, 0);
	ask("probe", BASE, 3, AUDIT_EXTENSION, 7);
	ask("probe of another", BASE, 3, AUDIT_EXTENSION + 1, 7);
	say("t: version %d\n", (int64_t)(call(AUDIT_EXTENSION, AUDIT_INFO, 0, 0).value >> 32));
	wrong_questions();
	repeat("nothing", AUDIT_CALL_BASE, base, 0);
	repeat("base", AUDIT_CALL_BASE, base, 5);
	repeat("set_timer", AUDIT_CALL_TIME, timer, 10);
	repeat("ipi", AUDIT_CALL_IPI, ipi, 10);
	repeat("fence", AUDIT_CALL_RFENCE, fence, 10);
	repeat("audit", AUDIT_CALL_AUDIT, own, 4);
	repeat("unknown", AUDIT_CALL_OTHER, odd, 3);
	illegal_instructions();
	say("t: end\n");
	call(SRST, 0, 0, 0);
	for (;;)
		;
}
