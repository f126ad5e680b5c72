/* SPDX-License-Identifier: Apache-2.0 */
/* Boot of a guest, its traps, and running code in another mode until it traps. */
#include "guest.h"
#include "mpv.h"

void guest_boot(uint64_t a0, uint64_t a1, uint64_t a2, uint64_t id) __attribute__((noreturn));
void trap_handle(struct hart *h);
void run_raw(struct hart *h, uint64_t status);
void hart_serve(void) __attribute__((noreturn));

struct hart harts[MAX_HARTS];
uint64_t boot_a0, boot_a1, boot_a2;
static uint64_t misa; /* as read at boot: asked at each trap */
static bool mpv_is_fixed; /* no CSR instruction changes mstatus.MPV */
extern const uint64_t hart_size;
const uint64_t hart_size = sizeof(struct hart);

_Static_assert(offsetof(struct hart, kernel_sp) == 256, "start.S knows this offset");
_Static_assert(offsetof(struct hart, running) == 264, "start.S knows this offset");
_Static_assert(offsetof(struct hart, trap_sp) == 272, "start.S knows this offset");

static void mpv_try(void)
{
	if (!has_ext('H'))
		return;
	csr_set(CSR_MSTATUS, MSTATUS_MPV);
	mpv_is_fixed = !(csr_read(CSR_MSTATUS) & MSTATUS_MPV);
	csr_clear(CSR_MSTATUS, MSTATUS_MPV);
}

void guest_boot(uint64_t a0, uint64_t a1, uint64_t a2, uint64_t id)
{
	this_hart()->id = id;
	misa = csr_read(CSR_MISA);
	mpv_try();
	if (id)
		hart_serve();
	boot_a0 = a0;
	boot_a1 = a1;
	boot_a2 = a2;
	store64(CLINT_MTIMECMP(0), ~0ul);
	pmp_open();
	guest_main();
	finish();
}

bool has_ext(char letter)
{
	return (misa >> (letter - 'A')) & 1;
}

bool has_csr(unsigned csr)
{
	uint64_t value;

	return csr_try_read(MODE_M, csr, &value) == NO_TRAP;
}

/*
 * QEMU 10 sets GVA in traps out of V=1 that write mtval, and nothing clears it: what an earlier
 * trap has left would show through. It says nothing of hypervisor loads and stores and of MPRV.
 */
static uint64_t own_gva(struct hart *h, const struct trap *t)
{
	bool hypervisor = (t->tinst & 0x707f) == 0x4073 || (t->cause >= 20 && t->cause <= 23);
	bool stale = h->gva || hypervisor || (t->status & MSTATUS_MPRV);

	h->gva = (t->status & MSTATUS_GVA) != 0;
	if (stale && !((t->status & MSTATUS_MPV) && t->tval))
		return t->status & ~MSTATUS_GVA;
	return t->status;
}

static struct trap trap_read(struct hart *h)
{
	struct trap t = {
		.cause = csr_read(CSR_MCAUSE),
		.tval = csr_read(CSR_MTVAL),
		.epc = csr_read(CSR_MEPC),
		.status = csr_read(CSR_MSTATUS),
	};

	if (has_ext('H')) {
		t.tval2 = csr_read(CSR_MTVAL2);
		t.tinst = csr_read(CSR_MTINST);
	}
	if (mpv_is_fixed)
		t.status = own_gva(h, &t);
	return t;
}

static uint64_t insn_length(uint64_t pc)
{
	return (load16(pc) & 3) == 3 ? 4 : 2;
}

void trap_handle(struct hart *h)
{
	struct trap t = trap_read(h);

	if (h->hook) {
		h->hook(&h->frame, &t);
		csr_write(CSR_MEPC, t.epc);
		return;
	}
	if (!h->catching || (int64_t)t.cause < 0) {
		say_trap("FAIL unexpected trap", &t);
		finish();
	}
	h->trap = t;
	h->catches++;
	csr_write(CSR_MEPC, t.epc + insn_length(t.epc));
}

void catch_begin(void)
{
	struct hart *h = this_hart();

	h->trap = (struct trap){ .cause = NO_TRAP };
	h->catches = 0;
	h->catching = true;
	__asm__ volatile("" ::: "memory");
}

struct trap catch_end(void)
{
	__asm__ volatile("" ::: "memory");
	this_hart()->catching = false;
	return this_hart()->trap;
}

void hook_set(void (*hook)(struct frame *f, struct trap *t))
{
	this_hart()->hook = hook;
	__asm__ volatile("" ::: "memory");
}

void say_trap(const char *name, const struct trap *t)
{
	if (t->cause == NO_TRAP) {
		say("%s: no trap\n", name);
		return;
	}
	say("%s: cause=%x tval=%x epc=%x status=%x", name, t->cause, t->tval, t->epc, t->status);
	if (has_ext('H'))
		say(" tval2=%x tinst=%x", t->tval2, t->tinst);
	say("\n");
}

void say_cause(const char *name, const struct trap *t)
{
	if (t->cause == NO_TRAP)
		say("%s: ok\n", name);
	else
		say("%s: cause=%x tval=%x\n", name, t->cause, t->tval);
}

uint64_t hash_words(const uint64_t *words, size_t count)
{
	uint64_t hash = 0xcbf29ce484222325ul;

	for (size_t i = 0; i < 8 * count; i++)
		hash = (hash ^ ((words[i / 8] >> (i % 8 * 8)) & 0xff)) * 0x100000001b3ul;
	return hash;
}

void say_context(const char *name, const struct context *c)
{
	const struct trap *t = &c->trap;

	say("%s: cause=%x tval=%x epc=%x status=%x", name, t->cause, t->tval, t->epc, t->status);
	if (t->tval2 || t->tinst)
		say(" tval2=%x tinst=%x", t->tval2, t->tinst);
	say(" regs=%x\n", hash_words(&c->x[1], 31));
}

const char *mode_name(enum mode mode)
{
	switch (mode) {
	case MODE_U: return "U";
	case MODE_S: return "S";
	case MODE_VU: return "VU";
	case MODE_VS: return "VS";
	default: return "M";
	}
}

void context_init(struct context *c, enum mode mode, uint64_t pc)
{
	*c = (struct context){ .pc = pc, .mode = mode };
}

void mpv_make(bool on)
{
	if (!mpv_is_fixed || on == ((csr_read(CSR_MSTATUS) & MSTATUS_MPV) != 0))
		return;
	if (on)
		mpv_set();
	else
		mpv_clear();
	check(on == ((csr_read(CSR_MSTATUS) & MSTATUS_MPV) != 0), "MPV is not what it is to be");
}

void run(struct context *c)
{
	struct hart *h = this_hart();
	uint64_t status = csr_read(CSR_MSTATUS);

	for (unsigned i = 1; i < 32; i++)
		h->frame.x[i] = c->x[i];
	status &= ~(MSTATUS_MPP | MSTATUS_MPIE | MSTATUS_MPV | MSTATUS_MPRV | MSTATUS_MIE);
	/* QEMU 7.2 never clears GVA by itself, so that an earlier trap would show through. */
	status &= ~MSTATUS_GVA;
	status |= ((uint64_t)c->mode & 3) << MSTATUS_MPP_SHIFT;
	if (c->mode & 4)
		status |= MSTATUS_MPV;
	if (c->mode != MODE_M)
		mpv_make((c->mode & 4) != 0);
	csr_write(CSR_MEPC, c->pc);
	h->gva = (csr_read(CSR_MSTATUS) & MSTATUS_GVA) != 0;
	run_raw(h, status | c->status_set);
	c->trap = trap_read(h);
	for (unsigned i = 1; i < 32; i++)
		c->x[i] = h->frame.x[i];
}
