/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware: which bytes of its file go where in memory. */
#include <inttypes.h>

#include "elf_file.h"

static void add_segment(struct firmware *fw, const struct blob *file, struct segment s)
{
	if (fw->count == SEGMENTS_MAX) {
		die(EXIT_FIRMWARE, "%s has more than %u segments; link it with fewer",
		    file->name, SEGMENTS_MAX);
	}
	fw->segment[fw->count++] = s;
}

/*
 * Segments go to their physical addresses, as every boot loader does it. Some
 * linkers leave those zero throughout; then the virtual ones are all there is.
 */
static bool has_physical_addresses(const struct elf_file *e)
{
	for (size_t i = 0; i < e->header.e_phnum; i++) {
		Elf64_Phdr p = elf_program_header(e, i);

		if (p.p_type == PT_LOAD && p.p_memsz != 0 && p.p_paddr != 0) {
			return true;
		}
	}
	return false;
}

/*
 * The entry is a virtual address. M-mode starts without translation, so an entry
 * in a segment that is loaded elsewhere than linked moves along with it.
 */
static void place_entry(struct firmware *fw, const Elf64_Phdr *p, uint64_t load_addr,
			uint64_t entry)
{
	if (entry >= p->p_vaddr && entry - p->p_vaddr < p->p_filesz) {
		fw->entry = load_addr + (entry - p->p_vaddr);
	}
}

/* The lowest address that anything is loaded at. */
static uint64_t lowest_address(const struct elf_file *e, bool physical)
{
	uint64_t lowest = UINT64_MAX;

	for (size_t i = 0; i < e->header.e_phnum; i++) {
		Elf64_Phdr p = elf_program_header(e, i);
		uint64_t addr = physical ? p.p_paddr : p.p_vaddr;

		if (p.p_type == PT_LOAD && p.p_memsz != 0 && addr < lowest) {
			lowest = addr;
		}
	}
	return lowest;
}

/*
 * A position-independent firmware that is linked at 0 (OpenSBI's fw_*.elf of today) has no address
 * of its own: it goes where a raw binary would go. What is linked elsewhere stays there.
 */
static uint64_t slide_of(const struct elf_file *e, bool physical,
			 const struct firmware_options *options, const struct blob *file)
{
	if (e->header.e_type == ET_DYN && lowest_address(e, physical) == 0) {
		return options->has_addr ? options->addr : FIRMWARE_DEFAULT_ADDR;
	}
	if (options->has_addr) {
		die(EXIT_USAGE, "%s is an ELF and brings its own addresses; leave the load "
		    "address out", file->name);
	}
	return 0;
}

static uint64_t flags_of(const Elf64_Phdr *p)
{
	return ((p->p_flags & PF_R) != 0 ? MANIFEST_R : 0) |
	       ((p->p_flags & PF_W) != 0 ? MANIFEST_W : 0) |
	       ((p->p_flags & PF_X) != 0 ? MANIFEST_X : 0);
}

static void load_elf(struct firmware *fw, const struct blob *file,
		     const struct firmware_options *options)
{
	struct elf_file e = elf_open(file);
	bool physical = has_physical_addresses(&e);
	uint64_t slide = slide_of(&e, physical, options, file);

	fw->entry = e.header.e_entry + slide;
	for (size_t i = 0; i < e.header.e_phnum; i++) {
		Elf64_Phdr p = elf_program_header(&e, i);
		uint64_t addr = (physical ? p.p_paddr : p.p_vaddr) + slide;

		if (p.p_type != PT_LOAD || p.p_memsz == 0) {
			continue;
		}
		add_segment(fw, file, (struct segment){
			.bytes = file->bytes + p.p_offset,
			.len = p.p_filesz,
			.load_addr = addr,
			.mem_len = p.p_memsz,
			.flags = flags_of(&p),
		});
		place_entry(fw, &p, addr, e.header.e_entry);
	}
	if (fw->count == 0) {
		die(EXIT_FIRMWARE, "%s has nothing to load; pass an executable", file->name);
	}
}

static void load_raw(struct firmware *fw, const struct blob *file, uint64_t addr)
{
	if (file->len == 0) {
		die(EXIT_FIRMWARE, "%s is empty; pass a firmware", file->name);
	}
	fw->entry = addr;
	add_segment(fw, file, (struct segment){
		.bytes = file->bytes,
		.len = file->len,
		.load_addr = addr,
		.mem_len = file->len,
		.flags = MANIFEST_R | MANIFEST_W | MANIFEST_X,
	});
}

static void check_address_space(const struct firmware *fw, const struct blob *file)
{
	for (size_t i = 0; i < fw->count; i++) {
		const struct segment *s = &fw->segment[i];

		if (s->load_addr >= IMAGE_ADDR_LIMIT ||
		    s->mem_len > IMAGE_ADDR_LIMIT - s->load_addr) {
			die(EXIT_ADDRESS, "%s reaches outside the 56-bit address space: "
			    "0x%" PRIx64 " bytes at 0x%" PRIx64 "; load it lower",
			    file->name, s->mem_len, s->load_addr);
		}
	}
}

static bool share_memory(const struct segment *a, const struct segment *b)
{
	return a->load_addr < b->load_addr + b->mem_len && b->load_addr < a->load_addr + a->mem_len;
}

static void check_disjoint(const struct firmware *fw, const struct blob *file)
{
	for (size_t i = 0; i < fw->count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (share_memory(&fw->segment[i], &fw->segment[j])) {
				die(EXIT_OVERLAP, "%s has two segments that want the memory at "
				    "0x%" PRIx64 " and 0x%" PRIx64 "; link it without overlap",
				    file->name, fw->segment[j].load_addr,
				    fw->segment[i].load_addr);
			}
		}
	}
}

static void check_entry(const struct firmware *fw, const struct blob *file)
{
	for (size_t i = 0; i < fw->count; i++) {
		const struct segment *s = &fw->segment[i];

		if (fw->entry >= s->load_addr && fw->entry - s->load_addr < s->len &&
		    fw->entry % 2 == 0 && (s->flags & MANIFEST_X) != 0) {
			return;
		}
	}
	die(EXIT_FIRMWARE, "%s has its entry at 0x%" PRIx64 ", which is not an instruction in the "
	    "file; link it with an entry point or pass -e", file->name, fw->entry);
}

struct firmware firmware_load(const struct blob *file, const struct firmware_options *options)
{
	struct firmware fw = {0};

	if (!elf_is_elf(file)) {
		load_raw(&fw, file, options->has_addr ? options->addr : FIRMWARE_DEFAULT_ADDR);
	} else {
		load_elf(&fw, file, options);
	}
	if (options->has_entry) {
		fw.entry = options->entry;
	}
	check_address_space(&fw, file);
	check_disjoint(&fw, file);
	check_entry(&fw, file);
	return fw;
}
