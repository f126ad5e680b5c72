/* SPDX-License-Identifier: Apache-2.0 */
/* The fake machine at reset, the monitor's start on it, and what must hold at all times. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_hart.h"
#include "hw/csr_index.h"
#include "monitor/policy.h"
#include "monitor/vcsr.h"
#include "monitor/world.h"

#define MSTATUS_WRITABLE                                                                       \
	(MSTATUS_SIE | MSTATUS_MIE | MSTATUS_SPIE | MSTATUS_UBE | MSTATUS_MPIE | MSTATUS_SPP | \
	 MSTATUS_VS | MSTATUS_MPP | MSTATUS_FS | MSTATUS_MPRV | MSTATUS_SUM | MSTATUS_MXR |    \
	 MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR | MSTATUS_SPELP | MSTATUS_SDT | MSTATUS_UXL |  \
	 MSTATUS_SBE | MSTATUS_GVA | MSTATUS_MPV | MSTATUS_MPELP)

struct hart fake_other;

/* ---- instructions that are only counted ---- */

void hw_fence(void)
{
	fake.count.fence++;
}

void hw_fence_i(void)
{
	fake.count.fence_i++;
}

void hw_sfence_vma(void)
{
	fake.count.sfence_vma++;
}

void hw_hfence_gvma(void)
{
	fake.count.hfence_gvma++;
}

void hw_hfence_vvma(void)
{
	fake.count.hfence_vvma++;
}

void hw_wfi(void)
{
	fake.count.wfi++;
	if (fake.on_wfi != NULL) {
		fake.on_wfi();
	}
}

/* ---- policies of this build (policy_list.h) ---- */

struct fake_policy fake_policies[3];

static enum verdict answer(unsigned int i, u64 cause)
{
	static unsigned int order;

	fake_policies[i].asked++;
	fake_policies[i].cause = cause;
	fake_policies[i].order = ++order;
	return (enum verdict)fake_policies[i].verdict;
}

static enum verdict alpha_on_trap(struct hart *h, u64 cause)
{
	(void)h;
	return answer(0, cause);
}

static enum verdict gamma_on_trap(struct hart *h, u64 cause)
{
	(void)h;
	return answer(2, cause);
}

extern const struct policy policy_alpha, policy_beta, policy_gamma;
const struct policy policy_alpha = {.name = "alpha", .on_trap = alpha_on_trap};
const struct policy policy_beta = {.name = "beta"}; /* no hooks at all */
const struct policy policy_gamma = {.name = "gamma", .on_trap = gamma_on_trap};

/* A policy that only looks on: with it, everything is as without it. */
struct fake_measured fake_measured[8];
unsigned int fake_measured_count;

static void witness_on_measure(struct hart *h, enum measured what, struct range r)
{
	(void)h;
	if (fake_measured_count < ARRAY_SIZE(fake_measured)) {
		fake_measured[fake_measured_count++] = (struct fake_measured){what, r};
	}
}

extern const struct policy policy_witness;
const struct policy policy_witness = {.name = "witness", .on_measure = witness_on_measure};

/* And one that asks to see everything, and passes it. */
static void onlooker_on_exit(struct hart *h, u64 cause)
{
	(void)h;
	(void)cause;
}

static enum verdict onlooker_on_trap(struct hart *h, u64 cause)
{
	(void)h;
	(void)cause;
	return PASS;
}

static enum verdict onlooker_on_csr(struct hart *h, struct csr_access *a)
{
	(void)h;
	(void)a;
	return PASS;
}

static enum verdict onlooker_on_mmio(struct hart *h, struct mmio_access *a)
{
	(void)h;
	(void)a;
	return PASS;
}

extern const struct policy policy_onlooker;
const struct policy policy_onlooker = {
	.name = "onlooker",
	.on_exit = onlooker_on_exit,
	.on_trap = onlooker_on_trap,
	.on_ecall = onlooker_on_trap,
	.on_csr = onlooker_on_csr,
	.on_mmio = onlooker_on_mmio,
};

/* ---- the machine ---- */

NORETURN void panic(const char *file, int line, const char *what)
{
	fprintf(stderr, "panic: %s:%d: %s\n", file, line, what);
	abort();
}

static void reset_pmp(void)
{
	fake.pmp = (struct pmp_model){.count = 16};
	fake.pmp_registers = 16;
}

void fake_reset(void)
{
	memset(&fake, 0, sizeof(fake));
	memset(fake.mask, 0xff, sizeof(fake.mask));
	memset(fake_policies, 0, sizeof(fake_policies));
	fake_measured_count = 0;
	memset(fake.absent, 1, sizeof(fake.absent));
#define CSR(num, name, how) fake.absent[num] = false;
#include "hw/csr_list.h"
#undef CSR
	fake.absent[CSR_TIME] = false;
	fake.absent[CSR_FCSR] = false;
	fake.csr[CSR_MISA] = BIT(63) | MISA_EXT('I') | MISA_EXT('M') | MISA_EXT('A') |
			     MISA_EXT('F') | MISA_EXT('D') | MISA_EXT('C') | MISA_EXT('S') |
			     MISA_EXT('U') | MISA_EXT('H');
	fake.mask[CSR_MISA] = 0;
	fake.csr[CSR_MSTATUS] = field_set(field_set(0, MSTATUS_UXL, XL_64), MSTATUS_SXL, XL_64);
	fake.mask[CSR_MSTATUS] = MSTATUS_WRITABLE;
	fake.mask[CSR_MEDELEG] = 0xf0b7ff; /* no ecall from M, no reserved cause */
	fake.mask[CSR_MIDELEG] = 0x2222;
	fake.mask[CSR_MIE] = 0x3fff & ~(u64)0x111;
	fake.ones[CSR_MIDELEG] = 0x1444; /* Priv. 18.4.2 */
	fake.csr[CSR_MIDELEG] = 0x1444;
	fake.mask[CSR_MIP] = 0x3fff;
	fake.mask[CSR_MEPC] = fake.mask[CSR_SEPC] = ~(u64)1;
	fake.mask[CSR_MCOUNTEREN] = 0xffffffff;
	fake.mask[CSR_SCOUNTEREN] = 0xffffffff;
	fake.mask[CSR_MENVCFG] = BIT(63) | BIT(62) | BIT(61) | BIT(59) | 0xf1;
	fake.mask[CSR_SENVCFG] = 0xf1;
	fake.mask[CSR_MSECCFG] = 0x307;
	fake.csr[CSR_MSTATEEN0] = ~(u64)0; /* an earlier stage has opened them */
	fake.mask[CSR_TDATA1] = ~(u64)0;
	fake.satp_modes = BIT(0) | BIT(8) | BIT(9) | BIT(10);
	fake.tvec_modes = 3;
	fake.csr[CSR_MTVEC] = FAKE_OUR_MTVEC;
	fake.has_svinval = fake.has_zawrs = fake.has_ctr = fake.has_cbo = true;
	fake.mtimecmp[0] = fake.mtimecmp[1] = ~(u64)0;
	fake.uart.room = ~0u;
	reset_pmp();
}

void fake_remove(unsigned int first, unsigned int last)
{
	for (unsigned int n = first; n <= last; n++) {
		fake.absent[n] = true;
	}
}

void fake_make_old(void)
{
	static const u16 gone[][2] = {
		{0x011, 0x017}, {0x10a, 0x10f}, {0x120, 0x120}, {0x14d, 0x15f}, {0xda0, 0xdb0},
		{0x200, 0x280}, {0x308, 0x30f}, {0x321, 0x322}, {0x34a, 0x35c}, {0x5a8, 0x6a8},
		{0x747, 0x7aa}, {0xe12, 0xeb0}, {0xf15, 0xfb0},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(gone); i++) {
		fake_remove(gone[i][0], gone[i][1]);
	}
	fake.csr[CSR_MISA] &= ~MISA_EXT('H');
	fake.mask[CSR_MSTATUS] &= ~(MSTATUS_MPV | MSTATUS_GVA | MSTATUS_VS | MSTATUS_SDT |
				    MSTATUS_SPELP | MSTATUS_MPELP | MSTATUS_UXL);
	fake.ones[CSR_MIDELEG] = fake.csr[CSR_MIDELEG] = 0;
	fake.mask[CSR_MIE] = 0xaaa;
	fake.mret_keeps_mprv = fake.irq_lowest_first = true;
	fake.has_svinval = fake.has_zawrs = fake.has_ctr = fake.has_cbo = false;
}

void fake_make_mpv_fixed(void)
{
	fake.mpv_by_traps_only = true;
	fake.mask[CSR_MSTATUS] &= ~(MSTATUS_MPV | MSTATUS_GVA);
}

static void set_clint(struct clint_map *c)
{
	*c = (struct clint_map){
		.msip = {FAKE_CLINT_BASE, 4 * FAKE_HARTS},
		.mtimecmp = {FAKE_CLINT_BASE + 0x4000, 8 * FAKE_HARTS},
		.mtime = FAKE_CLINT_BASE + 0xbff8,
		.shield = {FAKE_CLINT_BASE, 0x10000},
		.msip_hart = {0, 1},
		.mtimecmp_hart = {0, 1},
		.msip_count = FAKE_HARTS,
		.mtimecmp_count = FAKE_HARTS,
	};
}

void fake_start(struct hart *h)
{
	memset(h, 0, sizeof(*h));
	memset(&fake_other, 0, sizeof(fake_other));
	memset(&machine, 0, sizeof(machine));
	machine.hart_count = FAKE_HARTS;
	machine.harts[0] = h;
	machine.harts[1] = &fake_other;
	machine.self = range_make(FAKE_SELF_BASE, FAKE_SELF_SIZE);
	set_clint(&machine.clint);
	h->msip_addr = FAKE_CLINT_BASE;
	fake_other.msip_addr = FAKE_CLINT_BASE + 4;
	fake_other.index = 1;
	fake_other.id = 1;
	hart_probe(&h->caps);
	vcsr_init(h);
	h->pc = FAKE_RAM_BASE;
	memset(&fake.count, 0, sizeof(fake.count));
}

static void must(bool holds, const char *what, u64 value)
{
	if (!holds) {
		fake_stop(what, value);
	}
}

/* The firmware runs in U-mode: what it could reach with the wrong value must be ours. */
void fake_check_firmware_world(const struct hart *h)
{
	const u64 *csr = fake.csr;
	u64 forbidden = MSTATUS_MIE | MSTATUS_MPRV | MSTATUS_MPP | MSTATUS_MPV | MSTATUS_UBE |
			MSTATUS_SDT | MSTATUS_MPELP;

	forbidden |= fake.mpv_by_traps_only ? 0 : MSTATUS_GVA;
	must(h->world == WORLD_FIRMWARE, "not in the firmware world", h->world);
	must((csr[CSR_MSTATUS] & forbidden) == 0, "mstatus holds the firmware's fields",
	     csr[CSR_MSTATUS]);
	must((csr[CSR_MSTATUS] & MSTATUS_TW) != 0, "a WFI in U-mode would not trap", 0);
	must(field_get(csr[CSR_MSTATUS], MSTATUS_UXL) == XL_64, "the firmware would not be 64 bit",
	     0);
	must(csr[CSR_MTVEC] == FAKE_OUR_MTVEC, "mtvec is not ours", csr[CSR_MTVEC]);
	must(csr[CSR_MEDELEG] == 0, "exceptions of the firmware are delegated", csr[CSR_MEDELEG]);
	must(csr[CSR_MIDELEG] == fake.ones[CSR_MIDELEG], "interrupts are delegated",
	     csr[CSR_MIDELEG]);
	must((csr[CSR_MIE] & ~fake.ones[CSR_MIE]) == (h->hw_mie & fake.mask[CSR_MIE]),
	     "mie is not hw_mie", csr[CSR_MIE]);
	must((csr[CSR_MIE] & BIT(IRQ_MSI)) != 0, "no doorbell would be heard", csr[CSR_MIE]);
	must(csr[CSR_SATP] == 0, "the firmware would be translated", csr[CSR_SATP]);
	must((csr[CSR_HSTATUS] & (HSTATUS_HU | HSTATUS_HUPMM)) == 0,
	     "hypervisor accesses in U-mode", csr[CSR_HSTATUS]);
	must((csr[CSR_MSTATEEN0] & fake.mask[CSR_SSTATEEN0] & ~csr[CSR_SSTATEEN0]) == 0 ||
		     fake.absent[CSR_SSTATEEN0],
	     "sstateen0 refuses the firmware what M-mode has", csr[CSR_SSTATEEN0]);
	must(csr[CSR_MCOUNTEREN] == fake.mask[CSR_MCOUNTEREN] || fake.absent[CSR_MCOUNTEREN],
	     "a counter would trap", csr[CSR_MCOUNTEREN]);
	must(h->view == (world_mprv_active(h) ? VIEW_FIRMWARE_MPRV : VIEW_FIRMWARE),
	     "the wrong PMP rules", h->view);
}
