/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware reaches for memory that is not its own, before and after the payload runs. */
#include "hostile.h"

/* What got through: the first such access, as address << 3 | kind; and how many. */
static uint64_t through, first_through;
static bool below_reachable;

static void count(enum access kind, uint64_t at, uint64_t cause)
{
	if (access_refused(kind, cause))
		return;
	if (!through++)
		first_through = at << 3 | kind;
}

static void try_all(uint64_t at)
{
	uint64_t value = 0;

	for (unsigned kind = 0; kind < ACCESS_COUNT; kind++)
		count((enum access)kind, at, try_access((enum access)kind, at, &value));
}

/* ---- A-1.monitor: every kind of access at the borders and in the middle of the monitor ---- */

static void monitor_try(void)
{
	uint64_t value;

	try_all(monitor_base);
	try_all(monitor_base + 1);
	try_all(monitor_base + monitor_size / 2);
	try_all(monitor_base + monitor_size - 2);
	try_all(monitor_base + monitor_size - 1);
	below_reachable = try_access(ACCESS_LOAD, monitor_base - 1, &value) == NO_TRAP;
}

/* Steps: 0 what came of it before the payload ran, 1 try again now, 2 was the byte below free? */
static uint64_t monitor_step(struct context *c, uint64_t step)
{
	if (step == 1) {
		bool before = below_reachable;

		through = 0;
		monitor_try();
		below_reachable = before;
	}
	c->x[A1] = step == 2 ? below_reachable : first_through;
	return step == 2 ? 0 : through;
}

/* ---- A-1.secret: the same at a page of the payload; the step is the kind ---- */

static uint64_t secret_step(struct context *c, uint64_t kind)
{
	uint64_t value = 0, cause;

	if (kind >= ACCESS_COUNT)
		return 0;
	cause = try_access((enum access)kind, c->x[A0], &value);
	c->x[A1] = cause;
	return value;
}

/* A-1.secret, step 8: the secret is overwritten. */
static uint64_t secret_or_overwrite(struct context *c, uint64_t step)
{
	if (step != 8)
		return secret_step(c, step);
	catch_begin();
	store64(c->x[A0] + 512, 0);
	c->x[A1] = catch_end().cause;
	return 0;
}

const struct attack hostile_memory[] = {
	{ .name = "A-1.monitor", .before = monitor_try, .step = monitor_step },
	{ .name = "A-1.secret", .step = secret_or_overwrite },
	{ 0 },
};
