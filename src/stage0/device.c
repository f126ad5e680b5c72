/* SPDX-License-Identifier: Apache-2.0 */
/* What is particular to this start: which slot, which payload, and the device's secret. */
#include "stage0/stage0.h"

#include "attest/identity_sector.h"
#include "lib/log.h"
#include "lib/string.h"

/* ---- the payload ---- */

#define DYNAMIC_INFO_MAGIC   0x4942534fu /* OpenSBI's struct fw_dynamic_info */
#define DYNAMIC_INFO_VERSION 2u
#define NEXT_MODE_S          1u

/* Linux, Documentation/arch/riscv/boot-image-header.rst: of a header of 64 bytes. */
#define LINUX_MAGIC 0x05435352u
#define LINUX_SIZE 2
#define LINUX_MAGIC2 7

/* With -bios none QEMU puts a kernel where the bundle goes: further up with it. */
static bool move_payload(const struct stage0 *s, u64 from)
{
	const u64 *header = (const u64 *)(uintptr_t)from;
	struct range to = range_make(STAGE0_PAYLOAD, header[LINUX_SIZE]);

	if ((u32)header[LINUX_MAGIC2] != LINUX_MAGIC ||
	    to.size > STAGE0_RAM - STAGE0_PAYLOAD || !range_list_holds(&s->platform.memory, to) ||
	    range_list_touches(&s->platform.reserved, to)) {
		log_line("stage 0: refused: the payload at %lx is in the way and cannot be moved",
			 from);
		return false;
	}
	memmove((void *)STAGE0_PAYLOAD, header, to.size);
	return true;
}

/* Some versions of QEMU name the second flash, and load nothing: then somebody else may have. */
static u64 unnamed_payload(const struct stage0 *s)
{
	bool there = range_list_holds(&s->platform.memory, range_make(STAGE0_PAYLOAD, 4)) &&
		     *(const u32 *)STAGE0_PAYLOAD != 0;

	return there ? STAGE0_PAYLOAD : 0;
}

bool stage0_find_payload(struct stage0 *s, u64 a2)
{
	const u64 *info = (const u64 *)(uintptr_t)a2;
	u64 *own = stage0_shared.dynamic_info;
	u64 next = a2 != 0 && info[0] == DYNAMIC_INFO_MAGIC ? info[2] : 0;

	stage0_shared.a2 = a2;
	if (next >= STAGE0_PAYLOAD) {
		return true; /* out of the way */
	}
	if (next >= STAGE0_BUNDLE && !move_payload(s, next)) {
		return false;
	}
	own[0] = DYNAMIC_INFO_MAGIC;
	own[1] = DYNAMIC_INFO_VERSION;
	own[2] = next >= STAGE0_BUNDLE ? STAGE0_PAYLOAD : unnamed_payload(s);
	own[3] = NEXT_MODE_S;
	stage0_shared.a2 = (u64)(uintptr_t)own;
	return true;
}

/* ---- the secret ---- */

static bool is_blank(u64 magic)
{
	return magic == 0 || magic == ~(u64)0;
}

static bool refuse_sector(void)
{
	log_line("stage 0: refused: the identity sector is damaged: provision the device again");
	return false;
}

/* 48 zeros, as a monitor without a stage 0 has them. */
static bool take_zero(struct stage0 *s)
{
	static const u8 zeros[DICE_LEN];

	s->class = DICE_CLASS_ZERO;
	return crypto_secret_adopt(&s->uds, zeros, sizeof(zeros));
}

/* start.S asks for the class before it latches: with a TPM there is nothing to latch. */
static_assert(offsetof(struct identity_sector, class) == STAGE0_CLASS_AT, "as in assembly");
static_assert(DICE_CLASS_TPM == STAGE0_CLASS_TPM, "as in assembly");

/* The secret is in the sector, or it is not. */
static bool is_of_class(const struct identity_sector *sector)
{
	static const u8 zeros[DICE_LEN];

	return sector->class == DICE_CLASS_FLASH ||
	       (sector->class == DICE_CLASS_TPM &&
		ct_equal(sector->uds, zeros, sizeof(zeros)));
}

bool stage0_read_identity(struct stage0 *s)
{
	const u8 *at = (const u8 *)STAGE0_IDENTITY;
	struct identity_sector sector;
	u8 digest[DICE_LEN];
	size_t len;
	bool right;

	memcpy(&sector, at, sizeof(sector));
	if (is_blank(sector.magic)) {
		return take_zero(s);
	}
	if (sector.magic != IDENTITY_SECTOR_MAGIC || sector.version != IDENTITY_SECTOR_VERSION ||
	    sector.certificate_len > X509_MAX || !is_of_class(&sector)) {
		return refuse_sector();
	}
	len = sizeof(sector) + sector.certificate_len;
	crypto_sha384(at, len, digest);
	if (!ct_equal(digest, at + len, sizeof(digest))) {
		return refuse_sector();
	}
	s->class = sector.class;
	s->certificate_len = sector.certificate_len;
	memcpy(s->certificate, at + sizeof(sector), sector.certificate_len);
	memcpy(s->hidden, sector.hidden, sizeof(s->hidden));
	right = s->class == DICE_CLASS_TPM ||
		crypto_secret_adopt(&s->uds, sector.uds, sizeof(sector.uds));
	wipe(&sector, sizeof(sector));
	return right && (s->class != DICE_CLASS_TPM || stage0_take_from_tpm(s));
}

/* ---- the slots ---- */

/*
 * The sealing root of version 0 of a normal start: what every monitor of these keys can derive that
 * was started from slot A or B, and neither one for recovery nor a debug image.
 */
static bool derive_root(const struct stage0 *s, struct crypto_secret *root)
{
	struct dice_input input = { .mode = DICE_MODE_NORMAL };
	struct keys keys = keys_authorised();

	keys_authority(&keys, input.authority);
	memcpy(input.hidden, s->hidden, sizeof(input.hidden));
	return dice_derive_seal(root, &s->uds, &input) && dice_derive_version(root, root, 0);
}

static bool take_slot(struct stage0 *s, enum slots_slot slot)
{
	if (slot == SLOT_NONE) {
		return false;
	}
	s->slot = (u32)slot;
	s->stored = (const u8 *)STAGE0_STORE + (u64)slot * SLOTS_LEN;
	s->flags = (s->slots.counter == NULL ? IDENTITY_REPLAYABLE : 0) |
		   (slots_on_trial(&s->slots) ? IDENTITY_TRIAL : 0);
	return true;
}

bool stage0_choose(struct stage0 *s)
{
	const struct flash flash = { .base = STAGE0_STORE, .size = SLOTS_FLASH_LEN };
	enum slots_slot slot = SLOT_A;
	struct crypto_secret root;
	struct counter *counter = s->class == DICE_CLASS_TPM ? &s->counter : NULL;
	enum slots_status status = SLOTS_FAILED;

	if (derive_root(s, &root)) {
		status = slots_open(&s->slots, &flash, &root, counter);
	}
	wipe(&root, sizeof(root));
	if (status == SLOTS_OK) {
		s->has_slots = true;
		status = slots_choose(&s->slots, &slot);
		s->least_svn = s->slots.state.floor;
		s->boot_count = s->slots.state.boots;
	} else if (status == SLOTS_NO_FLASH && counter == NULL) {
		status = SLOTS_OK;
	}
	if (status != SLOTS_OK) {
		log_line("stage 0: refused: %s", slots_status_text(status));
		return false;
	}
	return take_slot(s, slot);
}

bool stage0_choose_again(struct stage0 *s)
{
	enum slots_slot slot;

	return s->has_slots &&
	       slots_reject(&s->slots, (enum slots_slot)s->slot, &slot) == SLOTS_OK &&
	       take_slot(s, slot);
}
