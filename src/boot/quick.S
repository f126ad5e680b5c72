/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The quick part of the second tier: the firmware's accesses to the CSRs that only keep what it
 * writes, one after the other without leaving in between, and a plain instruction between two of
 * them (docs/performance.md). Part of trap.S.
 *
 * In it sp = hart, t5 = pc, t4 = where h->code ends, mscratch = 0; the guest's x2, x5 to x7 and
 * x28 to x31 are in h->x, all its other registers where they are. It is entered only if h->quick
 * is not zero (world_note_quick): the firmware runs, no debug trigger is armed, no policy asks to
 * see this. Nothing in it makes an interrupt deliverable that was not: what might goes to C.
 * Before each instruction but the one that trapped, hardware is asked for interrupts that it would
 * take there; if there is one the hart leaves, and takes it (I-RUN-1). Each word is read when its
 * turn comes, from where the firmware's rules let it execute (h->code): there is nothing that
 * fence.i could find stale (I-RUN-2). Loads and stores are of memory of which its rules say that
 * it may (h->data).
 */

/* Accesses by register number, 4 bytes each: t1 = x[n], then x[n] = t1; they return to t6. */
.macro quick_entry op, n
	.set kept, 0
	.irp m, 2, 5, 6, 7, 28, 29, 30, 31
	.if \m == \n
	c.\op\()sp	t1, HART_X + 8 * \n(sp)
	.set kept, 1
	.endif
	.endr
	.if !kept
	.ifc \op, ld
	c.mv	t1, x\n
	.else
	c.mv	x\n, t1
	.endif
	.endif
	c.jr	t6
.endm
.macro quick_table op
	.irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
	quick_entry \op, \n
	.endr
	.irp n, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	quick_entry \op, \n
	.endr
.endm
.macro quick_letter_entry n
	.if \n == 5 || \n == 6 || \n == 7 || \n == 28
	c.ldsp	t1, HART_X + 8 * \n(sp)
	.else
	c.mv	t1, x\n
	.endif
	c.j	quick_letter_known
.endm
/* The instruction at t5, which h->code holds. */
.macro quick_decode
quick_next:
	lhu	t1, 2(t5)
	lhu	t0, 0(t5)
	slli	t1, t1, 16
	or	t0, t0, t1
	andi	t1, t0, 0x7f
	addi	t1, t1, -0x73		/* SYSTEM */
	bnez	t1, quick_plain
	srli	t2, t0, 20
	addi	t2, t2, -CSR_MSCRATCH
	sltiu	t1, t2, 4		/* mscratch, mepc, mcause, mtval: in this order in h->vm */
	beqz	t1, quick_other
	slli	t2, t2, 3
	add	t2, t2, sp
	quick_test_read t1
	bnez	t1, quick_write
	ld	t1, HART_MSCRATCH(t2)
	j	quick_put
.endm

	.option push
	.option rvc
	.balign 8
quick_gprs:
	c.li	t1, 0
	c.jr	t6
	quick_table ld
quick_gprs_put:
	c.nop
	c.jr	t6
	quick_table sd
/* For a letter, of which each but x2 can be; 4 bytes each, too. */
quick_letter_gprs:
	c.li	t1, 0
	c.j	quick_letter_known
	.irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
	quick_letter_entry \n
	.endr
	.irp n, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	quick_letter_entry \n
	.endr
	.option pop
	.if quick_gprs_put - quick_gprs != 128
	.error "an entry of quick_gprs has not 4 bytes"
	.endif

/* Leaves unless the firmware may load and store the eight bytes at t2: h->data says where. */
.macro quick_data
	ld	t1, HART_DATA(sp)
	ld	t3, HART_DATA + 8(sp)
	sub	t1, t2, t1
	bgeu	t1, t3, quick_missed
	andi	t1, t2, 7
	bnez	t1, trap_leave
.endm
/* t0 = 0 unless the UART has room for a character. */
.macro quick_letter_room
	ld	t0, HART_PORT_STATUS(sp)
	lbu	t0, 0(t0)
	andi	t0, t0, UART_ROOM_BIT
.endm
/* log_hold() of the console at t2, and is there room? C waits for another who holds it. */
.macro quick_letter_hold
	li	t0, 1
	amoswap.w.aq t0, t0, (t2)
	bnez	t0, quick_letter_not
	quick_letter_room
.endm
/* t1 = 0 if the word in t0 is csrrs with x0, which only reads. */
.macro quick_test_read temp
	slli	\temp, t0, 44
	srli	\temp, \temp, 56	/* rs1, funct3 */
	addi	\temp, \temp, -2
.endm
/* 4 * the register number at bit at of the word in t0: an offset into quick_gprs. */
.macro quick_index reg, at
	srli	\reg, t0, \at - 2
	andi	\reg, \reg, 0x7c
.endm
/* t1 = the register whose offset is in reg; or the other way round. */
.macro quick_access table, reg
.Lquick\@:
	auipc	t6, %pcrel_hi(\table)
	add	t6, t6, \reg
	jalr	t6, %pcrel_lo(.Lquick\@)(t6)
.endm
/* Goes to quick_stop if h->code does not hold the pc; t4 = its end. */
.macro quick_begin
	ld	t0, HART_CODE(sp)
	ld	t4, HART_CODE + 8(sp)
	sub	t1, t5, t0
	bgeu	t1, t4, quick_stop
	add	t4, t4, t0
.endm

/* mtinst, mtval2: read only. t2 = CSR number - mscratch. */
quick_other:
	addi	t1, t2, CSR_MSCRATCH - CSR_MSTATUS
	beqz	t1, quick_mstatus
	addi	t1, t2, CSR_MSCRATCH - CSR_MTINST
	sltiu	t1, t1, 2
	beqz	t1, quick_seldom
	lw	t1, HART_QUICK(sp)
	andi	t1, t1, QUICK_GUEST_BIT
	beqz	t1, quick_system
	quick_test_read t1
	bnez	t1, quick_system
	slli	t2, t2, 3
	add	t2, t2, sp
	ld	t1, HART_MTINST - 8 * (CSR_MTINST - CSR_MSCRATCH)(t2)
	j	quick_put

/* What firmware uses again and again while it asks which CSRs there are. */
quick_seldom:
	addi	t1, t2, CSR_MSCRATCH - CSR_MISA
	andi	t3, t1, ~(CSR_MTVEC ^ CSR_MISA)
	bnez	t3, quick_system
	bnez	t1, quick_mtvec
	quick_test_read t1
	bnez	t1, quick_system
	ld	t1, HART_MISA(sp)
	j	quick_put
quick_mtvec:
	quick_test_read t1
	ld	t3, HART_MTVEC(sp)
	beqz	t1, 1f
	andi	t1, t1, 7
	addi	t1, t1, -7
	bnez	t1, quick_system	/* no csrrw */
	quick_index t2, 15
	quick_access quick_gprs, t2
	csrrw	t6, mtvec, t3		/* as legal_mtvec: nothing here can trap */
	csrw	mtvec, t1
	csrrw	t1, mtvec, t6
	sd	t1, HART_MTVEC(sp)
1:	mv	t1, t3
	j	quick_put

/* Read, or written with what it holds: as vcsr_mstatus. What changes it goes to C. */
quick_mstatus:
	lw	t1, HART_QUICK(sp)
	andi	t1, t1, QUICK_STATUS_BIT
	beqz	t1, quick_system
	csrr	t1, mstatus
	ld	t2, quick_mstatus_live
	and	t1, t1, t2
	ld	t2, HART_MSTATUS(sp)
	or	t3, t1, t2
	quick_test_read t2
	mv	t1, t3
	beqz	t2, quick_put
	srli	t1, t0, 12
	andi	t1, t1, 7
	addi	t1, t1, -1
	sltiu	t1, t1, 3		/* csrrw, csrrs, csrrc */
	beqz	t1, quick_system
	quick_index t2, 15
	quick_access quick_gprs, t2
	slli	t2, t0, 50
	bltz	t2, 1f
	xor	t1, t1, t3		/* csrrw: bits that would change */
	j	3f
1:	not	t2, t3
	slli	t6, t0, 51
	bgez	t6, 2f
	mv	t2, t3
2:	and	t1, t1, t2		/* csrrs: set and not yet; csrrc: cleared and not yet */
3:	bnez	t1, quick_system
	mv	t1, t3
	j	quick_put

/* Written by csrrw; t2 = hart + 8 * register, t1 is quick_test_read's. The others go to C. */
quick_write:
	andi	t1, t1, 7
	addi	t1, t1, -7
	bnez	t1, quick_system
	quick_index t3, 15
	quick_access quick_gprs, t3
	sub	t6, t2, sp
	bnez	t6, quick_legal
quick_store:
	quick_index t3, 7
	ld	t6, HART_MSCRATCH(t2)
	sd	t1, HART_MSCRATCH(t2)
	beqz	t3, quick_done
	mv	t1, t6
	j	quick_put

/* What hardware would keep of it (docs/decisions/0002); the three are free meanwhile. */
quick_legal:
	addi	t6, t6, -16
	bltz	t6, 1f
	beqz	t6, 2f
	csrw	mtval, t1
	csrr	t1, mtval
	j	quick_store
1:	csrw	mepc, t1
	csrr	t1, mepc
	j	quick_store
2:	csrw	mcause, t1
	csrr	t1, mcause
	j	quick_store

quick_put:				/* rd = t1 */
	quick_index t2, 7
	quick_access quick_gprs_put, t2
quick_done:
	addi	t5, t5, 4
quick_check:				/* leaves if hardware would take an interrupt here */
	csrr	t0, mip
	ld	t1, HART_HW_MIE(sp)
	and	t0, t0, t1
	bnez	t0, trap_leave
	bltu	t5, t4, quick_next
	j	quick_stop

/* For C, which needs no trap for it: another CSR, or mret. */
quick_system:
	srli	t1, t0, 12
	andi	t1, t1, 3
	beqz	t1, 1f
	srli	t1, t0, 28
	andi	t1, t1, 3		/* the lowest mode that may access it */
	bnez	t1, trap_go_on_here
	j	quick_stop
1:	li	t1, 0x30200073		/* mret */
	beq	t0, t1, trap_go_on_here

/* Nothing to go on with. If it is what trapped, it is for C, as any trap. */
quick_stop:
	ld	t1, HART_PC(sp)
	beq	t1, t5, trap_full
	j	trap_leave

/*
 * Between two instructions that would trap, one that cannot: it is carried out only if the one
 * after it is a SYSTEM instruction, since an exit costs about as much.
 */
quick_plain:
	ld	t1, HART_PC(sp)
	beq	t1, t5, trap_full
	andi	t1, t0, 3
	addi	t1, t1, -3
	beqz	t1, quick_plain_long
	srli	t1, t0, 16		/* the next one's lower half */
	andi	t1, t1, 0x7f
	addi	t1, t1, -0x73
	bnez	t1, trap_leave
	slli	t2, t0, 48
	srli	t2, t2, 61		/* funct3 */
	andi	t1, t0, 3
	addi	t1, t1, -2
	bnez	t1, quick_c_addi
	addi	t1, t2, -7
	beqz	t1, quick_c_sdsp
	addi	t1, t2, -3
	bnez	t1, trap_leave
/* c.ldsp (Unpriv. 26.3.1) */
	quick_index t3, 7
	beqz	t3, trap_leave
	srli	t1, t0, 7
	andi	t1, t1, 0x20
	srli	t2, t0, 2
	andi	t2, t2, 0x18
	add	t2, t2, t1
	slli	t1, t0, 4
	andi	t1, t1, 0x1c0
	add	t2, t2, t1
	ld	t1, HART_X + 8 * 2(sp)
	add	t2, t2, t1
	quick_data
	ld	t1, 0(t2)
	quick_index t3, 7
	quick_access quick_gprs_put, t3
	j	quick_done_short
quick_c_sdsp:
	srli	t2, t0, 7
	andi	t2, t2, 0x38
	srli	t1, t0, 1
	andi	t1, t1, 0x1c0
	add	t2, t2, t1
	ld	t1, HART_X + 8 * 2(sp)
	add	t2, t2, t1
	quick_data
	andi	t3, t0, 0x7c
	quick_access quick_gprs, t3
	sd	t1, 0(t2)
quick_done_short:
	addi	t5, t5, 2
	j	quick_check
quick_c_addi:				/* t1 = -1: quadrant 1; funct3 0 */
	addi	t1, t1, 1
	or	t1, t1, t2
	bnez	t1, trap_leave
	slli	t2, t0, 51
	srai	t2, t2, 63
	slli	t2, t2, 5
	srli	t1, t0, 2
	andi	t1, t1, 31
	or	t2, t2, t1
	quick_index t3, 7
	quick_access quick_gprs, t3
	add	t1, t1, t2
	quick_access quick_gprs_put, t3
	j	quick_done_short

/* addi, ld, sd */
quick_plain_long:
	lhu	t1, 4(t5)
	andi	t1, t1, 0x7f
	addi	t1, t1, -0x73
	bnez	t1, trap_leave
	srli	t2, t0, 12
	andi	t2, t2, 7
	andi	t1, t0, 0x7f
	addi	t1, t1, -0x13
	beqz	t1, quick_addi
	addi	t2, t2, -3
	bnez	t2, trap_leave
	addi	t1, t1, 0x13 - 0x03
	beqz	t1, quick_ld
	addi	t1, t1, 0x03 - 0x23
	bnez	t1, trap_leave
	sraiw	t2, t0, 25
	slli	t2, t2, 5
	srli	t1, t0, 7
	andi	t1, t1, 31
	or	t2, t2, t1
	quick_index t3, 15
	quick_access quick_gprs, t3
	add	t2, t2, t1
	quick_data
	quick_index t3, 20
	quick_access quick_gprs, t3
	sd	t1, 0(t2)
	j	quick_done
quick_ld:
	sraiw	t2, t0, 20
	quick_index t3, 15
	quick_access quick_gprs, t3
	add	t2, t2, t1
	quick_data
	ld	t1, 0(t2)
	j	quick_put
quick_addi:
	bnez	t2, trap_leave
	sraiw	t2, t0, 20
	quick_index t3, 15
	quick_access quick_gprs, t3
	add	t1, t1, t2
	j	quick_put

/*
 * A character of the firmware's for the console: what sandbox_console_put() does with one, before
 * the lock, that needs no mark. Any other store, any other character, a UART without room and a
 * console that is held are C's. h->port says which instruction C has done so before; whatever its
 * word is by now, it goes this way only if it is that one (I-RUN-2). As in the first tier, sp =
 * hart and mscratch = guest sp; x29 to x31 are the guest's. t2 = t3 = mtval = h->port.data, or all
 * are 0.
 */
quick_letter:
	csrr	t0, mepc
	ld	t1, HART_PORT_PC(sp)
	beqz	t2, quick_letter_not
	bne	t0, t1, quick_letter_not
	lhu	t1, 2(t0)
	lhu	t0, 0(t0)
	slli	t1, t1, 16
	lwu	t2, HART_PORT_WORD(sp)
	or	t1, t1, t0
	bne	t1, t2, quick_letter_not
	lwu	t0, HART_PORT_GPR(sp)
.Lletter:
	auipc	t1, %pcrel_hi(quick_letter_gprs)
	add	t1, t1, t0
	jr	%pcrel_lo(.Lletter)(t1)
quick_letter_known:
	andi	t1, t1, 0xff
	addi	t2, t1, -' '
	sltiu	t2, t2, 0x7f - ' '
	addi	t0, t1, -'['
	beqz	t2, quick_letter_end
	beqz	t0, quick_letter_not
	la	t2, log_console		/* the lock is its first */
	quick_letter_hold
	beqz	t0, quick_letter_full
	sb	t1, 0(t3)
quick_letter_sent:
	sw	t1, LOG_INSIDE(t2)
	amoswap.w.rl zero, zero, (t2)	/* log_release() */
quick_letter_done:
	csrr	t0, mepc
	addi	t0, t0, 4
	csrw	mepc, t0
	.irp n, 5, 6, 7, 28
	ld	x\n, HART_X + 8 * \n(sp)
	.endr
	csrrw	sp, mscratch, sp
	mret
quick_letter_end:
	addi	t2, t1, -'\r'		/* left out: the console adds its own */
	beqz	t2, quick_letter_done
	addi	t2, t1, -'\n'
	bnez	t2, quick_letter_not
	la	t2, log_console
	quick_letter_hold
	beqz	t0, quick_letter_full
	li	t0, '\r'
	sb	t0, 0(t3)
	li	t1, UART_PATIENCE_LOOKS
1:	quick_letter_room
	bnez	t0, 2f
	addi	t1, t1, -1
	bnez	t1, 1b
	j	quick_letter_sent	/* given up, as uart_try_putc() does; t1 = 0 */
2:	li	t1, '\n'
	sb	t1, 0(t3)
	li	t1, 0			/* what comes next begins a line */
	j	quick_letter_sent
quick_letter_full:
	amoswap.w.rl zero, zero, (t2)
quick_letter_not:
	csrr	t1, mcause
	lw	t0, HART_QUICK(sp)
	addi	t1, t1, -2
	mv	t2, t3
	j	trap_no_letter

/* C looks whether there is more to know, the next time it is called. */
quick_missed:
	sd	t2, HART_DATA_MISSED(sp)
	j	trap_leave
