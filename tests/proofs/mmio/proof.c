/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An access to an emulated device goes to whom its address belongs, whole, or nowhere.
 *
 * Proved, for any place of the CLINT's registers, any map of them to harts, any address, width and
 * value, loads and stores: what mmio_covers() does not call ours is refused, with its address, and
 * neither device nor virtual register sees it; it never calls the monitor's memory ours. Of
 * what it does, a store that touches no byte of msip reaches the device once, at its own address
 * and width and with its own value; one that touches msip never reaches it, and is carried out only
 * if it is a whole register of 4 bytes of one of our harts: then that hart's vmsip gets bit 0, and
 * no other one changes. A load reaches the device once, as it is, and shows its value but for bit
 * 0 of each msip register in it that is ours, which is vmsip.
 * Assumed: two harts, no policy, msip has 4 aligned bytes for each register of the map. Bounds: an
 * access has at most 8 bytes.
 */
#include "hw/guard.h"
#include "monitor/ipi.h"
#include "monitor/mmio.h"
#include "proof.h"

#define HARTS 2

struct machine machine;
static struct hart harts[HARTS];
static u32 before[HARTS];
static struct { unsigned int count, op; u64 addr, value, loaded; bool fails; } device;

NORETURN void panic(const char *file, int line, const char *what)
{
	(void)file;
	(void)line;
	(void)what;
	__CPROVER_assert(0, "no CHECK of the monitor fails");
	__CPROVER_assume(0);
	for (;;) {
	}
}

/* The device itself: it may refuse, and loads what it likes. */
struct guarded guard_plain(enum guard_op op, u64 addr, u64 value)
{
	device.count++;
	device.op = op;
	device.addr = addr;
	device.value = value;
	return (struct guarded){ .value = device.loaded, .fault = device.fails ? 6 : 0 };
}

u64 fake_csrr(unsigned int num)
{
	(void)num;
	return device.addr;
}

void ipi_ring(struct hart *target)
{
	__CPROVER_assert(target == &harts[1], "only another hart is rung");
}

static void describe_machine(void)
{
	struct clint_map *c = &machine.clint;

	machine.hart_count = HARTS;
	machine.self = range_make(any_u64(), any_u64());
	c->shield = range_make(any_u64(), any_u64());
	c->msip_count = any_u8() & 3;
	c->msip = range_make(any_u64() & ~(u64)3, 4 * (u64)c->msip_count);
	__CPROVER_assume(c->msip.size == 4 * (u64)c->msip_count);
	for (unsigned int i = 0; i < HARTS; i++) {
		machine.harts[i] = &harts[i];
		harts[i].vmsip = before[i] = any_u8() & 1;
	}
	for (unsigned int i = 0; i < 4; i++) {
		c->msip_hart[i] = any_u8();
	}
}

/* Whose msip register begins at this address; HARTS: nobody's. In numbers, not by range.h. */
static unsigned int owner_at(u64 addr)
{
	const struct clint_map *c = &machine.clint;

	for (unsigned int i = 0; i < 3; i++) {
		if (i < c->msip_count && addr == c->msip.base + 4 * i &&
		    c->msip_hart[i] < HARTS) {
			return c->msip_hart[i];
		}
	}
	return HARTS;
}

static bool is_msip(u64 byte)
{
	return byte - machine.clint.msip.base < machine.clint.msip.size;
}

static bool touches_msip(const struct mmio_access *a)
{
	bool any = false;

	for (unsigned int i = 0; i < 8; i++) {
		/* What would wrap around is cut off. */
		any = any || (i < 1u << a->width_log2 && a->pa + i >= a->pa && is_msip(a->pa + i));
	}
	return any;
}

static bool is_in(struct range r, u64 byte)
{
	return byte - r.base < r.size;
}

static void check_untouched(unsigned int but)
{
	for (unsigned int i = 0; i < HARTS; i++) {
		__CPROVER_assert(i == but || harts[i].vmsip == before[i], "no other vmsip changes");
	}
}

static void check_not_ours(const struct mmio_access *a, bool done)
{
	__CPROVER_assert(!done && a->fault == a->pa, "what is not ours is refused");
	__CPROVER_assert(device.count == 0, "no device sees what is not ours");
	check_untouched(HARTS);
}

static void check_device(const struct mmio_access *a, u64 value)
{
	static const u8 op[2][4] = {
		{ GUARD_LBU, GUARD_LHU, GUARD_LWU, GUARD_LD },
		{ GUARD_SB, GUARD_SH, GUARD_SW, GUARD_SD },
	};

	__CPROVER_assert(device.count == 1, "the device sees the access once");
	__CPROVER_assert(device.addr == a->pa && device.op == op[a->is_store][a->width_log2],
			 "at its own address, and whole");
	__CPROVER_assert(!a->is_store || device.value == value, "the value is its own");
}

static void check_store(const struct mmio_access *a, bool done, u64 value)
{
	unsigned int owner = owner_at(a->pa);

	if (!touches_msip(a)) {
		check_device(a, value);
		__CPROVER_assert(done == !device.fails, "the device decides");
		check_untouched(HARTS);
		return;
	}
	__CPROVER_assert(device.count == 0, "the doorbells are the monitor's");
	__CPROVER_assert(done == (owner < HARTS && a->width_log2 == 2), "whole registers only");
	check_untouched(done ? owner : HARTS);
	__CPROVER_assert(!done || harts[owner].vmsip == (value & 1), "bit 0 is written");
}

static void check_load(const struct mmio_access *a, bool done)
{
	check_device(a, 0);
	check_untouched(HARTS);
	__CPROVER_assert(done == !device.fails, "the device decides");
	for (unsigned int i = 0; done && i < 1u << a->width_log2; i++) {
		unsigned int owner = owner_at(a->pa + i);
		u64 expected = device.loaded >> 8 * i & 0xff;

		if (owner < HARTS) {
			expected = (expected & ~(u64)1) | before[owner];
		}
		__CPROVER_assert((a->value >> 8 * i & 0xff) == expected, "what is loaded");
	}
}

int main(void)
{
	u64 value = any_u64();
	struct mmio_access a = {
		.pa = any_u64(), .width_log2 = any_u8() & 3, .is_store = any_bool(), .value = value,
	};
	bool covers, done;

	describe_machine();
	__CPROVER_assume(a.pa + ((u64)1 << a.width_log2) - 1 >= a.pa);
	device.loaded = any_u64();
	device.fails = any_bool();
	covers = mmio_covers(a.pa, a.width_log2);
	__CPROVER_assert(!covers || (!is_in(machine.self, a.pa) &&
				     !is_in(machine.self, a.pa + ((u64)1 << a.width_log2) - 1)),
			 "the monitor's memory is no device");
	done = mmio_perform(&harts[0], &a);
	if (!covers) {
		check_not_ours(&a, done);
	} else if (a.is_store) {
		check_store(&a, done, value);
	} else {
		check_load(&a, done);
	}
	witness();
	return 0;
}
