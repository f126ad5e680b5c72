/* SPDX-License-Identifier: Apache-2.0 */
/* Where the payload's harts start and resume, and what they can do while one is held up. */
#include "victim.h"

#define SECOND 10000000ul
#define OPAQUE 0x1234567ul

extern const char gadget_hart[], victim_arrival[];
extern volatile uint64_t gadget_flag, arrival_flag, arrival_opaque;

static void wait_for_flags(uint64_t patience)
{
	uint64_t start = ticks();

	while (ticks() - start < patience && !gadget_flag && !arrival_flag)
		;
}

static void start_elsewhere(void)
{
	attack(0, (uint64_t)gadget_hart, 0, 0);
	sbi(SBI_HSM, 0, 1, (uint64_t)victim_arrival, OPAQUE);
	wait_for_flags(SECOND / 2);
	verdict(!gadget_flag, "the hart ran the gadget; its opaque", arrival_opaque);
}

static void wrong_opaque(void)
{
	attack(1, SECRET(9), 0, 0);
	sbi(SBI_HSM, 0, 1, (uint64_t)victim_arrival, OPAQUE);
	wait_for_flags(SECOND / 2);
	verdict(!arrival_flag || arrival_opaque == OPAQUE, "the hart got", arrival_opaque);
}

static void unasked(void)
{
	attack(2, (uint64_t)gadget_hart, 0, 0);
	wait_for_flags(SECOND / 2);
	verdict(!gadget_flag, "a hart ran the gadget", gadget_flag);
}

static void suspend_there(void)
{
	csr_set(CSR_SIE, IRQ_BIT(IRQ_STI));
	sbi(SBI_TIME, 0, ticks() + SECOND / 100, 0, 0);
	sbi(SBI_HSM, 3, 0x80000000ul, (uint64_t)victim_arrival, OPAQUE);
}

static void resume_elsewhere(void)
{
	others_start();
	attack(0, (uint64_t)gadget_hart, 0, 0);
	other_do(1, suspend_there);
	wait_for_flags(SECOND / 2);
	verdict(!gadget_flag, "the hart ran the gadget; its opaque", arrival_opaque);
}

/* ---- one hart is stuck in the firmware ---- */

static volatile long stuck_error;
static volatile bool about_to_stick;

static void get_stuck(void)
{
	about_to_stick = true;
	stuck_error = attack(0, 0, 0, 0).error;
}

/* Hart 1 is in the firmware, from which it does not come back. */
static void stick_one(void)
{
	other_do(1, get_stuck);
	while (!about_to_stick)
		;
	victim_spin(SECOND / 5);
}

static void locked(void)
{
	uint64_t start;
	struct answer r;

	others_start();
	stick_one();
	start = ticks();
	r = attack(1, 0, 0, 0);
	if (!require(r.error < 0, "the lock was free", (uint64_t)r.error))
		return;
	other_wait(1);
	if (require(stuck_error < 0, "no error for the other hart", (uint64_t)stuck_error))
		verdict(ticks() - start < 5 * SECOND, "ticks until both had errors",
			ticks() - start);
}

/* A fence and an interrupt for all harts, one of which does not come back. */
static void others_go_on(void)
{
	struct answer r;

	others_start();
	stick_one();
	r = sbi(SBI_RFENCE, 0, 0, ~0ul, 0);
	if (!require(r.error == 0, "the fence fails", (uint64_t)r.error))
		return;
	r = sbi(SBI_IPI, 0, 0, ~0ul, 0);
	if (!require(r.error == 0, "the IPI fails", (uint64_t)r.error))
		return;
	r = sbi(SBI_TIME, 0, ticks() + 1000, 0, 0);
	while (!(csr_read(CSR_SIP) & IRQ_BIT(IRQ_STI)))
		;
	verdict(r.error == 0, "other harts were served", 0);
}

/* ---- how far a hart gets while it is rung ---- */

static void ring_first(void)
{
	attack(0, 0, 0, 0);
}

static uint64_t progress(void)
{
	uint64_t start = ticks(), count = 0;

	while (ticks() - start < 4 * SECOND / 10)
		count++;
	return count;
}

static void storm(void)
{
	uint64_t before, during;

	others_start();
	before = progress();
	other_do(1, ring_first);
	victim_spin(SECOND / 100);
	during = progress();
	verdict(during * 4 > before, "percent of the progress without it", during * 100 / before);
}

/* ---- another hart changes the page table that the monitor walks ---- */

#define WINDOW 0x1040000000ul

static uint64_t root[512] __attribute__((aligned(4096)));
static uint64_t middle[512] __attribute__((aligned(4096)));
static volatile uint64_t leaf[512] __attribute__((aligned(4096)));
static uint64_t monitor_base, monitor_size;
static volatile bool enough;

static void keep_mapping(void)
{
	while (!enough) {
		leaf[0] = CLINT_BASE >> 2 | PTE_RWX;
		fence();
		leaf[0] = monitor_base >> 2 | PTE_RWX;
		fence();
	}
}

static void change_tables(void)
{
	uint64_t start, count = 0;
	uint32_t value;

	if (!require(attack_monitor_range(victim_dtb, &monitor_base, &monitor_size),
		     "the tree names no monitor", 0))
		return;
	for (uint64_t i = 0; i < 4; i++)
		root[i] = i << 28 | PTE_RWX;
	root[WINDOW >> 30 & 511] = (uint64_t)middle >> 2 | PTE_V;
	middle[0] = (uint64_t)leaf >> 2 | PTE_V;
	others_start();
	other_do(1, keep_mapping);
	while (!leaf[0])
		;
	csr_write(CSR_SATP, 8ul << 60 | (uint64_t)root >> 12);
	for (start = ticks(); ticks() - start < 3 * SECOND / 2; count++) {
		sfence_vma();
		value = 0;
		fault_begin();
		value = load32(WINDOW);
		if (fault_end() == NO_TRAP && !require(value < 2, "msip reads", value))
			break;
	}
	enough = true;
	csr_write(CSR_SATP, 0);
	sfence_vma();
	verdict(true, "nothing but the CLINT was read, tries", count);
}

/* ---- A-8 ---- */

static void racy(uint64_t step)
{
	for (unsigned i = 0; i < 50; i++) {
		struct answer r = attack(step, (uint64_t)secret_page, 0, 0);

		if (!require(r.error == 0, "the monitor's first word has changed", i) ||
		    !require(secret_intact(), "the page has changed, refused stores", r.value))
			return;
	}
	verdict(true, "no store got through", 0);
}

static void racy_monitor(void)
{
	racy(0);
}

static void racy_secret(void)
{
	racy(1);
}

const struct trial victim_others[] = {
	{ "A-16.start", start_elsewhere },
	{ "A-16.opaque", wrong_opaque },
	{ "A-16.unasked", unasked },
	{ "A-16.resume", resume_elsewhere },
	{ "A-17.others", others_go_on },
	{ "A-20", storm },
	{ "A-62", change_tables },
	{ "A-64", locked },
	{ "A-8.monitor", racy_monitor },
	{ "A-8.secret", racy_secret },
	{ 0 },
};
