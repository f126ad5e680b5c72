/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of stage 0, in the order in which stage0_main uses them. */
#ifndef STAGE0_STAGE0_H
#define STAGE0_STAGE0_H

#include "attest/manifest.h"
#include "attest/slots.h"
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
	struct slots slots; /* if has_slots */
	bool has_slots;
	/* Its copy in memory, as checked. */
	struct image_info info;
	struct manifest manifest;
	struct manifest_work work;
	/* The device. */
	u8 digest[DICE_LEN];    /* of stage 0 */
	struct counter counter; /* its tpm.base: if platform names a TPM; the rest: class tpm */
	u8 fresh[DICE_LEN];     /* random bytes of the TPM, class tpm */
	u32 class;
	u32 certificate_len; /* 0: none */
	u8 certificate[X509_MAX];
	struct crypto_secret uds;
	u8 hidden[DICE_LEN];
};

/* In .shared: the page that outlives us. */
extern struct stage0_shared stage0_shared;

/*
 * Measures us into the TPM, if there is one, whether it has the secret or not: else whoever comes
 * later could say that he is us. False, said on the console: it does not work.
 */
bool stage0_open_tpm(struct stage0 *s);

/* The secret, what goes with it, and random bytes, of the TPM. False, said on the console. */
bool stage0_take_from_tpm(struct stage0 *s);

/* Nobody behind us gets the secret from the TPM. False, said on the console. */
bool stage0_close_tpm(struct stage0 *s);

/* Reads the device's secret. False, said on the console: it is damaged. */
bool stage0_read_identity(struct stage0 *s);

/* Which bundle to start, and counts the start. False, said on the console: nothing tells. */
bool stage0_choose(struct stage0 *s);

/* The one that was chosen cannot be started: another one. False: there is none. */
bool stage0_choose_again(struct stage0 *s);

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
