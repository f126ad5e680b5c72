/* SPDX-License-Identifier: Apache-2.0 */
/* Debug triggers: hardware holds each one with the mode bits of the world that runs. */
#include "monitor/vtrigger.h"

#include "hw/csr.h"
#include "monitor/world.h"

#define TYPE_MCONTROL 2
#define TYPE_ICOUNT 3
#define TYPE_ITRIGGER 4
#define TYPE_ETRIGGER 5
#define TYPE_MCONTROL6 6

/* Where a trigger type keeps its mode bits. */
struct modes {
	u64 m, s, u, vs, vu;
};

static struct modes modes_of(u64 tdata1)
{
	switch (tdata1 >> 60) {
	case TYPE_MCONTROL:
		return (struct modes){ BIT(6), BIT(4), BIT(3), 0, 0 };
	case TYPE_MCONTROL6:
		return (struct modes){ BIT(6), BIT(4), BIT(3), BIT(24), BIT(23) };
	case TYPE_ICOUNT:
		return (struct modes){ BIT(9), BIT(7), BIT(6), BIT(26), BIT(25) };
	case TYPE_ITRIGGER:
	case TYPE_ETRIGGER:
		return (struct modes){ BIT(9), BIT(7), BIT(6), BIT(12), BIT(11) };
	default: /* no trigger, or one that does not ask for the mode */
		return (struct modes){ 0, 0, 0, 0, 0 };
	}
}

static u64 all_modes(struct modes b)
{
	return b.m | b.s | b.u | b.vs | b.vu;
}

/* The value for hardware while world runs. */
static u64 for_world(u64 tdata1, enum world world)
{
	struct modes b = modes_of(tdata1);

	if (world == WORLD_PAYLOAD) {
		return tdata1 & ~b.m;
	}
	return (tdata1 & ~all_modes(b)) | ((tdata1 & b.m) != 0 ? b.u : 0);
}

static bool selected(const struct hart *h, unsigned int *n)
{
	if (!h->caps.has_triggers) {
		return false;
	}
	*n = (unsigned int)csr_read(CSR_TSELECT);
	return true;
}

/* Hardware may have counted or hit meanwhile: everything but the mode bits is its word. */
static u64 refreshed(u64 virt, u64 hw)
{
	u64 modes = all_modes(modes_of(virt));

	return (hw & ~modes) | (virt & modes);
}

bool vtrigger_read(struct hart *h, u64 *value)
{
	unsigned int n = 0;

	if (!selected(h, &n)) {
		return false;
	}
	*value = csr_read(CSR_TDATA1);
	if (n < TRIGGERS_MAX && (h->triggers_armed >> n & 1) != 0) {
		*value = refreshed(h->tdata1[n], *value);
	}
	return true;
}

/* Types 8 to 14 are reserved; there is hardware (QEMU) that does not survive them. */
static bool type_exists(u64 tdata1)
{
	return tdata1 >> 60 < 8 || tdata1 >> 60 == 15;
}

/* Hardware without a type keeps another one (WARL). */
static bool same_type(u64 a, u64 b)
{
	return (a ^ b) >> 60 == 0;
}

/*
 * Which of value's modes hardware keeps. It is asked with nothing but the type and the modes: that
 * matches no access and counts nothing. With the rest, "m" would fire in the monitor itself.
 */
static u64 kept_modes(u64 value)
{
	u64 modes = all_modes(modes_of(value));

	csr_write(CSR_TDATA1, (value & ~(BIT(60) - 1)) | (value & modes));
	return csr_read(CSR_TDATA1) & modes;
}

/* The selected trigger of hardware takes value; what it has then, as the firmware sees it. */
static u64 set_selected(u64 value, u64 before)
{
	u64 modes = kept_modes(value), hw;

	csr_write(CSR_TDATA1, for_world(value, WORLD_FIRMWARE));
	hw = csr_read(CSR_TDATA1);
	if (same_type(hw, value)) {
		return (hw & ~all_modes(modes_of(value))) | modes;
	}
	return same_type(hw, before) ? refreshed(before, hw) : hw; /* the type is not there */
}

bool vtrigger_write(struct hart *h, u64 value)
{
	unsigned int n = 0;
	u64 before;

	if (!selected(h, &n)) {
		return false;
	}
	if (!type_exists(value)) {
		return true; /* WARL: keeps what it has */
	}
	if (n >= TRIGGERS_MAX) {
		return true; /* more triggers than we keep: the rest stay as they are (WARL) */
	}
	before = (h->triggers_armed >> n & 1) != 0 ? h->tdata1[n] : csr_read(CSR_TDATA1);
	h->tdata1[n] = set_selected(value, before);
	h->triggers_armed |= (u32)BIT(n);
	world_note_quick(h);
	return true;
}

static void switch_one(struct hart *h, unsigned int n, enum world to)
{
	csr_write(CSR_TSELECT, n);
	h->tdata1[n] = refreshed(h->tdata1[n], csr_read(CSR_TDATA1));
	csr_write(CSR_TDATA1, for_world(h->tdata1[n], to));
}

void vtrigger_switch(struct hart *h, enum world to)
{
	u64 select = csr_read(CSR_TSELECT);

	for (unsigned int n = 0; n < TRIGGERS_MAX; n++) {
		if ((h->triggers_armed >> n & 1) != 0) {
			switch_one(h, n, to);
		}
	}
	csr_write(CSR_TSELECT, select);
}

void vtrigger_disarm(struct hart *h)
{
	u64 select;

	if (!h->caps.has_triggers) {
		return;
	}
	select = csr_read(CSR_TSELECT);
	for (unsigned int n = 0; n < TRIGGERS_MAX; n++) {
		if ((h->triggers_armed >> n & 1) != 0) {
			csr_write(CSR_TSELECT, n);
			csr_write(CSR_TDATA1, 0);
		}
	}
	csr_write(CSR_TSELECT, select);
	h->triggers_armed = 0;
	world_note_quick(h);
}
