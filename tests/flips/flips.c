/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every byte of what a start depends on: object by object, one bit of a byte is changed, the
 * machine is started by the code of stage 0 and monitor, and what comes of it must be what is
 * written here: refused, with one of the sentences that are due, or exactly these keys,
 * certificates and digests are others. Who changes a byte may repair what he can: first nothing,
 * then the digests, which need no key, then the signature, as its owner can.
 *
 *	flips MONITOR.elf FIRMWARE TREE
 *
 * Small objects are changed at each byte, large ones at their first and last EDGE bytes and at
 * random places. A line for each object; status 0 if all is as written.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attest/identity_sector.h"
#include "attest/manifest_write.h"
#include "attest/mkbundle/mkbundle.h"
#include "stage0/layout.h"
#include "started.h"

#define EDGE 16u
#define KINDS 64u

/* All that hangs on the layer's secret, and all that hangs on the device's beside that. */
#define LAYER  (MADE_CDI | MADE_MONITOR_KEY | MADE_KEY | MADE_LOCAL | MADE_BLIND | \
		MADE_MONITOR_CERT | MADE_CERT)
#define DEVICE (LAYER | MADE_DEVICE_KEY | MADE_SEAL)

/* Refusals: one bit for each status, and those that have no status. */
struct refusals {
	uint64_t image;
	uint64_t manifest;
	bool sector; /* stage 0: the identity sector is damaged */
	bool bundle; /* stage 0: there is none in the slot */
};

#define STATUS(s) (UINT64_C(1) << (s))
#define ANY       (~UINT64_C(1))

struct object {
	const char *name;
	uint8_t *bytes;
	size_t len;
	size_t sample;        /* random places beside the edges; 0: each byte */
	void (*repair)(void); /* after the change; NULL: nothing */
	struct refusals refusals;
	unsigned int changed; /* enum made, if it is not refused */
	bool always;          /* it must be changed, never refused */
};

/* What the bundle is made of. */
static struct monitor monitor;
static struct firmware firmware;
static struct signer signer = {.svn = 7, .version = "1.2"};
static struct names names;
static char version[] = "1.2";

static uint8_t *const flash = (uint8_t *)STAGE0_STORE;
static struct identity_sector *const sector = (void *)STAGE0_IDENTITY;

static struct started *result; /* of the last start; memory that is shared with it */
static struct started whole;   /* what comes of it if nothing is changed */
static size_t bundle_len;
static size_t header_at; /* of the bundle header */
static unsigned int passed;
static unsigned int failed;

/* ---- repairs ---- */

static void sign_sector(void)
{
	uint8_t *at = (uint8_t *)sector;
	size_t len = sizeof(*sector) + sector->certificate_len;

	crypto_sha384(at, len, at + len);
}

static void make_header_right(void)
{
	struct image_bundle_header h;

	memcpy(&h, flash + header_at, sizeof(h));
	image_digest_header(&h, h.header_digest);
	memcpy(flash + header_at, &h, sizeof(h));
}

static void make_digests_right(void)
{
	struct image_bundle_header h;

	memcpy(&h, flash + header_at, sizeof(h));
	for (unsigned int i = 0; i < h.part_count; i++) {
		image_digest_part(flash, &h.part[i], h.part[i].digest);
	}
	memcpy(flash + header_at, &h, sizeof(h));
	make_header_right();
}

static void sign_bundle(void)
{
	struct blob bundle = bundle_build(&monitor, &firmware, &names, &signer);

	bundle_len = bundle.len;
	memcpy(flash, bundle.bytes, bundle.len);
	free(bundle.bytes);
}

/* A manifest for the policies of the header, as no tool of ours makes one for this monitor. */
static void sign_policies(void)
{
	struct image_bundle_header *h = (void *)(flash + header_at);
	const struct image_part *part = &h->part[h->part_count - 1];
	struct crypto_p384_signature rs;
	const struct manifest_signature by = {COSE_ES384, signer.public[0].kid,
					      {&rs, sizeof(rs)}};
	uint8_t payload[MANIFEST_PAYLOAD_MAX];
	uint8_t bytes[MANIFEST_MAX];
	uint8_t digest[CRYPTO_SHA384_LEN];
	struct sink p = {.out = payload, .room = sizeof(payload)};
	struct sink all = {.out = bytes, .room = sizeof(bytes)};
	struct crypto_drbg drbg;
	struct manifest m;

	if (manifest_parse((struct crypto_bytes){flash + part->offset, part->len}, &m) !=
	    MANIFEST_OK) {
		exit(2);
	}
	m.policy_count = 0;
	for (const char *w = h->policies; *w != '\0'; w += strspn(w, " ")) {
		m.policy[m.policy_count++] = (struct crypto_bytes){w, strcspn(w, " ")};
		w += strcspn(w, " ");
	}
	manifest_write_payload(&p, &m);
	manifest_digest_es384((struct crypto_bytes){payload, p.kept}, signer.public[0].kid,
			      digest);
	if (!signer_random(&signer, &drbg) || !crypto_p384_sign(&rs, &signer.key, digest, &drbg)) {
		exit(2);
	}
	crypto_drbg_end(&drbg);
	manifest_write(&all, (struct crypto_bytes){payload, p.kept}, &by, 1);
	if (all.kept != part->len) {
		exit(2);
	}
	memcpy(flash + part->offset, bytes, all.kept);
	make_digests_right();
}

/* ---- one start ---- */

/* In a process of its own, which ends: so each start finds everything as it was. */
static void start(const struct object *o, size_t at, uint8_t mask)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		if (o != NULL) {
			o->bytes[at] ^= mask;
		}
		if (o != NULL && o->repair != NULL) {
			o->repair();
		}
		machine_start(result);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("flips: fork");
		exit(2);
	}
	if (status != 0 || !result->ended) {
		result->started = result->ended = false;
	}
}

static uint64_t said(const char *(*text)(int), int statuses)
{
	uint64_t found = 0;

	for (int i = 1; i < statuses; i++) {
		if (strstr(result->said, text(i)) != NULL) {
			found |= STATUS(i);
		}
	}
	return found;
}

static const char *image_text(int status)
{
	return image_status_text((enum image_status)status);
}

static const char *manifest_text(int status)
{
	return manifest_status_text((enum manifest_status)status);
}

/* Was it refused as it should be? */
static bool refused_rightly(const struct refusals *due)
{
	uint64_t image = said(image_text, IMAGE_BAD_DIGEST + 1);
	uint64_t manifest = said(manifest_text, MANIFEST_NOWHERE + 1);
	bool none = strstr(result->said, "no bundle in slot 0, or too long a one") != NULL;
	bool damaged = strstr(result->said, "the identity sector is damaged") != NULL;

	return result->ended && !result->started &&
	       strstr(result->said, "stage 0: nothing was started") != NULL &&
	       ((image != 0 && (image & ~due->image) == 0) ||
		(manifest != 0 && (manifest & ~due->manifest) == 0) ||
		(none && due->bundle) || (damaged && due->sector));
}

/* ---- what came out, counted ---- */

static struct {
	unsigned int count;
	unsigned int changed; /* if it was started */
	char said[160];       /* else */
} kinds[KINDS];

/* The reason, without prefix and without what comes behind the first line. */
static const char *reason(void)
{
	static char line[sizeof(kinds[0].said)];
	const char *from = strstr(result->said, "refused: ");

	(void)snprintf(line, sizeof(line), "%s", from == NULL ? "not refused" : from + 9);
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

static void count(unsigned int changed)
{
	const char *why = result->started ? "" : reason();
	unsigned int i = 0;

	while (i + 1 < KINDS && kinds[i].count != 0 &&
	       (kinds[i].changed != changed || strcmp(kinds[i].said, why) != 0)) {
		i++;
	}
	kinds[i].count++;
	kinds[i].changed = changed;
	(void)snprintf(kinds[i].said, sizeof(kinds[i].said), "%s", why);
}

static void print_changed(unsigned int changed)
{
	const char *comma = "";

	for (unsigned int i = 0; i < MADE_COUNT; i++) {
		if ((changed >> i & 1) != 0) {
			(void)printf("%s%s", comma, made_name(i));
			comma = ", ";
		}
	}
	(void)printf("%s\n", changed == 0 ? "nothing" : "");
}

static void print_kinds(void)
{
	for (unsigned int i = 0; i < KINDS && kinds[i].count != 0; i++) {
		if (kinds[i].said[0] != '\0') {
			(void)printf("  %5u refused: %s\n", kinds[i].count, kinds[i].said);
		} else {
			(void)printf("  %5u changed: ", kinds[i].count);
			print_changed(kinds[i].changed);
		}
	}
}

/* ---- an object ---- */

static bool judge(const struct object *o)
{
	unsigned int changed = result->started ? started_differ(&whole, result) : 0;
	bool right = result->started ? (o->always || o->changed != 0) && changed == o->changed
				     : !o->always && refused_rightly(&o->refusals);

	count(changed);
	return right;
}

static void try(const struct object *o, size_t at, unsigned int *flips, unsigned int *wrong)
{
	uint8_t mask = (uint8_t)(1u << at % 8);

	start(o, at, mask);
	++*flips;
	if (!judge(o)) {
		++*wrong;
		(void)printf("FAIL %s: bit %zu of byte %zu: %s\n", o->name, at % 8, at,
			     result->started ? "started, but other things changed than should"
					     : reason());
	}
}

static size_t next_place(size_t len)
{
	static uint64_t seed = 1;

	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (size_t)(seed >> 33) % len;
}

/* Repaired, but without a change it must be as whole as ever: it is the change that counts. */
static bool control(const struct object *o)
{
	start(o, 0, 0);
	if (!result->started || started_differ(&whole, result) != 0) {
		(void)printf("FAIL %s: without a change it is not as before: %s\n", o->name,
			     reason());
		return false;
	}
	return true;
}

static void flip(const struct object *o)
{
	bool all = o->sample == 0 || o->len <= o->sample + 2 * (size_t)EDGE;
	size_t tries = all ? o->len : o->sample + 2 * (size_t)EDGE;
	unsigned int flips = 0;
	unsigned int wrong = control(o) ? 0 : 1;

	memset(kinds, 0, sizeof(kinds));
	for (size_t i = 0; i < tries; i++) {
		size_t at = i;

		if (!all && i >= EDGE) {
			at = i < 2 * EDGE ? o->len - 1 - (i - EDGE) : next_place(o->len);
		}
		try(o, at, &flips, &wrong);
	}
	if (flips != tries || flips == 0) {
		wrong++;
	}
	(void)printf("%s %s: %u changes in %zu bytes%s\n", wrong == 0 ? "ok" : "FAIL", o->name,
		     flips, o->len, all ? ", each of them" : "");
	print_kinds();
	passed += wrong == 0;
	failed += wrong != 0;
}

/* ---- the objects ---- */

#define SECTOR_REFUSED  {.sector = true}
#define DAMAGED(s)      {.image = STATUS(s)}

static void flip_sector(void)
{
	const struct object objects[] = {
		{.name = "identity sector", .bytes = (uint8_t *)sector,
		 .len = sizeof(*sector) + sector->certificate_len + DICE_LEN,
		 .refusals = SECTOR_REFUSED},
		{.name = "magic number, version and class of the sector, with its digest",
		 .bytes = (uint8_t *)sector, .len = offsetof(struct identity_sector, uds),
		 .repair = sign_sector, .refusals = SECTOR_REFUSED},
		{.name = "secret, with the sector's digest", .bytes = sector->uds,
		 .len = sizeof(sector->uds), .repair = sign_sector, .changed = DEVICE,
		 .always = true},
		{.name = "hidden input, with the sector's digest", .bytes = sector->hidden,
		 .len = sizeof(sector->hidden), .repair = sign_sector,
		 .changed = LAYER | MADE_SEAL, .always = true},
		{.name = "device's certificate, with the sector's digest",
		 .bytes = (uint8_t *)(sector + 1), .len = sector->certificate_len,
		 .sample = 64, .repair = sign_sector, .changed = MADE_DEVICE_CERT, .always = true},
	};

	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		flip(&objects[i]);
	}
}

static const struct image_part *part_of(unsigned int type)
{
	static struct image_bundle_header h;
	unsigned int i = 0;

	memcpy(&h, flash + header_at, sizeof(h));
	while (i < h.part_count && h.part[i].type != type) {
		i++;
	}
	if (i == h.part_count) {
		die(EXIT_DAMAGED, "the bundle has no part %u; give another firmware", type);
	}
	return &h.part[i];
}

/* A part as it is, then with digests that are right. */
static void flip_part(const char *name, unsigned int type, size_t sample, struct refusals due)
{
	const struct image_part *part = part_of(type);
	size_t head = type == IMAGE_PART_MONITOR ? IMAGE_MONITOR_HEADER_LEN : 0;
	char longer[64];
	struct object o = {.name = name, .bytes = flash + part->offset + head,
			   .len = part->len - head, .sample = sample,
			   .refusals = DAMAGED(IMAGE_BAD_DIGEST)};

	if (type == IMAGE_PART_RELOCS) { /* their order is looked at first */
		o.refusals.image |= STATUS(IMAGE_BAD_RELOCS);
	}

	flip(&o);
	(void)snprintf(longer, sizeof(longer), "%s, with the digests", name);
	o.name = longer;
	o.repair = make_digests_right;
	o.refusals = due;
	flip(&o);
}

static void flip_headers(void)
{
	struct image_bundle_header *h = (void *)(flash + header_at);
	const struct object objects[] = {
		{.name = "monitor header", .bytes = flash, .len = IMAGE_MONITOR_HEADER_LEN,
		 .refusals = {.image = ANY, .bundle = true}},
		{.name = "monitor header, with the digests", .bytes = flash,
		 .len = IMAGE_MONITOR_HEADER_LEN, .repair = make_digests_right,
		 .refusals = {.image = ANY & ~STATUS(IMAGE_BAD_DIGEST), .bundle = true,
			      .manifest = STATUS(MANIFEST_MONITOR)}},
		{.name = "bundle header", .bytes = (uint8_t *)h, .len = sizeof(*h),
		 .refusals = {.image = ANY & ~STATUS(IMAGE_BAD_DIGEST)}},
		{.name = "bundle header, with its digest", .bytes = (uint8_t *)h,
		 .len = offsetof(struct image_bundle_header, header_digest),
		 .repair = make_header_right,
		 .refusals = {.image = ANY & ~STATUS(IMAGE_BAD_HEADER_DIGEST),
			      .manifest = STATUS(MANIFEST_PLATFORM) |
					  STATUS(MANIFEST_POLICIES) |
					  STATUS(MANIFEST_FIRMWARE)}},
	};

	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		flip(&objects[i]);
	}
}

static void flip_parts(void)
{
	struct object end = {.name = "end mark", .bytes = flash + bundle_len - IMAGE_END_LEN,
			     .len = IMAGE_END_LEN, .refusals = DAMAGED(IMAGE_TRUNCATED)};

	flip_part("monitor", IMAGE_PART_MONITOR, 256,
		  (struct refusals){.manifest = STATUS(MANIFEST_MONITOR)});
	flip_part("relocations", IMAGE_PART_RELOCS, 128,
		  (struct refusals){.image = STATUS(IMAGE_BAD_RELOCS),
				    .manifest = STATUS(MANIFEST_MONITOR)});
	flip_part("firmware", IMAGE_PART_FIRMWARE, 256,
		  (struct refusals){.manifest = STATUS(MANIFEST_FIRMWARE)});
	flip_part("manifest", IMAGE_PART_MANIFEST, 0, (struct refusals){.manifest = ANY});
	flip(&end);
}

static void flip_signed(void)
{
	const struct segment *s = &firmware.segment[0];
	struct image_bundle_header *h = (void *)(flash + header_at);
	const struct object objects[] = {
		{.name = "monitor, signed anew",
		 .bytes = monitor.bytes + IMAGE_MONITOR_HEADER_LEN,
		 .len = monitor.header.hash_len - IMAGE_MONITOR_HEADER_LEN, .sample = 64,
		 .repair = sign_bundle, .changed = MADE_CODE | MADE_MANIFEST | LAYER,
		 .always = true},
		{.name = "policies and their order, signed anew", .bytes = (uint8_t *)h->policies,
		 .len = strlen(h->policies), .repair = sign_policies,
		 .changed = MADE_CONFIG | MADE_MANIFEST | LAYER,
		 .refusals = {.image = STATUS(IMAGE_BAD_TEXT)}},
		{.name = "version, signed anew", .bytes = (uint8_t *)version,
		 .len = strlen(version), .repair = sign_bundle,
		 .changed = MADE_CONFIG | MADE_MANIFEST | LAYER, .always = true},
		{.name = "security version, signed anew", .bytes = (uint8_t *)&signer.svn,
		 .len = 1, .repair = sign_bundle,
		 .changed = MADE_CONFIG | MADE_MANIFEST | LAYER | MADE_SEAL, .always = true},
		{.name = "firmware, signed anew", .bytes = (uint8_t *)(uintptr_t)s->bytes,
		 .len = s->len, .sample = 64, .repair = sign_bundle,
		 .changed = MADE_MANIFEST, .always = true},
	};

	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		flip(&objects[i]);
	}
}

/* What nobody looks at changes nothing: so a change that is not seen would be noticed here. */
static void flip_rest(void)
{
	const struct object o = {.name = "flash behind the bundle", .bytes = flash + bundle_len,
				 .len = 64, .always = true};

	flip(&o);
}

/* ---- the machine ---- */

static void make_bundle(const char *monitor_path, const char *firmware_path)
{
	static struct blob monitor_file;
	static struct blob firmware_file;
	static const struct firmware_options options;
	struct image_monitor_header head;

	monitor_file = file_read(monitor_path);
	firmware_file = file_read(firmware_path);
	monitor = monitor_load(&monitor_file);
	firmware = firmware_load(&firmware_file, &options);
	signer_take_key(&signer, NULL);
	signer.version = version;
	names = (struct names){monitor.traits.board, monitor.traits.policies, "firmware of a test"};
	sign_bundle();
	memcpy(&head, flash, sizeof(head));
	header_at = head.bundle_off;
}

/* The device certifies itself at first, and that is the certificate that is then provisioned. */
static void provision(void)
{
	size_t len;

	*sector = (struct identity_sector){.magic = IDENTITY_SECTOR_MAGIC,
					   .version = IDENTITY_SECTOR_VERSION,
					   .class = DICE_CLASS_FLASH};
	for (unsigned int i = 0; i < DICE_LEN; i++) {
		sector->uds[i] = (uint8_t)(3 * i + 1);
		sector->hidden[i] = (uint8_t)(5 * i + 2);
	}
	sign_sector();
	start(NULL, 0, 0);
	/* X.690, 8.1.3.5: the length of a SEQUENCE of more than 255 bytes. */
	len = 4u + (size_t)(result->cert[IDENTITY_DEVICE][2] << 8 |
			    result->cert[IDENTITY_DEVICE][3]);
	if (!result->started || result->cert[IDENTITY_DEVICE][1] != 0x82 || len > X509_MAX) {
		(void)printf("%s\n", result->said);
		die(EXIT_DAMAGED, "nothing is started even if nothing is changed");
	}
	sector->certificate_len = (uint32_t)len;
	memcpy(sector + 1, result->cert[IDENTITY_DEVICE], len);
	sign_sector();
	start(NULL, 0, 0);
	whole = *result;
}

int main(int argc, char **argv)
{
	struct blob tree;

	if (argc != 4) {
		die(EXIT_USAGE, "flips MONITOR.elf FIRMWARE TREE");
	}
	tree = file_read(argv[3]);
	machine_make(tree.bytes, tree.len);
	result = mmap(NULL, sizeof(*result), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (result == MAP_FAILED) {
		die(EXIT_READ, "no memory");
	}
	make_bundle(argv[1], argv[2]);
	provision();
	if (!whole.started) {
		die(EXIT_DAMAGED, "a provisioned device is not started: %s", result->said);
	}
	flip_rest();
	flip_sector();
	flip_headers();
	flip_parts();
	flip_signed();
	(void)printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}
