/* SPDX-License-Identifier: Apache-2.0 */
/* Reading an ELF that somebody else made: every table is checked before it is used. */
#ifndef ATTEST_MKBUNDLE_ELF_FILE_H
#define ATTEST_MKBUNDLE_ELF_FILE_H

#include <elf.h>

#include "mkbundle.h"

struct elf_file {
	const struct blob *blob;
	Elf64_Ehdr header;
};

/* True if the blob begins like any ELF of any machine. */
bool elf_is_elf(const struct blob *b);

/* Checks class, byte order, machine, type and that the program headers are all there. */
struct elf_file elf_open(const struct blob *b);

/* Program header i of header.e_phnum. Its file bytes are there, filesz <= memsz if loadable. */
Elf64_Phdr elf_program_header(const struct elf_file *e, size_t i);

/* Section header i of header.e_shnum. The bytes it names are there. */
Elf64_Shdr elf_section(const struct elf_file *e, size_t i);

/* Entry i of a table section whose entries are `size` bytes; copied to out. */
void elf_table_entry(const struct elf_file *e, const Elf64_Shdr *table, size_t i, void *out,
		     size_t size);

#endif
