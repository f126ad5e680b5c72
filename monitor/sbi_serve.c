/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the monitor's services answers a call, and what the payload is told of them (BASE). */
#include "monitor/sbi_serve.h"

#include "hw/csr_index.h"
#include "hw/guard.h"
#include "hw/uart.h"
#include "monitor/sbi_parts.h"

/* SBI_SERVE_*; 0: none of ours. */
static u64 service_of(u64 extension)
{
	switch (extension) {
	case SBI_BASE:
		return SBI_SERVE_BASE;
	case SBI_TIME:
		return SBI_SERVE_TIME;
	case SBI_IPI:
		return SBI_SERVE_IPI;
	case SBI_RFENCE:
		return SBI_SERVE_RFENCE;
	case SBI_HSM:
		return SBI_SERVE_HSM;
	case SBI_SRST:
		return SBI_SERVE_SRST;
	case SBI_DBCN:
		return SBI_SERVE_DBCN;
	default:
		return 0;
	}
}

enum verdict sbi_serve(struct hart *h, const struct sbi_services *s)
{
	u64 extension = sbi_extension(h);

	if (extension <= SBI_LEGACY_LAST) {
		return sbi_serve_legacy(h, s->legacy);
	}
	switch (service_of(extension) & s->extensions) {
	case SBI_SERVE_BASE:
		return sbi_serve_base(h, s);
	case SBI_SERVE_TIME:
		return sbi_serve_time(h);
	case SBI_SERVE_IPI:
		return sbi_serve_ipi(h);
	case SBI_SERVE_RFENCE:
		return sbi_serve_rfence(h);
	case SBI_SERVE_HSM:
		return sbi_serve_hsm_status(h);
	case SBI_SERVE_SRST:
		return sbi_serve_reset(h);
	case SBI_SERVE_DBCN:
		return sbi_serve_console(h);
	default:
		return PASS;
	}
}

enum verdict sbi_serve_legacy(struct hart *h, u64 which)
{
	u64 extension = sbi_extension(h);

	if (extension > SBI_LEGACY_LAST || (which >> extension & 1) == 0) {
		return PASS;
	}
	switch (extension) {
	case SBI_LEGACY_SET_TIMER:
		return sbi_legacy_set_timer(h);
	case SBI_LEGACY_PUTCHAR:
		return sbi_legacy_putchar(h);
	case SBI_LEGACY_GETCHAR:
		return sbi_legacy_getchar(h);
	case SBI_LEGACY_CLEAR_IPI:
		return sbi_legacy_clear_ipi(h);
	case SBI_LEGACY_SEND_IPI:
		return sbi_legacy_send_ipi(h);
	case SBI_LEGACY_FENCE_I:
	case SBI_LEGACY_SFENCE_VMA:
	case SBI_LEGACY_SFENCE_VMA_ASID:
		return sbi_legacy_fence(h);
	case SBI_LEGACY_SHUTDOWN:
		return sbi_legacy_shutdown(h);
	default:
		return PASS;
	}
}

/* ---- BASE ---- */

void sbi_note_version(u64 version)
{
	__atomic_store_n(&machine.sbi_version, version, __ATOMIC_RELAXED);
}

static u64 version(void)
{
	u64 noted = __atomic_load_n(&machine.sbi_version, __ATOMIC_RELAXED);

	return noted != 0 ? noted : SBI_SERVE_VERSION;
}

static bool has_legacy(const struct sbi_services *s, u64 extension)
{
	if ((s->legacy >> extension & 1) == 0) {
		return false;
	}
	switch (extension) {
	case SBI_LEGACY_PUTCHAR:
	case SBI_LEGACY_GETCHAR:
		return uart_is_there();
	case SBI_LEGACY_SHUTDOWN:
		return machine.devices.poweroff.addr != 0;
	default:
		return extension < SBI_LEGACY_SHUTDOWN;
	}
}

static bool has(const struct sbi_services *s, u64 extension)
{
	if (extension <= SBI_LEGACY_LAST) {
		return has_legacy(s, extension);
	}
	switch (service_of(extension) & s->extensions) {
	case 0:
		return false;
	case SBI_SERVE_SRST:
		return machine.devices.poweroff.addr != 0 || machine.devices.reboot.addr != 0;
	case SBI_SERVE_DBCN:
		return uart_is_there();
	default:
		return true;
	}
}

/* A function's value; false: there is no such function. */
static bool base_value(const struct hart *h, const struct sbi_services *s, u64 *value)
{
	switch (sbi_function(h)) {
	case SBI_BASE_SPEC_VERSION:
		*value = version();
		return true;
	case SBI_BASE_IMPL_ID:
		*value = SBI_SERVE_IMPL_ID;
		return true;
	case SBI_BASE_IMPL_VERSION:
		*value = SBI_SERVE_IMPL_VERSION;
		return true;
	case SBI_BASE_PROBE:
		*value = has(s, sbi_arg(h, 0)) ? 1 : 0;
		return true;
	case SBI_BASE_MVENDORID:
		*value = guard_csr_read(CSR_INDEX_mvendorid).value;
		return true;
	case SBI_BASE_MARCHID:
		*value = guard_csr_read(CSR_INDEX_marchid).value;
		return true;
	case SBI_BASE_MIMPID:
		*value = guard_csr_read(CSR_INDEX_mimpid).value;
		return true;
	default:
		return false;
	}
}

enum verdict sbi_serve_base(struct hart *h, const struct sbi_services *s)
{
	u64 value = 0;
	bool known = base_value(h, s, &value);

	return sbi_done(h, known ? SBI_SUCCESS : SBI_ERR_NOT_SUPPORTED, value);
}
