/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image. Linked at the usual reset address; it runs wherever it is put, because the tool lists
 * every absolute word (attest/image_format.h). What lies before _scratch is measured; .scratch is
 * used before the image has moved, and zero in the file; what follows exists only after the move.
 */
#include "boot/layout.h"

OUTPUT_ARCH(riscv)
ENTRY(_start)
SECTIONS
{
	. = LINK_BASE;
	_start = .;
	.text : {
		KEEP(*(.head))
		*(.text .text.*)
		. = ALIGN(16);
		guard_ops = .;
		KEEP(*(.guard))
		guard_ops_end = .;
	}
	.rodata : ALIGN(16) { KEEP(*(.traits)) *(.rodata .rodata.* .srodata .srodata.*) }
	.data : ALIGN(16) { *(.data .data.* .sdata .sdata.*) }
	. = ALIGN(16);
	_scratch = .;
	.scratch : {
		KEEP(*(.scratch_lottery))
		. = ALIGN(16);
		_scratch_rest = .;
		*(.scratch .scratch.*)
		. = ALIGN(16);
	}
	_load_end = .;
	.bss (NOLOAD) : ALIGN(64) {
		crypto_memory = .;
		*(.bss.crypto)
		. = ALIGN(64);
		crypto_memory_end = .;
		*(.bss .bss.* .sbss .sbss.* COMMON)
		. = ALIGN(64);
	}
	_end = .;
	/DISCARD/ : { *(.eh_frame*) *(.note*) *(.riscv.attributes) *(.comment) }
}
ASSERT(_scratch - _start < 0x100000, "the monitor has grown past a megabyte")
