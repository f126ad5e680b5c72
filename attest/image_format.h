/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a bundle looks like, byte by byte: the one file that starts the monitor
 * and carries the firmware. Shared by the monitor's first instructions, the
 * check at boot, the host tool and the tests. All fields are little-endian.
 *
 *	0              monitor header, then the monitor's bytes      part "monitor"
 *	hash_len       room the monitor uses while it starts: zeros  part "scratch"
 *	reloc_off      u32 offsets of the words to relocate          part "relocations"
 *	bundle_off     bundle header with the table of parts
 *	...            firmware segments                             parts "firmware"
 *	...            what the signer says of it all                part "manifest"
 *	total_len - 8  end mark: its last byte is not zero, so a file that lost
 *	               its tail differs from the whole one even in zeroed memory
 *
 * Every byte that no part and no header covers is zero, and is checked to be.
 */
#ifndef ATTEST_IMAGE_FORMAT_H
#define ATTEST_IMAGE_FORMAT_H

/* The eight characters, in file order, as a little-endian number. */
#define IMAGE_MONITOR_MAGIC 0x314d4e4f44524f43 /* "CORDONM1" */
#define IMAGE_BUNDLE_MAGIC  0x31424e4f44524f43 /* "CORDONB1" */
#define IMAGE_END_MAGIC     0x31454e4f44524f43 /* "CORDONE1" */
#define IMAGE_TRAITS_MAGIC  0x31544e4f44524f43 /* "CORDONT1" */
#define IMAGE_VERSION       2

/* Offsets in the monitor header, for assembly. */
#define IMAGE_MONITOR_HEADER_LEN 128
#define IMAGE_OFF_MAGIC          8
#define IMAGE_OFF_VERSION        16
#define IMAGE_OFF_LINK_BASE      24
#define IMAGE_OFF_LOAD_LEN       32
#define IMAGE_OFF_HASH_LEN       40
#define IMAGE_OFF_RELOC_OFF      48
#define IMAGE_OFF_RELOC_COUNT    56
#define IMAGE_OFF_BUNDLE_OFF     64
#define IMAGE_OFF_TOTAL_LEN      72

#define IMAGE_END_LEN 8

#ifndef __ASSEMBLER__

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define IMAGE_DIGEST_LEN   48u /* SHA-384 */
#define IMAGE_PARTS_MAX    16u
#define IMAGE_BOARD_LEN    32u
#define IMAGE_POLICIES_LEN 128u
#define IMAGE_FW_NAME_LEN  64u

/* RISC-V has at most 56 physical address bits (priv. spec, Sv39 to Sv57: 44-bit PPN). */
#define IMAGE_ADDR_LIMIT (UINT64_C(1) << 56)

/*
 * Byte 0 of the file. The monitor's link emits it with the last four fields
 * before `reserved` zero; the host tool fills them in. The header itself is
 * never relocated: link_base says where the monitor was linked, always.
 * bundle_off and total_len are digested as zero, for they are about the rest of
 * the file: so one monitor has one digest, whatever it is bundled with.
 */
struct image_monitor_header {
	uint32_t jump;        /* to the first instruction behind this header */
	uint32_t nop;
	uint64_t magic;
	uint32_t version;
	uint32_t flags;       /* 0 */
	uint64_t link_base;   /* address that byte 0 was linked at */
	uint64_t load_len;    /* bytes of the monitor in the file, scratch included */
	uint64_t hash_len;    /* bytes of it that are measured; the rest is scratch */
	uint64_t reloc_off;   /* from byte 0; load_len rounded up to 16 */
	uint64_t reloc_count; /* number of u32 offsets, from byte 0, of 8-byte words */
	uint64_t bundle_off;  /* from byte 0, of the bundle header; a multiple of 4096 */
	uint64_t total_len;   /* of the file */
	uint64_t reserved[6]; /* 0 */
};

enum image_part_type {
	IMAGE_PART_MONITOR = 1,
	IMAGE_PART_RELOCS = 2,
	IMAGE_PART_FIRMWARE = 3,
	IMAGE_PART_SCRATCH = 4,
	IMAGE_PART_MANIFEST = 5, /* attest/manifest.h; the last one, if it is there */
};

/* One part; load_addr and mem_len are 0 for all but firmware. */
struct image_part {
	uint32_t type;
	uint32_t flags;     /* 0 */
	uint64_t offset;    /* from byte 0 of the file */
	uint64_t len;       /* bytes in the file */
	uint64_t load_addr; /* where the firmware wants these bytes */
	uint64_t mem_len;   /* >= len; what is beyond len is zeroed */
	uint8_t digest[IMAGE_DIGEST_LEN];
};

struct image_bundle_header {
	uint64_t magic;
	uint32_t version;
	uint32_t header_len; /* sizeof(struct image_bundle_header) */
	uint64_t total_len;  /* of the file, from byte 0 of the monitor */
	uint64_t fw_entry;   /* inside the file bytes of a firmware part */
	uint32_t part_count;
	uint32_t flags;      /* 0 */
	/* Texts: printable ASCII, ended and filled with zeros. */
	char board[IMAGE_BOARD_LEN];
	char policies[IMAGE_POLICIES_LEN]; /* in the order they judge */
	char fw_name[IMAGE_FW_NAME_LEN];
	struct image_part part[IMAGE_PARTS_MAX];
	uint8_t header_digest[IMAGE_DIGEST_LEN]; /* of this header with this field zero */
};

#define IMAGE_TRAIT_DEBUG   1u /* protections can be switched off, or the image tests itself */
#define IMAGE_TRAIT_MEASURE 2u /* it runs firmware that no authorised key has signed */
#define IMAGE_TRAIT_TEST    4u /* the authorised key is the TEST key */
#define IMAGE_TRAIT_KEYS    4u
#define IMAGE_KID_LEN       20u
#define IMAGE_KEY_LEN       97u

struct image_key {
	uint32_t kind;               /* enum key_kind of attest/keys.h; 0: none */
	uint8_t kid[IMAGE_KID_LEN];
	uint8_t bytes[IMAGE_KEY_LEN];
	uint8_t reserved[3];         /* 0 */
};

/*
 * What a monitor says of itself, for the tools that bundle it and look at it: once in its measured
 * bytes, at a multiple of 8. A monitor without it is one of a test.
 */
struct image_traits {
	uint64_t magic;
	uint32_t version;
	uint32_t flags;
	char board[IMAGE_BOARD_LEN];       /* texts as in the bundle header, but for a */
	char policies[IMAGE_POLICIES_LEN]; /* space in front of each policy, the first, too */
	struct image_key key[IMAGE_TRAIT_KEYS]; /* the authorised keys */
};

static_assert(sizeof(struct image_traits) == 672, "no padding");
static_assert(sizeof(struct image_monitor_header) == IMAGE_MONITOR_HEADER_LEN, "no padding");
static_assert(offsetof(struct image_monitor_header, magic) == IMAGE_OFF_MAGIC, "as in assembly");
static_assert(offsetof(struct image_monitor_header, version) == IMAGE_OFF_VERSION,
	      "as in assembly");
static_assert(offsetof(struct image_monitor_header, link_base) == IMAGE_OFF_LINK_BASE,
	      "as in assembly");
static_assert(offsetof(struct image_monitor_header, load_len) == IMAGE_OFF_LOAD_LEN,
	      "as in assembly");
static_assert(offsetof(struct image_monitor_header, hash_len) == IMAGE_OFF_HASH_LEN,
	      "as in assembly");
static_assert(offsetof(struct image_monitor_header, reloc_off) == IMAGE_OFF_RELOC_OFF,
	      "as in assembly");
static_assert(offsetof(struct image_monitor_header, reloc_count) == IMAGE_OFF_RELOC_COUNT,
	      "as in assembly");
static_assert(offsetof(struct image_monitor_header, bundle_off) == IMAGE_OFF_BUNDLE_OFF,
	      "as in assembly");
static_assert(offsetof(struct image_monitor_header, total_len) == IMAGE_OFF_TOTAL_LEN,
	      "as in assembly");
static_assert(sizeof(struct image_part) == 88, "no padding");
static_assert(offsetof(struct image_part, digest) == 40, "no padding");
static_assert(offsetof(struct image_bundle_header, board) == 40, "no padding");
static_assert(offsetof(struct image_bundle_header, part) == 264, "no padding");
static_assert(offsetof(struct image_bundle_header, header_digest) == 1672, "no padding");
static_assert(sizeof(struct image_bundle_header) == 1720, "no padding");
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "fields are used as they are stored");

#endif /* __ASSEMBLER__ */

#endif
