/* SPDX-License-Identifier: Apache-2.0 */
/* Names for the bits of the registers that the model knows, from the manual's figures. */
#ifndef TESTS_MODEL_MODEL_BITS_H
#define TESTS_MODEL_MODEL_BITS_H

#define MB(n) (UINT64_C(1) << (n))

/* mstatus, 3.1.6 */
#define MODEL_SIE   MB(1)
#define MODEL_MIE   MB(3)
#define MODEL_SPIE  MB(5)
#define MODEL_UBE   MB(6)
#define MODEL_MPIE  MB(7)
#define MODEL_SPP   MB(8)
#define MODEL_VS    (UINT64_C(3) << 9)
#define MODEL_MPP   (UINT64_C(3) << 11)
#define MODEL_FS    (UINT64_C(3) << 13)
#define MODEL_XS    (UINT64_C(3) << 15)
#define MODEL_MPRV  MB(17)
#define MODEL_SUM   MB(18)
#define MODEL_MXR   MB(19)
#define MODEL_TVM   MB(20)
#define MODEL_TW    MB(21)
#define MODEL_TSR   MB(22)
#define MODEL_UXL   (UINT64_C(3) << 32)
#define MODEL_SXL   (UINT64_C(3) << 34)
#define MODEL_SD    MB(63)
#define MODEL_MPP_SHIFT 11
/* What of it sstatus shows, 12.1.1. */
#define MODEL_SSTATUS (MODEL_SIE | MODEL_SPIE | MODEL_UBE | MODEL_SPP | MODEL_VS | MODEL_FS | \
		       MODEL_XS | MODEL_SUM | MODEL_MXR | MODEL_UXL)

/* mip and mie, 3.1.9 */
#define MODEL_SSI 1
#define MODEL_MSI 3
#define MODEL_STI 5
#define MODEL_MTI 7
#define MODEL_SEI 9
#define MODEL_MEI 11
#define MODEL_LCOFI 13
#define MODEL_INTERRUPT MB(63)

/* mcause, table of 3.1.15 */
enum model_cause {
	MODEL_FETCH_MISALIGNED = 0, MODEL_FETCH_ACCESS = 1, MODEL_ILLEGAL = 2, MODEL_BREAKPOINT = 3,
	MODEL_LOAD_MISALIGNED = 4, MODEL_LOAD_ACCESS = 5, MODEL_STORE_MISALIGNED = 6,
	MODEL_STORE_ACCESS = 7, MODEL_ECALL_U = 8, MODEL_FETCH_PAGE = 12, MODEL_LOAD_PAGE = 13,
	MODEL_STORE_PAGE = 15,
};

/* counter enables, 3.1.11; menvcfg, 3.1.18 */
#define MODEL_TM   MB(1)
#define MODEL_STCE MB(63)
#define MODEL_ADUE MB(61)

/* satp, 12.1.11 */
#define MODEL_SATP_MODE_SHIFT 60
#define MODEL_SATP_PPN ((UINT64_C(1) << 44) - 1)

/* page table entries, 12.3.1 and 12.4.1 */
#define MODEL_PTE_V MB(0)
#define MODEL_PTE_R MB(1)
#define MODEL_PTE_W MB(2)
#define MODEL_PTE_X MB(3)
#define MODEL_PTE_U MB(4)
#define MODEL_PTE_A MB(6)
#define MODEL_PTE_D MB(7)
#define MODEL_PTE_PPN_SHIFT 10
/* Bits 60 to 54 are reserved; 62 to 61 are Svpbmt's and 63 is Svnapot's, neither of them here. */
#define MODEL_PTE_RESERVED (UINT64_C(0x3ff) << 54)

/* pmpcfg, 3.7.1 */
#define MODEL_PMP_R    0x01
#define MODEL_PMP_W    0x02
#define MODEL_PMP_X    0x04
#define MODEL_PMP_A    0x18
#define MODEL_PMP_TOR  0x08
#define MODEL_PMP_NA4  0x10
#define MODEL_PMP_NAPOT 0x18
#define MODEL_PMP_L    0x80
#define MODEL_PMP_ADDRESS ((UINT64_C(1) << 54) - 1)

/* CSR numbers, 2.2 */
enum model_csr {
	MODEL_CSR_SSTATUS = 0x100, MODEL_CSR_SIE = 0x104, MODEL_CSR_STVEC = 0x105,
	MODEL_CSR_SCOUNTEREN = 0x106, MODEL_CSR_SENVCFG = 0x10a, MODEL_CSR_SSCRATCH = 0x140,
	MODEL_CSR_SEPC = 0x141, MODEL_CSR_SCAUSE = 0x142, MODEL_CSR_STVAL = 0x143,
	MODEL_CSR_SIP = 0x144, MODEL_CSR_STIMECMP = 0x14d, MODEL_CSR_SATP = 0x180,
	MODEL_CSR_MSTATUS = 0x300, MODEL_CSR_MISA = 0x301, MODEL_CSR_MEDELEG = 0x302,
	MODEL_CSR_MIDELEG = 0x303, MODEL_CSR_MIE = 0x304, MODEL_CSR_MTVEC = 0x305,
	MODEL_CSR_MCOUNTEREN = 0x306, MODEL_CSR_MENVCFG = 0x30a, MODEL_CSR_MCOUNTINHIBIT = 0x320,
	MODEL_CSR_MHPMEVENT3 = 0x323, MODEL_CSR_MHPMEVENT31 = 0x33f, MODEL_CSR_MSCRATCH = 0x340,
	MODEL_CSR_MEPC = 0x341, MODEL_CSR_MCAUSE = 0x342, MODEL_CSR_MTVAL = 0x343,
	MODEL_CSR_MIP = 0x344, MODEL_CSR_PMPCFG0 = 0x3a0, MODEL_CSR_PMPADDR0 = 0x3b0,
	MODEL_CSR_MCYCLE = 0xb00, MODEL_CSR_MHPMCOUNTER31 = 0xb1f, MODEL_CSR_CYCLE = 0xc00,
	MODEL_CSR_TIME = 0xc01, MODEL_CSR_HPMCOUNTER31 = 0xc1f, MODEL_CSR_MVENDORID = 0xf11,
	MODEL_CSR_MARCHID = 0xf12, MODEL_CSR_MIMPID = 0xf13, MODEL_CSR_MHARTID = 0xf14,
	MODEL_CSR_MCONFIGPTR = 0xf15,
};

#endif
