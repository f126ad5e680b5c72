/* SPDX-License-Identifier: Apache-2.0 */
/* CSR numbers and fields that C and assembly name directly (Priv. 2.2, 3.1). */
#ifndef HW_CSR_NUM_H
#define HW_CSR_NUM_H

#define CSR_SEED 0x015
#define CSR_FCSR 0x003
#define CSR_SSTATUS 0x100
#define CSR_STVEC 0x105
#define CSR_SCOUNTEREN 0x106
#define CSR_SENVCFG 0x10a
#define CSR_SSTATEEN0 0x10c
#define CSR_SEPC 0x141
#define CSR_SCAUSE 0x142
#define CSR_STVAL 0x143
#define CSR_SIP 0x144
#define CSR_STIMECMP 0x14d
#define CSR_SATP 0x180
#define CSR_VSSTATUS 0x200
#define CSR_VSTVEC 0x205
#define CSR_VSEPC 0x241
#define CSR_VSCAUSE 0x242
#define CSR_VSTVAL 0x243
#define CSR_VSATP 0x280
#define CSR_MSTATUS 0x300
#define CSR_MISA 0x301
#define CSR_MEDELEG 0x302
#define CSR_MIDELEG 0x303
#define CSR_MIE 0x304
#define CSR_MTVEC 0x305
#define CSR_MCOUNTEREN 0x306
#define CSR_MVIEN 0x308
#define CSR_MVIP 0x309
#define CSR_MENVCFG 0x30a
#define CSR_MSTATEEN0 0x30c
#define CSR_MCOUNTINHIBIT 0x320
#define CSR_MSCRATCH 0x340
#define CSR_MEPC 0x341
#define CSR_MCAUSE 0x342
#define CSR_MTVAL 0x343
#define CSR_MIP 0x344
#define CSR_MTINST 0x34a
#define CSR_MTVAL2 0x34b
#define CSR_PMPCFG0 0x3a0
#define CSR_PMPADDR0 0x3b0
#define CSR_HSTATUS 0x600
#define CSR_HEDELEG 0x602
#define CSR_HENVCFG 0x60a
#define CSR_HTVAL 0x643
#define CSR_HTINST 0x64a
#define CSR_HGATP 0x680
#define CSR_MSECCFG 0x747
#define CSR_TSELECT 0x7a0
#define CSR_TDATA1 0x7a1
#define CSR_MTOPI 0xfb0
#define CSR_MVENDORID 0xf11
#define CSR_TIME 0xc01
#define CSR_MHARTID 0xf14

#ifndef __ASSEMBLER__
#include "lib/base.h"

/* mstatus (Priv. 3.1.6). */
#define MSTATUS_SIE BIT(1)
#define MSTATUS_MIE BIT(3)
#define MSTATUS_SPIE BIT(5)
#define MSTATUS_UBE BIT(6)
#define MSTATUS_MPIE BIT(7)
#define MSTATUS_SPP BIT(8)
#define MSTATUS_VS BITS(10, 9)
#define MSTATUS_MPP BITS(12, 11)
#define MSTATUS_FS BITS(14, 13)
#define MSTATUS_XS BITS(16, 15)
#define MSTATUS_MPRV BIT(17)
#define MSTATUS_SUM BIT(18)
#define MSTATUS_MXR BIT(19)
#define MSTATUS_TVM BIT(20)
#define MSTATUS_TW BIT(21)
#define MSTATUS_TSR BIT(22)
#define MSTATUS_SPELP BIT(23)
#define MSTATUS_SDT BIT(24)
#define MSTATUS_UXL BITS(33, 32)
#define MSTATUS_SXL BITS(35, 34)
#define MSTATUS_SBE BIT(36)
#define MSTATUS_MBE BIT(37)
#define MSTATUS_GVA BIT(38)
#define MSTATUS_MPV BIT(39)
#define MSTATUS_MPELP BIT(41)
#define MSTATUS_MDT BIT(42)
#define MSTATUS_SD BIT(63)

#define PRIV_U 0
#define PRIV_S 1
#define PRIV_M 3
#define XL_64 2

/* mip, mie (Priv. 3.1.9). */
#define IRQ_SSI 1
#define IRQ_VSSI 2
#define IRQ_MSI 3
#define IRQ_STI 5
#define IRQ_VSTI 6
#define IRQ_MTI 7
#define IRQ_SEI 9
#define IRQ_VSEI 10
#define IRQ_MEI 11
#define IRQ_SGEI 12
#define IRQ_LCOFI 13

/* mcause (Priv. 3.1.15). */
#define CAUSE_INTERRUPT BIT(63)
#define CAUSE_FETCH_ACCESS 1
#define CAUSE_ILLEGAL 2
#define CAUSE_BREAKPOINT 3
#define CAUSE_LOAD_MISALIGNED 4
#define CAUSE_LOAD_ACCESS 5
#define CAUSE_STORE_MISALIGNED 6
#define CAUSE_STORE_ACCESS 7
#define CAUSE_ECALL_U 8
#define CAUSE_ECALL_S 9
#define CAUSE_ECALL_VS 10
#define CAUSE_ECALL_M 11
#define CAUSE_FETCH_PAGE 12
#define CAUSE_LOAD_PAGE 13
#define CAUSE_STORE_PAGE 15
#define CAUSE_FETCH_GUEST_PAGE 20
#define CAUSE_LOAD_GUEST_PAGE 21
#define CAUSE_STORE_GUEST_PAGE 23

/* menvcfg and senvcfg: cache-block operations of the next lower mode (Priv. 3.1.18). */
#define ENVCFG_SSE BIT(3)
#define ENVCFG_CBIE BITS(5, 4)
#define ENVCFG_CBIE_FLUSH BIT(4)
#define ENVCFG_CBCFE BIT(6)
#define ENVCFG_CBZE BIT(7)
#define ENVCFG_CBO (ENVCFG_CBIE | ENVCFG_CBCFE | ENVCFG_CBZE)

/* hstatus (Priv. 18.2.1). */
#define HSTATUS_GVA BIT(6)
#define HSTATUS_SPV BIT(7)
#define HSTATUS_SPVP BIT(8)
#define HSTATUS_HU BIT(9)
#define HSTATUS_HUPMM BITS(49, 48)

/* mseccfg (Smepmp, Priv. 3.1.20). */
#define MSECCFG_MML BIT(0)
#define MSECCFG_MMWP BIT(1)
#define MSECCFG_RLB BIT(2)
#define MSECCFG_USEED BIT(8)
#define MSECCFG_SSEED BIT(9)

/* satp (Priv. 12.1.11). */
#define SATP_MODE BITS(63, 60)
#define SATP_PPN BITS(43, 0)

/* misa letters. */
#define MISA_EXT(letter) BIT((letter) - 'A')
#endif

#endif
