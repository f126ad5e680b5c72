/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage 0 as a program of the host: its own sources, with flash and memory mapped at the addresses
 * of the board. In the place of the machine's there are a console and a flash that only reads.
 */
#define _GNU_SOURCE
#include "started.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "attest/flash.h"
#include "attest/keys.h"
#include "hw/uart.h"
#include "stage0/stage0.h"

#define MEMORY_LEN (STAGE0_END - STAGE0_BUNDLE)
#define TREE       (STAGE0_RAM - 0x100000)

/* Link-script symbols of stage 0, which measures itself. */
__asm__(".data\n.globl stage0_begin\nstage0_begin:\n.ascii \"stage 0 of a test\"\n"
	".globl stage0_end\nstage0_end:\n.byte 0\n.previous\n");

static struct started *current;

/* ---- devices ---- */

void uart_use_8250(u64 base, unsigned int shift, unsigned int width)
{
	(void)base;
	(void)shift;
	(void)width;
}

void uart_putc(char c)
{
	size_t len = strlen(current->said);

	if (len + 1 < sizeof(current->said)) {
		current->said[len] = c;
	}
}

/* There is none that answers: slot A is taken, and no log of starts is kept (test_slots has it). */
bool flash_probe(const struct flash *f)
{
	(void)f;
	return false;
}

bool flash_read(const struct flash *f, size_t offset, void *out, size_t len)
{
	(void)f;
	(void)offset;
	(void)out;
	(void)len;
	abort();
}

bool flash_program(const struct flash *f, size_t offset, const void *data, size_t len)
{
	(void)f;
	(void)offset;
	(void)data;
	(void)len;
	abort();
}

bool flash_erase(const struct flash *f, size_t offset)
{
	(void)f;
	(void)offset;
	abort();
}

static void map_at(uintptr_t base, size_t len)
{
	void *got = mmap((void *)base, len, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_NORESERVE, -1, 0);

	if (got != (void *)base) {
		(void)fprintf(stderr, "flips: the address %#lx is taken on this host; run it "
			      "without sanitizers and preloaded libraries\n", (unsigned long)base);
		exit(2);
	}
}

void machine_make(const uint8_t *tree, size_t size)
{
	map_at(STAGE0_STORE, STAGE0_FLASH_LEN);
	map_at(STAGE0_BUNDLE, MEMORY_LEN);
	memcpy((void *)(uintptr_t)TREE, tree, size);
}

/* ---- a start ---- */

static void keep_certificate(struct started *out, enum identity_certificate which)
{
	struct crypto_bytes der = identity_certificate(which);

	memcpy(out->cert[which], der.data, der.len);
}

void machine_start(struct started *out)
{
	struct identity_handoff *left = &stage0_shared.handoff;
	const struct identity_start start = {.handoff = left};
	struct crypto_secret root;

	memset(out, 0, sizeof(*out));
	current = out;
	if (stage0_main(TREE, 0, 0)) {
		memcpy(out->config, left->config, DICE_LEN);
		memcpy(out->cdi, left->cdi_attest, DICE_LEN);
		memcpy(out->monitor_key, left->monitor_id, X509_ID_LEN);
		out->started = identity_adopt(&start) && identity_make() &&
			       identity_sealing_root(&root, identity_facts()->svn);
	}
	if (out->started) {
		memcpy(out->code, identity_facts()->code, DICE_LEN);
		memcpy(out->authority, identity_facts()->authority, DICE_LEN);
		memcpy(out->manifest, identity_facts()->manifest_digest, DICE_LEN);
		memcpy(out->device_key, identity_facts()->device_digest, DICE_LEN);
		memcpy(out->key, identity_key()->d, CRYPTO_P384_LEN);
		memcpy(out->seal, root.bytes, DICE_LEN);
		memcpy(out->local, identity_local()->bytes, DICE_LEN);
		memcpy(out->blind, identity_blind()->bytes, DICE_LEN);
		keep_certificate(out, IDENTITY_DEVICE);
		keep_certificate(out, IDENTITY_MONITOR);
		keep_certificate(out, IDENTITY_ATTESTATION);
	}
	out->ended = true;
}

/* ---- what came of it ---- */

#define FIELD(name, member) \
	{name, offsetof(struct started, member), sizeof(((struct started *)NULL)->member)}

/* In the order of enum made. */
static const struct {
	const char *name;
	size_t at;
	size_t len;
} fields[MADE_COUNT] = {
	FIELD("code", code),
	FIELD("configuration", config),
	FIELD("authority", authority),
	FIELD("manifest", manifest),
	FIELD("CDI_Attest", cdi),
	FIELD("device key", device_key),
	FIELD("monitor key", monitor_key),
	FIELD("attestation key", key),
	FIELD("sealing root", seal),
	FIELD("key of local codes", local),
	FIELD("seed of blinding", blind),
	FIELD("device certificate", cert[IDENTITY_DEVICE]),
	FIELD("monitor certificate", cert[IDENTITY_MONITOR]),
	FIELD("attestation certificate", cert[IDENTITY_ATTESTATION]),
};

const char *made_name(unsigned int bit)
{
	return fields[bit].name;
}

unsigned int started_differ(const struct started *a, const struct started *b)
{
	const uint8_t *one = (const uint8_t *)a;
	const uint8_t *other = (const uint8_t *)b;
	unsigned int differ = 0;

	for (unsigned int i = 0; i < MADE_COUNT; i++) {
		if (memcmp(one + fields[i].at, other + fields[i].at, fields[i].len) != 0) {
			differ |= 1u << i;
		}
	}
	return differ;
}
