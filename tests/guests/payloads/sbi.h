/* SPDX-License-Identifier: Apache-2.0 */
/* What the payloads share: SBI calls, and the two functions that start.S enters. */
#ifndef PAYLOADS_SBI_H
#define PAYLOADS_SBI_H

#include "../lib/guest.h"

#define HSM    0x48534dul
#define IPI    0x735049ul
#define DBCN   0x4442434eul
#define RFENCE 0x52464e43ul
#define SRST   0x53525354ul
#define TIME   0x54494d45ul
#define ALL    (~0ul)

struct answer {
	uint64_t error, value;
};

/* Where the first hart starts, and those that HSM starts with &secondary_opaque. */
void payload_main(uint64_t id) __attribute__((noreturn));
void payload_other(uint64_t id) __attribute__((noreturn));

/* All registers but a0 and a1 come back as they were (SBI 3.0, chapter 3). */
static inline struct answer ecall(const uint64_t *in)
{
	uint64_t eid = in[0], fid = in[1], a = in[2], b = in[3], c = in[4], d = in[5];
	register uint64_t a0 __asm__("a0") = a;
	register uint64_t a1 __asm__("a1") = b;
	register uint64_t a2 __asm__("a2") = c;
	register uint64_t a3 __asm__("a3") = d;
	register uint64_t a4 __asm__("a4") = 0x44;
	register uint64_t a5 __asm__("a5") = 0x55;
	register uint64_t a6 __asm__("a6") = fid;
	register uint64_t a7 __asm__("a7") = eid;

	__asm__ volatile("ecall" : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a4), "+r"(a5),
			 "+r"(a6), "+r"(a7) :: "memory");
	if (a2 != c || a3 != d || a4 != 0x44 || a5 != 0x55 || a6 != fid || a7 != eid)
		say("t: FAIL a register changed\n");
	return (struct answer){ a0, a1 };
}

#define call(eid, fid, a, b, c, d) ecall((const uint64_t[]){ eid, fid, a, b, c, d })

/* Calls with a0 and a1, and logs both answers. */
static inline void try(const char *name, uint64_t eid, uint64_t fid, uint64_t a, uint64_t b)
{
	struct answer r = call(eid, fid, a, b, 0, ALL);

	say("t: %s: %d %x\n", name, (int64_t)r.error, r.value);
}

/* The end of the test. */
__attribute__((noreturn)) static inline void power_off(void)
{
	say("t: end\n");
	call(SRST, 0, 0, 0, 0, 0);
	for (;;)
		;
}

#endif
