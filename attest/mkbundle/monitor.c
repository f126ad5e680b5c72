/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitor: its bytes, and the words in them that hold addresses. The linker
 * keeps its relocations in the file (--emit-relocs). A 64-bit address in data
 * becomes an entry of the table by which the monitor relocates itself; code must
 * reach everything relative to the program counter, and anything else is refused.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elf_file.h"

/* Types that an older <elf.h> does not name (RISC-V ELF psABI, table of relocations). */
#define RELOC_SET_ULEB128 60u
#define RELOC_SUB_ULEB128 61u

/* A monitor being taken apart. */
struct source {
	struct elf_file elf;
	const char *name;
	uint64_t base; /* address of byte 0 */
	uint64_t end;  /* first address behind everything, bss included */
};

static void find_extent(struct source *src)
{
	src->base = UINT64_MAX;
	for (size_t i = 0; i < src->elf.header.e_phnum; i++) {
		Elf64_Phdr p = elf_program_header(&src->elf, i);

		if (p.p_type != PT_LOAD || p.p_memsz == 0) {
			continue;
		}
		if (p.p_vaddr >= IMAGE_ADDR_LIMIT || p.p_memsz > IMAGE_ADDR_LIMIT - p.p_vaddr) {
			die(EXIT_MONITOR, "%s is linked outside the address space; "
			    "link it lower", src->name);
		}
		src->base = p.p_vaddr < src->base ? p.p_vaddr : src->base;
		src->end = p.p_vaddr + p.p_memsz > src->end ? p.p_vaddr + p.p_memsz : src->end;
	}
	if (src->base == UINT64_MAX) {
		die(EXIT_MONITOR, "%s has nothing to load; pass the linked monitor", src->name);
	}
}

/* The header is at the lowest address; what the tool fills in must still be zero. */
static void check_header(const struct source *src, const struct image_monitor_header *h)
{
	static const uint64_t no_reserved[sizeof(h->reserved) / sizeof(h->reserved[0])];

	if (h->magic != IMAGE_MONITOR_MAGIC || h->version != IMAGE_VERSION) {
		die(EXIT_MONITOR, "%s does not begin with a monitor header; "
		    "build monitor and mkbundle from one tree", src->name);
	}
	if (h->link_base != src->base) {
		die(EXIT_MONITOR, "%s says it is linked at 0x%" PRIx64 " but is at 0x%" PRIx64
		    "; correct its header", src->name, h->link_base, src->base);
	}
	if (h->hash_len < sizeof(*h) || h->hash_len > h->load_len ||
	    h->load_len > src->end - src->base || h->load_len > UINT32_MAX) {
		die(EXIT_MONITOR, "%s has impossible lengths in its header; correct its link "
		    "script", src->name);
	}
	if (h->flags != 0 || h->reloc_off != 0 || h->reloc_count != 0 || h->bundle_off != 0 ||
	    h->total_len != 0 || memcmp(h->reserved, no_reserved, sizeof(no_reserved)) != 0) {
		die(EXIT_MONITOR, "%s has header fields set that are mkbundle's or reserved; "
		    "leave them zero", src->name);
	}
}

static void read_header(const struct source *src, struct image_monitor_header *h)
{
	for (size_t i = 0; i < src->elf.header.e_phnum; i++) {
		Elf64_Phdr p = elf_program_header(&src->elf, i);

		if (p.p_type == PT_LOAD && p.p_vaddr == src->base && p.p_filesz >= sizeof(*h)) {
			memcpy(h, src->elf.blob->bytes + p.p_offset, sizeof(*h));
		}
	}
	check_header(src, h);
}

static void copy_segments(const struct source *src, struct monitor *m)
{
	m->bytes = alloc_zeroed((size_t)m->header.load_len);
	for (size_t i = 0; i < src->elf.header.e_phnum; i++) {
		Elf64_Phdr p = elf_program_header(&src->elf, i);
		uint64_t offset = p.p_vaddr - src->base;

		if (p.p_type != PT_LOAD || p.p_filesz == 0) {
			continue;
		}
		if (offset > m->header.load_len || p.p_filesz > m->header.load_len - offset) {
			die(EXIT_MONITOR, "%s has bytes behind its load_len; correct its link "
			    "script", src->name);
		}
		memcpy(m->bytes + offset, src->elf.blob->bytes + p.p_offset, (size_t)p.p_filesz);
	}
	for (uint64_t i = m->header.hash_len; i < m->header.load_len; i++) {
		if (m->bytes[i] != 0) {
			die(EXIT_MONITOR, "%s has contents in its scratch space; correct its "
			    "link script", src->name);
		}
	}
}

/* Differences of addresses and hints to the linker: the same wherever the monitor runs. */
static bool is_difference(uint32_t type)
{
	switch (type) {
	case R_RISCV_NONE:
	case R_RISCV_ADD8:
	case R_RISCV_ADD16:
	case R_RISCV_ADD32:
	case R_RISCV_ADD64:
	case R_RISCV_SUB6:
	case R_RISCV_SUB8:
	case R_RISCV_SUB16:
	case R_RISCV_SUB32:
	case R_RISCV_SUB64:
	case R_RISCV_SET6:
	case R_RISCV_SET8:
	case R_RISCV_SET16:
	case R_RISCV_SET32:
	case RELOC_SET_ULEB128:
	case RELOC_SUB_ULEB128:
	case R_RISCV_ALIGN:
	case R_RISCV_RELAX:
	/* Against the label of the high half, which is where the symbol is checked. */
	case R_RISCV_PCREL_LO12_I:
	case R_RISCV_PCREL_LO12_S:
		return true;
	default:
		return false;
	}
}

/* Distances from the instruction, or from gp, to a symbol: fine if the symbol moves too. */
static bool is_distance(uint32_t type)
{
	switch (type) {
	case R_RISCV_BRANCH:
	case R_RISCV_JAL:
	case R_RISCV_CALL:
	case R_RISCV_CALL_PLT:
	case R_RISCV_PCREL_HI20:
	case R_RISCV_RVC_BRANCH:
	case R_RISCV_RVC_JUMP:
	case R_RISCV_GPREL_I:
	case R_RISCV_GPREL_S:
	case R_RISCV_32_PCREL:
		return true;
	default:
		return false;
	}
}

static bool moves_with_monitor(const struct source *src, const Elf64_Sym *s)
{
	return s->st_shndx != SHN_UNDEF && s->st_value >= src->base && s->st_value <= src->end;
}

static void check_distance(const struct source *src, const Elf64_Rela *r, const Elf64_Sym *s)
{
	if (!moves_with_monitor(src, s)) {
		die(EXIT_MONITOR, "%s cannot be moved: the code at 0x%" PRIx64 " reaches the fixed "
		    "address 0x%" PRIx64 " by a distance; load such a value as a constant",
		    src->name, (uint64_t)r->r_offset, s->st_value + (uint64_t)r->r_addend);
	}
}

static bool is_header_word(const struct source *src, const Elf64_Rela *r)
{
	return r->r_offset >= src->base && r->r_offset - src->base < IMAGE_MONITOR_HEADER_LEN;
}

/* True if the word becomes part of the table; the header and constants do not. */
static bool is_address_word(const struct source *src, const Elf64_Rela *r, const Elf64_Sym *s)
{
	if (is_header_word(src, r) || !moves_with_monitor(src, s)) {
		return false;
	}
	if (s->st_shndx == SHN_ABS) {
		die(EXIT_MONITOR, "%s cannot be moved: the word at 0x%" PRIx64 " may be the "
		    "address 0x%" PRIx64 " or a constant; define its symbol inside a section",
		    src->name, (uint64_t)r->r_offset, (uint64_t)s->st_value);
	}
	return true;
}

static void add_reloc(const struct source *src, struct monitor *m, const Elf64_Rela *r,
		      const Elf64_Sym *s)
{
	uint64_t expected = s->st_value + (uint64_t)r->r_addend;
	uint64_t offset = r->r_offset - src->base;
	uint64_t word;

	if (r->r_offset < src->base || offset > m->header.hash_len - sizeof(word) ||
	    offset % sizeof(word) != 0) {
		die(EXIT_MONITOR, "%s cannot be moved: the address word at 0x%" PRIx64 " is not "
		    "aligned or not in the measured part; correct its link script", src->name,
		    (uint64_t)r->r_offset);
	}
	memcpy(&word, m->bytes + offset, sizeof(word));
	if (word != expected) {
		die(EXIT_MALFORMED, "%s is damaged: the word at 0x%" PRIx64 " is not what its "
		    "relocation says; link it again", src->name, (uint64_t)r->r_offset);
	}
	m->relocs[m->reloc_count++] = (uint32_t)offset;
}

static void take_reloc(const struct source *src, struct monitor *m, const Elf64_Rela *r,
		       const Elf64_Shdr *symbols)
{
	uint32_t type = ELF64_R_TYPE(r->r_info);
	Elf64_Sym s;

	if (is_difference(type)) {
		return;
	}
	elf_table_entry(&src->elf, symbols, ELF64_R_SYM(r->r_info), &s, sizeof(s));
	if (is_distance(type)) {
		check_distance(src, r, &s);
	} else if (type != R_RISCV_64) {
		die(EXIT_MONITOR, "%s cannot be moved: relocation type %u at 0x%" PRIx64 " is "
		    "absolute; build it with -mcmodel=medany -fno-pic", src->name, type,
		    (uint64_t)r->r_offset);
	} else if (is_address_word(src, r, &s)) {
		add_reloc(src, m, r, &s);
	}
}

static void take_relocs_of(const struct source *src, struct monitor *m, const Elf64_Shdr *table)
{
	Elf64_Shdr symbols = elf_section(&src->elf, table->sh_link);
	size_t count = (size_t)(table->sh_size / sizeof(Elf64_Rela));

	m->relocs = realloc(m->relocs, (m->reloc_count + count + 1) * sizeof(*m->relocs));
	if (m->relocs == NULL) {
		die(EXIT_READ, "no memory for %zu relocations; free some and try again", count);
	}
	for (size_t i = 0; i < count; i++) {
		Elf64_Rela r;

		elf_table_entry(&src->elf, table, i, &r, sizeof(r));
		take_reloc(src, m, &r, &symbols);
	}
}

/* Relocations of what is loaded; those of debug information do not matter. */
static bool is_reloc_table(const struct source *src, const Elf64_Shdr *s)
{
	if (s->sh_type != SHT_RELA && s->sh_type != SHT_REL) {
		return false;
	}
	if (s->sh_type == SHT_REL || (s->sh_flags & SHF_ALLOC) != 0) {
		die(EXIT_MONITOR, "%s has relocations for a dynamic linker; link it statically "
		    "with --emit-relocs", src->name);
	}
	return (elf_section(&src->elf, s->sh_info).sh_flags & SHF_ALLOC) != 0;
}

static int compare_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void collect_relocs(const struct source *src, struct monitor *m)
{
	bool found = false;

	for (size_t i = 0; i < src->elf.header.e_shnum; i++) {
		Elf64_Shdr s = elf_section(&src->elf, i);

		if (is_reloc_table(src, &s)) {
			found = true;
			take_relocs_of(src, m, &s);
		}
	}
	if (!found) {
		die(EXIT_MONITOR, "%s has no relocations; link it with --emit-relocs", src->name);
	}
	qsort(m->relocs, m->reloc_count, sizeof(*m->relocs), compare_u32);
	for (size_t i = 1; i < m->reloc_count; i++) {
		if (m->relocs[i] == m->relocs[i - 1]) {
			die(EXIT_MONITOR, "%s relocates the word at offset 0x%" PRIx32 " twice; "
			    "link it again", src->name, m->relocs[i]);
		}
	}
}

struct monitor monitor_load(const struct blob *elf)
{
	struct source src = {.name = elf->name};
	struct monitor m = {0};

	if (!elf_is_elf(elf)) {
		die(EXIT_FOREIGN, "%s is not an ELF; pass the linked monitor", elf->name);
	}
	src.elf = elf_open(elf);
	find_extent(&src);
	read_header(&src, &m.header);
	copy_segments(&src, &m);
	m.traits = traits_find(src.name, m.bytes, (size_t)m.header.hash_len);
	collect_relocs(&src, &m);
	return m;
}
