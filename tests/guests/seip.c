/* SPDX-License-Identifier: Apache-2.0 */
/* SEIP has a bit that M-mode writes and a line from the PLIC; csrrs and csrrc see only the bit. */
#include "guest.h"

#define UART_IRQ   10
#define PLIC_S     1u /* context 1 is S-mode of hart 0, context 0 its M-mode */
#define PLIC_PRIORITY(n)     (PLIC_BASE + 4ul * (n))
#define PLIC_ENABLE(context) (PLIC_BASE + 0x2000 + 0x80ul * (context))
#define PLIC_THRESHOLD(context) (PLIC_BASE + 0x200000 + 0x1000ul * (context))
#define PLIC_CLAIM(context)  (PLIC_THRESHOLD(context) + 4)

static void probe(const char *what)
{
	uint64_t first = csr_read(CSR_MIP), set, clear;

	__asm__ volatile("csrrs %0, mip, %1" : "=r"(set) : "r"(IRQ_BIT(IRQ_SSI)));
	say("%s: mip %x, csrrs SSIP gives %x, then %x\n", what, first, set, csr_read(CSR_MIP));
	__asm__ volatile("csrrc %0, mip, %1" : "=r"(clear) : "r"(IRQ_BIT(IRQ_SSI)));
	say("  csrrc SSIP gives %x, then %x\n", clear, csr_read(CSR_MIP));
}

/* The transmitter-empty interrupt of the UART is the one source a guest can switch at will. */
static void line_set(bool on)
{
	store8(UART_BASE + 1, on ? 2 : 0);
	for (volatile unsigned i = 0; i < 1000; i++)
		;
}

void guest_main(void)
{
	uint64_t value;

	store32(PLIC_PRIORITY(UART_IRQ), 1);
	store32(PLIC_ENABLE(PLIC_S), 1u << UART_IRQ);
	store32(PLIC_THRESHOLD(PLIC_S), 0);
	probe("nothing");
	csr_set(CSR_MIP, IRQ_BIT(IRQ_SEI));
	probe("the bit");
	csr_clear(CSR_MIP, IRQ_BIT(IRQ_SEI));
	probe("nothing again");
	line_set(true);
	value = csr_read(CSR_MIP);
	check(value & IRQ_BIT(IRQ_SEI), "the line does not show");
	csr_clear(CSR_MIP, IRQ_BIT(IRQ_SEI));
	check(csr_read(CSR_MIP) & IRQ_BIT(IRQ_SEI), "csrrc cleared the line");
	line_set(false);
	say("mip with the line: %x\n", value);
	say("claim %x\n", (uint64_t)load32(PLIC_CLAIM(PLIC_S)));
	store32(PLIC_CLAIM(PLIC_S), UART_IRQ);
	probe("line off");
	/* The same source to M-mode's own context. */
	store32(PLIC_ENABLE(PLIC_S), 0);
	store32(PLIC_ENABLE(0), 1u << UART_IRQ);
	line_set(true);
	value = csr_read(CSR_MIP);
	line_set(false);
	say("mip with the line on M: %x\n", value);
	say("claim %x\n", (uint64_t)load32(PLIC_CLAIM(0)));
	store32(PLIC_CLAIM(0), UART_IRQ);
	say("mip after: %x\n", csr_read(CSR_MIP));
}
