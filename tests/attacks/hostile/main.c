/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile firmware: boot, the payload's start, and the loop in which a hart serves it. */
#include "hostile.h"
#include "fdt.h"

#define FW_DYNAMIC_MAGIC 0x4942534ful
#define OWN_BASE 0x80000000ul
#define OWN_SIZE 0x00100000ul

static const struct attack *const families[] = {
#define FAMILY(name) hostile_##name,
#include "families.h"
#undef FAMILY
};

static const struct attack honest = { .name = "honest" };
static const struct attack *attack = &honest;

uint64_t monitor_base, monitor_size, payload_entry;

static const struct attack *find(const char *name)
{
	for (unsigned f = 0; f < sizeof(families) / sizeof(families[0]); f++)
		for (const struct attack *a = families[f]; a->name; a++)
			if (fdt_equal(a->name, name))
				return a;
	return NULL;
}

static void choose(void)
{
	char name[ATTACK_NAME_SIZE];

	if (!attack_chosen(boot_a1, name) || fdt_equal(name, honest.name))
		return;
	attack = find(name);
	if (!attack) {
		say("FAIL the firmware knows no attack %s\n", name);
		finish();
	}
}

/* As OpenSBI delegates; what a hart has no bit for stays 0. */
static void delegate(void)
{
	uint64_t page_faults = IRQ_BIT(CAUSE_FETCH_PAGE) | IRQ_BIT(CAUSE_LOAD_PAGE) |
		IRQ_BIT(CAUSE_STORE_PAGE);

	csr_write(CSR_MEDELEG, page_faults | IRQ_BIT(CAUSE_FETCH_MISALIGNED) |
		IRQ_BIT(CAUSE_BREAKPOINT) | IRQ_BIT(CAUSE_ECALL_U));
	csr_write(CSR_MIDELEG, IRQ_BIT(IRQ_SSI) | IRQ_BIT(IRQ_STI) | IRQ_BIT(IRQ_SEI));
	csr_write(CSR_MCOUNTEREN, 7);
	csr_set(CSR_MIE, IRQ_BIT(IRQ_MSI));
}

/* The payload has all memory but the firmware's. */
static void protect_self(void)
{
	csr_write(CSR_PMPADDR0, PMP_NAPOT_ADDR(OWN_BASE, OWN_SIZE));
	csr_write(CSR_PMPADDR1, ~0ul);
	csr_write(CSR_PMPCFG0, PMP_NAPOT | (PMP_NAPOT | PMP_R | PMP_W | PMP_X) << 8);
	sfence_vma();
}

/* A trap that M-mode keeps but the kernel must see: taken to S-mode (Priv. 3.1.8). */
static void redirect(struct context *c)
{
	uint64_t from_s = c->trap.status >> MSTATUS_MPP_SHIFT & 1;
	uint64_t status = csr_read(CSR_MSTATUS);
	uint64_t spie = (status & MSTATUS_SIE) ? MSTATUS_SPIE : 0;

	csr_write(CSR_SCAUSE, c->trap.cause);
	csr_write(CSR_SEPC, c->trap.epc);
	csr_write(CSR_STVAL, c->trap.tval);
	status &= ~(MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP);
	csr_write(CSR_MSTATUS, status | spie | from_s * MSTATUS_SPP);
	c->mode = MODE_S;
	c->pc = csr_read(CSR_STVEC) & ~3ul;
}

static void carry_out(struct context *c)
{
	uint64_t (*step)(struct context *, uint64_t) = attack->step;
	uint64_t caller = c->pc;
	uint64_t result = step ? step(c, c->x[A6]) : 0;

	c->x[A0] = result;
	if (c->pc == caller) /* else the attack is to go on elsewhere */
		c->pc += 4;
}

static void serve(struct context *c)
{
	uint64_t cause = c->trap.cause;

	c->pc = c->trap.epc;
	c->mode = (enum mode)(c->trap.status >> MSTATUS_MPP_SHIFT & 3);
	if (attack->trap && attack->trap(c))
		return;
	if (cause == (CAUSE_IRQ | IRQ_MSI)) {
		sbi_answer_ipi();
	} else if (cause == (CAUSE_IRQ | IRQ_MTI)) {
		csr_clear(CSR_MIE, IRQ_BIT(IRQ_MTI));
		csr_set(CSR_MIP, IRQ_BIT(IRQ_STI));
	} else if (cause == CAUSE_ECALL_S && c->x[A7] == ATTACK_EID) {
		carry_out(c);
	} else if (cause == CAUSE_ECALL_S) {
		sbi_call(c);
	} else {
		redirect(c);
	}
}

void hart_serve_payload(struct context *c)
{
	delegate();
	if (this_hart()->id)
		protect_self();
	for (;;) {
		run(c);
		serve(c);
		if (!c->mode && !c->pc) /* the hart was stopped */
			return;
	}
}

/* fw_dynamic_info: magic, version, next_addr, next_mode, options, boot_hart. */
static uint64_t next_address(void)
{
	if (load64(boot_a2) != FW_DYNAMIC_MAGIC) {
		say("FAIL a2 names no payload\n");
		finish();
	}
	return load64(boot_a2 + 16);
}

void guest_main(void)
{
	struct context c;
	unsigned count = hart_count();

	sbi_hart_count = count;
	attack_monitor_range(boot_a1, &monitor_base, &monitor_size);
	choose();
	payload_entry = next_address();
	say("hostile: %s, %d harts, payload at %x\n", attack->name, (int64_t)count, payload_entry);
	protect_self();
	for (unsigned i = 1; attack->waiting && i < count; i++)
		hart_start_job(i, attack->waiting);
	if (attack->before)
		attack->before();
	context_init(&c, MODE_S, payload_entry);
	c.x[A0] = this_hart()->id;
	c.x[A1] = boot_a1;
	hart_serve_payload(&c);
	hart_serve();
}
