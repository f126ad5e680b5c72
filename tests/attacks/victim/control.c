/* SPDX-License-Identifier: Apache-2.0 */
/* Where the payload goes on, and whether it does. */
#include "victim.h"

static void elsewhere(void)
{
	bool gadget;

	gadget_call(0, 0, &gadget);
	verdict(!gadget, "the gadget ran", gadget);
}

/* In U-mode the payload's own code would find its CSRs gone. */
static void user(void)
{
	bool gadget;

	gadget_call(1, 0, &gadget);
	fault_begin();
	csr_read(CSR_SSTATUS);
	if (!require(fault_end() == NO_TRAP, "no longer in S-mode", self()->cause))
		return;
	verdict(!gadget, "the gadget ran", gadget);
}

static void sret_elsewhere(void)
{
	bool gadget;

	gadget_call(0, 0, &gadget);
	verdict(!gadget, "the gadget ran", gadget);
}

/* After the call has failed everything is served without the firmware. */
static void survive(uint64_t step)
{
	struct answer r = attack(step, 0, 0, 0);
	uint64_t start = ticks();

	if (!require(r.error < 0, "the call came back without an error", (uint64_t)r.error))
		return;
	r = sbi(SBI_BASE, 0, 0, 0, 0);
	if (!require(r.error == 0, "BASE fails", (uint64_t)r.error))
		return;
	r = sbi(SBI_TIME, 0, ticks() + 1000, 0, 0);
	if (!require(r.error == 0, "TIME fails", (uint64_t)r.error))
		return;
	while (!(csr_read(CSR_SIP) & IRQ_BIT(IRQ_STI)))
		if (!require(ticks() - start < 10000000, "no timer interrupt", ticks() - start))
			return;
	r = sbi(SBI_IPI, 0, 1, self()->id, 0);
	if (require(r.error == 0 && (csr_read(CSR_SIP) & IRQ_BIT(IRQ_SSI)), "IPI fails",
		    (uint64_t)r.error))
		verdict(true, "served without the firmware", 0);
}

static void loop(void)
{
	survive(0);
}

static void sleep(void)
{
	survive(1);
}

static void crash(void)
{
	survive(2);
}

static void handler_in_monitor(void)
{
	survive(3);
}

static void handler_in_payload(void)
{
	survive(4);
}

/* Not before the payload wants it. */
static void power(void)
{
	attack(0, 0, 0, 0);
	victim_spin(100000);
	verdict(true, "the machine is still on", 0);
}

const struct trial victim_control[] = {
	{ "A-15.elsewhere", elsewhere },
	{ "A-15.user", user },
	{ "A-27", sret_elsewhere },
	{ "A-17.loop", loop },
	{ "A-17.sleep", sleep },
	{ "A-32", power },
	{ "A-37.monitor", handler_in_monitor },
	{ "A-37.payload", handler_in_payload },
	{ "A-53.crash", crash },
	{ 0 },
};
