/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage 0: finds a bundle, checks that an authorised key signed it, gives its monitor an identity,
 * and starts it. What is here cannot be updated, so it is as little as that takes.
 */
#include "stage0/stage0.h"

#include "crypto/crypto.h"
#include "hw/uart.h"
#include "lib/log.h"
#include "lib/string.h"

struct stage0_shared stage0_shared __attribute__((section(".shared")));

static struct stage0 state;

extern const u8 stage0_begin[];
extern const u8 stage0_end[];

static void open_console(const struct uart_desc *u)
{
	if (u->kind == UART_8250) {
		uart_use_8250(u->base, u->reg_shift, u->io_width);
		log_set_putc(uart_putc);
	}
}

/* What provisioning binds a TPM to, and what the monitor is told. */
static void measure_self(struct stage0 *s)
{
	crypto_sha384(stage0_begin, (uintptr_t)stage0_end - (uintptr_t)stage0_begin, s->digest);
}

/* Harts that come out of reset; one that the tree calls disabled may never come. */
static bool find_others(const struct platform *p)
{
	for (unsigned int i = 0; i < p->hart_count; i++) {
		if (p->hart_id[i] >= STAGE0_HARTS) {
			log_line("stage 0: refused: hart id %lu: at most %u are possible",
				 p->hart_id[i], STAGE0_HARTS - 1);
			return false;
		}
		if (p->hart_id[i] != 0 && !p->hart_disabled[i]) {
			stage0_shared.others |= BIT(p->hart_id[i]);
		}
	}
	return true;
}

/* ---- the bundle ---- */

/* What is checked from now on is the copy; nobody looks into the flash again. */
static bool copy_bundle(const struct stage0 *s)
{
	struct image_monitor_header head;

	memcpy(&head, s->stored, sizeof(head));
	if (head.magic != IMAGE_MONITOR_MAGIC || head.total_len < sizeof(head) ||
	    head.total_len > STAGE0_PAYLOAD - STAGE0_BUNDLE) {
		log_line("stage 0: refused: no bundle in slot %u, or too long a one", s->slot);
		return false;
	}
	memcpy((void *)STAGE0_BUNDLE, s->stored, head.total_len);
	return true;
}

static bool check_bundle(struct stage0 *s)
{
	enum image_status status = image_check((const u8 *)STAGE0_BUNDLE,
					       STAGE0_PAYLOAD - STAGE0_BUNDLE, &s->info);

	if (status != IMAGE_OK) {
		log_line("stage 0: refused: bundle in slot %u: %s", s->slot,
			 image_status_text(status));
	}
	return status == IMAGE_OK;
}

static bool check_manifest(struct stage0 *s)
{
	struct keys keys = keys_authorised();
	const struct manifest_machine machine = {
		.platform = board.name,
		.policies = s->info.bundle.policies,
		.least_svn = s->least_svn,
		.takes_debug_images = manifest_keys_test,
	};
	struct crypto_bytes bytes = manifest_find((const u8 *)STAGE0_BUNDLE, &s->info);
	enum manifest_status status = manifest_verify(bytes, &keys, &s->work, &s->manifest);

	if (status == MANIFEST_OK) {
		status = manifest_match(&s->manifest, &s->info, &machine);
	}
	if (status != MANIFEST_OK) {
		log_line("stage 0: refused: bundle in slot %u: %s", s->slot,
			 manifest_status_text(status));
	}
	return status == MANIFEST_OK;
}

static bool take_bundle(struct stage0 *s)
{
	bool good;

	do {
		good = copy_bundle(s) && check_bundle(s) && check_manifest(s);
	} while (!good && stage0_choose_again(s));
	if (good && s->has_slots) {
		log_line("stage 0: slot %u%s, start %lu", s->slot,
			 (s->flags & IDENTITY_TRIAL) != 0 ? " on trial" : "", s->boot_count);
	}
	return good;
}

/* ---- all of it ---- */

static bool run(struct stage0 *s, u64 fdt, u64 a2, u64 pmpcfg0)
{
	enum platform_status status = platform_read(&s->platform, fdt);

	open_console(&s->platform.uart);
	if (status != PLATFORM_OK) {
		log_line("stage 0: refused: %s", platform_status_text(status));
		return false;
	}
	if ((pmpcfg0 & 0x80) != 0) {
		log_line("stage 0: refused: the secret is still latched: this reset is none");
		return false;
	}
	if (manifest_keys_test) {
		log_line("stage 0: INSECURE: TEST keys: everybody can sign what starts here");
	}
	measure_self(s);
	return find_others(&s->platform) && stage0_find_payload(s, a2) && stage0_open_tpm(s) &&
	       stage0_read_identity(s) && stage0_close_tpm(s) && stage0_choose(s) &&
	       take_bundle(s) && stage0_derive(s);
}

bool stage0_main(u64 fdt, u64 a2, u64 pmpcfg0)
{
	bool started = run(&state, fdt, a2, pmpcfg0);

	if (!started) {
		log_line("stage 0: nothing was started");
		wipe(&stage0_shared, sizeof(stage0_shared));
	}
	return started;
}
