/* SPDX-License-Identifier: Apache-2.0 */
/* CSR numbers, mstatus bits and typed CSR access for the guests (privileged spec, chapter 2). */
#ifndef GUESTS_CSR_H
#define GUESTS_CSR_H

#include <stdint.h>

enum csr {
	CSR_FFLAGS = 0x001, CSR_FRM = 0x002, CSR_FCSR = 0x003, CSR_SEED = 0x015,
	CSR_SSTATUS = 0x100, CSR_SIE = 0x104, CSR_STVEC = 0x105, CSR_SCOUNTEREN = 0x106,
	CSR_SENVCFG = 0x10a, CSR_SSTATEEN0 = 0x10c, CSR_SSCRATCH = 0x140, CSR_SEPC = 0x141,
	CSR_SCAUSE = 0x142, CSR_STVAL = 0x143, CSR_SIP = 0x144, CSR_STIMECMP = 0x14d,
	CSR_SATP = 0x180,
	CSR_VSSTATUS = 0x200, CSR_VSIE = 0x204, CSR_VSTVEC = 0x205, CSR_VSSCRATCH = 0x240,
	CSR_VSEPC = 0x241, CSR_VSCAUSE = 0x242, CSR_VSTVAL = 0x243, CSR_VSIP = 0x244,
	CSR_VSTIMECMP = 0x24d, CSR_VSATP = 0x280,
	CSR_MSTATUS = 0x300, CSR_MISA = 0x301, CSR_MEDELEG = 0x302, CSR_MIDELEG = 0x303,
	CSR_MIE = 0x304, CSR_MTVEC = 0x305, CSR_MCOUNTEREN = 0x306, CSR_MENVCFG = 0x30a,
	CSR_MSTATEEN0 = 0x30c, CSR_MCOUNTINHIBIT = 0x320, CSR_MHPMEVENT3 = 0x323,
	CSR_MSCRATCH = 0x340, CSR_MEPC = 0x341, CSR_MCAUSE = 0x342, CSR_MTVAL = 0x343,
	CSR_MIP = 0x344, CSR_MTINST = 0x34a, CSR_MTVAL2 = 0x34b,
	CSR_MISELECT = 0x350, CSR_MIREG = 0x351,
	CSR_PMPCFG0 = 0x3a0, CSR_PMPCFG2 = 0x3a2, CSR_PMPADDR0 = 0x3b0, CSR_PMPADDR1 = 0x3b1,
	CSR_PMPADDR2 = 0x3b2, CSR_PMPADDR3 = 0x3b3, CSR_PMPADDR4 = 0x3b4,
	CSR_HSTATUS = 0x600, CSR_HEDELEG = 0x602, CSR_HIDELEG = 0x603, CSR_HIE = 0x604,
	CSR_HCOUNTEREN = 0x606, CSR_HGEIE = 0x607, CSR_HENVCFG = 0x60a, CSR_HTVAL = 0x643,
	CSR_HIP = 0x644, CSR_HVIP = 0x645, CSR_HTINST = 0x64a, CSR_HGATP = 0x680,
	CSR_HTIMEDELTA = 0x605, CSR_HGEIP = 0xe12,
	CSR_MSECCFG = 0x747, CSR_TSELECT = 0x7a0, CSR_TDATA1 = 0x7a1, CSR_TDATA2 = 0x7a2,
	CSR_TDATA3 = 0x7a3, CSR_TINFO = 0x7a4, CSR_TCONTROL = 0x7a5,
	CSR_MCYCLE = 0xb00, CSR_MINSTRET = 0xb02, CSR_MHPMCOUNTER3 = 0xb03,
	CSR_CYCLE = 0xc00, CSR_TIME = 0xc01, CSR_INSTRET = 0xc02, CSR_HPMCOUNTER3 = 0xc03,
	CSR_MVENDORID = 0xf11, CSR_MARCHID = 0xf12, CSR_MIMPID = 0xf13, CSR_MHARTID = 0xf14,
	CSR_MCONFIGPTR = 0xf15,
};

#define MSTATUS_SIE  (1ul << 1)
#define MSTATUS_MIE  (1ul << 3)
#define MSTATUS_SPIE (1ul << 5)
#define MSTATUS_MPIE (1ul << 7)
#define MSTATUS_SPP  (1ul << 8)
#define MSTATUS_VS   (3ul << 9)
#define MSTATUS_MPP  (3ul << 11)
#define MSTATUS_FS   (3ul << 13)
#define MSTATUS_MPRV (1ul << 17)
#define MSTATUS_SUM  (1ul << 18)
#define MSTATUS_MXR  (1ul << 19)
#define MSTATUS_TVM  (1ul << 20)
#define MSTATUS_TW   (1ul << 21)
#define MSTATUS_TSR  (1ul << 22)
#define MSTATUS_GVA  (1ul << 38)
#define MSTATUS_MPV  (1ul << 39)
#define MSTATUS_MPP_SHIFT 11
#define MSTATUS_FS_SHIFT  13

#define HSTATUS_HU   (1ul << 9)
#define HSTATUS_SPVP (1ul << 8)
#define HSTATUS_SPV  (1ul << 7)
#define HSTATUS_VTVM (1ul << 20)
#define HSTATUS_VTW  (1ul << 21)
#define HSTATUS_VTSR (1ul << 22)

#define IRQ_BIT(n)   (1ul << (n))
#define CAUSE_IRQ    (1ul << 63)
enum irq {
	IRQ_SSI = 1, IRQ_VSSI = 2, IRQ_MSI = 3, IRQ_STI = 5, IRQ_VSTI = 6, IRQ_MTI = 7,
	IRQ_SEI = 9, IRQ_VSEI = 10, IRQ_MEI = 11, IRQ_SGEI = 12, IRQ_LCOFI = 13,
};

enum cause {
	CAUSE_FETCH_MISALIGNED, CAUSE_FETCH_ACCESS, CAUSE_ILLEGAL, CAUSE_BREAKPOINT,
	CAUSE_LOAD_MISALIGNED, CAUSE_LOAD_ACCESS, CAUSE_STORE_MISALIGNED, CAUSE_STORE_ACCESS,
	CAUSE_ECALL_U, CAUSE_ECALL_S, CAUSE_ECALL_VS, CAUSE_ECALL_M,
	CAUSE_FETCH_PAGE, CAUSE_LOAD_PAGE, CAUSE_STORE_PAGE = 15,
	CAUSE_FETCH_GUEST = 20, CAUSE_LOAD_GUEST, CAUSE_VIRTUAL, CAUSE_STORE_GUEST,
};

/* The CSR must be a compile-time constant; csr_try() in guest.h takes any number. */
#define csr_read(csr) __extension__({ \
	uint64_t v_; \
	__asm__ volatile("csrr %0, %1" : "=r"(v_) : "i"(csr) : "memory"); \
	v_; })
#define csr_write(csr, value) \
	__asm__ volatile("csrw %0, %1" :: "i"(csr), "rK"((uint64_t)(value)) : "memory")
#define csr_set(csr, value) \
	__asm__ volatile("csrs %0, %1" :: "i"(csr), "rK"((uint64_t)(value)) : "memory")
#define csr_clear(csr, value) \
	__asm__ volatile("csrc %0, %1" :: "i"(csr), "rK"((uint64_t)(value)) : "memory")
#define csr_swap(csr, value) __extension__({ \
	uint64_t v_; \
	__asm__ volatile("csrrw %0, %1, %2" : "=r"(v_) \
		: "i"(csr), "rK"((uint64_t)(value)) : "memory"); \
	v_; })

#endif
