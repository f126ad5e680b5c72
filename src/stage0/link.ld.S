/* SPDX-License-Identifier: Apache-2.0 */
/* Stage 0: code and constants in flash, the rest in memory, which it clears itself. */
#include "stage0/layout.h"

OUTPUT_ARCH(riscv)
ENTRY(_start)
SECTIONS
{
	. = STAGE0_FLASH;
	stage0_begin = .;
	.text : { KEEP(*(.head)) *(.text .text.*) }
	.rodata : ALIGN(16) {
		*(.rodata .rodata.* .srodata .srodata.*)
		. = ALIGN(16);
	}
	stage0_end = .;
	. = STAGE0_RAM;
	.shared (NOLOAD) : { *(.shared) }
	. = STAGE0_RAM + STAGE0_PAGE;
	.bss (NOLOAD) : {
		*(.bss .bss.* .sbss .sbss.* COMMON)
		*(.scratch .scratch.*) /* zero in the file, too */
		. = ALIGN(16);
		stage0_bss_end = .;
	}
	.data : { *(.data .data.* .sdata .sdata.*) }
	/DISCARD/ : { *(.eh_frame*) *(.note*) *(.riscv.attributes) *(.comment) }
}
ASSERT(SIZEOF(.data) == 0, "stage 0 has variables with a value: nobody copies them")
ASSERT(stage0_bss_end <= STAGE0_END - STAGE0_STACK, "stage 0 needs more memory than it has")
