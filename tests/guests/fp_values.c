/* SPDX-License-Identifier: Apache-2.0 */
/* All floating-point registers survive traps, payload runs, interrupts and CSR emulation. */
#include "guest.h"
#include "insn.h"

void guest_main(void)
{
	uint64_t cells[32], back[32];

	csr_set(CSR_MSTATUS, MSTATUS_FS);
	for (unsigned i = 0; i < 32; i++)
		cells[i] = 0x0101010101010101ul * (i + 1);
#define EACH(x) x(0) x(1) x(2) x(3) x(4) x(5) x(6) x(7) x(8) x(9) x(10) x(11) x(12) x(13) x(14) \
	x(15) x(16) x(17) x(18) x(19) x(20) x(21) x(22) x(23) x(24) x(25) x(26) x(27) x(28) x(29) \
	x(30) x(31)
	/* fld f<n>, 8n(a1) and fsd f<n>, 8n(a1) by their encodings, as the compiler knows no F. */
#define LOAD(n) { struct context c_; \
	run_word(&c_, MODE_M, insn_i(0x07, 3, n, A1, 8 * n), 0, (uint64_t)cells); }
#define STORE(n) { struct context c_; \
	run_word(&c_, MODE_M, insn_s(0x27, 3, A1, n, 8 * n), 0, (uint64_t)back); }
	EACH(LOAD)
	csr_write(CSR_FCSR, 0xa5);
	for (unsigned i = 0; i < 20; i++) {
		struct context c;
		uint64_t value;

		csr_try_read(MODE_S, CSR_SATP, &value);
		run_word(&c, MODE_U, INSN_ECALL, 0, 0);
		store64(CLINT_MTIMECMP(0), ~0ul - i);
	}
	EACH(STORE)
	for (unsigned i = 0; i < 32; i++)
		say("f%d %x\n", (int64_t)i, back[i]);
	say("fcsr %x status %x\n", csr_read(CSR_FCSR), csr_read(CSR_MSTATUS));
}
