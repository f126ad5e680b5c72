/* SPDX-License-Identifier: Apache-2.0 */
/* Which state of monitor and physical hart stands for which native hart, both ways. */
#include "hw/csr.h"
#include "hw/gpr.h"
#include "monitor/trap.h"
#include "monitor/regs.h"
#include "monitor/vcsr.h"
#include "monitor/world.h"
#include "proof.h"

struct model_hart native;
struct hart hart;

uint64_t nondet_u64(void);
_Bool nondet_bool(void);
struct model_hart nondet_hart(void);
struct hart nondet_monitor(void);

uint64_t any_u64(void)
{
	return nondet_u64();
}

uint32_t any_u32(void)
{
	return (uint32_t)nondet_u64();
}

uint8_t any_u8(void)
{
	return (uint8_t)nondet_u64();
}

_Bool any_bool(void)
{
	return nondet_bool();
}

#define STATUS_ALWAYS                                                                     \
	(MODEL_SIE | MODEL_MIE | MODEL_SPIE | MODEL_MPIE | MODEL_SPP | MODEL_MPRV |       \
	 MODEL_SUM | MODEL_MXR | MODEL_TVM | MODEL_TW | MODEL_TSR)
#define SXL_UXL ((UINT64_C(2) << 32) | (UINT64_C(2) << 34))
#define KNOWN_IRQS                                                                        \
	(MB(MODEL_SSI) | MB(MODEL_MSI) | MB(MODEL_STI) | MB(MODEL_MTI) | MB(MODEL_SEI) |  \
	 MB(MODEL_MEI) | MB(MODEL_LCOFI))
#define M_IRQS (MB(MODEL_MSI) | MB(MODEL_MTI) | MB(MODEL_MEI))
#define WIRES (M_IRQS | MB(MODEL_SEI))

/* ---- an arbitrary hart ---- */

/* What an implementation may choose: anything that the manual leaves to it. */
static void choose(struct model_choices *can)
{
	can->mstatus_bits = STATUS_ALWAYS | (can->mstatus_bits & (MODEL_FS | MODEL_VS));
	can->mideleg_bits &= KNOWN_IRQS & ~M_IRQS; /* 3.1.8: M's own are not delegated */
	can->medeleg_bits &= ~(MB(11) | MB(16));   /* 3.1.8: nor are M's calls */
	can->mie_bits = (can->mie_bits & KNOWN_IRQS) | M_IRQS;
	can->mip_bits &= KNOWN_IRQS & ~M_IRQS;
	can->counteren_bits &= 0xffffffff;
	can->satp_modes = (can->satp_modes & 0x700) | 1; /* Bare always, 12.1.11 */
	can->satp_asid_bits &= UINT64_C(0xffff) << 44;
	can->pmp_count = can->pmp_writable = can->pmp_grain = 0;
	can->mpp_keeps_2 = can->pmp_keeps_reserved = can->pmp_keeps_high = false;
	can->pmp_zero_is_all = can->epc_keeps_low = can->stip_is_kept = false;
	can->irq_lowest_first = can->pmp_ends_only = can->has_svadu = false;
	can->pmp_orders_high = can->sip_lacks_stip = false;
	can->ad_before_pmp = can->ad_ignores_pmp = false;
	if (can->has_sstc) {
		can->has_menvcfg = true;
		can->menvcfg_bits |= MODEL_STCE;
	} else {
		can->menvcfg_bits &= ~MODEL_STCE;
	}
	/* CBIE, CBCFE and CBZE, Ssdbltrp and the like are other proofs' (docs/verification.md). */
	can->menvcfg_bits &= MODEL_STCE | MB(62) | MB(61) | MB(0);
	can->senvcfg_bits &= MB(0);
	/* C: the monitor itself is built of compressed instructions. */
	can->misa = (can->misa & ~(MB(7) | MB(21))) | MB(2) | MB(8) | MB(18) | MB(20);
}

/* What can be in the registers of such a hart: what it keeps of a write. */
static void settle(struct model_hart *h)
{
	const struct model_choices *can = &h->can;

	h->mode = MODEL_M;
	h->x[0] = 0;
	h->mstatus = (h->mstatus & (can->mstatus_bits | MODEL_MPP)) | SXL_UXL;
	h->medeleg &= can->medeleg_bits;
	h->mideleg &= can->mideleg_bits;
	h->mie &= can->mie_bits;
	h->mip &= can->mip_bits;
	h->lines &= WIRES;
	h->mtvec &= ~UINT64_C(2);
	h->stvec &= ~UINT64_C(2);
	h->mcounteren &= can->counteren_bits;
	h->scounteren &= can->counteren_bits;
	h->mcountinhibit &= can->inhibit_bits;
	h->menvcfg &= can->has_menvcfg ? can->menvcfg_bits : 0;
	h->senvcfg &= can->has_menvcfg ? can->senvcfg_bits : 0;
	h->mepc &= ~UINT64_C(1);
	h->sepc &= ~UINT64_C(1);
	h->pc &= ~UINT64_C(1);
	__CPROVER_assume((h->mstatus & MODEL_MPP) >> MODEL_MPP_SHIFT != 2);
	__CPROVER_assume(can->satp_modes >> (h->satp >> 60) & 1);
	h->satp &= (UINT64_C(15) << 60) | can->satp_asid_bits | MODEL_SATP_PPN;
}

/* ---- the monitor's machine ---- */

static struct hart_caps caps_of(const struct model_choices *can)
{
	return (struct hart_caps){
		.misa = can->misa,
		.has_s = true,
		.has_menvcfg = can->has_menvcfg,
		.has_mcounteren = true,
		.mret_clears_mprv = can->xret_clears_mprv,
	};
}

static void describe_machine(void)
{
	machine.hart_count = 1;
	machine.harts[0] = &hart;
	machine.self = range_make(0x9fc00000, 0x200000);
	machine.ram = range_make(0x80000000, 0x20000000);
	machine.memory[0] = machine.ram;
	machine.memory_count = 1;
}

static void give_machine_registers(struct vm_csrs *vm)
{
	vm->mstatus = native.mstatus & ~MSTATUS_LIVE;
	vm->mie = native.mie;
	vm->mideleg = native.mideleg;
	vm->medeleg = native.medeleg;
	vm->mtvec = native.mtvec;
	vm->mscratch = native.mscratch;
	vm->mepc = native.mepc;
	vm->mcause = native.mcause;
	vm->mtval = native.mtval;
	vm->mcounteren = native.mcounteren;
	vm->menvcfg = native.menvcfg;
}

/* Registers that are the monitor's own now, or hold another value while the firmware runs. */
static void take_machine_registers(void)
{
	physical.mode = MODEL_U;
	physical.mstatus = world_mstatus_for_firmware(native.mstatus);
	physical.medeleg = physical.mideleg = 0;
	physical.mtvec = 0x9fc00100;
	physical.mscratch = any_u64();
	physical.mepc = any_u64() & ~UINT64_C(1);
	physical.mcause = any_u64();
	physical.mtval = any_u64();
	physical.satp = 0;
	physical.senvcfg = 0;
	physical.scounteren = physical.mcounteren = native.can.counteren_bits;
	physical.lines &= ~MB(MODEL_MSI); /* nobody rings */
	physical.mie = hart.hw_mie & native.can.mie_bits;
}

static void give_live_registers(void)
{
	for (unsigned int n = 0; n < 32; n++) {
		hart.x[n] = any_u64(); /* of those in GPR_LIVE_MASK nobody may look at it */
		if ((GPR_LIVE_MASK >> n & 1) == 0) {
			hart.x[n] = native.x[n];
			physical.x[n] = any_u64();
		}
	}
}

static void enter_firmware_world(void)
{
	static const struct hart zero;

	hart = zero;
	hart.caps = caps_of(&native.can);
	hart.world = WORLD_FIRMWARE;
	hart.pc = native.pc;
	hart.lr_addr = any_u64();
	hart.firmware_counteren = ~(u64)0;
	hart.vmsip = (native.lines & MB(MODEL_MSI)) != 0;
	hart.held.satp = native.satp;
	hart.held.scounteren = native.scounteren;
	hart.held.senvcfg = native.senvcfg;
	give_machine_registers(&hart.vm);
	hart.view = world_mprv_active(&hart) ? VIEW_FIRMWARE_MPRV : VIEW_FIRMWARE;
	hart.hw_mie = BIT(IRQ_MSI);
	if ((native.mstatus & MODEL_MIE) != 0) {
		hart.hw_mie |= native.mie & ~native.mideleg;
	}
	physical = native;
	give_live_registers();
	take_machine_registers();
}

void start_with_interrupts(void)
{
	native = nondet_hart();
	choose(&native.can);
	settle(&native);
	describe_machine();
	__CPROVER_assume(range_has(machine.ram, native.pc, 4));
	__CPROVER_assume(!range_touches(machine.self, native.pc, 4));
	enter_firmware_world();
}

void start_anywhere(void)
{
	start_with_interrupts();
	__CPROVER_assume(model_interrupt(&native) == 0); /* it would have been taken */
}

/* The payload runs on the hart itself; what the monitor and the firmware have is set aside. */
static void enter_payload_world(void)
{
	uint64_t ours = MIE_OURS & (native.can.mie_bits | MB(MODEL_MSI));

	enter_firmware_world();
	hart.world = WORLD_PAYLOAD;
	hart.view = VIEW_PAYLOAD;
	hart.vm.mie = any_u64();
	hart.vm.mie = (hart.vm.mie & ~MIE_OURS) | (native.mie & MIE_OURS);
	hart.vm.mstatus = native.mstatus & ~(MSTATUS_LIVE | MSTATUS_SWITCHED);
	hart.held.satp = hart.held.scounteren = any_u64();
	hart.held.senvcfg = native.can.has_menvcfg ? any_u64() : 0;
	physical.mode = native.mode;
	physical.mstatus = native.mstatus & ~(MODEL_MIE | MODEL_MPRV | MODEL_MPP);
	physical.mie = (native.mie & ~ours) | (hart.vm.mie & ours) | MB(MODEL_MSI);
	physical.mideleg = native.mideleg;
	physical.medeleg = native.medeleg;
	physical.mcounteren = native.mcounteren;
	physical.menvcfg = native.menvcfg;
	physical.satp = native.satp;
	physical.scounteren = native.scounteren;
	physical.senvcfg = native.senvcfg;
}

void start_in_payload(uint8_t mode)
{
	native = nondet_hart();
	choose(&native.can);
	settle(&native);
	native.mode = mode;
	describe_machine();
	enter_payload_world();
	__CPROVER_assume(model_interrupt(&native) == 0);
}

/* ---- symbols ---- */

/* Strictly ascending, all of them: no two are the same symbol, or a copy of it. */
void check_symbols(void)
{
	const u64 single[] = {
		native.mscratch, native.mepc, native.mcause, native.mtval, native.mtvec,
		native.sscratch, native.sepc, native.scause, native.stval, native.stvec,
		native.stimecmp, native.pc,
	};
	bool ascending = native.x[31] < native.counters[0] &&
			 native.counters[31] < native.events[0] && native.events[31] < single[0];

	for (unsigned int i = 0; i < 31; i++) {
		ascending = ascending && native.x[i] < native.x[i + 1] &&
			    native.counters[i] < native.counters[i + 1] &&
			    native.events[i] < native.events[i + 1];
	}
	for (unsigned int i = 1; i < ARRAY_SIZE(single); i++) {
		ascending = ascending && single[i - 1] < single[i];
	}
	__CPROVER_assert(!ascending, "witness: no two registers are one symbol");
}

/* ---- steps ---- */

void leave_monitor(void)
{
	physical.mode = (uint8_t)((physical.mstatus & MODEL_MPP) >> MODEL_MPP_SHIFT);
}

void monitor_takes(uint64_t cause, uint64_t tval)
{
	physical.mcause = cause;
	physical.mtval = tval;
	physical.mstatus &= ~MODEL_MPP;
	physical.mstatus |= (uint64_t)physical.mode << MODEL_MPP_SHIFT;
	physical.mode = MODEL_M;
	trap_handle(&hart, cause);
	leave_monitor();
}

void monitor_takes_interrupts(void)
{
	uint64_t cause = model_interrupt(&physical);

	if (cause != 0) {
		monitor_takes(cause, 0);
	}
}

void native_takes_interrupts(void)
{
	uint64_t cause = model_interrupt(&native);

	if (cause != 0) {
		model_trap(&native, cause, 0);
	}
}

/* ---- comparison ---- */

#define SAME(what, virtual, real) __CPROVER_assert((virtual) == (real), what " is as natively")

static uint64_t virtual_mie(void)
{
	if (hart.world == WORLD_FIRMWARE) {
		return hart.vm.mie;
	}
	return (physical.mie & ~MIE_OURS) | (hart.vm.mie & MIE_OURS);
}

static void compare_machine_registers(void)
{
	uint64_t live = physical.mstatus & MSTATUS_LIVE;
	uint64_t status = (hart.vm.mstatus & ~MSTATUS_LIVE) | live;

	SAME("mstatus", (status & ~(SXL_UXL | MODEL_SD)), native.mstatus & ~(SXL_UXL | MODEL_SD));
	SAME("mie", virtual_mie(), native.mie);
	SAME("mideleg", hart.vm.mideleg, native.mideleg);
	SAME("medeleg", hart.vm.medeleg, native.medeleg);
	SAME("mtvec", hart.vm.mtvec, native.mtvec);
	SAME("mscratch", hart.vm.mscratch, native.mscratch);
	SAME("mepc", hart.vm.mepc, native.mepc);
	SAME("mcause", hart.vm.mcause, native.mcause);
	SAME("mtval", hart.vm.mtval, native.mtval);
	SAME("mcounteren", hart.vm.mcounteren, native.mcounteren);
	SAME("menvcfg", hart.vm.menvcfg, native.menvcfg);
	SAME("mip", physical.mip, native.mip);
	SAME("mcountinhibit", physical.mcountinhibit, native.mcountinhibit);
}

static void compare_supervisor_registers(void)
{
	bool here = hart.world == WORLD_PAYLOAD;

	SAME("stvec", physical.stvec, native.stvec);
	SAME("sscratch", physical.sscratch, native.sscratch);
	SAME("sepc", physical.sepc, native.sepc);
	SAME("scause", physical.scause, native.scause);
	SAME("stval", physical.stval, native.stval);
	SAME("stimecmp", physical.stimecmp, native.stimecmp);
	SAME("satp", here ? physical.satp : hart.held.satp, native.satp);
	SAME("scounteren", here ? physical.scounteren : hart.held.scounteren, native.scounteren);
	SAME("senvcfg", here ? physical.senvcfg : hart.held.senvcfg, native.senvcfg);
}

static void compare_registers(void)
{
	unsigned int n = any_u8() & 31;

	SAME("the register", n == 0 ? 0 : reg_read(&hart, n), native.x[n]);
	n = any_u8() & 31;
	SAME("the counter", physical.counters[n], native.counters[n]);
	SAME("the event", physical.events[n], native.events[n]);
	SAME("pc", hart.pc, native.pc);
}

/* The payload runs natively: what it lives with is in hardware itself. */
static void compare_payload_world(void)
{
	SAME("the payload's mode", physical.mode, native.mode);
	SAME("the payload's mideleg", physical.mideleg, native.mideleg);
	SAME("the payload's medeleg", physical.medeleg, native.medeleg);
	SAME("the payload's mcounteren", physical.mcounteren, native.mcounteren);
	SAME("the payload's menvcfg", physical.menvcfg, native.menvcfg);
	SAME("TVM, TW and TSR", physical.mstatus & (MODEL_TVM | MODEL_TW | MODEL_TSR),
	     native.mstatus & (MODEL_TVM | MODEL_TW | MODEL_TSR));
}

/* I-MON-1, I-WLD-1, I-WLD-2, I-WLD-4 */
void check_cage(void)
{
	__CPROVER_assert((physical.mstatus & (MODEL_MIE | MODEL_MPRV)) == 0,
			 "the monitor's own accesses are its own");
	__CPROVER_assert(physical.mode != MODEL_M, "no guest runs in M-mode");
	__CPROVER_assert(physical.mtvec == 0x9fc00100, "traps come to the monitor");
	__CPROVER_assert((physical.mie & BIT(IRQ_MSI)) != 0, "other harts can reach the monitor");
	if (hart.world == WORLD_FIRMWARE) {
		__CPROVER_assert(physical.mode == MODEL_U, "firmware runs in U-mode");
		__CPROVER_assert(physical.medeleg == 0 && physical.mideleg == 0,
				 "nothing of the firmware's is delegated");
		__CPROVER_assert(physical.satp == 0, "firmware is not translated");
		__CPROVER_assert((physical.mstatus & MODEL_TW) != 0, "its wfi traps");
	}
}

void compare_everything(void)
{
	__CPROVER_assert((hart.world == WORLD_FIRMWARE) == (native.mode == MODEL_M),
			 "the world is the native mode");
	compare_registers();
	compare_machine_registers();
	compare_supervisor_registers();
	if (hart.world == WORLD_PAYLOAD) {
		compare_payload_world();
	}
	check_cage();
}
