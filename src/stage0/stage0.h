/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of stage 0, in the order in which stage0_main uses them. */
#ifndef STAGE0_STAGE0_H
#define STAGE0_STAGE0_H

#include "attest/manifest.h"
#include "platform/platform.h"
#include "stage0/layout.h"

/* Everything that is known of this start. It is cleared before the monitor runs. */
struct stage0 {
	struct platform platform;
	/* The bundle that was chosen, and why. */
	const u8 *stored;   /* in flash */
	u32 slot;           /* 0 A, 1 B, 2 recovery */
	u32 flags;          /* IDENTITY_REPLAYABLE | ... */
	u64 least_svn;      /* of the rollback store */
	u64 boot_count;
	/* Its copy in memory, as checked. */
	struct image_info info;
	struct manifest manifest;
	struct manifest_work work;
	/* The device. */
	u32 class;
	u32 certificate_len; /* 0: none */
	u8 certificate[X509_MAX];
	struct crypto_secret uds;
	u8 hidden[DICE_LEN];
};

/* In .shared: the page that outlives us. */
extern struct stage0_shared stage0_shared;

/* Which bundle to start. False, said on the console: there is none. */
bool stage0_choose(struct stage0 *s);

/* Reads the device's secret. False, said on the console: it is damaged. */
bool stage0_read_identity(struct stage0 *s);

/* Derives the monitor's layer and fills stage0_shared.handoff. False, said on the console. */
bool stage0_derive(struct stage0 *s);

/*
 * Brings the payload that QEMU has loaded, if any, out of the bundle's way and says for a2 where it
 * is. False, said on the console.
 */
bool stage0_find_payload(struct stage0 *s, u64 a2);

/* Hart 0, on its stack; a1, a2 and pmpcfg0 at reset. False: nothing is to be started. */
bool stage0_main(u64 fdt, u64 a2, u64 pmpcfg0);

#endif
