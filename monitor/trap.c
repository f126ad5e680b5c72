/* SPDX-License-Identifier: Apache-2.0 */
/* Who trapped, what is to be done about it, and who runs next. */
#include "monitor/trap.h"

#include "hw/csr.h"
#include "lib/log.h"
#include "monitor/decode.h"
#include "monitor/emulate.h"
#include "monitor/guestmem.h"
#include "monitor/ipi.h"
#include "monitor/policy.h"
#include "monitor/regs.h"
#include "monitor/sbi.h"
#include "monitor/timer.h"
#include "monitor/trace.h"
#include "monitor/virq.h"
#include "monitor/vtrap.h"
#include "monitor/world.h"

static void illegal_in_firmware(struct hart *h)
{
	u32 word;

	h->tval = csr_read(CSR_MTVAL);
	h->tells_word = h->tells_word || h->tval != 0;
	if (guestmem_trapped_word(h, &word)) {
		emulate_privileged(h, word);
	} else {
		vtrap_illegal(h);
	}
}

static void deliver_to_firmware(struct hart *h, u64 cause)
{
	struct trap t = trap_from_hardware(h, cause);

	vtrap_to_firmware(h, &t);
}

static void firmware_exception(struct hart *h, u64 cause)
{
	switch (cause) {
	case CAUSE_ILLEGAL:
		illegal_in_firmware(h);
		break;
	case CAUSE_FETCH_ACCESS:
		refuse_address(h, csr_read(CSR_MTVAL));
		deliver_to_firmware(h, cause);
		break;
	case CAUSE_LOAD_ACCESS:
	case CAUSE_STORE_ACCESS:
		emulate_firmware_access(h, cause);
		break;
	case CAUSE_ECALL_U: /* vM-mode called itself (Priv. 3.3.1) */
		deliver_to_firmware(h, CAUSE_ECALL_M);
		break;
	default:
		deliver_to_firmware(h, cause);
		break;
	}
}

static void deliver_from_payload(struct hart *h, u64 cause)
{
	struct trap t = trap_from_hardware(h, cause);

	vtrap_from_payload(h, &t);
}

static void payload_exception(struct hart *h, u64 cause)
{
	static const struct trap call = { .cause = CAUSE_ECALL_S };

	switch (cause) {
	case CAUSE_ECALL_S: /* with nothing else to tell (Priv. 3.1.16, 18.4.5) */
		vtrap_from_payload(h, &call);
		break;
	case CAUSE_LOAD_ACCESS:
	case CAUSE_STORE_ACCESS:
		emulate_payload_access(h, cause);
		break;
	default:
		deliver_from_payload(h, cause);
		break;
	}
}

/*
 * Hardware has interrupted the payload, natively in favour of the firmware's handler, and nothing
 * is pending any more: a wire has dropped, or the hart's own idea of what interrupts whom is not
 * the manual's. Going on would meet the same again, for ever.
 */
static void unexplained_interrupt(struct hart *h, u64 cause)
{
	if (h->world == WORLD_PAYLOAD && virq_pick(h) < 0) {
		vtrap_interrupt(h, (unsigned int)(cause & ~CAUSE_INTERRUPT));
	}
}

static void interrupt(struct hart *h, u64 cause)
{
	if (cause == (CAUSE_INTERRUPT | IRQ_MSI)) {
		ipi_answer(h);
	} else if (cause != (CAUSE_INTERRUPT | IRQ_MTI)) {
		unexplained_interrupt(h, cause);
	} else if (POLICY_COUNT != 0) {
		timer_interrupt(h);
	}
	h->irq_check = IRQ_CAME;
}

static bool is_ecall(u64 cause)
{
	return cause >= CAUSE_ECALL_U && cause <= CAUSE_ECALL_M;
}

static enum verdict judge(struct hart *h, u64 cause)
{
	enum verdict v = policy_on_trap(h, cause);

	if (POLICY_COUNT != 0 && v == PASS && is_ecall(cause)) {
		v = policy_on_ecall(h, cause);
	}
	return v;
}

/* What a guest finds after a policy's DENY. */
static void deny(struct hart *h, u64 cause)
{
	struct trap t = { .cause = CAUSE_ILLEGAL };

	refuse(h, is_ecall(cause) ? REFUSED_CALL : REFUSED_INSTRUCTION);
	if (h->world == WORLD_FIRMWARE) {
		h->tval = csr_read(CSR_MTVAL);
		vtrap_illegal(h);
	} else if (cause == CAUSE_ECALL_S) {
		sbi_return(h, SBI_ERR_DENIED, 0);
	} else {
		vtrap_from_payload(h, &t);
	}
}

static void exception(struct hart *h, u64 cause)
{
	switch (judge(h, cause)) {
	case PASS:
		if (h->world == WORLD_FIRMWARE) {
			firmware_exception(h, cause);
		} else {
			payload_exception(h, cause);
		}
		break;
	case HANDLED:
		break;
	case DENY:
		deny(h, cause);
		break;
	}
}

/*
 * False: virq_pick finds nothing that hardware would not take by itself before the next guest
 * instruction. In the payload world mie is in force, so only what mip does not show is left: the
 * virtual msip, and mtimecmp of the firmware while the timer is borrowed.
 */
static bool may_pick(const struct hart *h)
{
	if (h->world == WORLD_FIRMWARE) {
		return (h->vm.mstatus & MSTATUS_MIE) != 0;
	}
	return timer_borrowed(h) || __atomic_load_n(&h->vmsip, __ATOMIC_ACQUIRE) != 0;
}

static void deliver_interrupt(struct hart *h)
{
	bool came = h->irq_check == IRQ_CAME;
	int irq;

	policy_on_settle(h);
	irq = came || may_pick(h) ? virq_pick(h) : -1;
	if (POLICY_COUNT != 0 && irq >= 0 && timer_is_quiet(h)) {
		irq = -1;
	}
	h->irq_check = 0;
	if (irq >= 0) {
		vtrap_interrupt(h, (unsigned int)irq);
	} else if (h->world == WORLD_FIRMWARE) {
		world_refresh_firmware(h); /* mie follows what the firmware enabled */
	}
}

/* Where boot/quick.S may find the firmware's next instructions and their data. */
static NEVER_INLINE void find_windows(struct hart *h)
{
	if (h->pc - h->code.base >= h->code.size) {
		guestmem_find_code(h, h->pc);
	}
	if (h->data_missed != 0 || h->data.size == 0) {
		guestmem_find_data(h, h->data_missed != 0 ? h->data_missed : h->pc);
		h->data_missed = 0;
	}
}

static void settle_windows(struct hart *h)
{
	if (h->quick != 0 && (h->pc - h->code.base >= h->code.size || h->data_missed != 0 ||
			      h->data.size == 0)) {
		find_windows(h);
	}
}

static NEVER_INLINE void settle_interrupt(struct hart *h)
{
	deliver_interrupt(h);
	settle_windows(h);
}

/* Every way back comes through here: what is rare is not in this function. */
void trap_settle(struct hart *h)
{
	if (h->irq_check != 0) {
		settle_interrupt(h);
	} else {
		settle_windows(h);
	}
}

void trap_handle(struct hart *h, u64 cause)
{
	trace_exit(h, cause);
	if (POLICY_COUNT != 0 && (h->spared & SPARES_EXIT) == 0) {
		policy_on_exit(h, cause);
	}
	if ((cause & CAUSE_INTERRUPT) != 0) {
		interrupt(h, cause);
	} else {
		exception(h, cause);
	}
	trap_settle(h);
}

void trap_go_on(struct hart *h, u64 word, bool trapped)
{
	if (trapped) {
		h->tval = csr_read(CSR_MTVAL);
		h->tells_word = h->tells_word || h->tval != 0;
	} else {
		h->tval = h->tells_word ? word : 0;
	}
	if (word == INSN_WORD_MRET) {
		vtrap_mret(h);
	} else {
		emulate_csr(h, (u32)word);
	}
	trap_settle(h);
}

void trap_bug(u64 cause, u64 pc, u64 tval)
{
	log_panic("trap inside the monitor: mcause %lx mepc %lx mtval %lx", cause, pc, tval);
	panic("trap.S", 0, "no trap inside the monitor");
}
