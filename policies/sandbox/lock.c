/* SPDX-License-Identifier: Apache-2.0 */
/* The lock: from a machine that is all the firmware's to one that is the payload's. */
#include "policies/sandbox/sandbox.h"

#include "crypto/crypto.h"
#include "lib/log.h"
#include "lib/string.h"
#include "monitor/isolate.h"
#include "monitor/regs.h"
#include "monitor/remote.h"
#include "monitor/tree.h"
#include "monitor/vcsr.h"

#define PAGE ((u64)4096)
/* Firmware keeps its tables and stacks behind its image, never further than this border. */
#define FIRMWARE_BORDER ((u64)2 * 1024 * KIB)

static u64 round_up(u64 v, u64 to)
{
	return (v + to - 1) & ~(to - 1);
}

/* A device tree longer than this is none. */
#define TREE_MOST ((u64)1024 * KIB)

/* The payload's first instruction and device tree are not the firmware's, wherever they lie. */
static u64 cut(u64 end, u64 base, u64 at)
{
	return at >= base && at < end ? at & ~(PAGE - 1) : end;
}

/*
 * The firmware keeps its image, and what lies directly behind that and is reserved in the device
 * tree that the payload gets: so the payload leaves it alone.
 */
static struct range firmware_range(const struct resume *r, u64 tree,
				   const struct tree_report *report)
{
	u64 base = machine.firmware.base & ~(PAGE - 1);
	u64 end = round_up(machine.firmware.base + machine.firmware.size, PAGE);

	if (report->firmware_end > end) {
		end = report->firmware_end;
	}
	end = cut(round_up(end, PAGE), base, r->pc);
	if (report->size != 0) {
		end = cut(end, base, tree);
	}
	return range_make(base, end - base);
}

/* Firmware that runs, or takes its traps, where it keeps nothing has moved and cannot come back. */
static bool has_moved(const struct hart *h)
{
	return !range_has(sandbox.firmware, h->pc, 2) ||
	       !range_has(sandbox.firmware, h->vm.mtvec & ~(u64)3, 2);
}

/* What the leader finds out while all other harts are stopped. */
static struct {
	struct resume resume; /* of the hart that locks: its own */
	bool done;
} lock_request;

static void look_at_tree(struct hart *h, u64 tree, struct tree_report *report)
{
	u64 end = round_up(machine.firmware.base + machine.firmware.size, PAGE);
	struct tree_question q = { .fdt = tree,
				   .max = TREE_MOST,
				   .firmware = machine.firmware,
				   .limit = round_up(end, FIRMWARE_BORDER) };

	tree_check(&q, report);
	if (report->size == 0) {
		log_line("sandbox: the payload gets no device tree");
	} else if (report->findings != 0) {
		log_line("sandbox: firmware has changed what the device tree says of memory");
		refuse(h, REFUSED_MEMORY);
	}
}

/*
 * In S-mode, at a physical address, without an interrupt: else it is not the first bytes at pc that
 * run, but what firmware has prepared (SBI 3.0, 9.1 asks the same of every hart that is started).
 */
static bool begins_at_pc(const struct hart *h, const struct resume *r)
{
	return r->priv == PRIV_S && !r->virt && h->held.satp == 0 &&
	       (vcsr_mstatus(h) & MSTATUS_SIE) == 0;
}

/* Is it the payload that the manifest names, if it names one, entered at its first byte? I-BND-4 */
static bool is_due(const struct hart *h, const struct resume *r)
{
	const struct manifest_facts *m = &machine.manifest;
	u8 digest[CRYPTO_SHA384_LEN];

	if (m->payload.size == 0) {
		return true;
	}
	if (r->pc != m->payload.base || !begins_at_pc(h, r) ||
	    range_overlaps(m->payload, sandbox.firmware)) {
		return false;
	}
	crypto_sha384((const void *)(uintptr_t)m->payload.base, m->payload.size, digest);
	return ct_equal(digest, m->payload_digest, sizeof(digest));
}

static void measure(struct hart *h, u64 tree, u64 tree_size)
{
	u64 pc = lock_request.resume.pc;
	bool known = range_has(machine.payload, pc, 1) && begins_at_pc(h, &lock_request.resume);

	policy_on_measure(h, MEASURED_TREE, range_make(tree, tree_size));
	policy_on_measure(h, MEASURED_INITRD, machine.initrd);
	policy_on_measure(h, MEASURED_PAYLOAD, known ? machine.payload : range_make(pc, 0));
}

static void lock(struct hart *h, const u64 *args)
{
	struct tree_report report = { 0 };
	u64 tree = reg_read(h, 11);

	(void)args;
	if (mechanism_on(MECH_TREE)) {
		look_at_tree(h, tree, &report);
	}
	sandbox.firmware = firmware_range(&lock_request.resume, tree, &report);
	if (sandbox.firmware.size == 0) {
		log_line("sandbox: the payload lies on the first page of the firmware");
		return;
	}
	if (has_moved(h)) {
		log_line("sandbox: firmware has moved to %lx, out of its image: to run it, "
			 "leave sandbox out of POLICY", h->pc);
		return;
	}
	if (!is_due(h, &lock_request.resume)) {
		log_line("refused: the payload at %lx is not the one that the manifest names; "
			 "start that one, or sign a bundle for this one", lock_request.resume.pc);
		return;
	}
	measure(h, tree, report.size);
	isolate_record(h);
	if (mechanism_on(MECH_PLIC)) {
		sandbox_reset_devices();
	}
	sandbox_keep_handed();
	policy_see_csrs();
	__atomic_store_n(&sandbox.locked, 1, __ATOMIC_RELEASE);
	lock_request.done = true;
}

void sandbox_settle(struct hart *h)
{
	isolate_seal(h);
	if (mechanism_on(MECH_TRIGGERS)) {
		isolate_disarm(h);
	}
	if (mechanism_on(MECH_MPRV)) {
		h->vm.mstatus &= ~MSTATUS_MPRV;
	}
	if (mechanism_on(MECH_EXTERNAL)) {
		h->vm.mie &= ~BIT(IRQ_MEI);
	}
	policy_pmp_changed(h);
}

static void settle(struct hart *h, const u64 *args)
{
	(void)args;
	if (sandbox_locked()) {
		sandbox_settle(h);
	}
}

bool sandbox_lock(struct hart *h, struct resume *r)
{
	lock_request.resume = *r;
	lock_request.done = false;
	if (mechanism_on(MECH_RENDEZVOUS)) {
		remote_rendezvous(h, lock, settle, NULL);
	} else {
		lock(h, NULL);
		settle(h, NULL);
	}
	if (!lock_request.done) {
		return false;
	}
	if (mechanism_on(MECH_DELEGATION)) {
		isolate_apply(h);
	}
	log_line("sandbox: locked; firmware keeps %lx +%lu KiB", sandbox.firmware.base,
		 sandbox.firmware.size / KIB);
	return true;
}
