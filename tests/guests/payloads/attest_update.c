/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A payload that updates what it was started from. If somebody has loaded an update behind it (its
 * length, then its bytes), it stages that; if what runs is on trial, it confirms. It says what the
 * monitor tells of slots, before and after.
 */
#include "attest.h"

#define UPDATE ((const uint64_t *)0x81000000ul)

static uint64_t status(uint64_t which)
{
	return attest(ATTEST_STATUS, which, 0, 0, 0).value;
}

static void tell(const char *when)
{
	say("t: %s: slot %d, pending %d, confirmed %d, counter %d, svn %d\n", when,
	    status(ATTEST_STATUS_SLOT), status(ATTEST_STATUS_PENDING),
	    status(ATTEST_STATUS_CONFIRMED), status(ATTEST_STATUS_COUNTER),
	    status(ATTEST_STATUS_SVN));
}

static struct answer stage(uint64_t offset, const void *from, uint64_t size)
{
	return attest(ATTEST_STAGE, offset, (uint64_t)from, 0, size);
}

static void update(void)
{
	const uint8_t *bytes = (const uint8_t *)(UPDATE + 1);
	uint64_t len = UPDATE[0];
	struct answer r = { 0, 0 };

	for (uint64_t at = 0; at < len && !r.error; at += ATTEST_STAGE_MAX) {
		uint64_t left = len - at;

		r = stage(at, bytes + at, left < ATTEST_STAGE_MAX ? left : ATTEST_STAGE_MAX);
	}
	expect("all chunks are taken", r, 0, 0);
	expect("a shorter end is refused", stage(len - 4, bytes, 0), INVALID_PARAM, 0);
	expect("the end is taken", stage(len, bytes, 0), 0, 0);
	expect("a second end is refused", stage(len, bytes, 0), INVALID_STATE, 0);
}

static void wrong_calls(void)
{
	expect("no end without a beginning", stage(0, UPDATE, 0), INVALID_STATE, 0);
	expect("no middle without a beginning", stage(4, UPDATE, 4), INVALID_STATE, 0);
	expect("no odd size", stage(0, UPDATE, 6), INVALID_PARAM, 0);
	expect("no long chunk", stage(0, UPDATE, ATTEST_STAGE_MAX + 4), INVALID_PARAM, 0);
	expect("not the firmware's memory", stage(0, (void *)FIRMWARE, 4), INVALID_ADDRESS, 0);
}

static void without_slots(void)
{
	expect("nothing to stage to", stage(0, UPDATE, 4), NOT_SUPPORTED, 0);
	expect("nothing to confirm", attest(ATTEST_CONFIRM, 0, 0, 0, 0), NOT_SUPPORTED, 0);
}

void payload_main(uint64_t id)
{
	(void)id;
	tell("found");
	if (status(ATTEST_STATUS_SLOT) == 255) {
		without_slots();
	} else if (status(ATTEST_STATUS_PENDING) != 0) {
		expect("no update during a trial", stage(0, UPDATE, 4), INVALID_STATE, 0);
		expect("confirmed", attest(ATTEST_CONFIRM, 0, 0, 0, 0), 0,
		       status(ATTEST_STATUS_SVN));
	} else if (UPDATE[0] != 0) {
		wrong_calls();
		update();
	}
	tell("left");
	power_off();
}

void payload_other(uint64_t id)
{
	(void)id;
	for (;;)
		__asm__ volatile("wfi");
}
