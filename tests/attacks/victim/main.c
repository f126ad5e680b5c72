/* SPDX-License-Identifier: Apache-2.0 */
/* The victim's boot, traps, calls, verdict and end. */
#include "victim.h"
#include "fdt.h"

#define TICKS_PER_BEAT 20000ul

void victim_main(uint64_t id, uint64_t dtb) __attribute__((noreturn));
void victim_serve(uint64_t id) __attribute__((noreturn));
void victim_trap(struct victim_hart *h);
extern const char victim_other[];

struct victim_hart victim_harts[MAX_HARTS];
extern const uint64_t victim_hart_size;
const uint64_t victim_hart_size = sizeof(struct victim_hart);
uint64_t victim_dtb;
uint64_t secret_page[PAGE_SIZE / 8] __attribute__((aligned(4096)));
static char name[ATTACK_NAME_SIZE];
static bool judged;

_Static_assert(offsetof(struct victim_hart, trap_sp) == 256, "start.S knows this offset");
_Static_assert(offsetof(struct victim_hart, saved_sp) == 264, "start.S knows this offset");
_Static_assert(offsetof(struct victim_hart, regs) == 272, "start.S knows this offset");
_Static_assert(offsetof(struct victim_hart, spare) == 280, "start.S knows this offset");

/* ---- the verdict ---- */

void verdict(bool ok, const char *what, uint64_t value)
{
	if (judged)
		return;
	judged = true;
	say("\nATTACK %s %s %s %x\n", name, ok ? "PASS" : "FAIL", what, value);
}

bool require(bool ok, const char *what, uint64_t value)
{
	if (!ok)
		verdict(false, what, value);
	return ok;
}

/* Alive: time goes on, calls are answered, and the machine can be switched off. */
static void farewell(void)
{
	for (int64_t beat = 1; beat <= 3; beat++) {
		victim_spin(TICKS_PER_BEAT);
		sbi(SBI_BASE, 0, 0, 0, 0);
		say("HEARTBEAT %d\n", beat);
	}
	say("ALIVE\n");
}

static void __attribute__((noreturn)) switch_off(void)
{
	sbi(SBI_SRST, 0, 0, 0, 0);
	sbi(8, 0, 0, 0, 0); /* the legacy shutdown */
	for (;;)
		store32(FINISHER_BASE, 0x5555);
}

/* ---- traps ---- */

void victim_trap(struct victim_hart *h)
{
	uint64_t cause = csr_read(CSR_SCAUSE), epc = csr_read(CSR_SEPC);

	if (cause >> 63) {
		h->irqs[cause & 15]++;
		csr_clear(CSR_SIE, 1ul << (cause & 15));
		return;
	}
	h->cause = cause;
	h->tval = csr_read(CSR_STVAL);
	h->epc = epc;
	if (!h->catching) {
		say("\nvictim: trap %x at %x, tval %x\n", cause, epc, h->tval);
		verdict(false, "unexpected trap", cause);
		switch_off();
	}
	csr_write(CSR_SEPC, epc + ((load16(epc) & 3) == 3 ? 4 : 2));
}

void fault_begin(void)
{
	self()->cause = NO_TRAP;
	self()->catching = true;
	__asm__ volatile("" ::: "memory");
}

uint64_t fault_end(void)
{
	__asm__ volatile("" ::: "memory");
	self()->catching = false;
	return self()->cause;
}

/* ---- calls ---- */

struct answer sbi(uint64_t eid, uint64_t fid, uint64_t a, uint64_t b, uint64_t c)
{
	register uint64_t a0 __asm__("a0") = a;
	register uint64_t a1 __asm__("a1") = b;
	register uint64_t a2 __asm__("a2") = c;
	register uint64_t a6 __asm__("a6") = fid;
	register uint64_t a7 __asm__("a7") = eid;

	__asm__ volatile("ecall" : "+r"(a0), "+r"(a1), "+r"(a2) : "r"(a6), "r"(a7)
			 : "memory", "a3", "a4", "a5");
	return (struct answer){ (long)a0, a1 };
}

struct answer attack(uint64_t step, uint64_t a, uint64_t b, uint64_t c)
{
	return sbi(ATTACK_EID, step, a, b, c);
}

struct answer gadget_call(uint64_t step, uint64_t a, bool *gadget)
{
	register uint64_t a0 __asm__("a0") = (uint64_t)gadget_place;
	register uint64_t a1 __asm__("a1") = a;
	register uint64_t a2 __asm__("a2") = 0;
	register uint64_t a6 __asm__("a6") = step;
	register uint64_t a7 __asm__("a7") = ATTACK_EID;

	__asm__ volatile("call gadget_raw" : "+r"(a0), "+r"(a1), "+r"(a2) : "r"(a6), "r"(a7)
			 : "memory", "ra", "t0", "t1");
	*gadget = a2 != 0;
	return (struct answer){ (long)a0, a1 };
}

/* ---- tools ---- */

void secret_fill(void)
{
	for (unsigned i = 0; i < PAGE_SIZE / 8; i++)
		secret_page[i] = SECRET(i);
	fence();
}

bool secret_intact(void)
{
	volatile uint64_t *page = secret_page;

	for (unsigned i = 0; i < PAGE_SIZE / 8; i++)
		if (page[i] != SECRET(i))
			return false;
	return true;
}

void victim_spin(uint64_t count)
{
	uint64_t start = ticks();

	while (ticks() - start < count)
		;
}

static unsigned cpus;

static void count_cpu(const char *path, const char *prop, uint64_t value, uint32_t size)
{
	(void)value;
	(void)size;
	cpus += fdt_begins(path, "/cpus/cpu@") && fdt_equal(prop, "device_type");
}

unsigned victim_hart_count(void)
{
	cpus = 0;
	fdt_walk(victim_dtb, count_cpu);
	return cpus;
}

/* ---- other harts ---- */

void victim_serve(uint64_t id)
{
	struct victim_hart *h = self();

	h->id = id;
	__atomic_store_n(&h->done, 1, __ATOMIC_RELEASE);
	for (;;) {
		void (*job)(void) = __atomic_load_n(&h->job, __ATOMIC_ACQUIRE);

		if (!job)
			continue;
		job();
		__atomic_store_n(&h->job, NULL, __ATOMIC_RELAXED);
		__atomic_store_n(&h->done, 1, __ATOMIC_RELEASE);
	}
}

void other_do(unsigned id, void (*job)(void))
{
	__atomic_store_n(&victim_harts[id].done, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&victim_harts[id].job, job, __ATOMIC_RELEASE);
}

void other_wait(unsigned id)
{
	while (!__atomic_load_n(&victim_harts[id].done, __ATOMIC_ACQUIRE))
		;
}

unsigned others_start(void)
{
	unsigned count = victim_hart_count(), started = 0;

	for (unsigned id = 0; id < count; id++) {
		if (id == self()->id || sbi(SBI_HSM, 0, id, (uint64_t)victim_other, id).error)
			continue;
		other_wait(id);
		started++;
	}
	return started;
}

/* ---- boot ---- */

static const struct trial *const families[] = {
#define FAMILY(name) victim_##name,
#include "families.h"
#undef FAMILY
};

static const struct trial *find(void)
{
	for (unsigned f = 0; f < sizeof(families) / sizeof(families[0]); f++)
		for (const struct trial *t = families[f]; t->name; t++)
			if (fdt_equal(t->name, name))
				return t;
	return NULL;
}

void victim_main(uint64_t id, uint64_t dtb)
{
	const struct trial *t;

	self()->id = id;
	victim_dtb = dtb;
	csr_write(CSR_SIE, 0);
	secret_fill();
	t = attack_chosen(dtb, name) ? find() : NULL;
	if (t)
		t->run();
	else
		say("victim: knows no attack %s\n", name);
	farewell();
	switch_off();
}
