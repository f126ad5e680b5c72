/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Offsets that assembly needs. Compiled twice: with GENERATE_OFFSETS into assembly text from which
 * build/.../asm_offsets.h is cut, and without, to prove that the header is not stale.
 */
#include "boot/layout.h"
#include "hw/csr_num.h"
#include "hw/uart.h"
#include "lib/log.h"
#include "monitor/vcsr.h"
#include "monitor/vpmp.h"

#define OFFSETS(X)                            \
	X(HART_X, offsetof(struct hart, x))   \
	X(HART_PC, offsetof(struct hart, pc)) \
	X(HART_QUICK, offsetof(struct hart, quick)) \
	X(HART_IRQ_CHECK, offsetof(struct hart, irq_check)) \
	X(HART_HW_MIE, offsetof(struct hart, hw_mie)) \
	X(HART_CODE, offsetof(struct hart, code)) \
	X(HART_FAST_MTIME, offsetof(struct hart, timer.fast_mtime)) \
	X(HART_FAST_TIMER, offsetof(struct hart, timer.fast_mtimecmp)) \
	X(HART_VMTIMECMP, offsetof(struct hart, timer.vmtimecmp)) \
	X(HART_DEADLINE, offsetof(struct hart, timer.deadline)) \
	X(HART_MTIMECMP, offsetof(struct hart, timer.mtimecmp_addr)) \
	X(HART_TIMER_SHARED, offsetof(struct hart, timer.shared)) \
	X(HART_VIEW, offsetof(struct hart, view)) \
	X(HART_SHIELD_MAY, offsetof(struct hart, shield_may)) \
	X(HART_LIMIT, offsetof(struct hart, timer.limit)) \
	X(HART_WAITS, offsetof(struct hart, timer.waits)) \
	X(HART_WORLD, offsetof(struct hart, world)) \
	X(HART_MIE, offsetof(struct hart, vm.mie)) \
	X(HART_MENVCFG, offsetof(struct hart, vm.menvcfg)) \
	X(HART_DATA, offsetof(struct hart, data)) \
	X(HART_DATA_MISSED, offsetof(struct hart, data_missed)) \
	X(HART_MSTATUS, offsetof(struct hart, vm.mstatus)) \
	X(HART_MSCRATCH, offsetof(struct hart, vm.mscratch)) \
	X(HART_MTINST, offsetof(struct hart, vm.mtinst)) \
	X(HART_MTVEC, offsetof(struct hart, vm.mtvec)) \
	X(HART_MISA, offsetof(struct hart, caps.misa)) \
	X(HART_PORT, offsetof(struct hart, port.data)) \
	X(HART_PORT_STATUS, offsetof(struct hart, port.status)) \
	X(HART_PORT_PC, offsetof(struct hart, port.pc)) \
	X(HART_PORT_WORD, offsetof(struct hart, port.word)) \
	X(HART_PORT_GPR, offsetof(struct hart, port.gpr)) \
	X(LOG_INSIDE, offsetof(struct log_console, inside)) \
	X(UART_ROOM_BIT, UART_ROOM) \
	X(UART_PATIENCE_LOOKS, UART_PATIENCE) \
	X(VIEW_FIRMWARE_ID, VIEW_FIRMWARE) \
	X(PMP_R_BIT, PMP_R) \
	X(PMP_W_BIT, PMP_W) \
	X(QUICK_CLINT_BIT, QUICK_CLINT) \
	X(QUICK_STATUS_BIT, QUICK_STATUS) \
	X(QUICK_GUEST_BIT, QUICK_GUEST) \
	X(MSTATUS_LIVE_BITS, (s64)MSTATUS_LIVE) \
	X(HART_AREA_SIZE, sizeof(struct hart_area))

static_assert(offsetof(struct log_console, lock) == 0, "quick.S takes it for the lock");
static_assert(offsetof(struct hart, caps.misa) < 2048, "reached from sp");
static_assert(WORLD_FIRMWARE == 0, "fast_time.h compares with zero");
/* quick.S counts on the order of these. */
static_assert(offsetof(struct vm_csrs, mepc) == offsetof(struct vm_csrs, mscratch) + 8 &&
		      offsetof(struct vm_csrs, mcause) == offsetof(struct vm_csrs, mscratch) + 16 &&
		      offsetof(struct vm_csrs, mtval) == offsetof(struct vm_csrs, mscratch) + 24 &&
		      offsetof(struct vm_csrs, mtval2) == offsetof(struct vm_csrs, mtinst) + 8,
	      "CSRs that the quick part finds by their number");
static_assert(offsetof(struct hart, x) + 8 * 31 < 512, "reached by c.ldsp");
static_assert(offsetof(struct hart, timer) + sizeof(struct timer) < 2048, "reached from sp");

static_assert(offsetof(struct hart_area, hart) == HART_STACK, "sp at rest is the hart");

#ifdef GENERATE_OFFSETS
void asm_offsets(void);
void asm_offsets(void)
{
#define EMIT(name, value) __asm__ volatile("@define " #name " %0" ::"i"(value));
	OFFSETS(EMIT)
}
#else
#include "asm_offsets.h"
#define VERIFY(name, value) \
	static_assert((u64)(name) == (u64)(value), #name " is stale: rebuild asm_offsets.h");
OFFSETS(VERIFY)
#endif
