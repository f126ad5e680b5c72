/* SPDX-License-Identifier: Apache-2.0 */
/* Reading an ELF that somebody else made (see elf_file.h). */
#include "elf_file.h"

#include <string.h>

/* Copies len bytes at offset out of the file, or ends the program: the file is cut short. */
static void read_at(const struct blob *b, uint64_t offset, void *out, size_t len)
{
	if (offset > b->len || len > b->len - offset) {
		die(EXIT_MALFORMED, "%s is cut short: it ends before what its headers promise; "
		    "copy or build it again", b->name);
	}
	memcpy(out, b->bytes + offset, len);
}

bool elf_is_elf(const struct blob *b)
{
	return b->len >= SELFMAG && memcmp(b->bytes, ELFMAG, SELFMAG) == 0;
}

/* Another class or byte order has another header, so these two come first. */
static void check_ident(const struct blob *b)
{
	unsigned char ident[EI_NIDENT];

	read_at(b, 0, ident, sizeof(ident));
	if (ident[EI_CLASS] != ELFCLASS64) {
		die(EXIT_FOREIGN, "%s is not a 64-bit ELF; build it for rv64", b->name);
	}
	if (ident[EI_DATA] != ELFDATA2LSB) {
		die(EXIT_FOREIGN, "%s is not a little-endian ELF; build it for rv64", b->name);
	}
}

struct elf_file elf_open(const struct blob *b)
{
	struct elf_file e = {.blob = b};

	check_ident(b);
	read_at(b, 0, &e.header, sizeof(e.header));
	if (e.header.e_machine != EM_RISCV) {
		die(EXIT_FOREIGN, "%s is an ELF for another machine (number %u); "
		    "build it for RISC-V", b->name, e.header.e_machine);
	}
	if (e.header.e_type != ET_EXEC && e.header.e_type != ET_DYN) {
		die(EXIT_FOREIGN, "%s is not an executable; pass the linked file", b->name);
	}
	if (e.header.e_phnum != 0 && e.header.e_phentsize != sizeof(Elf64_Phdr)) {
		die(EXIT_MALFORMED, "%s has program headers of an unknown size; build it again",
		    b->name);
	}
	return e;
}

static uint64_t table_offset(const struct elf_file *e, uint64_t start, size_t i, size_t size)
{
	/* Past the end of any file, so that read_at() refuses it. */
	return start > e->blob->len ? UINT64_MAX : start + i * size;
}

Elf64_Phdr elf_program_header(const struct elf_file *e, size_t i)
{
	const struct blob *b = e->blob;
	Elf64_Phdr p;

	read_at(b, table_offset(e, e->header.e_phoff, i, sizeof(p)), &p, sizeof(p));
	if (p.p_type != PT_LOAD) {
		return p;
	}
	if (p.p_filesz == 0) {
		/* Nothing is read from there, so it may name any place. */
		p.p_offset = 0;
	}
	if (p.p_filesz > b->len || p.p_offset > b->len - p.p_filesz) {
		die(EXIT_MALFORMED, "%s is cut short: segment %zu is not all there; "
		    "copy or build it again", b->name, i);
	}
	if (p.p_filesz > p.p_memsz) {
		die(EXIT_MALFORMED, "%s is damaged: segment %zu is larger in the file than in "
		    "memory; build it again", b->name, i);
	}
	return p;
}

Elf64_Shdr elf_section(const struct elf_file *e, size_t i)
{
	const struct blob *b = e->blob;
	Elf64_Shdr s;

	if (i >= e->header.e_shnum || e->header.e_shentsize != sizeof(s)) {
		die(EXIT_MALFORMED, "%s has no section %zu although it refers to it; "
		    "build it again", b->name, i);
	}
	read_at(b, table_offset(e, e->header.e_shoff, i, sizeof(s)), &s, sizeof(s));
	if (s.sh_type != SHT_NOBITS &&
	    (s.sh_size > b->len || s.sh_offset > b->len - s.sh_size)) {
		die(EXIT_MALFORMED, "%s is cut short: section %zu is not all there; "
		    "copy or build it again", b->name, i);
	}
	return s;
}

void elf_table_entry(const struct elf_file *e, const Elf64_Shdr *table, size_t i, void *out,
		     size_t size)
{
	if (table->sh_entsize != size || i >= table->sh_size / size) {
		die(EXIT_MALFORMED, "%s has a table without the entry %zu it refers to; "
		    "build it again", e->blob->name, i);
	}
	read_at(e->blob, table->sh_offset + i * size, out, size);
}
