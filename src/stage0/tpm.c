/* SPDX-License-Identifier: Apache-2.0 */
/* The TPM, if the machine has one: it is measured to and closed, and may hold the secret. */
#include "stage0/stage0.h"

#include "lib/log.h"
#include "lib/string.h"

static bool refuse_tpm(const struct stage0 *s, enum tpm_status status)
{
	if (status == TPM_REFUSED) {
		log_line("stage 0: refused: the TPM says no (code %x): provision it for this "
			 "stage 0, and reset the machine as a whole", s->counter.tpm.code);
	} else {
		log_line("stage 0: refused: the TPM %s: repair it, or start without it",
			 status == TPM_SILENT ? "does not answer" : "answers nonsense");
	}
	return false;
}

bool stage0_open_tpm(struct stage0 *s)
{
	enum tpm_status status;

	if (s->platform.tpm.size == 0) {
		return true;
	}
	if (s->platform.tpm.size < TPM_TIS_LEN) {
		return refuse_tpm(s, TPM_SILENT);
	}
	s->counter.tpm.port = (struct tpm_port){
		.base = s->platform.tpm.base,
		.clock = s->platform.timebase_hz != 0 ? s->platform.clint.mtime : 0,
		.patience = TPM_TIS_SECONDS * s->platform.timebase_hz,
	};
	status = tpm_store_measure(&s->counter.tpm, s->digest);
	return status == TPM_OK || refuse_tpm(s, status);
}

static bool take(struct stage0 *s, const struct tpm_sealed *sealed)
{
	s->counter.base = sealed->base;
	return crypto_secret_adopt(&s->uds, sealed->uds, sizeof(sealed->uds)) &&
	       tpm_store_counter_key(&s->counter.key, &s->uds);
}

bool stage0_take_from_tpm(struct stage0 *s)
{
	struct tpm_sealed sealed;
	enum tpm_status status;
	bool taken;

	if (s->platform.tpm.size == 0) {
		log_line("stage 0: refused: the secret is in a TPM, and the device tree names "
			 "none: start the machine with it");
		return false;
	}
	status = tpm_store_take(&s->counter.tpm, &sealed);
	if (status == TPM_OK) {
		status = tpm_random(&s->counter.tpm, s->fresh, sizeof(s->fresh));
	}
	taken = status == TPM_OK && take(s, &sealed);
	wipe(&sealed, sizeof(sealed));
	return taken || refuse_tpm(s, status);
}

bool stage0_close_tpm(struct stage0 *s)
{
	enum tpm_status status = TPM_OK;

	if (s->platform.tpm.size != 0) {
		status = tpm_store_close(&s->counter.tpm, s->class == DICE_CLASS_TPM);
	}
	return status == TPM_OK || refuse_tpm(s, status);
}
