/* SPDX-License-Identifier: Apache-2.0 */
/* mkbundle: what its files share. Every function here ends the program on failure, with one
 * sentence on stderr and the exit code that names the kind of failure. */
#ifndef ATTEST_MKBUNDLE_MKBUNDLE_H
#define ATTEST_MKBUNDLE_MKBUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attest/image.h"

/* Exit codes; 1 is left to what the shell or a sanitizer may return. */
enum mkbundle_exit {
	EXIT_USAGE = 2,     /* arguments missing, unknown or contradictory */
	EXIT_READ = 3,      /* an input file cannot be read */
	EXIT_FOREIGN = 4,   /* an ELF, but not an executable for 64-bit little-endian RISC-V */
	EXIT_MALFORMED = 5, /* an ELF that is cut short or contradicts itself */
	EXIT_OVERLAP = 6,   /* two firmware segments want the same memory */
	EXIT_ADDRESS = 7,   /* the firmware reaches outside the address space */
	EXIT_WRITE = 8,     /* the bundle cannot be written */
	EXIT_MONITOR = 9,   /* the monitor has no usable header, or cannot be moved */
	EXIT_FIRMWARE = 10, /* the firmware has no or too many segments, or a bad entry */
	EXIT_DAMAGED = 11,  /* --verify: not a sound bundle */
};

/* A file in memory; name is only for messages. Lives until the program ends. */
struct blob {
	const char *name;
	uint8_t *bytes;
	size_t len;
};

/* Prints "mkbundle: " and the sentence, and ends the program with `code`. */
_Noreturn void die(enum mkbundle_exit code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Zeroed memory, at least one byte of it. */
void *alloc_zeroed(size_t len);

/* Reads a whole file. */
struct blob file_read(const char *path);

/*
 * Puts the bytes at `path` all at once: another process sees the file that was
 * there before or the whole new one, whatever fails on the way.
 */
void file_write(const char *path, const uint8_t *bytes, size_t len);

/* The monitor: load_len bytes from its link base, and the words that hold addresses. */
struct monitor {
	struct image_monitor_header header; /* as linked: the tool's fields are still zero */
	uint8_t *bytes;
	uint32_t *relocs; /* ascending offsets from byte 0 */
	size_t reloc_count;
};

/* Takes the monitor out of its ELF, which was linked with --emit-relocs. */
struct monitor monitor_load(const struct blob *elf);

struct segment {
	const uint8_t *bytes; /* inside the firmware's blob */
	uint64_t len;
	uint64_t load_addr;
	uint64_t mem_len;
};

/* What the table of parts has room for once the monitor's own three are in. */
#define SEGMENTS_MAX (IMAGE_PARTS_MAX - 3u)

struct firmware {
	uint64_t entry;
	size_t count;
	struct segment segment[SEGMENTS_MAX];
};

/* Numbers given on the command line; `has_` says whether. */
struct firmware_options {
	bool has_addr;
	uint64_t addr; /* where a raw binary is loaded */
	bool has_entry;
	uint64_t entry; /* instead of the file's own */
};

/* Where most firmware is linked, and where a raw binary goes unless told otherwise. */
#define FIRMWARE_DEFAULT_ADDR UINT64_C(0x80000000)

/* Finds the segments of an ELF or a raw binary, and checks them against each other. */
struct firmware firmware_load(const struct blob *file, const struct firmware_options *options);

/* The texts of the bundle header. */
struct names {
	const char *board;
	const char *policies;
	const char *firmware;
};

/* Lays the bundle out in memory; the result passes image_check(). */
struct blob bundle_build(const struct monitor *m, const struct firmware *fw,
			 const struct names *names);

/* Checks a bundle and prints what is in it. */
void bundle_verify(const struct blob *file);

#endif
