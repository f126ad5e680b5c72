/* SPDX-License-Identifier: Apache-2.0 */
/* What hostile firmware and its victim have agreed on: which attack, and how it is asked for. */
#ifndef ATTACKS_ATTACK_H
#define ATTACKS_ATTACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The call by which the victim has the next step carried out; a6 = step (SBI 3.0, chapter 4:
 * experimental extension space). */
#define ATTACK_EID 0x08a77accul

#define SBI_BASE   0x10ul
#define SBI_TIME   0x54494d45ul
#define SBI_IPI    0x735049ul
#define SBI_RFENCE 0x52464e43ul
#define SBI_HSM    0x48534dul
#define SBI_SRST   0x53525354ul
#define SBI_DBCN   0x4442434eul

#define SBI_ERR_FAILED            (-1l)
#define SBI_ERR_NOT_SUPPORTED     (-2l)
#define SBI_ERR_INVALID_PARAM     (-3l)
#define SBI_ERR_DENIED            (-4l)
#define SBI_ERR_INVALID_ADDRESS   (-5l)
#define SBI_ERR_ALREADY_AVAILABLE (-6l)

/* Values that stand nowhere but where the victim put them; n tells them apart. */
#define SECRET(n) (0x5ec4e7a15ec40000ul + (n))
static inline bool is_secret(uint64_t value)
{
	return value >> 16 == SECRET(0) >> 16;
}

/* Instructions of the D extension, which the compiler is not told of. */
#define FLOAT(insn) ".option push\n.option arch, +d\n" insn "\n.option pop"

#define ATTACK_NAME_SIZE 48

/*
 * Which attack the kernel's arguments name ("attack=NAME"): copies NAME, ended by 0, and returns
 * true; false if the device tree at dtb names none.
 */
bool attack_chosen(uint64_t dtb, char name[ATTACK_NAME_SIZE]);

/* The memory that the device tree's node /reserved-memory/cordon@.. names; false: none. */
bool attack_monitor_range(uint64_t dtb, uint64_t *base, uint64_t *size);

/* The first range of /memory. */
bool attack_ram_range(uint64_t dtb, uint64_t *base, uint64_t *size);

#endif
