/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The quick part's device: ld and c.ld of mtime and of the hart's own mtimecmp, sd and c.sd of the
 * latter. Part of trap.S, as quick.S, whose macros it uses; what it leaves to trap_device,
 * vclint_quick() or mmio_perform() carries out, and these two decide the same (I-RUN-3).
 * t0 = h->quick, t1 = mcause - 2, t2 = mtval, t5 = pc; nothing in h has changed yet.
 */

/* Leaves it to C unless vM-mode may do so in all of the shield; see vpmp_firmware_shield(). */
.macro quick_device_may right
	lbu	t6, HART_SHIELD_MAY(sp)
	andi	t6, t6, \right
	beqz	t6, trap_device
.endm
/* Likewise unless the instruction, of base register t3 and offset t4, is for t2. */
.macro quick_device_at
	quick_access quick_gprs, t3
	add	t1, t1, t4
	bne	t1, t2, trap_device
.endm

quick_device:				/* first whether it may be: others go through here */
	ld	t4, HART_FAST_MTIME(sp)
	ld	t3, HART_MTIMECMP(sp)
	beq	t2, t4, 1f
	bne	t2, t3, trap_device
	lbu	t4, HART_TIMER_SHARED(sp)
	bnez	t4, trap_device
1:	addi	t1, t1, 2 - 5		/* 0: load, 2: store access fault */
	andi	t0, t0, QUICK_CLINT_BIT
	andi	t1, t1, -3
	beqz	t0, trap_device
	bnez	t1, trap_device
	lw	t0, HART_VIEW(sp)
	andi	t1, t2, 7
	addi	t0, t0, -VIEW_FIRMWARE_ID
	beqz	t2, trap_device		/* 0: there is no such register */
	bnez	t0, trap_device
	bnez	t1, trap_device
	ld	t0, HART_CODE(sp)
	ld	t1, HART_CODE + 8(sp)
	sub	t0, t5, t0
	bgeu	t0, t1, trap_device
	lhu	t1, 2(t5)
	lhu	t0, 0(t5)
	slli	t1, t1, 16
	or	t0, t0, t1
	andi	t1, t0, 3
	addi	t1, t1, -3
	bnez	t1, quick_device_short
	addi	t5, t5, 4
	li	t1, 0x707f		/* opcode, funct3 */
	li	t3, 0x3003
	and	t1, t0, t1
	bne	t1, t3, quick_device_sd
	sraiw	t4, t0, 20
	quick_index t3, 15
	quick_index t0, 7

/* Base register and offset: t3, t4; the other register: t0; the next pc: t5. */
quick_device_load:
	quick_device_may PMP_R_BIT
	quick_device_at
	ld	t1, 0(t2)
	quick_access quick_gprs_put, t0
	j	trap_leave

quick_device_sd:
	li	t3, 0x3023
	bne	t1, t3, trap_device
	sraiw	t4, t0, 25
	slli	t4, t4, 5
	srli	t1, t0, 7
	andi	t1, t1, 31
	or	t4, t4, t1
	quick_index t3, 15
	quick_index t0, 20
quick_device_store:
	quick_device_may PMP_W_BIT
	ld	t1, HART_MTIMECMP(sp)
	bne	t1, t2, trap_device	/* mtime */
	quick_device_at
	quick_access quick_gprs, t0
	sd	t1, 0(t2)
	j	trap_leave

/* c.ld, c.sd (Unpriv. 26.3.2): registers x8 to x15 */
quick_device_short:
	addi	t5, t5, 2
	srli	t4, t0, 7
	andi	t4, t4, 0x38
	slli	t1, t0, 1
	andi	t1, t1, 0xc0
	or	t4, t4, t1
	li	t1, 0xe003		/* quadrant, funct3 */
	and	t1, t0, t1
	srli	t3, t0, 5
	andi	t3, t3, 0x1c
	addi	t3, t3, 4 * 8
	andi	t0, t0, 0x1c
	addi	t0, t0, 4 * 8
	li	t6, 0x6000
	beq	t1, t6, quick_device_load
	li	t6, 0xe000
	beq	t1, t6, quick_device_store
	j	trap_device
